"""Read `box.toml` once into a frozen `BoxConfig`; every other module gets it as an argument.

Refuses what it does not understand: an unknown key is an error that suggests the right one, and
nothing is taken from the environment. Secrets are paths, never values. `CONFIG.md` beside this
file documents every key; a test keeps the two in step.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, get_type_hints

import tomli_w

from appliance.beacon_settings import BeaconSection, odd_beacon
from appliance.errors import ConfigError
from appliance.outage_settings import OutageSection, odd_outage
from appliance.panel_settings import PanelSection, odd_panel
from appliance.settings_file import read_toml, refuse_unknown
from appliance.working_days import WEEKDAYS


@dataclass(frozen=True, slots=True)
class BoxSection:
    """Who this box is."""

    id: str
    name: str
    state_dir: Path = Path("/var/lib/nodboks")
    ram_dir: Path = Path("/run/nodboks")
    help_phone: str = ""
    plan_dir: Path | None = None


@dataclass(frozen=True, slots=True)
class HubSection:
    """Where the box fetches its snapshot."""

    url: str
    ca_file: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None
    proxy: str = ""
    max_kbit_s: int = 0
    cadence_min: int = 15
    timeout_s: int = 20
    old_after_min: int = 24 * 60
    interface: str = ""
    usb_dir: Path | None = None
    upload: bool = False


@dataclass(frozen=True, slots=True)
class WebSection:
    """How the screens are served."""

    host: str = "127.0.0.1"
    port: int = 8080
    allowed_hosts: tuple[str, ...] = ("10.77.0.1", "nodboks.internal", "127.0.0.1", "localhost")
    behind_proxy: bool = False


@dataclass(frozen=True, slots=True)
class TlsSection:
    """Whether the screens are also served over https, and under which names."""

    mode: str = "preferred"
    names: tuple[str, ...] = ()
    port: int = 443


@dataclass(frozen=True, slots=True)
class HotspotSection:
    """What the wall poster tells of the box's own Wi-Fi."""

    ssid: str = ""
    passphrase_file: Path | None = None
    address: str = "http://10.77.0.1"


@dataclass(frozen=True, slots=True)
class PrinterSection:
    """Where paper comes out."""

    kind: str = "folder"
    folder: Path = Path("/var/lib/nodboks/paper")
    queue: str = "nodboks"
    cups_socket: Path = Path("/run/cups/cups.sock")
    two_sided: bool = False
    test_day: str = "tuesday"
    test_hour: int = 10


@dataclass(frozen=True, slots=True)
class MemorySection:
    """What the keeper demands of the RAM folder before it unlocks."""

    allow_disk_swap: bool = False


@dataclass(frozen=True, slots=True)
class VaultSection:
    """What may open the box besides a person."""

    boot: str = "hub"


@dataclass(frozen=True, slots=True)
class BoxConfig:
    """Everything `box.toml` can say; `origins` tells for each key where its value came from."""

    box: BoxSection
    hub: HubSection
    web: WebSection = field(default_factory=WebSection)
    printer: PrinterSection = field(default_factory=PrinterSection)
    memory: MemorySection = field(default_factory=MemorySection)
    vault: VaultSection = field(default_factory=VaultSection)
    tls: TlsSection = field(default_factory=TlsSection)
    outage: OutageSection = field(default_factory=OutageSection)
    hotspot: HotspotSection = field(default_factory=HotspotSection)
    beacon: BeaconSection = field(default_factory=BeaconSection)
    panel: PanelSection = field(default_factory=PanelSection)
    origins: dict[str, str] = field(default_factory=dict, compare=False)

    @property
    def keeper_socket(self) -> Path:
        """Where the keeper listens; in RAM, so that it goes when the power goes."""
        return self.box.ram_dir / "keeper.sock"

    @property
    def records_dir(self) -> Path:
        """The RAM folder the keeper opens the records into."""
        return self.box.ram_dir / "records"

    @property
    def web_dir(self) -> Path:
        """The web's own corner of the RAM folder."""
        return self.box.ram_dir / "web"

    @property
    def panel_dir(self) -> Path:
        """The RAM folder where the web tells the panel how paper goes."""
        return self.box.ram_dir / "panel"

    @property
    def https_names(self) -> tuple[str, ...]:
        """The names the screens may have over https; none where nothing in front speaks it."""
        is_on = self.tls.mode != TLS_OFF and self.web.behind_proxy
        return self.tls.names if is_on else ()

    @property
    def own_hosts(self) -> tuple[str, ...]:
        """Every name the pages answer to; the first is the one people are sent to."""
        return self.web.allowed_hosts + self.https_names


