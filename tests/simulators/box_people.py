"""The people of the simulated box: units, citizens, what is known of them, and who may log in."""

import functools
from datetime import UTC, date, datetime

from appliance.records import models
from appliance.records.dosage import Dosage, Grid
from appliance.records.models import (
    Citizen,
    Flag,
    Gap,
    MedicationOrder,
    StaffMember,
    Unit,
)
from appliance.records.terms import (
    CitizenId,
    FlagKind,
    MedicationStatus,
    Role,
    StaffId,
    UnitId,
    UnitKind,
)
from tests.simulators.box_documents import attachment

# As cheap as Argon2id can be (8 KiB, one pass): a hundred tests log in.
_LOGIN_PHC = (
    "$argon2id$v=19$m=8,t=1,p=1$bpjLUzDnG9OKMAoysgKVcg$6cEGXJF8zdl6hWl815XbuVSUaSVBNCjcre0F36afVBU"
)
SYD = Unit(UnitId("u-syd"), "Afsnit Syd", UnitKind.RESIDENTIAL_UNIT)
NORD = Unit(UnitId("u-nord"), "Afsnit Nord", UnitKind.RESIDENTIAL_UNIT)
EMPTY = Unit(UnitId("u-mad"), "Madservice", UnitKind.MEAL_SERVICE)
AASE = Citizen(
    CitizenId("c-7f3a"), SYD.id, "Prøvesen", "Aase", cpr="0101301234", birth_date=date(1930, 1, 1),
    dwelling="101", gp_name="Lægehuset Egebjerg", gp_phone="87 00 00 11",
)  # fmt: skip
EGON = Citizen(
    CitizenId("c-81d0"), SYD.id, "Mønsted", "Egon", cpr="2412381177", birth_date=date(1938, 12, 24),
    dwelling="102", identity_doubts=("similar_name",),
)  # fmt: skip
VERA = Citizen(CitizenId("c-90aa"), SYD.id, "Østbye", "Vera", dwelling="103")
NINNA = Citizen(
    CitizenId("c-a411"), NORD.id, "Nordskov", "Ninna", cpr="311244AB12",
    birth_date=date(1944, 12, 31), dwelling="201",
)  # fmt: skip
_FILL_NAMES = (
    "Inger Abildgaard", "Knud Brøndsted", "Lis Christoffersen", "Mogens Dahlstrøm", "Nanna Elkjær",
    "Ove Fredensborg", "Poula Gyldenløve", "Rigmor Hauberg", "Svend Iskov", "Tove Juhlsgaard",
)  # fmt: skip
FILLERS = tuple(
    Citizen(
        CitizenId(f"c-f{number:03}"), SYD.id, name.split()[1], name.split()[0],
        cpr=f"0203{31 + number}{4321 + number}", birth_date=date(1931 + number, 3, 2),
        dwelling=str(104 + number),
    )
    for number, name in enumerate(_FILL_NAMES)
)  # fmt: skip
CITIZENS = (AASE, EGON, VERA, NINNA, *FILLERS)


def personal_words() -> list[str]:
    """Return what must never stand in an address, a title or a page of somebody without access."""
    names = [word for each in CITIZENS for word in (each.given_name, each.family_name)]
    return names + [each.cpr for each in CITIZENS if each.cpr] + ["Penicillin", "Eliquix"]


def order(name: str, citizen: Citizen = AASE, **fields: object) -> MedicationOrder:
    """Return a medicine with all fields of the checklist, changed where the test says so."""
    whole: dict[str, object] = {
        "id": f"m-{name.casefold().replace(' ', '-')}", "citizen_id": citizen.id,
        "status": MedicationStatus.ACTIVE, "brand": name, "generic": name.casefold(),
        "form": "tablet", "strength": "5 mg",
        "dosage": Dosage(grid=Grid("1", "", "1", "", "tablet")),
        "indication": "mod forhøjet blodtryk", "instruction": "Synkes hele med vand",
        "ordered_on": date(2026, 3, 12), "prescriber": "Lise Lægesen",
    }  # fmt: skip
    return MedicationOrder(**(whole | fields))  # type: ignore[arg-type]


