"""Fold the events of the care journal into what counts now: entries, ticks, paper, sign-off. Pure.

Struck entries stay, marked; an event that comes twice counts once; what speaks of something unknown
is left out, and counted. Striking what was said of an entry (typed in, its effect) takes only that
back. Nothing that happened in a drill counts but for whoever asks in a drill: no entry, tick or
strike, and no word on a sheet. Called by the screens, the sheets and the hub.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from appliance.care_journal import events
from appliance.care_journal.events import Board, JournalEvent, MedicineGiven, Outcome
from appliance.policy import EFFECT_DUE_AFTER


class Correction(StrEnum):
    """What is to be put right in the care system, where an entry was typed in and then changed."""

    DELETE = "delete"
    ADD_EFFECT = "add_effect"
    CHANGE_EFFECT = "change_effect"
    DELETE_EFFECT = "delete_effect"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that belongs in the care record, and what has happened to it since.

    `correction` is what the care system holds of it that the journal does not, or the other way
    round: it was struck, or its effect noted, after it was typed in.
    """

    event: JournalEvent
    effect: JournalEvent | None = None
    struck: JournalEvent | None = None
    entered: JournalEvent | None = None
    correction: Correction | None = None

    @property
    def is_outdated(self) -> bool:
        """Tell whether the care system holds something else than the journal."""
        return self.correction is not None

    @property
    def needs_entering(self) -> bool:
        """Tell whether something must still be done about it in the care system."""
        if self.event.is_drill:
            return False
        return self.is_outdated or (self.struck is None and self.entered is None)

    @property
    def is_clock_sure(self) -> bool:
        """Tell whether its times, and those of its effect, were by a clock to be trusted."""
        told = (self.event, *([self.effect] if self.effect else []))
        return all(each.is_clock_sure for each in told)

    @property
    def effect_due_at(self) -> datetime | None:
        """Return when somebody must have looked how it worked; None where nobody need any more.

        In the terms of whoever gave it: by an unsure clock that is a watch.
        """
        what = self.event.what
        is_waited_for = (
            isinstance(what, MedicineGiven)
            and what.is_as_needed
            and what.outcome is Outcome.GIVEN
            and self.effect is None
            and self.struck is None
            and not self.event.is_drill
        )
        return self.event.happened_at + EFFECT_DUE_AFTER if is_waited_for else None

    def is_effect_due(self, now: datetime) -> bool:
        """Tell whether somebody should have looked how it worked, by the box's own clock.

        Between a watch and an unsure clock nobody can reckon: there it counts from when it was
        written down, and at once where the clock was set back since.
        """
        if self.effect_due_at is None:
            return False
        if self.event.is_clock_sure:
            return self.effect_due_at <= now
        written_at = self.event.written_at
        return not written_at <= now < written_at + EFFECT_DUE_AFTER


@dataclass(frozen=True, slots=True)
class Journal:
    """What counts now. Entries and ticks in the order they were written; the newest sign-off.

    `is_signed_for` says that nothing was noted since that would have to be looked at again.
    """

    entries: tuple[Entry, ...] = ()
    ticks: Mapping[tuple[Board, str], tuple[JournalEvent, ...]] = field(default_factory=dict)
    sheets: Mapping[str, JournalEvent] = field(default_factory=dict)
    signed_off: JournalEvent | None = None
    is_signed_for: bool = False
    unknown: int = 0

    @property
    def to_enter(self) -> tuple[Entry, ...]:
        """Return what must still be typed into the care system, the oldest first."""
        return tuple(entry for entry in self.entries if entry.needs_entering)

    def of_citizen(self, citizen_id: str) -> tuple[Entry, ...]:
        """Return what was written of one citizen, struck entries too."""
        return tuple(each for each in self.entries if each.event.citizen_id == citizen_id)

    @property
    def effects_awaited(self) -> tuple[Entry, ...]:
        """Return the doses whose effect nobody has seen yet, the one given first first."""
        awaited = (each for each in self.entries if each.effect_due_at is not None)
        return tuple(sorted(awaited, key=lambda each: each.event.happened_at))

    def effects_due(self, now: datetime) -> tuple[Entry, ...]:
        """Return the doses whose effect is to be looked at by now, the most overdue first."""
        return tuple(each for each in self.effects_awaited if each.is_effect_due(now))


