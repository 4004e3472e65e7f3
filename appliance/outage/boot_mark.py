"""Tell one run of the box from the next, so that its monotonic clock is never taken for another's.

The kernel's own mark where it can be read; the hardened web cannot, and keeps a mark of its own in
a folder that is gone with the power. Called when the journal is opened.
"""

import re
import secrets
from pathlib import Path

from appliance.files import write_atomically

_KERNEL = Path("/proc/sys/kernel/random/boot_id")
_NAME = "boot"
_MARK = re.compile(r"[0-9a-f-]{8,36}")


def boot_mark(ram_dir: Path, kernel: Path = _KERNEL) -> str:
    """Return the mark of this run of the box.

    Raises:
        DiskFullError, StorageError: the RAM folder refused.

    """
    own = ram_dir / _NAME
    found = _read(kernel) or _read(own)
    if found is None:
        found = secrets.token_hex(8)
        write_atomically(own, found.encode())
    return found


def _read(path: Path) -> str | None:
    try:
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return text if _MARK.fullmatch(text) else None
