"""Send this box's word to the others and take theirs: one UDP socket, one thread, small turns.

Decides nothing about what counts (`hearing.py`) and cannot sign: that is asked for. A keeper that
does not answer, a network that is not there and a full RAM folder cost a turn, never the thread.
Logs numbers only. Run by the worker.
"""

import logging
import secrets
import selectors
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from appliance.attempts import Lasting
from appliance.beacon.datagram import LARGEST
from appliance.beacon.heard import read_heard, write_heard
from appliance.beacon.hearing import Heard, Hearing
from appliance.beacon.others import Others
from appliance.beacon.statement import Statement, Word, write_statement
from appliance.beacon_settings import BeaconSection
from appliance.clock import JudgedClock
from appliance.errors import NodboksError
from appliance.snapshot.neighbours import Neighbour

_log = logging.getLogger("nodboks.beacon")
_TURN_S = 0.5
# Of a flood so many are looked at before it is our turn to speak again.
_MOST_TAKEN = 64
# After so many at once the kernel may drop some: else a flood would take a whole core.
_BREATHE_S = 0.05
# Each costs a signature by the keeper; a thousand boxes take less than two minutes.
_MOST_SENT = 5
# A box we just met is answered at once, but not oftener than this: nobody makes us chatter.
_ANSWER_AFTER_S = 5.0
_SPREAD = 0.1  # a tenth more or less, so that the boxes do not speak in chorus
_WRITE_EVERY_S = 30.0
_COUNT_EVERY_S = 3600.0
_MARK_BYTES = 8


@dataclass(frozen=True, slots=True)
class Self:
    """What the post needs to know of its own box.

    Only what comes by the `interface` is taken. `say` tells how the box is, or raises where nobody
    can tell; `seal` turns a statement into a signed datagram; at `path` it keeps what it heard.
    """

    box_id: str
    interface: str
    say: Callable[[], Word]
    seal: Callable[[bytes], bytes]
    path: Path


def new_mark() -> str:
    """Draw what marks a run of the box, or what another box is to show again."""
    return secrets.token_hex(_MARK_BYTES)


