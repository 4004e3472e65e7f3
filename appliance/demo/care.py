"""Give each citizen the people, limits, goals and help of their care plan.

Relatives, flags, conditions of the home, goals, instructions, day rhythm, planned interventions
and key boxes. Texts are invented. Called by `units`.
"""

from datetime import date, timedelta
from random import Random

from appliance.demo.cast import Part
from appliance.demo.people import FAMILIES, MEN, WOMEN, phone
from appliance.records.models import (
    CareInstruction,
    Citizen,
    Flag,
    KeyBox,
    PlannedIntervention,
    Relative,
)
from appliance.records.terms import FlagKind

_RELATIONS = (
    ("Datter", WOMEN),
    ("Søn", MEN),
    ("Svigerdatter", WOMEN),
    ("Niece", WOMEN),
    ("Barnebarn", MEN),
    ("Nabo", WOMEN),
    ("Værge", MEN),
)
_RELATIVE_NOTES = (
    "Må ringes op døgnet rundt",
    "Ring ikke efter kl. 22",
    "Bor i udlandet – send sms",
)
_FLAGS: tuple[tuple[FlagKind, float, tuple[str, ...]], ...] = (
    (
        FlagKind.LIFE_CRITICAL,
        0.05,
        ("Insulin til måltider", "Ilt om natten", "Sondeernæring", "Dialyse tre gange om ugen"),
    ),
    (
        FlagKind.TREATMENT_LIMIT,
        0.16,
        (
            "Ingen genoplivning ved hjertestop",
            "Ingen genoplivning og ingen intensiv behandling",
            "Ønsker ikke livsforlængende behandling",
        ),
    ),
    (
        FlagKind.ELECTRICITY_DEPENDENT,
        0.06,
        ("Iltkoncentrator", "Vekseltryksmadras", "Loftlift", "CPAP-maskine om natten"),
    ),
    (
        FlagKind.INFECTION,
        0.03,
        ("MRSA – bærer", "Norovirus – isoleres i egen bolig", "ESBL i urin", "Influenza A"),
    ),
    (FlagKind.IN_HOSPITAL, 0.02, ("Er indlagt på sygehus",)),
    (FlagKind.OTHER, 0.1, ("Faldtruet", "Går ud uden at kunne finde hjem", "Risiko for tryksår")),
)
_AWAY, _LONGEST_STAY = {FlagKind.IN_HOSPITAL}, 12
_GOALS = (
    ("Gå selv til spisestuen", "Går med rollator til alle måltider. Støttes af én."),
    ("Holde vægten", "Vejes hver mandag. Tilbydes mellemmåltid kl. 10, 15 og 20."),
    ("Sove om natten", "I seng kl. 22. Ingen kaffe efter kl. 16."),
    ("Undgå fald", "Nødkald om halsen, sko på hele dagen, lys på badeværelset om natten."),
    ("Klare personlig hygiejne selv", "Får lagt tøj og håndklæde frem. Vasker selv overkroppen."),
)
_INSTRUCTIONS = (
    ("Kompressionsstrømper", "På kl. 7 før opstigning, af kl. 21. Se efter tryk på hælene."),
    ("Blodsukker", "Måles kl. 7, 12, 17 og 21. Ring til lægen under 4,0 eller over 20,0."),
    ("Kateter", "Posen tømmes morgen og aften. Kateteret skiftes hver 6. uge af sygeplejerske."),
    ("Sårpleje", "Såret på højre hæl skylles og får ny skumbandage mandag og torsdag."),
    ("Synkebesvær", "Blendet kost og fortykkede drikke. Sidder op i 30 minutter efter måltidet."),
    ("Forflytning", "Lift og to medarbejdere. Sejlstørrelse M."),
    ("Respiration", "Ilt 1,5 liter pr. minut på næsebrille. Flasken skiftes ved 50 bar."),
)
_DAY_RHYTHMS = (
    ("Morgen", "Vågner kl. 7.30. Vil have kaffe på sengen, før hun hjælpes op."),
    ("Morgen", "Sover længe. Hjælpes op kl. 9.30. Spiser morgenmad i egen bolig."),
    ("Formiddag", "Læser avis i dagligstuen. Hviler kl. 11."),
    ("Eftermiddag", "Deltager gerne i sang og gymnastik."),
    ("Aften", "I seng kl. 21.30. Døren skal stå på klem, og natlampen skal være tændt."),
    ("Nat", "Tilses kl. 24, 3 og 6. Vendes hver gang."),
)
_INTERVENTIONS = (
    ("Personlig hygiejne", "Hver dag"),
    ("Bad", "Tirsdag og fredag"),
    ("Medicingivning", "Efter medicinlisten"),
    ("Medicindosering", "Hver anden onsdag"),
    ("Kompressionsbehandling", "Morgen og aften"),
    ("Sårbehandling", "Mandag og torsdag"),
    ("Måltider", "Hver dag"),
    ("Rengøring", "Hver anden uge"),
    ("Tøjvask", "Hver uge"),
    ("Tilsyn om natten", "Hver nat"),
    ("Træning efter sundhedsloven", "To gange om ugen"),
    ("Indkøb", "Hver torsdag"),
)
_NOT_GRANTED, _HAS_KEY_BOX = 0.1, 0.55
_KEY_PLACES = (
    "Til højre for hoveddøren",
    "På gelænderet ved kældertrappen",
    "Bag nedløbsrøret ved carporten",
    "I opgangen under postkasserne",
)


