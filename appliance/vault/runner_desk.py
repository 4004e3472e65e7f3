"""Do what is asked about runner packs: list, make, take, drop. The keeper's side of it.

Whoever asks is entered into the sealed log, surely, before anything is handed over, and only once
it is known what the pack is and that it can be used. What reads or writes a stick waits for nobody
but another stick: a bad one keeps no lock, unlock or note waiting. Called by the keeper's service.
"""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import asdict, replace

from appliance.errors import LockedError, NodboksError, SlotMissingError, VaultError
from appliance.sealed_log.entry import Action, Entry
from appliance.snapshot.runner_file import Statement
from appliance.vault.keeper_log import KeeperLog
from appliance.vault.open_snapshot import OpenSnapshot
from appliance.vault.opened import Opened
from appliance.vault.protocol import Op, Request, RunnerStatus
from appliance.vault.runner_maker import RunnerMaker, Wish
from appliance.vault.runner_shelf import Coming, RunnerShelf, key_of
from appliance.vault.runner_stick import RunnerStick

# Lends the device key; while it does, the box is neither locked nor opened.
Turn = Callable[[], AbstractContextManager[str]]
_ACTIONS = {
    Op.RUNNER_MAKE: Action.RUNNER_MADE,
    Op.RUNNER_TAKE: Action.RUNNER_TAKEN,
    Op.RUNNER_DROP: Action.RUNNER_DROPPED,
}
# How long somebody waits for whoever is at the stick; a broken one may take for ever.
_WAIT_S = 2.0
_LONGEST_ABOUT = 128
_LONGEST_NAME = 64
# Of a reply's 16 kB; the rest is the status.
_MOST_LISTED_BYTES = 11 * 1024


