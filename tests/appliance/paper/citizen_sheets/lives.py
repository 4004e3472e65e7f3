"""All that a record can hold of one citizen besides medicine, for the sheets about citizens."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from appliance.records.dosage import (
    Dosage,
    Schedule,
    ScheduledDay,
    ScheduledDose,
    SchedulePeriod,
)
from appliance.records.models import (
    Attachment,
    CareInstruction,
    Condition,
    Flag,
    KeyBox,
    MedicationOrder,
    Note,
    Observation,
    PlannedIntervention,
    Record,
    Relative,
    Visit,
)
from appliance.records.terms import FlagKind
from tests.appliance.paper.people import AASE, COPIED
from tests.appliance.records.orders import grid, order

WHO = AASE.id
CODE = "4711"
SINCE = date(2026, 3, 1)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of November 2026, an hour earlier in UTC than on a Danish clock."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=1)


def whole_life() -> list[Record]:
    """Return one or two records of every kind."""
    return [
        Relative("r1", WHO, "Bo Ågård", "Søn", "87 00 00 76"),
        Relative("r2", WHO, "Lis Ågård", "Datter", "87 00 00 77", True, "Må ringes op om natten"),
        Flag(
            "f1", WHO, FlagKind.TREATMENT_LIMIT, "Ingen genoplivning", date(2026, 3, 1), "Læge B."
        ),
        Flag("f2", WHO, FlagKind.IN_HOSPITAL, "Indlagt på Prøvekøbing Sygehus"),
        Flag("f3", WHO, FlagKind.INFECTION, "MRSA – bærer"),
        Flag("f4", WHO, FlagKind.OTHER, "Faldtruet"),
        Condition("c1", WHO, "Epilepsi", since=date(2020, 5, 4), note="Ingen anfald siden 2024"),
        CareInstruction("p1", WHO, "Aften", "I seng kl. 21.30", "day_rhythm"),
        CareInstruction("p2", WHO, "Morgen", "Kaffe på sengen", "day_rhythm"),
        CareInstruction("p3", WHO, "Forflytning", "Lift og to medarbejdere", "instruction"),
        CareInstruction("p4", WHO, "Holde vægten", "Vejes mandag", "goal"),
        PlannedIntervention("i1", WHO, "Bad", True, "Tirsdag og fredag", "Hjælp af to"),
        PlannedIntervention("i2", WHO, "Indkøb", False, "Hver torsdag", "Ansøgt"),
        PlannedIntervention("i3", WHO, "Sårpleje", ends_on=date(2026, 11, 1)),
        Observation("o1", WHO, "Puls", "72", "slag/min", at(22, 8)),
        Observation("o2", WHO, "Puls", "88", "slag/min", at(22, 20), "Urolig"),
        Observation("o3", WHO, "Vægt", "61,5", "kg", at(12, 9)),
        Note("n1", WHO, "Sov roligt hele natten.", "Nat", "Agnes Holm", at(22, 7)),
        Note("n2", WHO, "Skrevet for længe siden.", "Dag", "Agnes Holm", at(1, 7)),
        *visits(),
        KeyBox("k1", WHO, "Til højre for døren", CODE),
        Attachment("a1", "Foto af sår", "image/png", 10, "0" * 64, WHO, at(20, 10)),
    ]


def visits() -> list[Visit]:
    """Return visits of the Monday of the print and the nights around it."""
    tasks = ("Personlig hygiejne", "Medicingivning")
    return [
        Visit("b0", WHO, at(22, 22), 30, "Nat 1", tasks=("For sent til i dag",)),
        Visit("b1", WHO, at(22, 23, 50), 30, "Nat 1", tasks=("Vending over midnat",)),
        Visit("b2", WHO, at(23, 7, 30), 45, "Dag 1", staff="Maja Lind", tasks=tasks),
        Visit("b3", WHO, at(23, 12), 15, "Dag 1", persons=2, tasks=("Middagsmad",)),
        Visit("b4", WHO, at(23, 23, 55), 20, "Nat 1", tasks=("Tilsyn ved midnat",)),
        Visit("b5", WHO, at(24, 3), 10, "Nat 1", tasks=("Tilsyn kl. 3",)),
        Visit("b6", WHO, at(24, 9), 10, "Dag 1", tasks=("Først på tirsdag",)),
    ]


def scheduled(
    *times: str, round_days: int = 1, amount: str = "1", **changes: object
) -> MedicationOrder:
    """Return an order with a dose at each of the times, on the first day of each round."""
    doses = tuple(ScheduledDose(when, amount, "tablet") for when in times)
    period = SchedulePeriod(round_days, (ScheduledDay(1, doses),))
    dosage = Dosage("Som ordineret", schedule=Schedule((period,)))
    return order(**{"citizen_id": WHO, "dosage": dosage, **changes})


def bounded(
    first: date | None = None,
    last: date | None = None,
    known_until: date | None = None,
    **changes: object,
) -> MedicationOrder:
    """Return an order with four columns, and the days its source gives it on."""
    day = ScheduledDay(1, (ScheduledDose("morgen", "1", "tablet"),))
    schedule = Schedule((SchedulePeriod(1, (day,), first, last),), None, known_until)
    dosage = Dosage("1 tablet morgen", grid("1"), schedule=schedule)
    return order(**{"citizen_id": WHO, "dosage": dosage, **changes})


def many(count: int, text: str) -> Iterator[Record]:
    """Yield so many records of every kind, each field as long as a feed can make it."""
    for n in range(count):
        yield order(
            id=f"m{n:02}", citizen_id=WHO, brand=text, generic=text, form=text, indication=text,
            is_as_needed=n % 2 == 1, max_daily_dose=text, instruction=text, route=text,
        )  # fmt: skip
        yield Relative(f"r{n}", WHO, text, text, text, note=text)
        yield Flag(f"f{n}", WHO, FlagKind.OTHER, text, decided_by=text)
        yield Condition(f"c{n}", WHO, text, note=text)
        yield CareInstruction(f"p{n}", WHO, text, text, text)
        yield PlannedIntervention(f"i{n}", WHO, text, frequency=text, text=text)
        yield Observation(f"o{n}", WHO, f"{text}{n}", text, text, COPIED, text)
        yield Note(f"n{n}", WHO, text, text, text, COPIED)
        yield Visit(f"b{n}", WHO, at(23, 8), 5, text, staff=text, tasks=(text, text), status=text)
        yield KeyBox(f"k{n}", WHO, text)
        yield Attachment(f"a{n}", text, "image/png", 10, f"{n:064}", WHO)


ODD_TEXTS = tuple(f"{letter}TEKST" for letter in "ABCDEFGHIJ")


def odd_life() -> list[Record]:
    """Return what is rare and long at once: many short lines, many doses, many tapers.

    Each long text begins and ends with a word of its own, "ATEKSTFRA" and "ATEKSTTIL".
    """
    hours = [f"{hour:02}.{minute:02}" for hour in range(15, 23) for minute in (0, 30)]
    tapers = [
        order(id=f"t{n}", citizen_id=WHO, brand=f"Aftrapix{n}", dosage=Dosage(text))
        for n, text in enumerate(odd_text(name, 70, "tbl") for name in ODD_TEXTS[:6])
    ]
    many_times = scheduled(*hours, id="h", brand="Dråbix", instruction=odd_text("GTEKST", 60, "x"))
    as_needed = order(
        id="p", citizen_id=WHO, is_as_needed=True, indication=odd_text("HTEKST", 60, "smerter"),
        max_daily_dose="4 tabletter",
    )  # fmt: skip
    return [
        *tapers,
        many_times,
        as_needed,
        Flag("f", WHO, FlagKind.LIFE_CRITICAL, odd_text("ITEKST", 80, "ilt")),
        Note("n", WHO, odd_text("JTEKST", 60, "ord"), "Nat", "Agnes Holm", COPIED),
    ]


def odd_text(name: str, lines: int, word: str) -> str:
    """Return so many short lines between two words that stand nowhere else."""
    return "\n".join([f"{name}FRA", *(f"{n}: {word}" for n in range(lines)), f"{name}TIL"])


def bare_life() -> list[Record]:
    """Return one record of every kind with nothing in it but what it must have."""
    return [
        MedicationOrder("m1", WHO, order().status),
        MedicationOrder("m2", WHO, order().status, is_as_needed=True),
        Relative("r", WHO, "Bo"),
        Flag("f", WHO, FlagKind.TREATMENT_LIMIT, "Fravalg"),
        Condition("c", WHO, "Epilepsi"),
        CareInstruction("p", WHO, "Forflytning"),
        PlannedIntervention("i", WHO, "Bad"),
        Observation("o", WHO, "Puls"),
        Note("n", WHO, "Tekst"),
        Visit("b", WHO, at(23, 8)),
        KeyBox("k", WHO, "Ved døren"),
        Attachment("a", "Brev", "application/pdf", 10, "0" * 64, WHO),
    ]