SECTIONS: dict[str, type] = {
    "box": BoxSection, "hub": HubSection, "web": WebSection, "printer": PrinterSection,
    "memory": MemorySection, "vault": VaultSection, "tls": TlsSection,
    "outage": OutageSection, "hotspot": HotspotSection,
    "beacon": BeaconSection, "panel": PanelSection,
}  # fmt: skip
# What a type is called to somebody who edits the file.
_SHOWN: dict[Any, str] = {
    str: "text in quotes",
    int: "a whole number",
    bool: "true or false",
    Path: "a path in quotes",
    Path | None: "a path in quotes",
    tuple[str, ...]: "a list of texts",
    tuple[int, ...]: "a list of whole numbers",
}
PRINTS_ON_PAPER = "cups"
_PRINTER_KINDS = ("folder", PRINTS_ON_PAPER)
NO_TEST = "never"
BOOT_BY_HUB = "hub"
_BOOTS = (BOOT_BY_HUB, "locked")
TLS_OFF, TLS_PREFERRED, TLS_REQUIRED = "off", "preferred", "required"
# A name for the outside world, spelled one way: it stands in certificates and in links.
DNS_NAME = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"
)
_LOOPBACK = re.compile(r"localhost|127\.[0-9.]+|::1")
# It stands in addresses, file names and signed data: nothing that is spelled in two ways.
BOX_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
# Without a user name: a secret has no place in this file.
_PROXY = re.compile(r"http://[^/@\s]+:[0-9]{1,5}/?")
_INTERFACE = re.compile(r"[A-Za-z0-9._-]{1,15}")
# Letters that every phone spells alike: no æøå, and nothing that a wall poster could not show.
_SSID = re.compile(r"[!-~](?:[ -~]{0,30}[!-~])?")
# Short enough to be typed; a poster's code and a card's must stay small enough to be read.
_ADDRESS = re.compile(r"https?://[a-z0-9.-]{1,60}(?::[0-9]{1,5})?")
# Below this a first copy takes days, and a transfer could not be told from one that hangs.
_LEAST_KBIT_S = 64
_RANGES = {
    "hub.max_kbit_s": (0, 10_000_000),
    "hub.cadence_min": (1, 24 * 60),
    "hub.timeout_s": (1, 600),
    "hub.old_after_min": (15, 7 * 24 * 60),
    "web.port": (1, 65535),
    "tls.port": (1, 65535),
    "outage.probe_every_s": (10, 3600),
    "outage.down_after_min": (1, 24 * 60),
    "beacon.port": (1024, 65535),  # the worker may open no lower one
    "beacon.every_s": (15, 120),  # a box that is silent must be told from a slow one
    "printer.test_hour": (7, 15),  # by day: at night the noise wakes people, and nobody mends it
}


def load_config(path: Path) -> BoxConfig:
    """Read and check `box.toml`; relative paths are taken from the file's own folder.

    Raises:
        ConfigError: the file is missing, is not TOML, or says something impossible.

    """
    raw = read_toml(path, ConfigError)
    return parse_config(raw, str(path), path.parent)


def parse_config(raw: dict[str, Any], origin: str, base: Path) -> BoxConfig:
    """Turn parsed TOML into a checked `BoxConfig`.

    Raises:
        ConfigError: a key is unknown, missing, of the wrong type or out of range.

    """
    _refuse_unknown(raw, SECTIONS, origin, "")
    origins: dict[str, str] = {}
    sections = {
        name: _read_section(kind, raw.get(name, {}), _Place(origin, name, base, origins))
        for name, kind in SECTIONS.items()
    }
    config = BoxConfig(**sections, origins=origins)
    _check_ranges(config, origin)
    return config


def describe(config: BoxConfig) -> list[tuple[str, str, str]]:
    """List every key as (name, value, where it came from), for `nodboks config show`."""
    return [
        (f"{name}.{item.name}", str(getattr(getattr(config, name), item.name)),
         config.origins.get(f"{name}.{item.name}", "default"))
        for name, kind in SECTIONS.items()
        for item in fields(kind)
    ]  # fmt: skip


