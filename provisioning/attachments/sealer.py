"""Seal the attachments of one box, each once, so that an unchanged photo never moves again.

age makes other bytes each time, so the hub remembers which photo became which object: by a keyed
hash, in a file of its private area, with the identity the objects open with. That identity travels
inside the snapshot, so unlocking the records unlocks the photos. A box with a new device key gets
a new identity: a card that was lost with the old one opens nothing made after. Called by
`publish` for each box.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance import crypto
from appliance.errors import StorageError
from appliance.files import explaining_disk_errors, write_atomically
from appliance.snapshot.attachment_index import SealedAttachment
from appliance.snapshot.hashing import sha256_hex

_log = logging.getLogger("nodboks.attachments")
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class _Memory:
    """What the hub keeps of one box: the identity, whose it is, and what it sealed."""

    identity: str = field(repr=False)
    recipient: str
    sealed: dict[str, SealedAttachment] = field(default_factory=dict)


@dataclass(slots=True)
class AttachmentSealer:
    """Seals for one box; `is_published` tells whether an object already lies in its repository."""

    path: Path
    recipient: str
    shelf: Path
    folder: Path
    is_published: Callable[[SealedAttachment], bool]
    attachments: dict[SealedAttachment, Path | None] = field(default_factory=dict)
    _memory: _Memory = field(init=False, repr=False)
    _used: dict[str, SealedAttachment] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._memory = _remembered(self.path, self.recipient)

    @property
    def identity(self) -> str:
        """Return what opens the attachments; it belongs inside the sealed snapshot only."""
        return self._memory.identity

    def seal(self, key: str) -> str | None:
        """Return the name of the object a photo on the shelf travels as.

        None where its bytes are nowhere any more: a unit that goes out as it last was may name
        what is neither in tonight's feed nor published to this very box.

        Raises:
            StorageError: the shelf or the folder cannot be used.

        """
        if key not in self._used:
            known = self._memory.sealed.get(key)
            if known is not None and self.is_published(known):
                self.attachments.setdefault(known, None)
            elif (self.shelf / key).is_file():
                known = self._seal(key)
            else:
                return None
            self._used[key] = known
        return self._used[key].sha256

    def remember(self) -> None:
        """Write down what became of each photo, once its object is published.

        Raises:
            StorageError: the disk refused; what is forgotten is sealed anew and moves once more.

        """
        before = self._memory.sealed
        kept = {key: item for key, item in before.items() if self.is_published(item)}
        sealed = kept | self._used
        if sealed != before or (self._used and not self.path.exists()):
            memory = _Memory(self._memory.identity, self.recipient, sealed)
            write_atomically(self.path, _encode(memory))

    def clear(self) -> None:
        """Remove the sealed files of this run; the published ones stay."""
        for file in self.attachments.values():
            if file is not None:
                file.unlink(missing_ok=True)

    def _seal(self, key: str) -> SealedAttachment:
        with explaining_disk_errors("sealing an attachment"):
            self.folder.mkdir(mode=0o700, exist_ok=True)
            plain = (self.shelf / key).read_bytes()
            content = crypto.encrypt(plain, crypto.recipient_of(self.identity))
            item = SealedAttachment(sha256_hex(content), len(content))
            target = self.folder / item.sha256
            target.write_bytes(content)
        self.attachments[item] = target
        return item


def _remembered(path: Path, recipient: str) -> _Memory:
    """Return what is known of a box; a new identity for one that is new, or whose key is."""
    try:
        memory = _decode(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return _Memory(crypto.new_identity(), recipient)
    except OSError as error:
        raise StorageError(f"reading {path.name}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError):
        _log.warning("%s is damaged; its attachments are sealed anew", path.name)
        return _Memory(crypto.new_identity(), recipient)
    if memory.recipient != recipient:
        return _Memory(crypto.new_identity(), recipient)
    return memory


def _encode(memory: _Memory) -> bytes:
    sealed = {key: [item.sha256, item.size] for key, item in sorted(memory.sealed.items())}
    content = {
        "format": _FORMAT,
        "identity": memory.identity,
        "recipient": memory.recipient,
        "sealed": sealed,
    }
    return json.dumps(content, indent=1).encode()


def _decode(raw: dict[str, Any]) -> _Memory:
    if raw["format"] != _FORMAT:
        raise ValueError("another format")
    crypto.recipient_of(raw["identity"])
    sealed = {
        key: SealedAttachment(str(one), int(size)) for key, (one, size) in raw["sealed"].items()
    }
    return _Memory(raw["identity"], str(raw["recipient"]), sealed)