MEDICATION = (
    order("Eliquix", generic="apixaban", atc="B01AF02", form="filmovertrukket tablet",
          indication="mod blodpropper ved atrieflimren"),
    order("Levodopix", generic="levodopa + benserazid", form="kapsel", strength="100 mg + 25 mg",
          is_time_critical=True, indication="mod Parkinsons sygdom",
          dosage=Dosage(grid=Grid("1", "1", "1", "1", "kapsel"),
                        times=("06.00", "11.00", "16.00", "21.00"))),
    order("Metotrexatix", generic="methotrexat", atc="L04AX03", strength="2,5 mg",
          dosage=Dosage(text="3 tabletter mandag morgen", weekdays=(1,)),
          indication="mod leddegigt"),
    order("Novomixin", generic="insulin aspart", atc="A10AD05", form="injektionsvæske",
          strength="100 enheder/ml", dosage=Dosage(grid=Grid("14", "", "8", "", "enheder"))),
    order("Ukendtol", generic="", strength=None, form=None, indication=None, prescriber=None,
          gaps=(Gap("strength", "not_delivered"), Gap("form", "not_delivered"),
                Gap("indication", "unreadable"), Gap("prescriber", "not_delivered"))),
    order("Panodix", generic="paracetamol", strength="500 mg", is_as_needed=True,
          dosage=Dosage(text="1 tablet ved smerter, højst 4 gange i døgnet",
                        single_dose="1 tablet"),
          max_daily_dose="4 tabletter", indication="mod smerter i knæ"),
    order("Marevanix", generic="warfarin", atc="B01AA03", status=MedicationStatus.STOPPED,
          status_since=date(2026, 11, 18), status_reason="erstattet af Eliquix"),
    order("Gammelmedicin", status=MedicationStatus.STOPPED, status_since=date(2026, 5, 1)),
    order("Nordmedicin", NINNA),
    *(order("Hjertemagnylix", each, id=f"m-hjerte-{each.id}") for each in FILLERS),
)  # fmt: skip
WARNINGS = (
    models.Warning("w1", AASE.id, "Penicillin", "udslæt", registered_on=date(2019, 3, 12)),
    models.Warning("w2", EGON.id, "Morfin", is_refuted=True),
)
FLAGS = (
    Flag("f1", AASE.id, FlagKind.LIFE_CRITICAL, "Insulin hver morgen og aften"),
    Flag("f2", AASE.id, FlagKind.TREATMENT_LIMIT, "Ingen genoplivning", date(2025, 2, 3),
         "Lise Lægesen"),
    Flag("f3", EGON.id, FlagKind.ELECTRICITY_DEPENDENT, "Iltapparat"),
)  # fmt: skip
ATTACHMENTS = (
    attachment("sårpleje", citizen_id=AASE.id, created_at=datetime(2026, 11, 20, 8, tzinfo=UTC)),
    attachment("hæl", is_pdf=False, citizen_id=AASE.id,
               created_at=datetime(2026, 11, 22, 8, tzinfo=UTC)),
    attachment("udateret", citizen_id=AASE.id),
    attachment("nords", citizen_id=NINNA.id),
    attachment("vagtplan", unit_id=SYD.id),
    attachment("nordplan", unit_id=NORD.id),
)  # fmt: skip


@functools.cache
def staff() -> dict[str, StaffMember]:
    """Return the accounts by first name, all with the same login code."""

    def account(name: str, role: Role, *units: UnitId, until: date | None = None) -> StaffMember:
        number = StaffId(f"s-{name.casefold()}")
        return StaffMember(
            number, name, name[:3].upper(), role, units, _LOGIN_PHC, valid_until=until
        )

    accounts = (
        account("Agnes", Role.NURSE, SYD.id),
        account("Bent", Role.IT),
        account("Dorte", Role.DRIVER_COORDINATOR, SYD.id),
        account("Grethe", Role.LEADER, SYD.id),
        account("Niels", Role.LEADER, NORD.id),
        account("Finn", Role.LEADER, SYD.id, NORD.id, until=date(2026, 1, 1)),
    )
    return {each.name: each for each in accounts}
