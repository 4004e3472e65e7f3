"""Hold the key the hub seals its own memory with: what it keeps from one night to the next.

An age identity in a file among the nightly keys, made the first time it is asked for. Losing it
loses nothing but the memory. Used by the stores in this package.
"""

from dataclasses import dataclass, field
from pathlib import Path

from appliance import crypto
from appliance.errors import StorageError
from appliance.files import write_atomically


@dataclass(frozen=True, slots=True)
class HubKey:
    """The identity in a file; it is read once."""

    path: Path
    _identity: list[str] = field(default_factory=list, repr=False)

    @property
    def identity(self) -> str:
        """Return what opens the hub's memory.

        Raises:
            StorageError: the file cannot be read or made, or is no key.

        """
        if not self._identity:
            self._identity.append(_load_or_make(self.path))
        return self._identity[0]

    @property
    def recipient(self) -> str:
        """Return what the hub's memory is sealed to.

        Raises:
            StorageError: the file cannot be read or made, or is no key.

        """
        return crypto.recipient_of(self.identity)


def _load_or_make(path: Path) -> str:
    try:
        identity = path.read_text(encoding="ascii").strip()
        crypto.recipient_of(identity)
    except FileNotFoundError:
        identity = crypto.new_identity()
        write_atomically(path, f"{identity}\n".encode())
    except (OSError, ValueError) as error:
        raise StorageError(f"{path.name} is not the key of what the hub keeps") from error
    return identity
