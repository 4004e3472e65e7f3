"""A care journal of one night, for the sheets that show it."""

from datetime import datetime, timedelta

from appliance.care_journal import events
from appliance.care_journal.events import JournalEvent, What
from appliance.care_journal.state import Journal, fold

NOTE = events.Noted("Faldt ved sengen kl. 2.\nIngen skade, ville ikke have lægen.")
PANODIL = events.MedicineGiven(
    "PANODIL 500 mg", "2 tabletter", is_as_needed=True, reason="smerter i hoften"
)
REFUSED = events.MedicineGiven("Marevan 2,5 mg", "1 tablet", events.Outcome.REFUSED)
PRESSURE = events.Observed("Blodtryk", "120/80", "mmHg", "siddende")


def written(citizen_id: str, unit_id: str, now: datetime) -> Journal:
    """Return entries of every kind: to be typed in, typed in, struck, changed, waited for."""

    def event(number: int, what: What, hours: float) -> JournalEvent:
        at = now - timedelta(hours=hours)
        return JournalEvent(f"{number:016x}", at, at, "AGN", what, citizen_id, unit_id)

    return fold(
        [
            event(1, NOTE, 30),
            event(2, NOTE, 6),
            event(3, PANODIL, 5),
            event(4, PANODIL, 2.5),
            event(5, REFUSED, 4),
            event(6, PRESSURE, 3),
            event(7, events.Noted("Skrevet på den forkerte."), 2),
            event(8, events.EffectSeen(f"{3:016x}", "Smerterne er væk"), 3),
            event(9, events.Struck(f"{7:016x}", "forkert borger"), 1.9),
            event(10, events.Entered(f"{1:016x}"), 1.5),
            event(11, events.Entered(f"{6:016x}"), 1.4),
            event(13, events.Ticked(events.Board.LIFE_CRITICAL, citizen_id), 0.5),
            event(12, events.Struck(f"{6:016x}", "målt på en anden"), 1.2),
        ]
    )
