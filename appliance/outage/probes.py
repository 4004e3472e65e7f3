"""Look at the world: own link, gateway, internet, hub, care system. Only what box.toml names.

Asks and closes; sends nothing of anybody and reads no content. A refused connection is an answer
where only the way is asked about, and none where the program at the end is. Called by the worker,
the only program that talks to the network.
"""

import logging
import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit

from appliance.clock import Clock
from appliance.config import BoxConfig
from appliance.errors import StorageError
from appliance.outage.asking import does_answer
from appliance.outage.probe_status import Probed, ProbeStatus, Seen, read_probes, write_probes
from appliance.sync.link import LinkReader

_TIMEOUT_S = 5.0
_WRITE_EVERY_S = 300.0
_PORTS = {"http": 80, "https": 443}
_log = logging.getLogger("nodboks.outage")


class _Answer(Enum):
    """What came of a connection."""

    TAKEN = "taken"
    REFUSED = "refused"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing to look at, and how."""

    what: Probed
    is_up: Callable[[], bool]


def probes_of(config: BoxConfig, timeout_s: float = _TIMEOUT_S) -> tuple[Probe, ...]:
    """Return the probes of a box, from near to far; none where box.toml names nothing to look at.

    The link and the hub are looked at besides: they say where the line is broken.
    """
    outage = config.outage
    if not outage.is_watching:
        return ()
    hub = urlsplit(config.hub.proxy or config.hub.url)
    hub_at = f"{hub.hostname}:{hub.port or _PORTS.get(hub.scheme, 80)}"
    probes = [Probe(Probed.LINK, LinkReader(config.hub.interface).is_up)]
    if outage.gateway:
        probes.append(Probe(Probed.GATEWAY, lambda: is_reached(outage.gateway, timeout_s)))
    if outage.internet:
        probes.append(
            Probe(Probed.INTERNET, lambda: any(is_reached(at, timeout_s) for at in outage.internet))
        )
    probes.append(Probe(Probed.HUB, lambda: is_listening(hub_at, timeout_s)))
    if outage.care_system:
        at, proxy = outage.care_system, config.hub.proxy
        probes.append(Probe(Probed.CARE_SYSTEM, lambda: does_answer(at, timeout_s, proxy)))
    return tuple(probes)


def is_reached(address: str, timeout_s: float) -> bool:
    """Tell whether a machine answers at all: one that refuses the connection is there."""
    return _connect(address, timeout_s) is not _Answer.NONE


def is_listening(address: str, timeout_s: float) -> bool:
    """Tell whether a program takes connections there."""
    return _connect(address, timeout_s) is _Answer.TAKEN


def _connect(address: str, timeout_s: float) -> _Answer:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout_s).close()
    except ConnectionRefusedError:
        return _Answer.REFUSED
    except (OSError, UnicodeError):  # no way there, no such name
        return _Answer.NONE
    return _Answer.TAKEN


class ProbeWatch:
    """Looks again and again, and keeps count of since when everything is as it is."""

    def __init__(self, probes: Iterable[Probe], state_dir: Path, clock: Clock) -> None:
        self._probes = tuple(probes)
        self._state_dir = state_dir
        self._clock = clock
        self._last = read_probes(state_dir)
        self._written_s: float | None = None

    def look(self) -> ProbeStatus:
        """Look at everything once and write down what was seen."""
        seen = [(probe.what, probe.is_up()) for probe in self._probes]
        now_s = self._clock.monotonic()
        status = ProbeStatus(now_s, tuple(self._gone_on(seen, now_s)))
        is_changed = _states(status) != _states(self._last)
        is_due = self._written_s is None or now_s - self._written_s >= _WRITE_EVERY_S
        if is_changed or is_due:
            self._write(status)
        self._last = status
        return status

    def _gone_on(self, seen: list[tuple[Probed, bool]], now_s: float) -> Iterator[Seen]:
        """Yield what was seen, each counted on from the look before if it is as it was."""
        age = self._last.age_s(now_s) if self._last else None
        for what, is_up in seen:
            before = self._last.of(what) if self._last else None
            if before is None or before.is_up != is_up:
                yield Seen(what, is_up, self._clock.now(), 0.0)
            else:
                # Over a restart of the machine it was so, but nobody knows for how long.
                for_s = before.for_s + age if age is not None else 0.0
                yield Seen(what, is_up, before.since, for_s)

    def _write(self, status: ProbeStatus) -> None:
        try:
            write_probes(self._state_dir, status)
        except StorageError as error:  # the next look tries again
            _log.warning("probes: %s %s", error.code, error.detail)
        else:
            self._written_s = status.monotonic_s


def _states(status: ProbeStatus | None) -> list[tuple[Probed, bool]]:
    return [(each.what, each.is_up) for each in status.seen] if status else []
