"""Say which box this is and how a phone reaches it: what hangs on the wall and needs no record.

Refuses to let a lost or odd passphrase file cost anybody a start: then the poster has a line to
write it on. Called by whoever prints sheets; values only but for `place_of`.
"""

import logging
import re
from dataclasses import dataclass
from pathlib import Path

from appliance.config import BoxConfig

# What WPA2 takes as a passphrase; 64 hexadecimal digits would be a raw key nobody can type.
_PASSPHRASE = re.compile(r"[ -~]{8,63}")
_LONGEST_FILE = 200
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """The box, its help and its Wi-Fi; empty means that nobody has set it up."""

    box_id: str = ""
    box_name: str = ""
    help_phone: str = ""
    ssid: str = ""
    passphrase: str = ""
    address: str = "http://10.77.0.1"

    @property
    def has_wifi(self) -> bool:
        """Tell whether a phone can be told how to join."""
        return bool(self.ssid and self.passphrase)

    @property
    def typed_address(self) -> str:
        """Return the address as people type it."""
        return self.address.removeprefix("http://")


def place_of(config: BoxConfig) -> Place:
    """Return what `box.toml` and the passphrase file say."""
    return Place(
        box_id=config.box.id,
        box_name=config.box.name,
        help_phone=config.box.help_phone,
        ssid=config.hotspot.ssid,
        passphrase=_passphrase_in(config.hotspot.passphrase_file),
        address=config.hotspot.address,
    )


def _passphrase_in(path: Path | None) -> str:
    """Return the passphrase, or nothing where the file is missing or holds no passphrase."""
    if path is None:
        return ""
    try:
        with path.open(encoding="ascii") as source:
            text = source.read(_LONGEST_FILE).rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        _log.warning("hotspot.passphrase_file: %s", type(error).__name__)
        return ""
    if not _PASSPHRASE.fullmatch(text):
        _log.warning("hotspot.passphrase_file holds no passphrase of 8-63 characters")
        return ""
    return text
