"""Decide what of that which comes counts: who is known, what is fresh, how much is looked at.

A word counts only if its box has seen a challenge this box drew lately, and if it is newer than the
last one of the same run. So no clock of anybody is asked, and it does not matter what a sender has
forgotten: after a restart or a restored SD card it is believed again as soon as it has answered.
Pure but for the challenges, which are drawn by the function given; bounded by the list of
neighbours. Called by the post, from one thread.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from appliance.beacon.datagram import Datagram, tag_of, unpack
from appliance.beacon.statement import (
    MOST_ECHOES,
    Statement,
    StatementError,
    Word,
    is_statement_of,
    read_statement,
)
from appliance.snapshot.neighbours import Neighbour

# A challenge is new for so long and counts for as long again: no word can be held back and
# delivered later than that.
CHALLENGE_FOR_S = 300.0
# A box speaks at most every quarter of a minute to each other, and once more while they meet.
_FROM_ONE_S, _BURST_ONE = 1.0, 8.0
# A signature is judged in a fraction of a millisecond: this is some per cent of one slow core.
_IN_ALL_S, _BURST_ALL = 60.0, 240.0
_MOST_SOURCES = 1024


@dataclass(slots=True)
class _Bucket:
    """So many a second, and a few at once."""

    rate_s: float
    most: float
    left: float
    at_s: float

    def take(self, now_s: float) -> bool:
        """Take one; tell whether there was one."""
        self.left = min(self.most, self.left + max(now_s - self.at_s, 0.0) * self.rate_s)
        self.at_s = now_s
        if self.left < 1:
            return False
        self.left -= 1
        return True


@dataclass(frozen=True, slots=True)
class Heard:
    """The last word of a box that counts, and when it came, by this box's steady clock."""

    neighbour: Neighbour
    word: Word
    at_s: float


@dataclass(slots=True)
class _Peer:
    """What is known of one other box. Never grows."""

    neighbour: Neighbour
    challenge: str
    drawn_s: float
    before: str = ""
    before_until_s: float = 0.0
    boot: str = ""
    number: int = 0
    # What it wants to see again: from its last word that counted, and from the last that did not.
    fresh_echo: str = ""
    other_echo: str = ""
    shown: tuple[str, ...] = ()  # what it was last shown of these
    heard: Heard | None = None