def make_relatives(rng: Random, citizen: Citizen) -> tuple[Relative, ...]:
    """Draw up to three relatives; the first is the one to phone first."""
    count = rng.choices((0, 1, 2, 3), (5, 30, 45, 20))[0]
    relatives = []
    for number in range(1, count + 1):
        relation, names = rng.choice(_RELATIONS)
        family = citizen.family_name if rng.random() < 0.5 else rng.choice(FAMILIES)
        relatives.append(
            Relative(
                id=f"{citizen.id}-r{number}",
                citizen_id=citizen.id,
                name=f"{rng.choice(names)} {family}",
                relation=relation,
                phone=phone(rng) if rng.random() < 0.95 else None,
                is_primary=number == 1,
                note=rng.choice(_RELATIVE_NOTES) if rng.random() < 0.1 else None,
            )
        )
    return tuple(relatives)


def make_flags(rng: Random, citizen: Citizen, part: Part, today: date) -> tuple[Flag, ...]:
    """Give the part's own flags, and draw the others from how common they are."""
    drawn = [(kind, rng.choice(texts)) for kind, share, texts in _FLAGS if rng.random() < share]
    kinds = {kind for kind, _ in part.flags}
    flags = [*part.flags, *((kind, text) for kind, text in drawn if kind not in kinds)]
    return tuple(
        Flag(
            id=f"{citizen.id}-f{number}",
            citizen_id=citizen.id,
            kind=kind,
            text=text,
            since=today - timedelta(days=rng.randrange(1, _LONGEST_STAY if kind in _AWAY else 900)),
            decided_by=citizen.gp_name if kind is FlagKind.TREATMENT_LIMIT else None,
        )
        for number, (kind, text) in enumerate(flags, start=1)
    )


def make_interventions(
    rng: Random, citizen: Citizen, today: date
) -> tuple[PlannedIntervention, ...]:
    """Draw the help a citizen is assessed for; after the first, some is only applied for."""
    interventions = []
    for number, (title, frequency) in enumerate(
        rng.sample(_INTERVENTIONS, rng.randrange(2, 6)), start=1
    ):
        is_granted = number == 1 or rng.random() >= _NOT_GRANTED
        starts_on = today - timedelta(days=rng.randrange(10, 1200))
        ends_on = today + timedelta(days=rng.randrange(5, 60)) if rng.random() < 0.15 else None
        interventions.append(
            PlannedIntervention(
                id=f"{citizen.id}-i{number}",
                citizen_id=citizen.id,
                title=title,
                is_granted=is_granted,
                frequency=frequency,
                text=_intervention_text(number, is_granted=is_granted),
                starts_on=starts_on if is_granted else None,
                ends_on=ends_on if is_granted else None,
            )
        )
    return tuple(interventions)


def _intervention_text(number: int, *, is_granted: bool) -> str | None:
    if not is_granted:
        return "Ansøgt – afventer visitation"
    return "Se handlingsanvisningerne" if number == 1 else None


def make_care_plan(
    rng: Random, citizen: Citizen, first: PlannedIntervention, today: date
) -> tuple[CareInstruction, ...]:
    """Draw goals, and the instructions and day rhythm that belong to the first intervention."""
    goals = [("goal", *text) for text in rng.sample(_GOALS, rng.randrange(1, 3))]
    instructions = [
        *(("instruction", *text) for text in rng.sample(_INSTRUCTIONS, rng.randrange(3))),
        *(("day_rhythm", *text) for text in rng.sample(_DAY_RHYTHMS, rng.randrange(1, 4))),
    ]
    return tuple(
        CareInstruction(
            id=f"{citizen.id}-p{number}",
            citizen_id=citizen.id,
            title=title,
            text=_about(citizen, text),
            kind=kind,
            status="active" if kind == "goal" else "in-progress",
            since=today - timedelta(days=rng.randrange(5, 700))
            if kind == "goal"
            else first.starts_on,
        )
        for number, (kind, title, text) in enumerate([*goals, *instructions], start=1)
    )


def make_key_boxes(rng: Random, citizen: Citizen) -> tuple[KeyBox, ...]:
    """Give about half of those helped at home a key box; for some the code is not delivered."""
    if rng.random() >= _HAS_KEY_BOX:
        return ()
    code = f"{rng.randrange(10_000):04d}" if rng.random() < 0.93 else None
    return (KeyBox(f"{citizen.id}-n1", citizen.id, rng.choice(_KEY_PLACES), code),)


def _about(citizen: Citizen, text: str) -> str:
    return (
        text if citizen.gender == "female" else text.replace("før hun hjælpes", "før han hjælpes")
    )
