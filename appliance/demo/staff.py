"""Name the invented staff who may log in, and the contacts everybody may see.

Login codes are drawn from the seed. They are known in clear only because this is a demo: a real
source delivers the hash. Called by `town`.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from random import Random

from appliance.demo.people import DOCTORS, doctor_phone, phone
from appliance.records.models import Contact, StaffMember
from appliance.records.terms import Role, StaffId, UnitId

_ALL = (
    "aabrinken", "fyrtaarnet", "hjaelpemidler", "hjemmepleje-nord", "hjemmepleje-syd",
    "kaerhoej", "madservice", "solgaarden",
)  # fmt: skip
_HOME = ("hjemmepleje-nord", "hjemmepleje-syd")
_STAFF: tuple[tuple[str, str, Role, tuple[str, ...]], ...] = (
    ("AHO", "Agnes Holm", Role.NURSE, ("solgaarden",)),
    ("BKR", "Bent Krogh", Role.LEADER, ("solgaarden",)),
    ("CNI", "Camilla Nissen", Role.ASSISTANT, ("solgaarden",)),
    ("JPR", "Jonas Præst", Role.ASSISTANT, ("aabrinken",)),
    ("ÅKJ", "Åse Kjærby", Role.NURSE, ("aabrinken", "kaerhoej")),
    ("LØS", "Lone Østerskov", Role.LEADER, ("aabrinken", "kaerhoej")),
    ("FYI", "Fatima Yildiz", Role.ASSISTANT, ("kaerhoej",)),
    ("MLI", "Maja Lind", Role.NURSE, _HOME),
    ("SÅK", "Søren Åkjær", Role.ASSISTANT, ("hjemmepleje-nord",)),
    ("BHO", "Birgit Holst", Role.ASSISTANT, ("hjemmepleje-syd",)),
    ("GMA", "Gitte Mathiesen", Role.LEADER, _HOME),
    ("ASA", "Ahmed Saleh", Role.NURSE, ("fyrtaarnet",)),
    ("TRØ", "Thomas Rømer", Role.LEADER, ("fyrtaarnet",)),
    ("MST", "Mads Storm", Role.DRIVER_COORDINATOR, ("madservice",)),
    ("HLU", "Hanne Lund", Role.DRIVER_COORDINATOR, ("hjaelpemidler",)),
    ("ITO", "Ivan Toft", Role.IT, _ALL),
    ("NVA", "Nadia Vang", Role.NURSE, ("aabrinken", "kaerhoej", "solgaarden")),
    ("PFR", "Per Frost", Role.ASSISTANT, ("solgaarden",)),
)
# A temp whose account ends with the week, and one who has left.
_VALID_DAYS: Mapping[str, int] = {"NVA": 6, "PFR": -2}

_CONTACTS: tuple[tuple[str, str, str, str | None], ...] = (
    ("IT-vagten", "IT-vagt", "Nørreskov Kommune, Digitalisering", None),
    ("Nørreskov Brand & Redning", "Beredskab", "Nørreskov Brand & Redning", None),
    ("Sundhedskrisestaben", "Krisestab", "Nørreskov Kommune", None),
    ("Lægevagten", "Lægevagt", "Regionen", None),
    ("Akutmodtagelsen", "Sygehus", "Regionshospitalet Nørreskov", None),
    ("Giftlinjen", "Rådgivning", "Regionshospitalet Nørreskov", None),
    ("Nørreskov Svaneapotek", "Apotek", "Nørreskov Svaneapotek", None),
    ("Iltleverandøren, døgnvagt", "Ilt og respirator", "Iltservice Nørreskov", None),
    ("Nødkaldscentralen", "Nødkald", "Nørreskov Kommune", None),
    ("Vagttelefon, Solgården", "Vagttelefon", "Plejecenter Solgården", "solgaarden"),
    ("Vagttelefon, Åbrinken", "Vagttelefon", "Plejecenter Åbrinken", "aabrinken"),
    ("Vagttelefon, Kærhøj", "Vagttelefon", "Plejecenter Kærhøj", "kaerhoej"),
)
_LEADERS: tuple[tuple[str, str, str], ...] = (
    ("Inge Bæk Lauridsen", "Chef for sundhed og ældre", "Nørreskov Kommune"),
    ("Henrik Overgaard", "Områdeleder, plejecentre", "Nørreskov Kommune"),
    ("Susanne Dyrløv", "Områdeleder, hjemmepleje", "Nørreskov Kommune"),
    ("Åge Frandsen", "Køkkenleder", "Madservice Nørreskov"),
)


def make_staff(seed: int, today: date) -> tuple[tuple[StaffMember, ...], Mapping[str, str]]:
    """Make the accounts, without hashes, and the login code of each by initials."""
    rng = Random(f"{seed}|staff")
    codes = rng.sample(range(100_000, 1_000_000), len(_STAFF))
    members = tuple(
        StaffMember(
            id=StaffId(f"medarbejder-{number}"),
            name=name,
            initials=initials,
            role=role,
            unit_ids=tuple(UnitId(unit) for unit in units),
            phone=phone(rng),
            valid_until=_valid_until(initials, today),
        )
        for number, (initials, name, role, units) in enumerate(_STAFF, start=1)
    )
    initials = (member.initials for member in members)
    return members, {who: str(code) for who, code in zip(initials, codes, strict=True)}


def make_contacts(seed: int) -> tuple[Contact, ...]:
    """Make the numbers to call: partners, on-call phones, leaders and doctors."""
    rng = Random(f"{seed}|contacts")
    return (*_services(rng), *_leaders(rng), *_doctors())


def doctor_id(name: str) -> str:
    """Return the id of a doctor's surgery in the contact list."""
    return f"laege-{DOCTORS.index(name) + 1}"


def is_person(contact: Contact) -> bool:
    """Tell whether a contact is a person rather than a place: a feed sends these apart."""
    return contact.id.startswith("leder-")


def _services(rng: Random) -> Iterable[Contact]:
    for number, (name, role, organisation, unit) in enumerate(_CONTACTS, start=1):
        unit_id = UnitId(unit) if unit else None
        yield Contact(f"kontakt-{number}", name, role, organisation, phone(rng), unit_id)


def _leaders(rng: Random) -> Iterable[Contact]:
    for number, (name, role, organisation) in enumerate(_LEADERS, start=1):
        yield Contact(f"leder-{number}", name, role, organisation, phone(rng))


def _doctors() -> Iterable[Contact]:
    return (
        Contact(doctor_id(name), name, "Egen læge", name, doctor_phone(name)) for name in DOCTORS
    )


def _valid_until(initials: str, today: date) -> date | None:
    days = _VALID_DAYS.get(initials)
    return None if days is None else today + timedelta(days=days)
