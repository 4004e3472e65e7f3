"""A box's log with invented keys, written by the real writer; shared with the hub's tests."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from appliance import crypto
from appliance.clock import HeldClock
from appliance.sealed_log.chain import HEAD_NAME, Gap, Line, parse_gap, read_segment
from appliance.sealed_log.entry import Action, Entry, When, Who, new_whom, to_bytes
from appliance.sealed_log.head import Head, signed_head
from appliance.sealed_log.writer import Limits, SealedLog
from appliance.signatures import public_key_of

NIGHT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
AASE, EGON = new_whom("c-7f3a", "010130-1234"), new_whom("c-81d0", "2412381177")
AGNES = Who("AGN", "s-agnes", "nurse", "10.77.0.21")
SIGNING_KEY = bytes(range(32))
AUDIT_IDENTITY = crypto.identity_from_bytes(bytes(range(1, 33)))
DEVICE_IDENTITY = crypto.identity_from_bytes(bytes(range(2, 34)))


def entry(action: Action = Action.VIEW_CITIZEN, minute: int = 0, **fields: object) -> Entry:
    """Return an entry of the invented night; a look of Agnes at Aase unless it says more."""
    whole: dict[str, object] = {"who": AGNES, "whom": (AASE,), "unit_id": "u-syd"} | fields
    when = When(NIGHT + timedelta(minutes=minute), float(minute * 60))
    return Entry(action, when, **whole)  # type: ignore[arg-type]


def sealed(one: Entry, *identities: str) -> bytes:
    """Seal an entry to the audit key and to whatever other keys are given."""
    recipients = [crypto.recipient_of(identity) for identity in (AUDIT_IDENTITY, *identities)]
    return crypto.encrypt(to_bytes(one), recipients)


@dataclass
class BoxLog:
    """The log of one box in a folder."""

    folder: Path
    signing_key: bytes = SIGNING_KEY
    clock: HeldClock = field(default_factory=lambda: HeldClock(NIGHT))
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        self.log = SealedLog(self.folder, self.public_key, self.clock, self.limits)

    @property
    def public_key(self) -> bytes:
        return public_key_of(self.signing_key)

    def add(self, *entries: Entry, is_durable: bool = True) -> None:
        self.log.append([sealed(one) for one in entries], is_durable=is_durable)

    def restart(self) -> None:
        """Let go and take up again, as a keeper that was stopped well."""
        self.log.close()
        self.__post_init__()

    def sign(self, name: str = HEAD_NAME) -> None:
        head = Head("box-17", self.public_key, self.log.synced_end(), self.clock.now())
        (self.folder / name).write_bytes(signed_head(head, self.signing_key))

    def segments(self) -> list[Path]:
        return sorted(self.folder.glob("*.log"))

    def lines(self) -> list[Line]:
        found = [read_segment(path.read_bytes()) for path in self.segments()]
        return [line for segment in found for line in segment.lines]

    def gaps(self) -> list[Gap | None]:
        return [parse_gap(line.payload) for line in self.lines() if not line.is_sealed]