class BeaconPost:
    """The box's word to the others, and theirs to it."""

    def __init__(
        self, settings: BeaconSection, own: Self, others: Others, clock: JudgedClock
    ) -> None:
        self._settings = settings
        self._own = own
        self._others = others
        self._clock = clock
        self._hearing = Hearing(own.box_id, new_mark)
        self._boot = new_mark()
        self._number = 0
        self._random = secrets.SystemRandom().random
        self._due_s: dict[str, float] = {}
        self._sent_s: dict[str, float] = {}
        self._written: tuple[Heard, ...] | None = None
        self._written_s = self._counted_s = clock.monotonic()
        self._known: object = None
        self._is_remembered = False

    def run(self, stop: threading.Event) -> None:
        """Go on until told to stop; where the address is not there yet, try again."""
        turns = Lasting(_log, "beacon", OSError)
        while not stop.is_set():
            try:
                with self.listening() as door:
                    while not stop.is_set():
                        if not turns.do(partial(self._turned, door), instead=False):
                            stop.wait(_TURN_S)
            except OSError as error:
                _log.warning("beacon: %s", error.strerror or "no socket")
                stop.wait(_WRITE_EVERY_S)

    def listening(self) -> socket.socket:
        """Return the socket, bound to the one interface and address of box.toml.

        Raises:
            OSError: the box has no such address now, or another program has the port.

        """
        family = socket.AF_INET6 if ":" in self._settings.listen else socket.AF_INET
        door = socket.socket(family, socket.SOCK_DGRAM)
        try:
            # Else a phone on the hotspot could send to the other address of the box.
            name = self._own.interface.encode("ascii") + b"\0"
            door.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, name)
            door.bind((self._settings.listen, self._settings.port))
            door.setblocking(False)
        except OSError:
            door.close()
            raise
        return door

    def _turned(self, door: socket.socket) -> bool:
        self.turn(door)
        return True

    def turn(self, door: socket.socket, wait_s: float = _TURN_S) -> None:
        """Take what has come, send what is due, keep the file up.

        Raises:
            OSError: the socket itself is of no use any more.

        """
        with selectors.DefaultSelector() as waiting:
            waiting.register(door, selectors.EVENT_READ)
            is_any = bool(waiting.select(wait_s))
        self._learn()
        if is_any:
            self._take(door)
        self._send(door)
        self._keep()

    def _learn(self) -> None:
        """Take up another list, and the first time what was heard before this program's restart."""
        known, now_s = self._others.known, self._clock.monotonic()
        if known is self._known:
            return
        self._known = known
        self._hearing.know(known.neighbours, now_s)
        if known.neighbours and not self._is_remembered:
            self._hearing.remember(read_heard(self._own.path).boxes)
            self._is_remembered = True
        ids = {each.box_id for each in known.neighbours}
        for times in (self._due_s, self._sent_s):
            for gone in times.keys() - ids:
                del times[gone]

    def _take(self, door: socket.socket) -> None:
        for _ in range(_MOST_TAKEN):
            try:
                content, source = door.recvfrom(LARGEST + 1)
            except BlockingIOError:
                return
            except ConnectionRefusedError:
                continue  # another box's door is shut: its answer to what we sent
            now_s = self._clock.monotonic()
            met = self._hearing.take(content, str(source[0]), now_s)
            if met is not None:
                last = self._sent_s.get(met.box_id)
                soon = now_s if last is None else max(now_s, last + _ANSWER_AFTER_S)
                self._due_s[met.box_id] = min(self._due_s.get(met.box_id, soon), soon)
        time.sleep(_BREATHE_S)

    def _send(self, door: socket.socket) -> None:
        now_s = self._clock.monotonic()
        known = self._others.known
        due = [
            each
            for each in known.neighbours
            if each.box_id in known.addresses and now_s >= self._due(each, now_s)
        ]
        due.sort(key=lambda each: self._due_s[each.box_id])
        if not due:
            return
        try:
            word = self._own.say()
        except NodboksError as error:
            _log.warning("beacon: %s %s", error.code, error.detail)
            for each in due:
                self._due_s[each.box_id] = now_s + self._pace_s()
            return
        for each in due[:_MOST_SENT]:
            self._sent_s[each.box_id] = now_s
            self._due_s[each.box_id] = now_s + self._pace_s()
            if not self._send_one(door, each, known.addresses[each.box_id], word):
                return

    def _due(self, neighbour: Neighbour, now_s: float) -> float:
        """Return when a box is next to be spoken to; the first time within one round."""
        first = now_s + self._random() * min(self._settings.every_s, _ANSWER_AFTER_S)
        return self._due_s.setdefault(neighbour.box_id, first)

    def _pace_s(self) -> float:
        return self._settings.every_s * (1 + _SPREAD * (2 * self._random() - 1))

    def _send_one(self, door: socket.socket, to: Neighbour, address: str, word: Word) -> bool:
        """Tell whether others can be sent to: without a keeper nobody can."""
        try:
            challenge, echoes = self._hearing.challenge_for(to, self._clock.monotonic())
        except KeyError:  # ourselves, or the list was replaced under us: the next turn knows
            return True
        self._number += 1
        now, level = self._clock.now(), self._clock.judged().level
        statement = Statement(
            self._own.box_id,
            to.box_id,
            self._boot,
            self._number,
            challenge,
            echoes,
            now,
            level,
            word,
        )
        try:
            datagram = self._own.seal(write_statement(statement))
        except NodboksError as error:
            _log.warning("beacon: %s %s", error.code, error.detail)
            return False
        try:
            door.sendto(datagram, (address, self._settings.port))
        except OSError:  # no way there now, or an address of the other family
            self._hearing.counts["unsent"] += 1
        else:
            self._hearing.counts["sent"] += 1
        return True

    def _keep(self) -> None:
        now_s, heard = self._clock.monotonic(), self._hearing.heard()
        if heard != self._written or now_s - self._written_s >= _WRITE_EVERY_S:
            try:
                write_heard(self._own.path, heard, now_s)
            except NodboksError as error:
                _log.warning("beacon: %s %s", error.code, error.detail)
            self._written, self._written_s = heard, now_s
        if now_s - self._counted_s >= _COUNT_EVERY_S:
            self._counted_s = now_s
            told = ", ".join(f"{name} {n}" for name, n in sorted(self._hearing.counts.items()))
            _log.info("beacon in the last hour: %s", told or "nothing")
            self._hearing.counts.clear()
