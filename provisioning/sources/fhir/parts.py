"""Find the parts of a FHIR feed: one manifest each, and the files it lists.

A feed is one export (`manifest.json` beside its files) or one folder per unit. Reads manifests of
the second and third edition of the standard, leniently. Refuses to guess the age of data: without
a manifest the Bundles must say it, or somebody. Called by `bulk`; gives values, reads no resource.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

import orjson

from provisioning.errors import (
    BrokenManifestError,
    ManifestMissingError,
    UnreadableFeedError,
    UnreadableFileError,
)
from provisioning.sources.feed_store import (
    DOCUMENT_ENDINGS,
    FeedStore,
    is_safe_name,
    read_whole,
)
from provisioning.sources.fhir.values import Json, mapping, mappings, moment, text, whole

MANIFEST = "manifest.json"
AGE_UNKNOWN = f"no {MANIFEST}, so the age of the data is unknown"
_ENDINGS = (".ndjson", ".ndjson.gz", *DOCUMENT_ENDINGS)
# The export client's own diary; it holds no resources (SMART bulk-data-client).
_DIARIES = ("log.ndjson",)
# What an attachment may point at; whether one does shows when it is read.
_POINTED_AT = (".pdf", ".jpg", ".jpeg", ".png")


@dataclass(frozen=True, slots=True)
class FeedFile:
    """One file of a part; what the manifest says of it is None where it says nothing."""

    name: str
    type: str | None = None
    count: int | None = None
    sha256: str | None = None
    as_of: datetime | None = None
    incomplete: str | None = None


@dataclass(frozen=True, slots=True)
class FeedPart:
    """What one manifest covers; `troubles` are reasons not to trust the part tonight.

    `as_of` is None where nobody said it: then the Bundles of the part must.
    """

    name: str
    as_of: datetime | None
    files: tuple[FeedFile, ...] = ()
    error_files: tuple[FeedFile, ...] = ()
    has_manifest: bool = True
    troubles: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def manifest(self) -> str:
        """Return the name of the part's manifest, for messages."""
        return f"{self.name}/{MANIFEST}" if self.name else MANIFEST


@dataclass(slots=True)
class _Draft:
    """A manifest while it is read."""

    folder: str
    as_of: datetime | None
    troubles: list[str] = field(default_factory=list)


def find_parts(store: FeedStore, feed_name: str, as_of: datetime | None) -> list[FeedPart]:
    """List the parts of a feed; `as_of` stands in where a manifest is missing.

    A folder whose manifest is missing or broken, beside folders where it is not, is a part in
    trouble: its files are read all the same, to learn which units must wait.

    Raises:
        UnreadableFeedError: there is nothing to read.
        ManifestMissingError: no manifest anywhere and nobody said how old the data is.
        BrokenManifestError: the only manifest cannot be understood.

    """
    names = store.names()
    folders = {_folder(name) for name in names if _base(name) == MANIFEST}
    by_folder = _by_manifest(names, folders)
    if not folders:
        every = [name for group in by_folder.values() for name in group]
        if not every:
            endings = ", ".join(_ENDINGS)
            raise UnreadableFeedError(f"{feed_name}: holds no file to read ({endings})")
        if as_of is None and not any(map(_is_document, every)):
            raise ManifestMissingError(f"{feed_name}: no {MANIFEST} in the folder")
        return [_unlisted_part("", every, as_of)]
    parts = []
    for folder, group in sorted(by_folder.items()):
        if folder not in folders:
            parts.append(_unlisted_part(folder, group, as_of))
            continue
        try:
            parts.append(_read_part(store, folder, group, as_of))
        except BrokenManifestError as error:
            if len(by_folder) == 1:
                raise
            part = _unlisted_part(folder, group, as_of)
            parts.append(replace(part, has_manifest=True, troubles=(str(error),)))
    return parts


def unread_files(names: list[str]) -> list[str]:
    """Return the files of a feed that hold no resources and that no resource can point at."""
    return [
        name
        for name in names
        if not _is_resource_file(name)
        and _base(name) not in (*_DIARIES, MANIFEST)
        and not name.lower().endswith(_POINTED_AT)
    ]


