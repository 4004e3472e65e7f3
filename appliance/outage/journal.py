"""Be the journal of the plan at work: write events down, and say how things stand.

One object for the whole web, safe from any thread; other programs only ask what paper must say.
Refuses what does not fit how things stand (to end what is not on) and whoever writes too much. An
outage is begun by a person, or by the box where box.toml says so; never twice. Called by the
screens, the strip and the making of sheets.
"""

import contextlib
import logging
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from appliance.clock import JudgedClock
from appliance.config import BoxConfig
from appliance.errors import StorageError
from appliance.outage.boot_mark import boot_mark
from appliance.outage.episodes import OUTAGES, Episodes
from appliance.outage.events import Event, Happening, Kind, Reading
from appliance.outage.held import Held, end_drill, is_same
from appliance.outage.limits import Allowance, Share, bytes_for, share_of
from appliance.outage.pulse import EVERY_S, read_pulse, write_pulse
from appliance.outage.state import DRILL, Lapse, Outage, fold, is_asked, lapse_of
from appliance.outage.under_way import UnderWay

# A drill that nobody ended must not mark the paper of a real night.
LONGEST_DRILL = timedelta(hours=12)
_SINCE_EVER = datetime.min.replace(tzinfo=UTC)
# Whoever wrote, where it was no person.
BOX = ""
_log = logging.getLogger("nodboks.outage")
_Stamp = tuple[int, tuple[int, ...] | None]


@dataclass(frozen=True, slots=True)
class Beginning:
    """How an outage begins: by whom, how many minutes ago, what is down, or as a drill."""

    by: str
    minutes_ago: int = 0
    down: tuple[str, ...] = ()
    is_drill: bool = False
    reason: str = ""  # what made the box begin it, so that it does so once


@dataclass(frozen=True, slots=True)
class OnPaper:
    """What sheets must say of it: that it is a drill, and when it began, if that is sure.

    `under_way` is what was noted of it so far, None where nothing is on.
    """

    is_drill: bool = False
    started_at: datetime | None = None
    under_way: UnderWay | None = field(default=None, compare=False)