@dataclass(slots=True)
class Hearing:
    """What this box has heard of the others."""

    own_id: str
    draw: Callable[[], str]
    _peers: dict[bytes, _Peer] = field(default_factory=dict)
    _sources: "OrderedDict[str, _Bucket]" = field(default_factory=OrderedDict)
    _all: _Bucket = field(default_factory=lambda: _Bucket(_IN_ALL_S, _BURST_ALL, _BURST_ALL, 0.0))
    counts: Counter[str] = field(default_factory=Counter)

    def know(self, neighbours: Iterable[Neighbour], now_s: float) -> None:
        """Take the list that is in force: whoever is not on it any more is forgotten at once.

        A box with another key is another box.
        """
        known = {}
        for each in neighbours:
            key = bytes.fromhex(each.log_key)
            if each.box_id == self.own_id:
                continue
            peer = self._peers.get(tag_of(key))
            if peer is None or _identity(peer.neighbour) != _identity(each):
                peer = _Peer(each, self.draw(), now_s)
            peer.neighbour = each
            if peer.heard is not None:
                peer.heard = replace(peer.heard, neighbour=each)
            known[tag_of(key)] = peer
        self._peers = known

    def remember(self, earlier: Iterable[Heard]) -> None:
        """Take up what was heard before this program was restarted, of boxes still on the list."""
        told = {each.neighbour.box_id: each for each in earlier}
        for peer in self._peers.values():
            before = told.get(peer.neighbour.box_id)
            if before is not None and _identity(before.neighbour) == _identity(peer.neighbour):
                peer.heard = replace(before, neighbour=peer.neighbour)

    def take(self, content: bytes, source: str, now_s: float) -> Neighbour | None:
        """Judge what came; return the box if it must be answered soon.

        It has asked something it was not shown yet, and believes nothing of us before it is.

        Counts what became of it; tells nobody else.
        """
        outcome, peer = self._judge(content, source, now_s)
        self.counts[outcome] += 1
        if peer is None or outcome not in ("unproved", "counted"):
            return None
        asked = peer.fresh_echo if outcome == "counted" else peer.other_echo
        return None if asked in peer.shown else peer.neighbour

    def heard(self) -> tuple[Heard, ...]:
        """Return the last word of every box that has spoken."""
        return tuple(peer.heard for peer in self._peers.values() if peer.heard is not None)

    def challenge_for(self, to: Neighbour, now_s: float) -> tuple[str, tuple[str, ...]]:
        """Return what to ask of a box, and what to show it of what it asked.

        Raises:
            KeyError: it is not on the list.

        """
        peer = self._peers[tag_of(bytes.fromhex(to.log_key))]
        _renew(peer, self.draw, now_s)
        echoes = dict.fromkeys(each for each in (peer.fresh_echo, peer.other_echo) if each)
        peer.shown = tuple(echoes)[:MOST_ECHOES]
        return peer.challenge, peer.shown

    def _judge(self, content: bytes, source: str, now_s: float) -> tuple[str, _Peer | None]:
        datagram = unpack(content)
        if datagram is None:
            return "odd", None
        peer = self._peers.get(datagram.tag)
        if peer is None:
            return "unknown", None
        if not self._may_look(source, now_s):
            return "flood", None
        statement = _read(datagram, peer, self.own_id)
        if statement is None:
            return "forged", None
        return self._weigh(statement, peer, now_s), peer

    def _weigh(self, statement: Statement, peer: _Peer, now_s: float) -> str:
        """Let a statement that is surely the box's own count, if it is fresh."""
        _renew(peer, self.draw, now_s)
        if not _lately_drawn(peer, now_s) & set(statement.echoes):
            peer.other_echo = statement.challenge
            return "unproved"
        is_same_run = statement.boot == peer.boot
        if is_same_run and statement.number <= peer.number:
            return "repeated"
        if peer.boot and not is_same_run:
            # Nothing the run before has said may count from here on.
            peer.challenge, peer.before_until_s, peer.drawn_s = self.draw(), 0.0, now_s
        peer.boot, peer.number = statement.boot, statement.number
        peer.fresh_echo = statement.challenge
        peer.heard = Heard(peer.neighbour, statement.word, now_s)
        return "counted"

    def _may_look(self, source: str, now_s: float) -> bool:
        bucket = self._sources.pop(source, None)
        if bucket is None:
            bucket = _Bucket(_FROM_ONE_S, _BURST_ONE, _BURST_ONE, now_s)
        self._sources[source] = bucket
        if len(self._sources) > _MOST_SOURCES:
            self._sources.popitem(last=False)
        return bucket.take(now_s) and self._all.take(now_s)


def _identity(neighbour: Neighbour) -> tuple[str, str]:
    return neighbour.box_id, neighbour.log_key


def _renew(peer: _Peer, draw: Callable[[], str], now_s: float) -> None:
    """Draw a new challenge when it is time."""
    if now_s - peer.drawn_s >= CHALLENGE_FOR_S:
        peer.before, peer.before_until_s = peer.challenge, peer.drawn_s + 2 * CHALLENGE_FOR_S
        peer.challenge, peer.drawn_s = draw(), now_s


def _lately_drawn(peer: _Peer, now_s: float) -> set[str]:
    return {peer.challenge, *([peer.before] if now_s < peer.before_until_s else [])}


def _read(datagram: Datagram, peer: _Peer, own_id: str) -> Statement | None:
    """Return what the box surely said to this one; the signature comes before any parsing."""
    key = bytes.fromhex(peer.neighbour.log_key)
    if not is_statement_of(datagram.statement, datagram.signature, key):
        return None
    try:
        statement = read_statement(datagram.statement)
    except StatementError:
        return None
    is_for_us = statement.sender == peer.neighbour.box_id and statement.to == own_id
    return statement if is_for_us else None
