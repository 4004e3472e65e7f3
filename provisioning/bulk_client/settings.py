"""Read `feed-server.toml`: which server, how to log in, what to export, how much to bear.

Refuses what it does not understand: an unknown key is an error that suggests the right one.
Secrets are paths, never values. `README.md` beside this file documents every key. Called by the
`fetch` command.
"""

import re
from dataclasses import MISSING, dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, get_type_hints

from appliance.settings_file import read_toml, refuse_unknown
from provisioning.bulk_client.addresses import objection_to
from provisioning.bulk_client.errors import ServerSettingsError
from provisioning.sources.fhir.values import moment

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")  # FHIR's own rule for an id
_TYPE = re.compile(r"[A-Z][A-Za-z]{1,63}")


class Level(StrEnum):
    """Whose resources are exported."""

    SYSTEM = "system"
    PATIENT = "patient"
    GROUP = "group"


class KickOff(StrEnum):
    """How the export is ordered; the fourth edition of the standard knows only POST."""

    GET = "GET"
    POST = "POST"


@dataclass(frozen=True, slots=True)
class ServerSection:
    """Where the FHIR server is, and the way there; `trusted_origins` may see our token too."""

    url: str
    ca_file: Path | None = None
    proxy: str = ""
    proxy_login: Path | None = None
    trusted_origins: tuple[str, ...] = ()
    timeout_s: int = 60


@dataclass(frozen=True, slots=True)
class LoginSection:
    """Who we are; `token_url` is looked up at the server when it is empty."""

    client_id: str
    private_key: Path
    key_id: str
    token_url: str = ""
    jwks_url: str = ""
    scope: str = "system/*.rs"


@dataclass(frozen=True, slots=True)
class ExportSection:
    """What is asked for; empty `types` means everything the server gives."""

    level: Level = Level.PATIENT
    groups: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    since: str = ""
    output_format: str = "application/fhir+ndjson"
    kick_off: KickOff = KickOff.GET


@dataclass(frozen=True, slots=True)
class LimitsSection:
    """How long and how much; the defaults fit a night and a municipality of 100,000."""

    total_min: int = 240
    file_mb: int = 4096
    total_mb: int = 32768
    resume_h: int = 6  # an export older than this is ordered anew: it would not be tonight's


@dataclass(frozen=True, slots=True)
class FeedServer:
    """Everything `feed-server.toml` can say."""

    server: ServerSection
    login: LoginSection | None = None
    export: ExportSection = field(default_factory=ExportSection)
    limits: LimitsSection = field(default_factory=LimitsSection)


SECTIONS: dict[str, type[Any]] = {
    "server": ServerSection,
    "login": LoginSection,
    "export": ExportSection,
    "limits": LimitsSection,
}
_SHOWN: dict[Any, str] = {
    str: "text in quotes",
    int: "a whole number above 0",
    Path: "a path in quotes",
    Path | None: "a path in quotes",
    tuple[str, ...]: "a list of texts",
}


def load_feed_server(path: Path) -> FeedServer:
    """Read and check `feed-server.toml`; relative paths are taken from the file's own folder.

    Raises:
        ServerSettingsError: the file is missing, is not TOML, or says something impossible.

    """
    raw = read_toml(path, ServerSettingsError)
    try:
        return _parse(raw, path.parent)
    except ServerSettingsError as error:
        raise ServerSettingsError(f"{path.name}: {error}") from error


def _parse(raw: dict[str, Any], base: Path) -> FeedServer:
    refuse_unknown(raw, SECTIONS, "", ServerSettingsError)
    given = {"server": {}, **raw}
    read = FeedServer(**{name: _read(name, given[name], base) for name in given})
    _check_addresses(read)
    _check_export(read.export)
    return read


def _read(section: str, raw: Any, base: Path) -> Any:
    if not isinstance(raw, dict):
        raise ServerSettingsError(f"[{section}] must be a table")
    kind = SECTIONS[section]
    known = {item.name: item for item in fields(kind)}
    refuse_unknown(raw, known, f"{section}.", ServerSettingsError)
    for name, item in known.items():
        if name not in raw and item.default is MISSING:
            raise ServerSettingsError(f"{section}.{name} is missing")
    types = get_type_hints(kind)
    return kind(**{n: _convert(v, types[n], f"{section}.{n}", base) for n, v in raw.items()})


def _convert(value: Any, wanted: Any, key: str, base: Path) -> Any:
    if wanted in (Level, KickOff):
        return _choice(value, wanted, key)
    if wanted in (Path, Path | None) and isinstance(value, str) and value:
        return base / value
    if wanted == tuple[str, ...] and _is_list_of_text(value):
        return tuple(value)
    if wanted is str and isinstance(value, str):
        return value
    if wanted is int and type(value) is int and value > 0:
        return value
    # The value is not shown: somebody may have pasted the key where its path belongs.
    raise ServerSettingsError(f"{key} is not {_SHOWN[wanted]}")


def _choice(value: Any, wanted: type[StrEnum], key: str) -> StrEnum:
    try:
        return wanted(value)
    except ValueError as error:
        choices = ", ".join(wanted)
        raise ServerSettingsError(f"{key} = {value!r} is none of {choices}") from error


def _is_list_of_text(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _check_addresses(read: FeedServer) -> None:
    addresses = {"server.url": read.server.url}
    addresses |= {f"server.trusted_origins {item}": item for item in read.server.trusted_origins}
    if read.login and read.login.token_url:
        addresses["login.token_url"] = read.login.token_url
    if read.login and read.login.jwks_url:
        addresses["login.jwks_url"] = read.login.jwks_url
    for key, url in addresses.items():
        if objection := objection_to(url):
            raise ServerSettingsError(f"{key} {objection}")
    proxy = read.server.proxy
    # The way to the proxy may be plain http: what travels inside is TLS all the way.
    if proxy and objection_to(proxy.replace("http://", "https://", 1)):
        raise ServerSettingsError("server.proxy is not an address without a password")


def _check_export(export: ExportSection) -> None:
    if (export.level is Level.GROUP) != bool(export.groups):
        raise ServerSettingsError('export.groups is needed with level = "group", and only there')
    for group in export.groups:
        if not _ID.fullmatch(group) or group.startswith("."):
            raise ServerSettingsError(f"export.groups: {group!r} is not the id of a Group")
    if len({group.lower() for group in export.groups}) < len(export.groups):
        raise ServerSettingsError("export.groups names a group twice")
    for kind in export.types:
        if not _TYPE.fullmatch(kind):
            raise ServerSettingsError(f"export.types: {kind!r} is not a resource type")
    if export.since and (moment(export.since) is None or "T" not in export.since):
        raise ServerSettingsError("export.since is not a time such as 2026-11-01T00:00:00+01:00")
