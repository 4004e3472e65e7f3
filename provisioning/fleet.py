"""Read `fleet.toml`: the municipality, its boxes, and the units each box serves.

Refuses what it does not understand: an unknown key is an error that suggests the right one, and
two boxes never share an id or a key. `FLEET.md` documents every key. Called by the commands.
"""

import ipaddress
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import Path
from typing import Any

import tomli_w

from appliance import crypto
from appliance.config import DNS_NAME
from appliance.files import explaining_disk_errors, write_atomically
from appliance.records.terms import UnitId
from appliance.settings_file import did_you_mean, read_toml, refuse_unknown
from appliance.snapshot.manifest import BOX_ID
from provisioning.errors import FleetError
from provisioning.horizon import HISTORY_DAYS

EVERY_UNIT = "*"
_HISTORY = range(1, 367)
_PATHS = ("trust", "publish_keys", "plan")
_LOG_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Municipality:
    """Who owns the boxes; `trust` is the folder with the keys, `plan` that of the response plan."""

    name: str
    trust: Path
    help_phone: str = ""
    code_tables: tuple[Path, ...] = ()
    history_days: int = HISTORY_DAYS
    publish_to: str = ""
    publish_keys: Path | None = None
    plan: Path | None = None


@dataclass(frozen=True, slots=True)
class FleetBox:
    """One box; `units` are names or ids as the source has them, or "*" for all."""

    id: str
    name: str
    recipient: str
    units: tuple[str, ...]
    log_key: str = ""
    tls_names: tuple[str, ...] = ()
    address: str = ""

    def unit_ids(self, known: dict[UnitId, str]) -> tuple[UnitId, ...]:
        """Return the ids of the units this box serves, in fixed order.

        Raises:
            FleetError: a unit is not in the feed, or its name is used by two.

        """
        if EVERY_UNIT in self.units:
            return tuple(sorted(known))
        return tuple(sorted({self._unit_id(unit, known) for unit in self.units}))

    def _unit_id(self, wanted: str, known: dict[UnitId, str]) -> UnitId:
        if UnitId(wanted) in known:
            return UnitId(wanted)
        named = [unit_id for unit_id, name in known.items() if name == wanted]
        if len(named) == 1:
            return named[0]
        if named:
            ids = ", ".join(sorted(named))
            raise FleetError(f"box {self.id}: unit {wanted!r} is the name of {ids}; write the id")
        raise FleetError(
            f"box {self.id}: unit {wanted!r} is not in the feed"
            f"{did_you_mean(wanted, [*known, *known.values()])}"
        )


@dataclass(frozen=True, slots=True)
class Fleet:
    """All boxes of one municipality."""

    municipality: Municipality
    boxes: tuple[FleetBox, ...]
    folder: Path = Path()

    @property
    def certificates(self) -> Path:
        """Where the certificates of the boxes' screens lie, beside the file itself."""
        return self.folder / "certificates"

    def box(self, box_id: str) -> FleetBox:
        """Return the box of that id.

        Raises:
            FleetError: there is no such box.

        """
        self.check_ids([box_id])
        return next(box for box in self.boxes if box.id == box_id)

    def check_ids(self, given: Iterable[str]) -> None:
        """Refuse a box id that is not in the fleet.

        Raises:
            FleetError: there is no such box.

        """
        known = [box.id for box in self.boxes]
        for box_id in given:
            if box_id not in known:
                raise FleetError(f"there is no box {box_id!r}{did_you_mean(box_id, known)}")


_SECTIONS = {"municipality": Municipality, "box": FleetBox}
# Keys that hold lists: what makes one good besides being texts, and what it is called.
_LISTS: dict[str, tuple[Callable[[list[str]], bool], str]] = {
    "units": (bool, "names or ids"),
    "code_tables": (lambda _: True, "files"),
    "tls_names": (lambda names: all(map(DNS_NAME.fullmatch, names)), "DNS names, in small letters"),
}


def load_fleet(path: Path) -> Fleet:
    """Read and check `fleet.toml`; relative paths are taken from the file's own folder.

    Raises:
        FleetError: the file is missing, is not TOML, or says something impossible.

    """
    fleet = load_started_fleet(path)
    if not fleet.boxes:
        raise FleetError(f"{path.name}: there is no [[box]]")
    return fleet


