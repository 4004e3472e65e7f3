"""Know the other boxes: who is on the signed list, where each is reached, how old our own copy is.

Asking `Installed` means hashing the whole snapshot, and asking a name server may take a minute in
an outage: both happen here, in a thread of the timetable, and what was found is kept. A name that
cannot be asked about keeps the address it had. Called by the worker (`learn`) and the post.
"""

import ipaddress
import logging
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from appliance.errors import NodboksError
from appliance.files import stamp_of
from appliance.snapshot.installed import COPIES, Installed
from appliance.snapshot.neighbours import Neighbour, neighbours_path, read_neighbours

_log = logging.getLogger("nodboks.beacon")
Resolve = Callable[[str], str]
_Stamps = tuple[tuple[int, int] | None, ...]


@dataclass(frozen=True, slots=True)
class KnownBoxes:
    """The list in force, the IP address of each box by its id, and when our own copy was signed."""

    neighbours: tuple[Neighbour, ...] = ()
    addresses: Mapping[str, str] = field(default_factory=dict)
    copy_at: datetime | None = None


def look_up(name: str) -> str:
    """Return an address of a name.

    Raises:
        OSError, UnicodeError: nobody knows it now.

    """
    return str(socket.getaddrinfo(name, None, type=socket.SOCK_DGRAM)[0][4][0])


class Others:
    """What this box knows of the others; replaced as a whole, so any thread may read it."""

    def __init__(self, state_dir: Path, resolve: Resolve = look_up) -> None:
        self._state_dir = state_dir
        self._resolve = resolve
        self._stamps: _Stamps | None = None
        self._learning = threading.Lock()
        self.known = KnownBoxes()

    def learn(self) -> None:
        """Look whether there is another list, and where its boxes are.

        A list that is not the signed one is no list: nobody is believed by it.
        """
        with self._learning:
            # The list comes a little after the copy it is signed with.
            files = (*(self._state_dir / name for name in COPIES), neighbours_path(self._state_dir))
            stamps = tuple(map(stamp_of, files))
            known = self.known if stamps == self._stamps else self._read()
            if known is None:  # and it is looked at again next time, whether or not a file changes
                self.known, self._stamps = KnownBoxes(), None
                return
            # Who is on the list counts at once: a revoked box is not believed, nor a new one
            # unheard, for as long as name servers that are down are asked about all the others.
            self.known = replace(known, addresses=_known_before(known))
            self._stamps = stamps
            addresses = {
                each.box_id: found
                for each in known.neighbours
                if (found := self._address(each, known.addresses.get(each.box_id, "")))
            }
            self.known = replace(known, addresses=addresses)

    def _read(self) -> KnownBoxes | None:
        try:
            current = Installed(self._state_dir).current()
            copy_at = current.manifest.signed_at if current else None
            neighbours = read_neighbours(self._state_dir)
        except NodboksError as error:
            _log.warning("the list of boxes: %s %s", error.code, error.detail)
            return None
        return KnownBoxes(neighbours, self.known.addresses, copy_at)

    def _address(self, neighbour: Neighbour, before: str) -> str:
        if _is_ip(neighbour.address) or not neighbour.address:
            return neighbour.address
        try:
            return self._resolve(neighbour.address)
        except (OSError, UnicodeError):
            return before


def _known_before(known: KnownBoxes) -> dict[str, str]:
    """Return where boxes are reached as far as nobody needs to be asked."""
    before = {
        each.box_id: each.address if _is_ip(each.address) else known.addresses.get(each.box_id, "")
        for each in known.neighbours
    }
    return {box_id: address for box_id, address in before.items() if address}


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
