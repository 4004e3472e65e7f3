"""A unit with the citizens a medication list must get right, and the means to print it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from appliance.paper.document import PrintContext
from appliance.paper.place import Place
from appliance.records.dosage import Dosage
from appliance.records.models import (
    Citizen,
    Flag,
    MedicationOrder,
    Record,
    SectionState,
    Unit,
    Warning,  # noqa: A004
)
from appliance.records.store import RecordStore
from appliance.records.terms import CitizenId, FlagKind, MedicationStatus, Section, UnitId, UnitKind
from appliance.records.writer import RecordWriter
from tests.appliance.records.orders import grid, order

NIGHT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
COPIED = NIGHT - timedelta(minutes=55)
SYD = Unit(UnitId("syd"), "Plejecenter Solgården, Afsnit Syd", UnitKind.CARE_CENTRE)
SOLGAARDEN = Place(
    "solgaarden-1", "Nødboks Solgården", "87 00 00 00", "Nodboks-Solgaarden", "gul-kano-fire-egern"
)
LONG_NAME = "Hydroxymethylglutarylcoenzymatorvastatinnatriumtrihydratforteretardxl"
TAPERING = "Nedtrapning: " + "; ".join(
    f"{9 - step} tabletter dagligt i 5 dage fra {1 + 4 * step:02}.11.2026, tages om morgenen"
    for step in range(8)
)

AASE = Citizen(
    CitizenId("aase"),
    SYD.id,
    "Ågård",
    "Åse",
    cpr="0101300000",
    birth_date=date(1930, 1, 1),
    dwelling="101",
    gp_name="A. Prøve",
    gp_phone="87 00 00 10",
)


class CountingSerials:
    """Serial numbers for tests: 900-00001 and on, kept nowhere."""

    def __init__(self) -> None:
        self.given = 0

    def take(self, count: int = 1) -> list[str]:
        """Return the next numbers."""
        first = self.given + 1
        self.given += count
        return [f"900-{number:05}" for number in range(first, first + count)]


def context(**changes: Any) -> PrintContext:
    """Return how the test prints: by AB, at three in the night."""
    return replace(PrintContext("AB", NIGHT, "Nødboks Solgården", CountingSerials()), **changes)


def rich_orders() -> list[MedicationOrder]:
    """Return one order of each kind a list must show."""
    varied: list[dict[str, Any]] = [
        {"brand": "Eliquix", "atc": "B01AF02"},
        {
            "brand": "Levodopix",
            "strength": "100 mg + 25 mg",
            "is_time_critical": True,
            "dosage": Dosage("1 kapsel", grid("1", "1", "1", "1"), times=("06.00", "11.00")),
        },
        {
            "brand": "Methotrexix",
            "atc": "L01BA01",
            "strength": "2.5 mg",
            "dosage": Dosage("4 tabletter mandag morgen", grid("4"), weekdays=(1,)),
        },
        {"brand": "Prednix", "dosage": Dosage(TAPERING)},
        {"brand": LONG_NAME, "generic": LONG_NAME.lower()},
        {"brand": "Udløbix", "stops_on": date(2026, 11, 10)},
        {"brand": "Hullix", "strength": None, "prescriber": None, "indication": None},
        {
            "brand": "Morfix",
            "is_as_needed": True,
            "dosage": Dosage("1 tablet efter behov", single_dose="1 tablet"),
            "max_daily_dose": "4 tabletter",
            "route": "oralt",
            "instruction": "Mindst 4 timer imellem",
        },
        {
            "brand": "Panzax",
            "is_as_needed": True,
            "dosage": Dosage("1 stikpille ved feber over 38,5 °C"),
        },
        {
            "brand": "Ibumetix",
            "status": MedicationStatus.STOPPED,
            "status_since": date(2026, 11, 18),
            "status_reason": "blødende mavesår",
        },
        {"brand": "Pausix", "status": MedicationStatus.PAUSED, "status_since": date(2026, 11, 20)},
        {"brand": "Tvivlix", "status": MedicationStatus.UNKNOWN, "is_as_needed": True},
        {
            "brand": "Gammelix",
            "status": MedicationStatus.STOPPED,
            "status_since": date(2025, 1, 1),
        },
    ]
    return [
        order(id=f"m{number:02}", citizen_id=AASE.id, **changes)
        for number, changes in enumerate(varied)
    ]


def whole_sections(**changes: Any) -> Iterator[SectionState]:
    """Return the word of the source that every section was delivered."""
    for section in Section:
        yield SectionState(SYD.id, section, **{"as_of": COPIED, **changes})


def penicillin() -> Warning:
    """Return Åse's CAVE."""
    return Warning("w1", AASE.id, "Penicillin", "udslæt", registered_on=date(2019, 3, 12))


def life_critical(citizen: Citizen) -> Flag:
    """Return the flag that brings a citizen's list first."""
    return Flag(f"f-{citizen.id}", citizen.id, FlagKind.LIFE_CRITICAL, "Ilt i døgndrift")


def opened(path: Path, *records: Record) -> RecordStore:
    """Write the records with Unit Syd and whole sections, and open them; a later state wins."""
    with RecordWriter(path) as writer:
        for record in (SYD, *whole_sections(), *records):
            writer.add(record)
    return RecordStore(path)
