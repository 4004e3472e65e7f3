"""Define what the keeper and its clients say to each other: one JSON line each way.

    → {"v": 2, "op": "unlock", "secret": "…"}   or   {"v": 2, "op": "document", "name": "…"}
      or   {"v": 2, "op": "log", "entries": [{…}, …], "lost": 0}
      or   {"v": 2, "op": "prints", "prints": [{…}, …]}
      or   {"v": 2, "op": "journal", "entries": [{…}]}
      or   {"v": 2, "op": "runner_make", "name": "u-syd", "to": "box-18", "entries": [{…}]}
      or   {"v": 2, "op": "clock", "time": "2026-11-23T02:00:00Z", "entries": [{…}]}
    ← {"v": 2, "status": {…}}   or   {"v": 2, "error": {"code": "N-401", "detail": "…"}}

Pure: bytes in, values out; no sockets. An error crosses by its code and comes out as the same
class. A message that cannot be understood is refused without repeating it, since it may hold a
card code or a citizen.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from appliance.clock import ClockLevel, format_time, parse_time
from appliance.errors import KeeperDownError, NodboksError, VaultError, WaitBeforeRetryError
from appliance.sealed_log.entry import Entry, EntryError, from_json, to_json
from appliance.vault import print_note
from appliance.vault.print_note import PrintNote

VERSION = 2
# The longest request is a batch of log entries, of which one may name a hundred citizens; a reply
# holds one status. Anything longer is not ours.
MAX_REQUEST_BYTES = 64 * 1024
MAX_REPLY_BYTES = 16 * 1024
_LONGEST_DETAIL = 1000


class Op(StrEnum):
    """What can be asked of the keeper."""

    STATUS = "status"
    UNLOCK = "unlock"
    UNLOCK_USB = "unlock_usb"
    UNLOCK_HUB = "unlock_hub"
    UNLOCK_RECOVERY = "unlock_recovery"
    ISSUE = "issue"
    REVOKE = "revoke"
    LOCK = "lock"
    REFRESH = "refresh"
    DOCUMENT = "document"
    LOG = "log"
    HEAD = "head"
    CLOCK = "clock"
    PRINTS = "prints"
    JOURNAL = "journal"
    RUNNERS = "runners"
    RUNNER_MAKE = "runner_make"
    RUNNER_TAKE = "runner_take"
    RUNNER_DROP = "runner_drop"
    BEACON = "beacon"


# What the process that talks to the network may ask; it never handles a key in the clear.
FOR_EVERYBODY = frozenset({Op.STATUS, Op.REFRESH, Op.HEAD, Op.UNLOCK_HUB, Op.BEACON})
RUNNER_OPS = frozenset({Op.RUNNERS, Op.RUNNER_MAKE, Op.RUNNER_TAKE, Op.RUNNER_DROP})
# What only root and the keeper's own user may ask: it decides who can open the box from now on.
FOR_OWNERS = frozenset({Op.ISSUE, Op.REVOKE, Op.UNLOCK_RECOVERY})


@dataclass(frozen=True, slots=True)
class Request:
    """One question.

    `secret` is what unlocks (a card code, what the hub served in base64, the recovery identity) and
    stays out of its repr, hence of logs. `name` is the id of an attachment for `document`, a kind
    for `issue`, a slot for `revoke`, the statement to sign for `beacon`; `entries` come with `log`
    and `journal`, and how many were `lost` before them with `log` only. `time` comes with `clock`,
    with the entry that says who set it; what came out on paper comes with `prints`. For a runner
    pack `name` is the unit to hand on, the file to take or the pack to drop, `to_box` who gets it,
    and the entry says who asked.
    """

    op: Op
    secret: str = field(default="", repr=False)
    name: str = ""
    entries: tuple[Entry, ...] = field(default=(), repr=False)
    lost: int = 0
    time: datetime | None = None
    prints: tuple[PrintNote, ...] = field(default=(), repr=False)
    to_box: str = ""

    @property
    def moment(self) -> datetime:
        """Return the time that came.

        Raises:
            VaultError: none did.

        """
        if self.time is None:
            raise VaultError("a time comes with clock only")
        return self.time


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that went wrong while the records stayed usable, by its error code."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class LogStatus:
    """How the sealed log is: `shown` is the end paper shows, `waiting` is not on the disk yet."""

    number: int = 0
    shown: str = ""
    waiting: int = 0
    lost: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SlotStatus:
    """One way to open the box; `used_at` is when a card was first used, as ISO 8601, or nothing."""

    name: str
    kind: str
    used_at: str = ""


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key: a card's 20 digits, a USB key's identity, or the hub's object in base64."""

    name: str
    kind: str
    secret: str = field(repr=False)

    def object(self) -> bytes:
        """Return what the hub is to keep, for a key of its kind."""
        return base64.b64decode(self.secret)


