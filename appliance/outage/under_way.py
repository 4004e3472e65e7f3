"""Hand what was noted of an outage under way to whoever makes paper of it. Pure.

The same folded log the screens show, seen at one moment, so that screen and sheet say the same.
What was taken back is no part of it. Called by the journal and the sheets of the plan.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.outage.events import Event, Kind
from appliance.outage.state import Lapse


@dataclass(frozen=True, slots=True)
class UnderWay:
    """An outage or a drill that is on, and which one of this box it is."""

    lapse: Lapse
    number: int

    @property
    def decisions(self) -> tuple[Event, ...]:
        """Return every decision in its order, also those that a later one took the place of."""
        return tuple(self._live(Kind.DECISION))

    @property
    def told_down(self) -> tuple[Event, ...]:
        """Return each time somebody said what is down, the whole list each time."""
        return tuple(self._live(Kind.START, Kind.DOWN))

    def _live(self, *kinds: Kind) -> Iterator[Event]:
        outage = self.lapse.outage
        return (e for e in outage.events if e.kind in kinds and e.number not in outage.undone)


def again_at(lapse: Lapse, event: Event) -> datetime | None:
    """Return when something is to be taken up again, or somebody comes; None where none said."""
    minutes = event.what.minutes
    return None if minutes is None else lapse.at(event) + timedelta(minutes=minutes)
