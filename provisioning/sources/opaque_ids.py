"""Turn a source's ids into ids that may stand in a URL and say nothing of the person.

A keyed hash: the same citizen keeps the same id night after night, and nobody without the
municipality's salt can go from a CPR or a journal number to the id. The source's own id travels
only inside the sealed snapshot, as `origin`.
"""

import hashlib
import itertools
from dataclasses import dataclass, field

from appliance.records.terms import CitizenId, StaffId

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"  # base32 of RFC 4648, in lower case
# Three letters at a time: this runs for every resource, and b32encode takes ten times longer.
_THREE = tuple(map("".join, itertools.product(_ALPHABET, repeat=3)))
_LOW_15_BITS = 0x7FFF
# 13 letters are 65 bits: two alike among a million records are not to be expected in 10,000 years.
_BYTES = 9


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
        bits = int.from_bytes(keyed.digest()[:_BYTES], "big")
        first, second = _THREE[bits >> 57], _THREE[bits >> 42 & _LOW_15_BITS]
        third, fourth = _THREE[bits >> 27 & _LOW_15_BITS], _THREE[bits >> 12 & _LOW_15_BITS]
        return f"{first}{second}{third}{fourth}{_ALPHABET[bits >> 7 & 0x1F]}"