def fold(happened: Iterable[JournalEvent], *, is_drill: bool = False) -> Journal:
    """Return what counts after these events, which come in the order they were written down.

    Whoever asks in a drill (`is_drill`) sees what is practised beside what is true.
    """
    folding = _Folding()
    for event in happened if is_drill else without_drills(happened):
        folding.take(event)
    return folding.result()


def without_drills(happened: Iterable[JournalEvent]) -> Iterator[JournalEvent]:
    """Yield what did not happen to practise; what speaks of a drill's event is of the drill too."""
    practised: set[str] = set()
    for event in happened:
        if event.is_drill or events.spoken_of(event.what) in practised:
            practised.add(event.id)
        else:
            yield event


class _Folding:
    """What counts so far; one fold, one object."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._written: dict[str, JournalEvent] = {}
        # What was said of each entry, in order; what of it was taken back.
        self._told: dict[str, list[JournalEvent]] = {}
        self._entry_of: dict[str, str] = {}
        self._taken_back: set[str] = set()
        self._ticks: dict[str, JournalEvent] = {}
        self._struck_ticks: set[str] = set()
        self._sheets: dict[str, JournalEvent] = {}
        self._signed_off: JournalEvent | None = None
        self._is_signed_for = False
        self._unknown = 0

    def take(self, event: JournalEvent) -> None:
        if event.id in self._known:
            return
        self._known.add(event.id)
        self._is_signed_for = self._is_signed_after(event)
        match event.what:
            case events.EffectSeen(of=of) | events.Entered(of=of):
                if self._tell(of, event):
                    self._entry_of[event.id] = of
            case events.Struck(of=of):
                self._strike(of, event)
            case events.Ticked():
                self._ticks[event.id] = event
            case events.SheetAccounted(serial=serial):
                self._sheets[serial] = event
            case events.SignedOff():
                self._signed_off = event
            case _:
                self._written[event.id] = event
                self._told[event.id] = []

    def _is_signed_after(self, event: JournalEvent) -> bool:
        """Tell whether somebody vouches for all of it still; a tick on a board is no matter."""
        match event.what:
            case events.SignedOff():
                return True
            case events.Ticked():
                return self._is_signed_for
            case events.Struck(of=of) if of in self._ticks:
                return self._is_signed_for
            case _:
                return False

    def result(self) -> Journal:
        ticks: dict[tuple[Board, str], tuple[JournalEvent, ...]] = {}
        for tick in self._ticks.values():
            if tick.id not in self._struck_ticks and isinstance(tick.what, events.Ticked):
                thing = (tick.what.board, tick.what.thing)
                ticks[thing] = (*ticks.get(thing, ()), tick)
        entries = tuple(
            _entry(event, self._told[event.id], self._taken_back)
            for event in self._written.values()
        )
        return Journal(
            entries, ticks, self._sheets, self._signed_off, self._is_signed_for, self._unknown
        )

    def _tell(self, of: str, event: JournalEvent) -> bool:
        """Note what was said of an entry; tell whether there is one."""
        if of not in self._told:
            self._unknown += 1
            return False
        self._told[of].append(event)
        return True

    def _strike(self, of: str, event: JournalEvent) -> None:
        if of in self._ticks:
            self._struck_ticks.add(of)
        elif of in self._entry_of:
            self._taken_back.add(of)
            self._tell(self._entry_of[of], event)
        else:
            self._tell(of, event)


def _entry(event: JournalEvent, told: Iterable[JournalEvent], taken_back: Collection[str]) -> Entry:
    """Return what counts of an entry after everything that was said of it, in order.

    `held` is what the care system has since the last time somebody typed it in and still says so.
    """
    now, held = Entry(event), Entry(event)
    for each in told:
        match each.what:
            case events.Entered() if each.id not in taken_back:
                now = held = replace(now, entered=each)
            case events.EffectSeen():
                now = replace(now, effect=each)
            case events.Struck(of=of) if of == event.id:
                now = replace(now, struck=each)
            case events.Struck(of=of) if now.effect is not None and now.effect.id == of:
                now = replace(now, effect=None)
    return replace(now, correction=_correction(now, held)) if now.entered else now


def _correction(now: Entry, held: Entry) -> Correction | None:
    if now == held:
        return None
    if now.struck is not None:
        return Correction.DELETE
    if now.effect is None:
        return Correction.DELETE_EFFECT
    return Correction.ADD_EFFECT if held.effect is None else Correction.CHANGE_EFFECT
