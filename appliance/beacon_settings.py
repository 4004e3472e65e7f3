"""Name what `[beacon]` of box.toml can say, and what of it is impossible. Values only.

Part of `config.py`, which reads it; a file of its own because that one is long enough.
"""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

from appliance.policy import BEACON_PORT


@dataclass(frozen=True, slots=True)
class BeaconSection:
    """Whether the box tells the municipality's other boxes how it is, and from where."""

    listen: str = ""
    port: int = BEACON_PORT
    every_s: int = 60

    @property
    def is_on(self) -> bool:
        """Tell whether there is anything to send and to hear."""
        return bool(self.listen)


def odd_beacon(
    beacon: BeaconSection, interface: str, hotspot_address: str
) -> Iterator[tuple[bool, str]]:
    """Yield what would be impossible, and whether it is so.

    Not on every address of the box: that would be the hotspot's, too, which anybody can join. The
    interface is needed because Linux takes in by any what is for the address of one.
    """
    listen = _address(beacon.listen)
    yield beacon.is_on and listen is None, "beacon.listen must be an IP address of this box"
    yield beacon.is_on and not interface, "beacon.listen needs hub.interface, such as eth0"
    if listen is None:
        return
    is_everywhere = listen.is_unspecified or listen.is_multicast
    yield is_everywhere, "beacon.listen must be one address of this box, not all of them"
    is_hotspot = hotspot_address.partition("://")[2].partition(":")[0] == str(listen)
    yield is_hotspot, "beacon.listen must not be the address of the hotspot"


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
