"""Fold the events of one outage into how things stand. Pure; any events at all fold.

An undone event stays in the log and counts no more, so that what was there before counts again.
Times come from the timeline, never from subtracting two clocks. Called by the journal, the stages
and the screens.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from appliance.outage.events import UNDOABLE, Event, Happening, Kind, Reading
from appliance.outage.timeline import Elapsed, Timeline

DRILL = "drill"
# An end by mistake is noticed within a day; what ended longer ago is not gone on with.
RESUMABLE = timedelta(hours=24)
# Kinds of which the newest about the same thing counts.
_NEWEST = (Kind.STEP, Kind.ROUND, Kind.CALL_IN, Kind.DECISION)


@dataclass(frozen=True, slots=True)
class Outage:
    """One outage or drill: what happened, and what of it counts.

    `newest` holds, per kind, the event that counts about each thing, by its id.
    """

    events: tuple[Event, ...] = ()
    damaged: int = 0
    undone: frozenset[int] = frozenset()
    start: Event | None = None
    end: Event | None = None
    newest: Mapping[Kind, Mapping[str, Event]] = field(default_factory=dict)
    letters: tuple[Event, ...] = ()
    notes: tuple[Event, ...] = ()
    down: tuple[str, ...] = ()
    paper: Event | None = None

    @property
    def is_on(self) -> bool:
        """Tell whether an outage or a drill is under way."""
        return self.start is not None and self.end is None

    @property
    def is_drill(self) -> bool:
        """Tell whether it is (or was) a drill."""
        return self.start is not None and self.start.what.answer == DRILL

    def about(self, kind: Kind, thing: str) -> Event | None:
        """Return the event that counts about one thing, such as a point of the checklist."""
        return self.newest.get(kind, {}).get(thing)

    def all_of(self, kind: Kind) -> tuple[Event, ...]:
        """Return the events that count of a kind, in the order they were written down."""
        return tuple(sorted(self.newest.get(kind, {}).values(), key=lambda each: each.number))

    def may_undo(self, number: int) -> bool:
        """Tell whether an event can be taken back: it is there, counts, and is of such a kind."""
        return any(
            event.number == number and event.kind in UNDOABLE and number not in self.undone
            for event in self.events
        )


def fold(events: Iterable[Event], damaged: int = 0) -> Outage:
    """Return how things stand after these events."""
    every = tuple(events)
    undone = _undone(every)
    live = [event for event in every if event.number not in undone and event.kind != Kind.UNDO]
    newest: dict[Kind, dict[str, Event]] = {kind: {} for kind in _NEWEST}
    for event in live:
        if event.kind in newest:
            newest[event.kind][event.what.about] = event
    start = next((event for event in live if event.kind is Kind.START), None)
    down = next((each for each in reversed(live) if each.kind in (Kind.DOWN, Kind.START)), None)
    return Outage(
        every,
        damaged,
        undone,
        start,
        _end(live),
        newest,
        tuple(event for event in live if event.kind is Kind.LETTER),
        tuple(event for event in live if event.kind is Kind.NOTE),
        down.what.items if down else (),
        next((event for event in live if event.kind is Kind.PAPER), None),
    )


def _undone(events: tuple[Event, ...]) -> frozenset[int]:
    """Return the numbers of what was taken back; only what came before can be."""
    undoable: set[int] = set()
    undone: set[int] = set()
    for event in events:
        if event.kind in UNDOABLE:
            undoable.add(event.number)
        elif event.kind is Kind.UNDO and event.what.about.isdecimal():
            undone |= {int(event.what.about[:9])} & undoable
    return frozenset(undone)


def _end(live: list[Event]) -> Event | None:
    last = next((each for each in reversed(live) if each.kind in (Kind.END, Kind.RESUME)), None)
    return last if last is not None and last.kind is Kind.END else None


@dataclass(frozen=True, slots=True)
class Lapse:
    """An outage seen at one moment: how long it has lasted, and when its events were."""

    outage: Outage
    line: Timeline
    places: Mapping[int, int]
    last: int  # the place of now, or of the end
    now: int

    @property
    def may_resume(self) -> bool:
        """Tell whether it has ended so lately that the end may have been a mistake."""
        end = self.outage.end
        if end is None:
            return False
        return self.line.elapsed(self.places[end.number], self.now).time < RESUMABLE

    @property
    def lasted(self) -> Elapsed:
        """Return how long the outage has lasted, or did."""
        start = self.outage.start
        if start is None:
            return Elapsed(timedelta(0))
        elapsed = self.line.elapsed(self.places[start.number], self.last)
        return Elapsed(elapsed.time + _before(start), elapsed.is_sure)

    @property
    def began_at(self) -> datetime | None:
        """Return when it began, as people say it; None where nothing has begun."""
        start = self.outage.start
        return self.at(start) - _before(start) if start else None

    def since(self, event: Event) -> Elapsed:
        """Return how long ago an event was."""
        return self.line.elapsed(self.places[event.number], self.last)

    def after(self, event: Event) -> Elapsed:
        """Return how long the outage had lasted when an event was written down."""
        start = self.outage.start
        if start is None:
            return Elapsed(timedelta(0))
        elapsed = self.line.elapsed(self.places[start.number], self.places[event.number])
        return Elapsed(elapsed.time + _before(start), elapsed.is_sure)

    def at(self, event: Event) -> datetime:
        """Return when an event was, as people say it."""
        return self.line.wall(self.places[event.number])

    def is_time_sure(self, event: Event) -> bool:
        """Tell whether somebody has vouched for the clock an event was written by."""
        return self.line.is_wall_sure(self.places[event.number])


def lapse_of(outage: Outage, now: Reading) -> Lapse:
    """Return an outage as it is now, or as it was when it ended."""
    readings, places = list[Reading](), dict[int, int]()
    for event in outage.events:
        if event.what.earlier is not None:
            readings.append(event.what.earlier)
        places[event.number] = len(readings)
        readings.append(event.read)
    last = places[outage.end.number] if outage.end else len(readings)
    return Lapse(outage, Timeline.of([*readings, now]), places, last, len(readings))


def is_time_again(event: Event, lapse: Lapse) -> bool:
    """Tell whether what was to be taken up again at a time is due now."""
    minutes = event.what.minutes
    return minutes is not None and lapse.since(event).time >= timedelta(minutes=minutes)


def is_asked(what: Happening, lapse: Lapse) -> bool:
    """Tell whether this answers a question of the plan that is open; only those have a name."""
    if what.kind is not Kind.DECISION or not what.name:
        return False
    made = lapse.outage.about(Kind.DECISION, what.about)
    return made is None or is_time_again(made, lapse)


def _before(start: Event) -> timedelta:
    return timedelta(minutes=min(max(start.what.minutes or 0, 0), 24 * 60 * 7))
