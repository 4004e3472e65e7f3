"""A night that was noted on the box: round, call-in, letters, decisions; and the sheets of it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from appliance.outage.events import Event, Kind
from appliance.outage.state import fold, lapse_of
from appliance.outage.under_way import UnderWay
from appliance.paper.sheet_kind import Material
from appliance.plan.models import place_key
from tests.appliance.outage.happenings import BEGAN, event, reading
from tests.appliance.paper.plan_sheets.conftest import LONG

MINUTE, HOUR = 60.0, 3600.0
NOW_S = 8 * HOUR + 30 * MINUTE
PRINTED_AT = BEGAN + timedelta(seconds=NOW_S)
NOTED_SHEETS = (
    "contact_round", "call_in_list", "decision_log", "extent_summary", "letters", "outage_report",
    "response_plan",
)  # fmt: skip
ASKED = "Skal sundhedskrisestaben samles?"
PUT_OFF = "Ikke nu. Der tages stilling igen kl. 13.00"
TOLD = "Vi kan ikke modtage elektroniske beskeder"
BEGUN = (Kind.START, 0.0, {})
LEADERS = "Chef Holm og direktør Krag"


def rung(name: str, answer: str, seconds: float, **fields: Any) -> tuple[Kind, float, Any]:
    """Return an answer of the contact round."""
    return Kind.ROUND, seconds, {"about": place_key(name), "name": name, "answer": answer, **fields}


def decided(about: str, answer: str, seconds: float, **fields: Any) -> tuple[Kind, float, Any]:
    """Return a decision."""
    return Kind.DECISION, seconds, {"about": about, "answer": answer, "text": LEADERS, **fields}


NIGHT = (
    (Kind.START, 0.0, {"items": ("Internettet", "Omsorgsjournalen")}),
    (Kind.STEP, 3 * MINUTE, {"about": "ring-it", "name": "Ring til IT-vagten."}),
    rung("Nærmeste plejecenter", "hit", 40 * MINUTE),
    rung("Hjemmeplejen, vagttelefon", "spared", 42 * MINUTE, by="CD"),
    rung("Madservice", "silent", 44 * MINUTE, minutes=60),
    rung("Botilbud Øst", "hit", 50 * MINUTE),
    (Kind.DOWN, HOUR, {"items": ("Omsorgsjournalen", "Nødkaldene")}),
    (Kind.LETTER, 2 * HOUR, {"about": "sygehus", "name": TOLD, "text": "Akutmodtagelsen, telefon"}),
    (Kind.CALL_IN, 3 * HOUR, {"about": "EF", "name": "EF", "answer": "comes", "minutes": 120}),
    (Kind.CALL_IN, 3 * HOUR + MINUTE, {"about": "NPR", "name": "NPR", "answer": "silent"}),
    (Kind.NOTE, 4 * HOUR, {"text": "Printeren manglede papir, der er hentet mere i kælderen"}),
    decided("andet-1", "Nattevagten bliver til kl. 12", 5 * HOUR),
    decided("krisestab", PUT_OFF, 8 * HOUR, name=ASKED, minutes=60),
    decided("krisestab", "Ja, nu", 8 * HOUR + 10 * MINUTE, name=ASKED),
)  # fmt: skip


# As much as an open log lets anybody write.
TEXT = " ".join(["Nattevagten bliver, til dagvagten er mødt og har fået alt fortalt."] * 3)[:200]
CROWD = (
    BEGUN,
    *(rung(f"{LONG[:50]} {n:03}", "hit", n, minutes=30) for n in range(300)),
    *(
        (Kind.CALL_IN, n, {"about": f"M{n}", "name": f"M{n}", "answer": "cannot"})
        for n in range(100, 160)
    ),
    *(decided(f"andet-{n}", f"{n:03}: {TEXT}"[:200], n, text=LONG[:60]) for n in range(40)),
    *((Kind.LETTER, n, {"about": "sygehus", "text": f"{LONG[:50]} {n:03}"}) for n in range(30)),
    *((Kind.NOTE, n, {"text": f"{n:03}. {TEXT}"[:200]}) for n in range(60)),
    (Kind.DOWN, MINUTE, {"items": tuple(f"{LONG} {number}" for number in range(30))}),
)  # fmt: skip


def under_way(
    happened: Iterable[tuple[Kind, float, Any]] = NIGHT, *, is_clock_sure: bool = True
) -> UnderWay:
    """Return the night as it stands half an hour after the eighth."""
    events = [event(number, *each[:2], **each[2]) for number, each in enumerate(happened, 1)]
    if not is_clock_sure:
        events = [
            Event(each.number, each.what, reading(each.read.monotonic_s - 1000, is_trusted=False))
            for each in events
        ]
    now = reading(NOW_S, is_trusted=is_clock_sure)
    return UnderWay(lapse_of(fold(events), now), number=4)


def noted_material(*, is_clock_sure: bool = True, **changes: Any) -> Material:
    """Return what sheets are made from on a locked box in that night."""
    known = under_way(is_clock_sure=is_clock_sure)
    began_at = BEGAN if is_clock_sure else None
    return Material(under_way=known, outage_started_at=began_at, **changes)
