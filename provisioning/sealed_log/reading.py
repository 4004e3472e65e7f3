"""Read a box's log from a folder and open it with the municipality's audit key.

The key lies offline; only these commands ever see it. A line that does not open is named and costs
nobody else their line. Called by the commands.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from appliance import crypto
from appliance.sealed_log.chain import HEAD_NAME
from appliance.sealed_log.entry import Entry, EntryError, from_bytes
from appliance.sealed_log.outbox import segments_in
from provisioning.errors import SealedLogError
from provisioning.sealed_log.findings import Finding, Kind
from provisioning.sealed_log.verify import NamedContent, Placed

_HEADS = f"{HEAD_NAME.removesuffix('.json')}*.json"


@dataclass(frozen=True, slots=True)
class OpenedEntry:
    """An entry in the clear, and where it stands."""

    segment: str
    number: int
    entry: Entry = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenedLog:
    """What could be opened, and what could not."""

    entries: tuple[OpenedEntry, ...]
    findings: tuple[Finding, ...]


def read_log(folder: Path) -> tuple[list[NamedContent], list[NamedContent]]:
    """Return the segments and the signed heads of a folder.

    Raises:
        SealedLogError: there is no log, or a file cannot be read.

    """
    segments = segments_in(folder)
    if not segments:
        raise SealedLogError(f"{folder}: no segment of a log (000001.log …)")
    return _read(segments), _read(sorted(folder.glob(_HEADS)))


def read_identity(path: Path) -> str:
    """Return the audit identity in a key file as `age-keygen` or `init` writes it.

    Raises:
        SealedLogError: there is none in the file; the message does not repeat it.

    """
    lines = _content(path).decode("utf-8", "replace").splitlines()
    for line in lines:
        text = line.strip()
        if not text.startswith("AGE-SECRET-KEY-"):
            continue
        try:
            crypto.recipient_of(text)
        except crypto.OpenError:
            break
        return text
    raise SealedLogError(f"{path}: no age identity in it")


def open_log(lines: Iterable[Placed], identity: str) -> OpenedLog:
    """Open every sealed line.

    A box that got no answer sends an entry again; the same one twice in a row of the same person
    at the same moment is one entry.
    """
    entries: dict[Entry, OpenedEntry] = {}
    findings = []
    for placed in lines:
        if not placed.line.is_sealed:
            continue
        where, number = placed.segment, placed.line.number
        try:
            entry = from_bytes(crypto.decrypt(placed.line.payload, identity))
        except crypto.OpenError:
            text = f"line {number} does not open with this key"
            findings.append(Finding(Kind.TAMPERED, where, text))
        except EntryError as error:
            findings.append(Finding(Kind.TAMPERED, where, f"line {number}: {error}"))
        else:
            entries.setdefault(entry, OpenedEntry(where, number, entry))
    return OpenedLog(tuple(entries.values()), tuple(findings))


def _read(paths: Iterable[Path]) -> list[NamedContent]:
    return [NamedContent(path.name, _content(path)) for path in paths]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SealedLogError(f"{path}: {error.strerror}") from error
