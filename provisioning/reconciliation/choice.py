"""Decide of each entry whether a machine may put it into the care record. Pure.

A person typed it in, or struck it: then it stays out. Nobody can say of whom it is, when it was, or
whether the log is whole: then a person types it in from the list. Nothing is dropped in silence:
each entry that stays out says why. Called by the commands.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from appliance.care_journal.events import JournalEvent
from appliance.care_journal.state import Entry
from provisioning.reconciliation.box_journal import BoxJournal

_CPR = re.compile(r"[0-9]{6}[0-9A-Z]{4}")


class Fate(Enum):
    """What becomes of an entry: the word for the terminal, and that for the list."""

    SENT = ("sent", "ja")
    EFFECT_SENT = ("only its effect is sent", "kun effekten; resten er tastet ind")
    WITHDRAWN = ("withdrawn", "ja, som slettet: den er streget efter sidste gang")
    EFFECT_WITHDRAWN = (
        "only its effect is withdrawn",
        "ja, kun effekten, som slettet: den er streget efter sidste gang",
    )
    DRILL = ("of a drill", "nej: øvelse")
    STRUCK = ("struck", "nej: streget")
    STRUCK_TYPED = (
        "struck, but typed in by hand: strike it in the care system",
        "nej: streget, men tastet ind. Ret det i omsorgssystemet",
    )
    ENTERED = ("typed in by hand", "nej: tastet ind")
    NO_CPR = ("without a CPR number", "nej: uden CPR-nummer")
    CPR_SHARED = (
        "of citizens who share a CPR number",
        "nej: CPR-nummeret står på mere end én borger",
    )
    CLOCK_UNSURE = ("by a clock that was unsure", "nej: boksens ur var usikkert")
    NOT_WHOLE = ("in a log that is not whole", "nej: boksens log er ikke hel")

    @property
    def word(self) -> str:
        """Return the word for the terminal."""
        return str(self.value[0])

    @property
    def danish(self) -> str:
        """Return the words for the list."""
        return str(self.value[1])

    @property
    def is_withdrawal(self) -> bool:
        """Tell whether what goes to the care system is marked there as a mistake."""
        return self in (Fate.WITHDRAWN, Fate.EFFECT_WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; `sent` are the ids of events that an earlier run wrote out."""

    units: Collection[str] = ()
    since: datetime | None = None
    sent: Collection[str] = ()
    with_entered: bool = False
    with_unsure_clock: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """An entry of a box, what becomes of it, and what of it goes to the care system."""

    box: BoxJournal
    entry: Entry
    fate: Fate
    going: tuple[JournalEvent, ...] = ()

    @property
    def cpr(self) -> str:
        """Return the CPR number of the citizen it is about, or nothing."""
        return self.box.cpr_of(self.entry)


def choose(boxes: Iterable[BoxJournal], wanted: Wanted) -> tuple[Chosen, ...]:
    """Return every entry that is asked for: box by box, citizen by citizen, the oldest first."""
    boxes = tuple(boxes)
    shared = _shared(boxes)
    found = [one for box in boxes for one in _of_box(box, wanted, shared)]
    return tuple(sorted(found, key=_place))


def _of_box(box: BoxJournal, wanted: Wanted, shared: Collection[str]) -> Iterator[Chosen]:
    for entry in (*box.journal.entries, *box.practised):
        if _is_asked(entry, wanted):
            yield _chosen(box, entry, _fate(entry, wanted), wanted, shared)
    for entry in box.taken_back:
        is_sent = entry.effect is not None and entry.effect.id in wanted.sent
        if is_sent and _is_asked(entry, wanted):
            yield _chosen(box, entry, Fate.EFFECT_WITHDRAWN, wanted, shared)


def _shared(boxes: Iterable[BoxJournal]) -> Collection[str]:
    """Return the CPR numbers that stand at more than one citizen: nobody can tell whose it is."""
    everybody = {pair for box in boxes for pair in box.named}
    return {cpr for cpr, number in Counter(cpr for cpr, _ in everybody).items() if number > 1}


def _is_asked(entry: Entry, wanted: Wanted) -> bool:
    is_in_unit = not wanted.units or entry.event.unit_id in wanted.units
    return is_in_unit and (wanted.since is None or _last_told(entry) >= wanted.since)


def _last_told(entry: Entry) -> datetime:
    """Return when something was last said of an entry: what is struck today is of today."""
    told = (entry.event, entry.effect, entry.struck, entry.entered)
    return max(event.written_at for event in told if event)


def _place(one: Chosen) -> tuple[str, str, str, str, datetime]:
    """Return what entries are sorted by; those of one minute stay as they were written down."""
    event = one.entry.event
    minute = event.happened_at.replace(second=0, microsecond=0)
    return one.box.box_id, event.unit_id, one.cpr, event.citizen_id, minute


def _chosen(
    box: BoxJournal, entry: Entry, fate: Fate, wanted: Wanted, shared: Collection[str]
) -> Chosen:
    told = (entry.event, *([entry.effect] if entry.effect else []))
    going = {
        Fate.SENT: told,
        Fate.EFFECT_SENT: told[1:],
        Fate.EFFECT_WITHDRAWN: told[1:],
        Fate.WITHDRAWN: tuple(event for event in told if event.id in wanted.sent),
    }.get(fate, ())
    stop = _what_stops(box, entry, wanted, shared) if going else None
    return Chosen(box, entry, stop) if stop else Chosen(box, entry, fate, going)


def _what_stops(
    box: BoxJournal, entry: Entry, wanted: Wanted, shared: Collection[str]
) -> Fate | None:
    """Return why nothing may go to the care system that otherwise would; None if it may."""
    if not box.is_whole:
        return Fate.NOT_WHOLE
    if not _CPR.fullmatch(box.cpr_of(entry)):
        return Fate.NO_CPR
    if box.cpr_of(entry) in shared and not entry.struck:
        return Fate.CPR_SHARED
    is_time_sure = entry.struck or wanted.with_unsure_clock or entry.is_clock_sure
    return None if is_time_sure else Fate.CLOCK_UNSURE


def _fate(entry: Entry, wanted: Wanted) -> Fate:
    if entry.event.is_drill:
        return Fate.DRILL
    if entry.struck:
        return _fate_of_struck(entry, wanted)
    if entry.entered is None or wanted.with_entered:
        return Fate.SENT
    if not entry.is_outdated:
        return Fate.ENTERED
    # An effect that was typed in and taken back since: only a person can strike it there.
    return Fate.EFFECT_SENT if entry.effect else Fate.STRUCK_TYPED


def _fate_of_struck(entry: Entry, wanted: Wanted) -> Fate:
    """Take back what was sent; what a person typed in only a person can strike."""
    ids = {event.id for event in (entry.event, entry.effect) if event}
    if not ids.isdisjoint(wanted.sent):
        return Fate.WITHDRAWN
    return Fate.STRUCK_TYPED if entry.entered else Fate.STRUCK