def _folder(name: str) -> str:
    folder = PurePosixPath(name).parent.as_posix()
    return "" if folder == "." else folder


def _base(name: str) -> str:
    return PurePosixPath(name).name


def _is_resource_file(name: str) -> bool:
    return name.endswith(_ENDINGS) and _base(name) not in (*_DIARIES, MANIFEST)


def _is_document(name: str) -> bool:
    return name.endswith(DOCUMENT_ENDINGS)


def _by_manifest(names: list[str], folders: set[str]) -> dict[str, list[str]]:
    """Group the resource files by the nearest manifest above them, else by their own folder."""
    groups: dict[str, list[str]] = {folder: [] for folder in folders}
    for name in filter(_is_resource_file, names):
        above = ["" if way == "." else way for way in map(str, PurePosixPath(name).parents)]
        folder = next((way for way in above if way in folders), _folder(name))
        groups.setdefault(folder, []).append(name)
    return groups


def _unlisted_part(folder: str, names: list[str], as_of: datetime | None) -> FeedPart:
    files = tuple(FeedFile(name) for name in sorted(names))
    # Bundles say when they were made; whether all of it is in Bundles shows when it is read.
    is_known_later = any(map(_is_document, names))
    troubles = () if as_of or is_known_later else (AGE_UNKNOWN,)
    return FeedPart(folder, as_of, files, has_manifest=False, troubles=troubles)


def _read_part(store: FeedStore, folder: str, names: list[str], as_of: datetime | None) -> FeedPart:
    path = f"{folder}/{MANIFEST}" if folder else MANIFEST
    manifest = _read_manifest(store, path)
    draft = _Draft(folder, moment(manifest.get("transactionTime")) or as_of)
    if draft.as_of is None:
        draft.troubles.append("transactionTime is missing or not a time")
    files = _listed(manifest["output"], draft)
    errors = _listed(mappings(manifest.get("error")), draft)
    deleted = _listed(mappings(manifest.get("deleted")), draft)
    listed = {item.name for item in (*files, *errors, *deleted)}
    remarks = [
        f"{name} is not in the manifest and was not read" for name in names if name not in listed
    ]
    if deleted:
        remarks.append("the list of deleted resources is not needed in a full export")
    return FeedPart(
        folder,
        draft.as_of,
        tuple(files),
        tuple(errors),
        troubles=tuple(draft.troubles),
        remarks=tuple(remarks),
    )


def _read_manifest(store: FeedStore, path: str) -> Json:
    try:
        manifest = orjson.loads(read_whole(store, path))
    except (orjson.JSONDecodeError, UnreadableFileError) as error:
        raise BrokenManifestError(f"{path}: not readable: {error}") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("output"), list):
        raise BrokenManifestError(f"{path}: no list named output")
    return manifest


def _listed(entries: Sequence[Any], draft: _Draft) -> list[FeedFile]:
    files = []
    for entry in entries:
        name = _name_of(mapping(entry).get("url"), draft.folder)
        if name is None:
            draft.troubles.append("an output has no usable url")
            continue
        files.append(_listed_file(mapping(entry), name, draft))
    return files


def _listed_file(entry: dict[str, Any], name: str, draft: _Draft) -> FeedFile:
    extra = mapping(entry.get("extension"))
    return FeedFile(
        name,
        text(entry.get("type")),
        whole(entry.get("count")),
        (text(extra.get("sha256")) or "").lower() or None,
        moment(extra.get("asOf")) or draft.as_of,
        text(extra.get("incomplete")),
    )


def _name_of(url: Any, folder: str) -> str | None:
    """Turn a manifest's url into a name in the feed; an absolute URL counts by its last part."""
    given = text(url)
    if given is None:
        return None
    if "://" in given:
        given = unquote(given.split("?")[0].split("#")[0].rsplit("/", 1)[-1])
    if not is_safe_name(given):
        return None
    name = PurePosixPath(folder) / given
    return name.as_posix()
