"""Sign where the log ends, so that whoever holds an earlier head sees what was cut off since.

The signed head is one small JSON file without anything of a person. Refuses a head whose signature
does not hold. Called by the keeper's log (signing) and by the hub (judging).
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from appliance.clock import format_time, parse_time
from appliance.sealed_log.chain import FORMAT, End
from appliance.signatures import is_signed_by, public_key_of, sign

# A signature for one purpose must never pass for another.
_PURPOSE = b"nodboks-log-head 1\n"


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a box's log, and when the box said so."""

    box_id: str
    public_key: bytes
    end: End
    at: datetime


def signed_head(head: Head, signing_key: bytes) -> bytes:
    """Return the head with its signature, as it lies in the outbox.

    Raises:
        ValueError: the key is not the one whose public half the head names.

    """
    if public_key_of(signing_key) != head.public_key:
        raise ValueError("the signing key is not that of this log")
    raw = _plain(head)
    signature = base64.b64encode(sign(_signed_part(raw), signing_key)).decode("ascii")
    return json.dumps({**raw, "signature": signature}, indent=1).encode() + b"\n"


def read_head(content: bytes) -> Head:
    """Read a signed head.

    Raises:
        ValueError: it is none, or its signature does not hold.

    """
    try:
        raw = json.loads(content)
        signature = base64.b64decode(raw.pop("signature"), validate=True)
        end = End(int(raw["number"]), bytes.fromhex(raw["digest"]))
        head = Head(raw["box"], bytes.fromhex(raw["key"]), end, parse_time(raw["at"]))
        is_ours = raw == _plain(head)
    except (KeyError, TypeError, AttributeError, binascii.Error, RecursionError) as error:
        raise ValueError("not a signed head") from error
    if not is_ours or not is_signed_by(_signed_part(raw), signature, head.public_key):
        raise ValueError("the signature does not hold")
    return head


def _plain(head: Head) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "box": head.box_id,
        "key": head.public_key.hex(),
        "number": head.end.number,
        "digest": head.end.digest.hex(),
        "at": format_time(head.at),
    }


def _signed_part(raw: dict[str, Any]) -> bytes:
    canonical = json.dumps(raw, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return _PURPOSE + canonical.encode("ascii")
