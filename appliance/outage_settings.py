"""Name what `[outage]` of box.toml can say, and what of it is impossible. Values only.

Part of `config.py`, which reads it; a file of its own because that one is long enough.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

START_BY_BOX = "auto"
_STARTS = ("suggest", START_BY_BOX)
_HOST_AND_PORT = re.compile(r"(?:[^/@\s\[\]:]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}")
_LAST_PORT = 65535
# Without a user name: a secret has no place in this file.
_WEB_ADDRESS = re.compile(r"https?://[^/@\s]+(/\S*)?")


@dataclass(frozen=True, slots=True)
class OutageSection:
    """What the box looks at to see an outage, and whether it may begin one itself."""

    start: str = "suggest"
    care_system: str = ""
    internet: tuple[str, ...] = ()
    gateway: str = ""
    probe_every_s: int = 60
    down_after_min: int = 5

    @property
    def is_watching(self) -> bool:
        """Tell whether there is anything to look at."""
        return bool(self.care_system or self.internet or self.gateway)


def odd_outage(outage: OutageSection) -> Iterator[tuple[bool, str]]:
    """Yield what would be impossible, and whether it is so."""
    addresses = [each for each in (*outage.internet, outage.gateway) if each]
    odd = [each for each in addresses if not _is_host_and_port(each)]
    is_odd_web = bool(outage.care_system) and not _is_web_address(outage.care_system)
    yield outage.start not in _STARTS, f"outage.start must be {' or '.join(_STARTS)}"
    yield bool(odd), f"outage: {', '.join(odd)} is not name:port"
    yield is_odd_web, "outage.care_system must be http(s)://…, without a user name"


def _is_web_address(text: str) -> bool:
    try:
        return _WEB_ADDRESS.fullmatch(text) is not None and urlsplit(text).port != 0
    except ValueError:  # a port there cannot be: nobody would ever answer there
        return False


def _is_host_and_port(text: str) -> bool:
    # The system's resolver takes 99999 for another port.
    found = _HOST_AND_PORT.fullmatch(text)
    return found is not None and 0 < int(text.rpartition(":")[2]) <= _LAST_PORT