class RunnerDesk:
    """The runner packs of one box, made and taken in."""

    def __init__(
        self,
        shelf: RunnerShelf,
        stick: RunnerStick,
        maker: RunnerMaker,
        snapshot: OpenSnapshot,
        log: KeeperLog,
    ) -> None:
        self._shelf = shelf
        self._stick = stick
        self._maker = maker
        self._snapshot = snapshot
        self._log = log
        self._at_stick = threading.Lock()

    def start(self) -> None:
        """Remove what a predecessor left half done, and what is over."""
        self._shelf.clear_coming()
        self.tidy()

    def tidy(self) -> None:
        """Remove packs whose time is over."""
        self._shelf.tidy()

    def look_again(self, identity: str) -> None:
        """Open the records anew if other packs count now: the list of boxes may be another."""
        if self._shelf.has_changed():
            self._snapshot.open_again(identity)
        self._shelf.tidy()

    def perform(self, request: Request, turn: Turn) -> tuple[RunnerStatus, ...]:
        """Do what is asked; return the packs it was about.

        Raises:
            LockedError: the box is locked.
            SlotMissingError: there is no stick, or somebody else is at it.
            LogNotKeptError: it is not surely in the log who asked; nothing was handed over.
            NodboksError: as `RunnerMaker` and `RunnerShelf` say.

        """
        if request.op is Op.RUNNERS:
            return self._all()
        self._opened()
        entry = _entry_of(request)
        if request.op is Op.RUNNER_DROP:
            self._drop(request.name, entry, turn)
            return ()
        with self._alone_at_stick():
            if request.op is Op.RUNNER_TAKE:
                return (_status(self._take(request.name, entry, turn), is_kept=True),)
            return (_status(self._make(request, entry, turn)),)

    def _take(self, file: str, entry: Entry, turn: Turn) -> Statement:
        try:
            with closing(self._stick.open(file)) as source:
                coming = self._shelf.copy(source)
            with turn() as identity:
                self._snapshot.refuse_unsafe_memory()
                self._shelf.try_out(coming, self._opened().records, identity)
                self._take_in(coming, _about(entry, coming.statement), identity)
        finally:
            self._shelf.clear_coming()
        return coming.statement

    def _take_in(self, coming: Coming, entry: Entry, identity: str) -> None:
        """Enter who takes a pack in, then show it; what does not come in after all is let go."""
        self._log.keep([entry])
        try:
            before = self._shelf.keep(coming)
            problem = self._snapshot.open_again(identity) or self._shelf.left_out.get(coming.key)
            if problem is not None:
                self._shelf.let_go(coming.key, before)
                raise problem
        except NodboksError:
            self._log.take([replace(entry, action=Action.RUNNER_DROPPED, text="")])
            raise
        finally:
            self._shelf.tidy()

    def _drop(self, key: str, entry: Entry, turn: Turn) -> None:
        said = self._shelf.statement_of(key)
        with turn() as identity:
            self._log.keep([_about(entry, said) if said else replace(entry, about=key)])
            self._shelf.let_go(key)
            self._snapshot.open_again(identity)
            self._shelf.tidy()

    def _make(self, request: Request, entry: Entry, turn: Turn) -> Statement:
        stick = self._stick.folder()
        wish = Wish(request.name, request.to_box, entry.who.initials)
        with contextlib.ExitStack() as stack:
            with turn():
                if wish.unit_id in self._shelf.unit_ids():
                    raise VaultError("the unit is a guest here; its own box makes the pack")
                self._snapshot.refuse_unsafe_memory()
                ready = self._maker.prepare(wish, self._opened().records)
                stack.enter_context(closing(ready.sealed))
                asked = replace(entry, unit_id=wish.unit_id[:_LONGEST_ABOUT], about=wish.to_box)
                self._log.keep([asked])
            self._maker.write(ready, stick)
        return ready.statement

    def _all(self) -> tuple[RunnerStatus, ...]:
        """Return what is in the box, then what is on the stick; no stick is no fault here."""
        packs = [_status(each.statement, is_kept=True) for each in self._shelf.kept()]
        with contextlib.suppress(SlotMissingError), self._alone_at_stick():
            self._stick.folder()
            packs += map(_status, self._stick.offered(self._shelf.neighbours()))
        return _what_fits(packs)

    def _opened(self) -> Opened:
        opened = self._snapshot.opened
        if opened is None:
            raise LockedError
        return opened

    @contextmanager
    def _alone_at_stick(self) -> Iterator[None]:
        if not self._at_stick.acquire(timeout=_WAIT_S):
            raise SlotMissingError("the stick does not answer, or somebody else is at it")
        try:
            yield
        finally:
            self._at_stick.release()


def _entry_of(request: Request) -> Entry:
    """Return who asks; the web can make entries, and must make this one.

    Raises:
        VaultError: it is not exactly one, of what is asked.

    """
    if [each.action for each in request.entries] != [_ACTIONS[request.op]]:
        raise VaultError("exactly one entry must say who asks for this")
    return request.entries[0]


def _about(entry: Entry, said: Statement) -> Entry:
    """Say in an entry which pack it was, as the keeper has read it."""
    about = f"{said.from_box}/{said.file_name}"[:_LONGEST_ABOUT]
    return replace(entry, unit_id=said.unit_id, about=about)


def _what_fits(packs: list[RunnerStatus]) -> tuple[RunnerStatus, ...]:
    """Return as many from the beginning as a reply has room for."""
    left, fitting = _MOST_LISTED_BYTES, []
    for pack in packs:
        left -= len(json.dumps(asdict(pack), default=str))
        if left < 0:
            break
        fitting.append(pack)
    return tuple(fitting)


def _status(statement: Statement, *, is_kept: bool = False) -> RunnerStatus:
    return RunnerStatus(
        key=key_of(statement),
        file=statement.file_name,
        from_name=statement.from_name[:_LONGEST_NAME],
        unit_id=statement.unit_id,
        unit=statement.unit,
        made_at=statement.made_at,
        made_by=statement.made_by,
        is_kept=is_kept,
    )
