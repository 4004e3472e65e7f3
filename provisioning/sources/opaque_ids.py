"""Turn a source's ids into ids that may stand in a URL and say nothing of the person.

A keyed hash: the same citizen keeps the same id night after night, and nobody without the
municipality's salt can go from a CPR or a journal number to the id. The source's own id travels
only inside the sealed snapshot, as `origin`.
"""

import hashlib
from dataclasses import dataclass, field

from appliance.records.terms import CitizenId, StaffId

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"  # base32 of RFC 4648, in lower case
# Two letters at a time: this runs for every resource, and base64.b32encode takes ten times longer.
_PAIRS = tuple(high + low for high in _ALPHABET for low in _ALPHABET)
_SHIFTS = (60, 50, 40, 30, 20, 10, 0)
_LENGTH = 13  # 65 bits: two alike among a million records are not to be expected in 10,000 years


@dataclass(frozen=True, slots=True)
class OpaqueIds:
    """Make ids with one municipality's salt."""

    salt: bytes
    # Begun with the salt once, and copied for every id: half the work of a keyed hash is its key.
    _begun: "hashlib.blake2b" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_begun", hashlib.blake2b(key=self.salt, digest_size=16))

    def citizen(self, source_id: str) -> CitizenId:
        """Return the id of the citizen the source knows by this id."""
        return CitizenId(self.record(source_id))

    def staff(self, source_id: str) -> StaffId:
        """Return the id of a member of staff."""
        return StaffId(self.record(f"Practitioner/{source_id}"))

    def record(self, origin: str) -> str:
        """Return the id of any other record, known in the source as `Type/id`."""
        keyed = self._begun.copy()
        keyed.update(origin.encode())
        bits = int.from_bytes(keyed.digest()[:9], "big") >> 2  # the first 70 bits: seven pairs
        return "".join([_PAIRS[bits >> shift & 0x3FF] for shift in _SHIFTS])[:_LENGTH]
