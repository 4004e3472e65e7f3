"""Put a whole box into one folder: settings, keys and state, as on the real thing.

Everything that would be on the SD card lies under the folder; the opened records lie on a tmpfs
outside it, as they would on the box. Paper lands beside the box, as it does in the room.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.config import BoxConfig, load_config, to_toml
from appliance.errors import UnsafeMemoryError
from appliance.files import write_atomically
from appliance.vault.enrolment import Enrolment, enrol

BOX_ID = "boks-17"
BOX_NAME = "Solgården"
_PASSPHRASE = "gul-kano-fire-egern"  # noqa: S105  (it hangs on the wall of an invented house)
_TMPFS = Path("/dev/shm")  # noqa: S108  (a tmpfs on purpose: the records must never touch a disk)


@dataclass(frozen=True, slots=True)
class BoxFolder:
    """One box in a folder."""

    folder: Path
    paper: Path

    @property
    def config_path(self) -> Path:
        """Where the box's settings lie."""
        return self.folder / "box.toml"

    def write_config(self, hub_url: str, ram: Path, port: int) -> BoxConfig:
        """Write the settings and read them back as every program will."""
        settings: dict[str, dict[str, Any]] = {
            "box": {
                "id": BOX_ID,
                "name": BOX_NAME,
                "state_dir": (self.folder / "state").resolve(),
                "ram_dir": ram,
                "help_phone": "87 00 00 00",
            },
            "hub": {"url": hub_url},
            "web": {"port": port},
            "printer": {"kind": "folder", "folder": self.paper.resolve()},
            # Invented citizens only: a laptop with a swap partition may still show the demo.
            "memory": {"allow_disk_swap": True},
            # The demo shows what a nurse meets when the box was restarted without the hub.
            "vault": {"boot": "locked"},
            "hotspot": {"ssid": "Nodboks-Solgaarden", "passphrase_file": self._passphrase_file()},
        }
        write_atomically(self.config_path, to_toml(settings).encode())
        return load_config(self.config_path)

    def _passphrase_file(self) -> Path:
        path = self.folder / "hotspot-passphrase"
        write_atomically(path, _PASSPHRASE.encode())
        return path.resolve()

    def enrol(self, config: BoxConfig, trust: Path) -> Enrolment:
        """Make the box's keys and its emergency card, trusting the municipality's public keys."""
        recovery, audit = (
            (trust / name).read_text(encoding="ascii").strip()
            for name in ("recovery.pub", "audit.pub")
        )
        root = (trust / "root.json").read_bytes()
        return enrol(config.box.state_dir, root, recovery, audit)


@contextlib.contextmanager
def ram_folder() -> Iterator[Path]:
    """Lend a folder on a tmpfs, and remove it with all that is in it.

    Raises:
        UnsafeMemoryError: this machine has no tmpfs at /dev/shm.

    """
    if not _TMPFS.is_dir():
        raise UnsafeMemoryError(f"{_TMPFS} does not exist; the demo needs a tmpfs there")
    folder = Path(tempfile.mkdtemp(prefix="nodboks-demo-", dir=_TMPFS))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