class OutageJournal:
    """The journal of one box."""

    def __init__(
        self, folder: Path, clock: JudgedClock, boot: str, ram_dir: Path | None = None
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._boot = boot
        self._episodes = Episodes(folder)
        self._held = Held(ram_dir)
        self._allowance = Allowance(clock)
        self._lock = threading.RLock()
        self._seen: _Stamp | None = None
        self._outage = Outage()
        self._number = 0
        self._beat_s: float | None = None
        self._is_restart_noted = False

    def outage(self) -> Outage:
        """Return the present outage, or the last one; one that waits for room on the disk counts.

        Raises:
            StorageError: the disk refused.

        """
        with self._lock:
            if held := self._held.events():
                self._number, self._seen = self._held.number(self._episodes), None
                return fold(held)
            number = self._episodes.present_number()
            file = self._episodes.present(number)
            stamp = (number, file.stamp())
            if stamp != self._seen:
                contents = file.read()
                self._outage = fold(contents.events, contents.damaged)
                self._number, self._seen = number, stamp
            return self._outage

    def lapse(self) -> Lapse:
        """Return the same, with how long it has lasted and when everything was."""
        return lapse_of(self.outage(), self.reading())

    def kept(self) -> list[tuple[int, Event]]:
        """Return how every outage and drill began whose log is kept, the newest first."""
        numbers = reversed(self._episodes.numbers())
        found = ((number, self._episodes.file(number).first()) for number in numbers)
        kept = [(number, start) for number, start in found if start is not None]
        held = self._held.events()
        is_waiting = held and not any(is_same(held[0], start) for _, start in kept)
        return [(self._held.number(self._episodes), held[0]), *kept] if is_waiting else kept

    def beginnings(self) -> list[datetime]:
        """Return when each outage that is kept began; a drill only while it is on.

        Of a drill that is over its end counts instead, while nothing has come after it: its paper
        is shredded, and nobody need account for it. What was by a clock nobody vouched for may have
        been at any time.
        """
        present = self.outage()
        since = [start for _, start in self.kept() if start.what.answer != DRILL]
        if present.start is not None and present.start.what.answer == DRILL:
            since.append(present.end or present.start)
        return [
            event.read.at - timedelta(minutes=event.what.minutes or 0)
            if event.read.is_trusted
            else _SINCE_EVER
            for event in since
        ]

    def lapse_of(self, number: int) -> Lapse | None:
        """Return one that is kept, or None."""
        if self._held.events() and number == self._held.number(self._episodes):
            return self.lapse()
        if number not in self._episodes.numbers():
            return None
        return lapse_of(self._episodes.outage(number), self.reading())

    def on_paper(self) -> OnPaper:
        """Return what sheets made now must say; a log that cannot be read stops no paper."""
        try:
            with self._lock:
                lapse, number = self.lapse(), self._number
        except StorageError as error:
            _log.warning("outage: %s %s", error.code, error.detail)
            return OnPaper()
        start = lapse.outage.start
        if start is None or not lapse.outage.is_on or _is_drill_over(lapse):
            return OnPaper()
        began_at = lapse.began_at if lapse.is_time_sure(start) else None
        return OnPaper(lapse.outage.is_drill, began_at, UnderWay(lapse, number))

    def reading(self) -> Reading:
        """Read both clocks."""
        clock = self._clock
        return Reading(clock.now(), clock.monotonic(), self._boot, clock.judged().level)

    def begin(self, beginning: Beginning) -> bool:
        """Begin an outage or a drill; tell whether it was begun.

        One that is on stays the one there is; only an outage in the middle of a drill ends that. A
        real one that the disk has no room for is held, counts at once, and is written down as soon
        as there is room.

        Raises:
            DiskFullError, StorageError: the disk refused a drill.

        """
        with self._lock:
            now = self.outage()
            if now.is_on and (beginning.is_drill or not now.is_drill):
                return False
            what = Happening(
                Kind.START,
                beginning.by,
                about=beginning.reason,
                answer=DRILL if beginning.is_drill else "",
                minutes=beginning.minutes_ago or None,
                items=beginning.down,
            )
            # Never held back by how much others have written: it may be a real night.
            start = Event(0, what, self.reading())
            try:
                self._held.settle(self._episodes)
                end_drill(self._episodes, start)
                file = self._episodes.file(self._episodes.next_number())
                file.append(start, bytes_for(Share.ENDS))
            except StorageError as error:
                if beginning.is_drill:
                    raise
                _log.error("outage: held until there is room: %s %s", error.code, error.detail)
                self._hold(start)
            self._is_restart_noted = True
            self._prune()
        return True

    def _hold(self, start: Event) -> None:
        """Hold a beginning; after one that is held and was ended it goes on with that."""
        if self._held.events():
            start = replace(start, what=Happening(Kind.RESUME, start.what.by))
        self._held.add(start)

    def end(self, by: str, client: str = BOX) -> bool:
        """End what is on; tell whether anything was."""
        with self._lock:
            if not self.outage().is_on:
                return False
            self._add(Happening(Kind.END, by), client)
        return True

    def resume(self, by: str, client: str = BOX) -> bool:
        """Go on with what was ended within a day; tell whether there was such."""
        with self._lock:
            if not self.lapse().may_resume:
                return False
            self._add(Happening(Kind.RESUME, by), client)
        return True

    def write(self, what: Happening, client: str = BOX) -> bool:
        """Write down what happened in what is on; tell whether anything was on.

        Raises:
            PlanLogBusyError, PlanLogFullError: too much has been written.
            DiskFullError, StorageError: the disk refused; it is not kept.

        """
        with self._lock:
            if not self.outage().is_on:
                return False
            self._add(what, client)
        return True

    def answer(self, what: Happening, seen: int, client: str = BOX) -> bool:
        """Write down an answer unless another about the same came after the event `seen`.

        Tells whether it stands: the same from the same person, pressed twice, stands once. Raises
        what `write` does.
        """
        with self._lock:
            last = self.outage().about(what.kind, what.about)
            if (last.number if last else 0) == seen:
                return self.write(what, client)
            return last is not None and replace(last.what, minutes=what.minutes) == what

    def undo(self, number: int, by: str, client: str = BOX) -> bool:
        """Take back one event; tell whether it could be."""
        with self._lock:
            if not self.outage().may_undo(number):
                return False
            return self.write(Happening(Kind.UNDO, by, about=str(number)), client)

    def beat(self) -> None:
        """Note that time passes: that the box was off, that it still lasts, that a drill is over.

        Called every second. A disk that refuses is logged; the outage goes on.
        """
        try:
            with self._lock:
                with contextlib.suppress(StorageError):  # said when it was held, not every second
                    self._held.settle(self._episodes)
                if self.outage().is_on:
                    self._note_restart()
                    self._end_long_drill()
                    self._note_pulse()
        except StorageError as error:
            _log.warning("outage: %s %s", error.code, error.detail)

    def _note_restart(self) -> None:
        if self._is_restart_noted:
            return
        if self.outage().events[-1].read.boot != self._boot:
            earlier = read_pulse(self._folder, self._number)
            known = {event.read.boot for event in self.outage().events}
            is_known = earlier is not None and earlier.boot in known
            self._append(Happening(Kind.RESTART, earlier=earlier if is_known else None))
        self._is_restart_noted = True

    def _end_long_drill(self) -> None:
        if _is_drill_over(self.lapse()):
            self._append(Happening(Kind.END))

    def _note_pulse(self) -> None:
        now_s = self._clock.monotonic()
        if self._beat_s is None or now_s - self._beat_s >= EVERY_S:
            self._beat_s = now_s
            write_pulse(self._folder, self._number, self.reading())

    def _prune(self) -> None:
        try:
            self._episodes.prune()
        except StorageError as error:  # the outage has begun all the same
            _log.warning("outage: %s %s", error.code, error.detail)

    def _add(self, what: Happening, client: str) -> None:
        share = share_of(what.kind, is_asked=is_asked(what, self.lapse()))
        self._allowance.take(share, client)
        self._note_restart()
        self._append(what, share)

    def _append(self, what: Happening, share: Share = Share.ENDS) -> None:
        event = Event(0, what, self.reading())
        try:
            self._held.settle(self._episodes)
        except StorageError:
            if what.kind not in (Kind.END, Kind.RESUME):
                raise
            self._held.add(event)  # whose beginning is held can be ended
            return
        self.outage()  # what was held until now is the present one
        self._episodes.present(self._number).append(event, bytes_for(share))


def box_journal(config: BoxConfig, clock: JudgedClock) -> OutageJournal:
    """Return the journal of this box."""
    folder = config.box.state_dir / OUTAGES
    try:
        boot = boot_mark(config.web_dir)
    except StorageError as error:  # times are then unsure; that it is a drill is not
        _log.warning("outage: %s %s", error.code, error.detail)
        boot = ""
    return OutageJournal(folder, clock, boot, config.web_dir)


def _is_drill_over(lapse: Lapse) -> bool:
    """Tell whether a drill has lasted so long that nobody can mean it any more."""
    return lapse.outage.is_drill and lapse.lasted.time >= LONGEST_DRILL