def to_toml(values: dict[str, dict[str, Any]]) -> str:
    """Write settings as `box.toml` text; the one way any program makes that file."""
    plain = {
        name: {key: str(value) if isinstance(value, Path) else value for key, value in keys.items()}
        for name, keys in values.items()
    }
    return tomli_w.dumps(plain)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in which file a value stands, for messages and origins."""

    origin: str
    section: str
    base: Path
    origins: dict[str, str]

    def key(self, name: str) -> str:
        return f"{self.section}.{name}"


def _refuse_unknown(raw: Iterable[str], known: Iterable[str], origin: str, prefix: str) -> None:
    try:
        refuse_unknown(raw, known, prefix, ConfigError)
    except ConfigError as error:
        raise ConfigError(f"{origin}: {error.detail}") from error


def _read_section(kind: type, raw: Any, place: _Place) -> Any:
    if not isinstance(raw, dict):
        raise ConfigError(f"{place.origin}: [{place.section}] must be a table")
    known = {item.name: item for item in fields(kind)}
    _refuse_unknown(raw, known, place.origin, f"{place.section}.")
    types = get_type_hints(kind)
    values = {}
    for name, item in known.items():
        if name in raw:
            values[name] = _convert(raw[name], types[name], place, name)
            place.origins[place.key(name)] = place.origin
        elif _is_required(item):
            raise ConfigError(f"{place.origin}: {place.key(name)} is missing")
    return kind(**values)


def _is_required(item: "Field[Any]") -> bool:
    return item.default is MISSING and item.default_factory is MISSING


def _convert(value: Any, wanted: Any, place: _Place, name: str) -> Any:
    if wanted in (Path, Path | None) and isinstance(value, str):
        return place.base / Path(value)
    if wanted == tuple[str, ...] and _is_list_of(str, value):
        return tuple(value)
    if wanted == tuple[int, ...] and _is_list_of(int, value):
        return tuple(value)
    if isinstance(wanted, type) and type(value) is wanted:
        return value
    raise ConfigError(f"{place.origin}: {place.key(name)} = {value!r} is not {_SHOWN[wanted]}")


def _is_list_of(kind: type, value: Any) -> bool:
    return isinstance(value, list) and all(type(item) is kind for item in value)


def _check_ranges(config: BoxConfig, origin: str) -> None:
    findings = (
        *_odd_numbers(config),
        *_odd_hub(config.hub),
        *_odd_tls(config),
        *odd_outage(config.outage),
        *_odd_hotspot(config.hotspot),
        *odd_beacon(config.beacon, config.hub.interface, config.hotspot.address),
        *odd_panel(config.panel),
        *_odd_rest(config),
    )
    for is_wrong, message in findings:
        if is_wrong:
            raise ConfigError(f"{origin}: {message}")


_Finding = tuple[bool, str]


def _odd_numbers(config: BoxConfig) -> Iterator[_Finding]:
    for key, (low, high) in _RANGES.items():
        section, _, name = key.partition(".")
        number = getattr(getattr(config, section), name)
        yield not low <= number <= high, f"{key} must be {low}–{high}"


def _odd_hub(hub: HubSection) -> Iterator[_Finding]:
    is_https = hub.url.startswith("https://")
    has_certificate = hub.client_cert is not None
    slow = 0 < hub.max_kbit_s < _LEAST_KBIT_S
    yield not is_https and not hub.url.startswith("http://"), "hub.url must be http(s)"
    yield (
        has_certificate != (hub.client_key is not None),
        "hub.client_cert and hub.client_key go together",
    )
    yield has_certificate and not is_https, "hub.client_cert needs an https:// hub.url"
    yield (
        bool(hub.proxy) and not _PROXY.fullmatch(hub.proxy),
        "hub.proxy must be http://name:port, without a user name",
    )
    yield slow, f"hub.max_kbit_s must be 0 (no limit) or at least {_LEAST_KBIT_S}"
    yield (
        bool(hub.interface) and not _INTERFACE.fullmatch(hub.interface),
        "hub.interface must be the name of a network interface, such as eth0",
    )


def _odd_tls(config: BoxConfig) -> Iterator[_Finding]:
    tls, web = config.tls, config.web
    modes = (TLS_OFF, TLS_PREFERRED, TLS_REQUIRED)
    odd_names = [name for name in tls.names if not DNS_NAME.fullmatch(name)]
    yield tls.mode not in modes, f"tls.mode must be {', '.join(modes[:-1])} or {modes[-1]}"
    yield (
        bool(odd_names),
        f"tls.names: {', '.join(odd_names)} is no DNS name (small letters, digits, - and dots)",
    )
    yield (
        web.behind_proxy and not _LOOPBACK.fullmatch(web.host),
        "web.behind_proxy needs a web.host on loopback: anybody else could say who they are",
    )
    # Else every request would look like http, and every care record would stay closed.
    is_required = tls.mode == TLS_REQUIRED
    yield is_required and not tls.names, 'tls.mode = "required" needs tls.names'
    yield is_required and not web.behind_proxy, 'tls.mode = "required" needs web.behind_proxy'


def _odd_hotspot(hotspot: HotspotSection) -> Iterator[_Finding]:
    yield (
        bool(hotspot.ssid) and not _SSID.fullmatch(hotspot.ssid),
        "hotspot.ssid may be 1–32 characters without æ, ø and å",
    )
    yield (
        not _ADDRESS.fullmatch(hotspot.address),
        "hotspot.address must be http://name or https://name, without a path",
    )


def _odd_rest(config: BoxConfig) -> Iterator[_Finding]:
    yield not BOX_ID.fullmatch(config.box.id), "box.id may hold letters a–z, digits and -"
    yield config.printer.kind not in _PRINTER_KINDS, "printer.kind must be folder or cups"
    is_day = config.printer.test_day in (*WEEKDAYS, NO_TEST)
    yield not is_day, "printer.test_day must be a day of the week, such as tuesday, or never"
    yield config.vault.boot not in _BOOTS, "vault.boot must be hub or locked"