def load_started_fleet(path: Path) -> Fleet:
    """Read and check a `fleet.toml` that may have no box yet.

    Raises:
        FleetError: as `load_fleet`.

    """
    return _checked(read_toml(path, FleetError), path)


def add_box(path: Path, box: FleetBox) -> None:
    """Write a box at the end of `fleet.toml`; what people wrote there stays as it is.

    Raises:
        FleetError: the list with it would be wrong; it stays as it was.
        StorageError: the disk refused; it stays as it was.

    """
    entry = {key: value for key, value in asdict(box).items() if value}
    with explaining_disk_errors(f"reading {path.name}"):
        before = path.read_text(encoding="utf-8")
        mode = path.stat().st_mode & 0o777
    added = f"{before.rstrip()}\n\n{tomli_w.dumps({'box': [entry]})}"
    _checked(tomllib.loads(added), path)
    write_atomically(path, added.encode(), mode=mode)


def _checked(raw: dict[str, Any], path: Path) -> Fleet:
    try:
        return _parse(raw, path.parent)
    except FleetError as error:
        raise FleetError(f"{path.name}: {error}") from error


def _parse(raw: dict[str, Any], base: Path) -> Fleet:
    refuse_unknown(raw, _SECTIONS, "", FleetError)
    municipality = _read(Municipality, raw.get("municipality", {}), "municipality", base)
    boxes = raw.get("box", [])
    if not isinstance(boxes, list):
        raise FleetError("there is no [[box]]")
    read = tuple(_read(FleetBox, box, f"box {at}", base) for at, box in enumerate(boxes, start=1))
    for box in read:
        _check_box(box)
    _refuse_twice("id", [box.id.lower() for box in read])
    _refuse_twice("recipient", [box.recipient for box in read])
    _refuse_twice("log_key", [box.log_key for box in read if box.log_key])
    _refuse_twice("address", [box.address for box in read if box.address])
    _refuse_twice("tls_name", [name for box in read for name in box.tls_names])
    return Fleet(municipality, read, base)


def _read(kind: type[Any], raw: Any, where: str, base: Path) -> Any:
    if not isinstance(raw, dict):
        raise FleetError(f"[{where}] must be a table")
    known = {item.name: item for item in fields(kind)}
    refuse_unknown(raw, known, f"{where}.", FleetError)
    missing = [n for n, item in known.items() if n not in raw and item.default is MISSING]
    if missing:
        raise FleetError(f"{where}: {missing[0]} is missing")
    return kind(**{name: _convert(name, value, where, base) for name, value in raw.items()})


def _convert(name: str, value: Any, where: str, base: Path) -> Any:
    if name in _LISTS:
        is_good, what = _LISTS[name]
        if _is_texts(value) and is_good(value):
            return tuple(base / path if name == "code_tables" else path for path in value)
        raise FleetError(f"{where}: {name} must be a list of {what}")
    if name == "history_days":
        if isinstance(value, int) and not isinstance(value, bool) and value in _HISTORY:
            return value
        raise FleetError(f"{where}: history_days = {value!r} is not a number of days (1–366)")
    if not isinstance(value, str):
        raise FleetError(f"{where}: {name} = {value!r} is not a text")
    return _located(name, value, base)


def _located(name: str, value: str, base: Path) -> str | Path:
    """Take what is a path from the file's own folder."""
    if name == "publish_to" and "://" not in value:
        return str(base / value)
    return base / value if name in _PATHS else value


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _check_box(box: FleetBox) -> None:
    if not BOX_ID.fullmatch(box.id):
        raise FleetError(f"box {box.id!r}: id may hold letters, digits and -")
    try:
        crypto.encrypt(b"", box.recipient)
    except ValueError as error:
        raise FleetError(f"box {box.id}: recipient is not an age recipient (age1…)") from error
    if box.log_key and not _LOG_KEY.fullmatch(box.log_key):
        raise FleetError(f"box {box.id}: log_key is not 64 digits of 0–9 and a–f")
    if box.address and not _is_host(box.address):
        raise FleetError(f"box {box.id}: address {box.address!r} is no IP address and no DNS name")


def _is_host(address: str) -> bool:
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return bool(DNS_NAME.fullmatch(address))
    return True


def _refuse_twice(key: str, values: list[str]) -> None:
    for value, number in Counter(values).items():
        if number > 1:
            raise FleetError(f"two boxes have the {key} {value!r}")
