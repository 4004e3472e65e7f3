"""Tell whether the network the hub is reached by is up: a thin look at what the kernel shows.

Reads files only, so that the hardened worker needs no netlink socket. With an interface named in
box.toml it is up when it has a carrier and a route; without one, when there is a default route.
What cannot be read is not up. Called by the watch.
"""

from dataclasses import dataclass
from pathlib import Path

_UP = 0x1
_REJECT = 0x200
_ANYWHERE_4 = "00000000"
_ANYWHERE_6 = ("0" * 32, "00")
_FIELDS_4, _FIELDS_6 = 8, 10


@dataclass(frozen=True, slots=True)
class Route:
    """One route of the kernel: through which interface, and whether it leads anywhere."""

    interface: str
    is_default: bool


def routes_of(ipv4: str, ipv6: str) -> tuple[Route, ...]:
    """Read `/proc/self/net/route` and `ipv6_route`; of IPv6 the default routes only.

    Every interface has IPv6 routes to itself and its neighbours as soon as it has a carrier.
    """
    found = []
    for line in ipv4.splitlines()[1:]:
        parts = line.split()
        if len(parts) >= _FIELDS_4 and int(parts[3], 16) & _UP:
            found.append(Route(parts[0], (parts[1], parts[7]) == (_ANYWHERE_4, _ANYWHERE_4)))
    for line in ipv6.splitlines():
        parts = line.split()
        if len(parts) == _FIELDS_6 and tuple(parts[:2]) == _ANYWHERE_6:
            flags = int(parts[8], 16)
            if flags & _UP and not flags & _REJECT:
                found.append(Route(parts[9], is_default=True))
    return tuple(found)


def is_up(interface: str, routes: tuple[Route, ...], *, has_carrier: bool) -> bool:
    """Tell whether the hub may be reachable."""
    if interface:
        return has_carrier and any(route.interface == interface for route in routes)
    return any(route.is_default for route in routes)


class LinkReader:
    """Looks at the kernel's files."""

    def __init__(
        self,
        interface: str,
        # Not /proc/net: a unit with ProcSubset=pid, as the worker's, does not see it.
        routes: Path = Path("/proc/self/net"),
        interfaces: Path = Path("/sys/class/net"),
    ) -> None:
        self._interface = interface
        self._routes = routes
        self._carrier = interfaces / interface / "carrier"

    def is_up(self) -> bool:
        """Tell whether the network is up now."""
        try:
            routes = routes_of(_text(self._routes / "route"), _text(self._routes / "ipv6_route"))
        except ValueError:
            return False
        has_carrier = bool(self._interface) and _text(self._carrier).strip() == "1"
        return is_up(self._interface, routes, has_carrier=has_carrier)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:  # no such interface, it is down, or the kernel has no IPv6
        return ""
