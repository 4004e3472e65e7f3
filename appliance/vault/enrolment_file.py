"""Carry what the hub must know of a newly enrolled box: one small JSON file.

Nothing in it opens anything away from that box; it is not kept on the box, because together with
the device secret its hub slot does. The hub encrypts to the recipient in it, so whoever swaps the
file on the way gets the records: both ends show its fingerprint, and two people compare them.
Written by `nodboks enrol` and `nodboks keys issue hub`, read by `nodboks-provision accept`.
"""

import base64
import json
import re
from dataclasses import dataclass, field
from typing import Any

from appliance import crypto
from appliance.certificates.request import read_request
from appliance.errors import CertificateError, ConfigError
from appliance.snapshot.hashing import sha256_hex
from appliance.snapshot.manifest import BOX_ID

_FORMAT = 1
_ANY = re.compile(r".*", re.DOTALL)
_LOG_KEY = re.compile(r"[0-9a-f]{64}")
_GROUP, _GROUPS = 4, 5
# The hub's half of a key is some 300 bytes of age.
_LONGEST_SLOT = 4096


@dataclass(frozen=True, slots=True)
class EnrolmentFile:
    """What one box tells the hub of itself. `hub_slot` opens nothing without that box.

    `tls_request` asks for the certificate of its screens (PEM); empty for a box without names.
    """

    box_id: str
    recipient: str
    log_key: str
    hub_slot: bytes = field(repr=False)
    tls_request: str = field(default="", repr=False)

    @property
    def tls_names(self) -> tuple[str, ...]:
        """Return the DNS names it asks a certificate for."""
        return read_request(self.tls_request.encode()).names if self.tls_request else ()

    def to_bytes(self) -> bytes:
        """Return the file's content."""
        plain = {
            "format": _FORMAT,
            "box_id": self.box_id,
            "recipient": self.recipient,
            "log_key": self.log_key,
            "hub_slot": base64.b64encode(self.hub_slot).decode(),
            "tls_request": self.tls_request,
        }
        return f"{json.dumps(plain, indent=1)}\n".encode()

    @property
    def fingerprint(self) -> str:
        """Return 80 bits over all of it, in five groups of four, for two people on the phone."""
        digits = sha256_hex(self.to_bytes())[: _GROUP * _GROUPS].upper()
        return " ".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))


def read_enrolment(content: bytes) -> EnrolmentFile:
    """Read such a file.

    Raises:
        ConfigError: it is none, is damaged, or holds something else than it should.

    """
    try:
        raw = json.loads(content)
        found = EnrolmentFile(
            box_id=_text(raw["box_id"], BOX_ID),
            recipient=str(raw["recipient"]),
            log_key=_text(raw["log_key"], _LOG_KEY),
            hub_slot=base64.b64decode(str(raw["hub_slot"]), validate=True),
            tls_request=_text(raw["tls_request"], _ANY),
        )
        crypto.encrypt(b"", found.recipient)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ConfigError(f"this is no enrolment file: {type(error).__name__}") from error
    if raw.keys() != _KEYS or raw["format"] != _FORMAT or len(found.hub_slot) > _LONGEST_SLOT:
        raise ConfigError("this enrolment file is of another kind than this software reads")
    try:
        found.tls_names  # noqa: B018  (a request that cannot be read is refused here)
    except CertificateError as error:
        raise ConfigError(f"this enrolment file: {error.detail}") from error
    return found


_KEYS = frozenset({"format", "box_id", "recipient", "log_key", "hub_slot", "tls_request"})


def _text(value: Any, form: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise ValueError("not of the right form")
    return value