@dataclass(frozen=True, slots=True)
class RunnerStatus:
    """One runner pack: in this box (`is_kept`), or on the stick. `key` names it for a drop."""

    key: str
    file: str
    from_name: str
    unit_id: str
    unit: str
    made_at: datetime
    made_by: str
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class KeeperStatus:
    """What the keeper tells of itself; `fell_back` means an older snapshot is open.

    `open_until` is when it may lock itself, None when it does not; `hub_may_open` whether the
    worker should fetch the hub's half of the key; `issued` answers `issue` only, `runners` what is
    asked about runner packs, and `beacon`, the signed datagram in base64, `beacon`.
    """

    locked: bool
    device_secret: str
    version: int | None = None
    signed_at: datetime | None = None
    opened_at: datetime | None = None
    search_ready: bool = False
    fell_back: bool = False
    problem: Problem | None = None
    log: LogStatus = LogStatus()
    open_until: datetime | None = None
    hub_may_open: bool = False
    slots: tuple[SlotStatus, ...] = ()
    issued: IssuedKey | None = None
    clock: ClockLevel = ClockLevel.UNSURE
    is_clock_set_by_hand: bool = False
    runners: tuple[RunnerStatus, ...] = ()
    beacon: str = ""


def format_request(request: Request) -> bytes:
    """Write a request as one line."""
    return _line({"v": VERSION, "op": request.op.value, **_arguments(request)})


def _arguments(request: Request) -> dict[str, Any]:
    if request.op in (Op.LOG, Op.JOURNAL):
        return {"entries": [to_json(entry) for entry in request.entries], "lost": request.lost}
    if request.op is Op.CLOCK:
        return {"time": request.time, "entries": [to_json(entry) for entry in request.entries]}
    if request.op is Op.PRINTS:
        return {"prints": [print_note.to_json(note) for note in request.prints]}
    if request.op in RUNNER_OPS:
        entries = [to_json(entry) for entry in request.entries]
        return {"name": request.name, "to": request.to_box, "entries": entries}
    return {"secret": request.secret, "name": request.name}


def parse_request(line: bytes) -> Request:
    """Read a request.

    Raises:
        VaultError: it is not a request of this version; `detail` does not repeat it.

    """
    raw = _parse(line)
    if raw is None:
        raise VaultError("the request is not a JSON object on one line")
    if raw.get("v") != VERSION:
        raise VaultError(f"this keeper speaks protocol version {VERSION} only")
    if raw.get("op") not in list(Op):
        raise VaultError(f"unknown op; known are {', '.join(Op)}")
    texts = [raw.get(key, "") for key in ("secret", "name", "to")]
    if not all(isinstance(text, str) for text in texts):
        raise VaultError("the secret, the name and the receiver must be text")
    secret, name, to_box = texts
    entries, lost = _log_arguments(raw)
    time, prints = _time_argument(raw), _prints_argument(raw)
    return Request(Op(raw["op"]), secret, name, entries, lost, time, prints, to_box)


def _prints_argument(raw: Mapping[str, Any]) -> tuple[PrintNote, ...]:
    prints = raw.get("prints", [])
    if not isinstance(prints, list):
        raise VaultError("the prints must be a list")
    return tuple(print_note.from_json(one) for one in prints)


def _time_argument(raw: Mapping[str, Any]) -> datetime | None:
    """Return the time that comes with `clock`; nothing else has one."""
    if raw["op"] != Op.CLOCK:
        return None
    try:
        return parse_time(raw["time"])
    except (KeyError, TypeError, ValueError) as error:
        raise VaultError("the time must be an ISO 8601 time") from error


def _log_arguments(raw: Mapping[str, Any]) -> tuple[tuple[Entry, ...], int]:
    entries, lost = raw.get("entries", []), raw.get("lost", 0)
    if not isinstance(entries, list) or type(lost) is not int or lost < 0:
        raise VaultError("the entries must be a list and the lost ones a number")
    try:
        return tuple(from_json(one) for one in entries), lost
    except EntryError as error:
        raise VaultError(f"an entry of the log: {error}") from error


def format_status(status: KeeperStatus) -> bytes:
    """Write a reply that all is well, as one line."""
    return _line({"v": VERSION, "status": asdict(status)})


def format_error(error: NodboksError) -> bytes:
    """Write a reply that it went wrong, as one line."""
    body: dict[str, Any] = {"code": error.code, "detail": error.detail[:_LONGEST_DETAIL]}
    if isinstance(error, WaitBeforeRetryError):
        body["wait_s"] = error.wait_s
    return _line({"v": VERSION, "error": body})


def parse_reply(line: bytes) -> KeeperStatus:
    """Read a reply; an error in it is raised as the class it left the keeper as.

    Raises:
        KeeperDownError: it is no reply of this version.
        NodboksError: whatever the keeper answered.

    """
    raw = _parse(line)
    if raw is None or raw.get("v") != VERSION:
        raise KeeperDownError("the keeper's reply is not of this protocol version")
    try:
        if "error" in raw:
            raise _to_error(raw["error"])
        return _to_status(raw["status"])
    except (KeyError, TypeError, ValueError) as error:
        raise KeeperDownError(f"the keeper's reply cannot be understood: {error!r}") from error


def error_class(code: str) -> type[NodboksError]:
    """Return the error class with that code; `VaultError` for one this side does not know."""
    waiting: list[type[NodboksError]] = [NodboksError]
    while waiting:
        candidate = waiting.pop()
        if candidate.code == code:
            return candidate
        waiting.extend(candidate.__subclasses__())
    return VaultError


def _line(message: dict[str, Any]) -> bytes:
    return json.dumps(message, default=_plain).encode() + b"\n"


def _plain(value: Any) -> str:
    """Write the one kind of value that JSON does not know."""
    if isinstance(value, datetime):
        return format_time(value)
    raise TypeError(type(value).__name__)


def _parse(line: bytes) -> dict[str, Any] | None:
    # RecursionError: a thousand opening brackets fit in a request.
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return raw if isinstance(raw, dict) else None


def _to_error(raw: dict[str, Any]) -> NodboksError:
    kind = error_class(raw["code"])
    if kind is WaitBeforeRetryError:
        return WaitBeforeRetryError(float(raw["wait_s"]))
    return kind(str(raw["detail"]))


def _to_status(raw: dict[str, Any]) -> KeeperStatus:
    problem, issued = raw["problem"], raw["issued"]
    return KeeperStatus(
        locked=bool(raw["locked"]),
        device_secret=str(raw["device_secret"]),
        version=None if raw["version"] is None else int(raw["version"]),
        signed_at=_time(raw["signed_at"]),
        opened_at=_time(raw["opened_at"]),
        search_ready=bool(raw["search_ready"]),
        fell_back=bool(raw["fell_back"]),
        problem=Problem(**problem) if problem else None,
        log=LogStatus(**raw["log"]),
        open_until=_time(raw["open_until"]),
        hub_may_open=bool(raw["hub_may_open"]),
        slots=tuple(SlotStatus(**each) for each in raw["slots"]),
        issued=IssuedKey(**issued) if issued else None,
        clock=ClockLevel(raw["clock"]),
        is_clock_set_by_hand=bool(raw["is_clock_set_by_hand"]),
        runners=tuple(
            RunnerStatus(**(each | {"made_at": parse_time(each["made_at"])}))
            for each in raw["runners"]
        ),
        beacon=str(raw["beacon"]),
    )


def _time(text: str | None) -> datetime | None:
    return None if text is None else parse_time(text)
