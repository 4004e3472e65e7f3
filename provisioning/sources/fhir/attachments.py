"""Carry the photos and documents that lie in FHIR resources, or that resources point at.

DocumentReference, Media, a Patient's photo, the attachments of a Communication and of a
DiagnosticReport: as base64 in place, as a Binary of the feed, or as a file beside it. Nothing is
fetched from elsewhere. What is carried is taken out of the original beside the record, which says
so; what is not is kept as it was delivered, with a remark. Called by `delivery` and `bulk`.
"""

import base64
import binascii
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import unquote

import orjson

from appliance.records.models import Attachment
from provisioning.attachments.content import JPEG, PDF, PNG
from provisioning.attachments.shelf import LARGEST_FILE, AttachmentShelf, Shelved, refuse_too_large
from provisioning.attachments.titles import title_of, untitled
from provisioning.errors import Severity, UnfitAttachmentError, UnreadableFileError
from provisioning.sources.feed_store import FeedStore, is_safe_name, read_whole
from provisioning.sources.fhir.extraction import Extracted, Extraction
from provisioning.sources.fhir.modifiers import is_modified
from provisioning.sources.fhir.values import OWN, Json, concept, mapping, mappings, moment, text
from provisioning.staging import Staging

BINARY = "Binary"
_URN = "urn:uuid:"
_SHOWABLE = {PDF, JPEG, PNG, "image/jpg", "application/octet-stream", ""}
_WRONG = frozenset({"entered-in-error", "superseded", "not-done", "cancelled"})


class _Carrier(NamedTuple):
    """Where a type has attachments, and where it says their date, title and worth."""

    path: tuple[str, ...]
    dates: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ("status",)


_CARRIERS = {
    "DocumentReference": _Carrier(
        ("content", "attachment"), ("date",), ("description", "type"), ("status", "docStatus")
    ),
    "Media": _Carrier(("content",), ("createdDateTime", "issued"), ("type",)),
    "Patient": _Carrier(("photo",), statuses=()),
    "Communication": _Carrier(("payload", "contentAttachment"), ("sent", "received")),
    "DiagnosticReport": _Carrier(("presentedForm",), ("issued", "effectiveDateTime"), ("code",)),
}
CARRYING = frozenset({*_CARRIERS, BINARY})
# A line of these holds a document and nothing else: one that cannot be read holds nobody's box.
DOCUMENT_TYPES = frozenset({"DocumentReference", "Media", BINARY})


def extract_document(_at: Extraction) -> Extracted:
    """Read nothing of a DocumentReference or Media but what `take` carries."""
    return None


@dataclass(frozen=True, slots=True)
class _Found:
    """One attachment of a resource; `around` is what it lies in, such as a payload."""

    path: str
    attachment: Json
    around: Json


class Taken(NamedTuple):
    """The attachments of one resource, and its original without their bytes."""

    records: list[Attachment]
    original: bytes


@dataclass(slots=True)
class FeedAttachments:
    """Takes the attachments of one night's FHIR feeds; `lost` counts what was refused, by part."""

    shelf: AttachmentShelf
    staging: Staging
    lost: Counter[str] = field(default_factory=Counter)

    def note_binary(self, resource: Json) -> None:
        """Put a Binary on the shelf in the first pass, for whoever points at it."""
        resource_id = text(resource.get("id"))
        if resource_id is None:
            return
        try:
            noted: Any = self.shelf.put(_decoded(resource))
        except UnfitAttachmentError as error:
            noted = str(error)
        self.staging.put_lookup(f"{BINARY}/{resource_id}", orjson.dumps(noted))

    def take(self, at: Extraction, original: bytes, beside: "Beside", part: str) -> Taken:
        """Take what a resource of one of the `CARRYING` types carries.

        Of a Binary only its bytes are taken out.
        """
        kind = str(at.resource["resourceType"])
        if kind == BINARY:
            return Taken([], _without_data(original, {"": "on the shelf"}))
        carrier = _CARRIERS[kind]
        found = _found(at.resource, carrier.path)
        if not found or not at.citizen_id or _is_wrong(kind, at.resource, carrier):
            return Taken([], original)
        records = []
        done: dict[str, str] = {}
        for one in found:
            try:
                shelved = self._shelved(at, one, beside)
            except UnfitAttachmentError as error:
                is_lost = _refuse(at, one, error)
                self.lost[part] += is_lost
                if is_lost:
                    done[one.path] = "refused"
                continue
            if shelved:
                done[one.path] = shelved.key
                records.append(_record(at, one, shelved, carrier))
        return Taken(records, _without_data(original, done) if done else original)

    def _shelved(self, at: Extraction, one: _Found, beside: "Beside") -> Shelved | None:
        """Return an attachment that lies on the shelf now, or None for one that is elsewhere.

        Raises:
            UnfitAttachmentError: no box can show it.

        """
        if "data" in one.attachment:
            return self.shelf.put(_decoded(one.attachment))
        url = text(one.attachment.get("url"))
        if url is None:
            return None
        if noted := self.staging.lookup(_binary_key(url)):
            known = orjson.loads(noted)
            if isinstance(known, str):
                raise UnfitAttachmentError(known)
            return Shelved(**known)
        if content := beside.read(url):
            return self.shelf.put(content)
        reason = "lies outside the feed and was not fetched"
        at.remark(f"{one.path}.url", reason, "a Binary or a file of the feed")
        return None


@dataclass(frozen=True, slots=True)
class Beside:
    """The files of the feed a resource was delivered in, as seen from its own file."""

    store: FeedStore | None = None
    file: str = ""
    names: Callable[[], frozenset[str]] = frozenset

    def read(self, url: str) -> bytes | None:
        """Return a file of the feed that an address names, or None if it names none.

        Raises:
            UnfitAttachmentError: the file is too large or damaged.

        """
        name = unquote(url).removeprefix("./")
        if self.store is None or "://" in url or not is_safe_name(name):
            return None
        folder = self.file.rpartition("/")[0]
        for path in (f"{folder}/{name}" if folder else name, name):
            if path in self.names():
                return self._content(self.store, path)
        return None

    def _content(self, store: FeedStore, path: str) -> bytes:
        try:
            return read_whole(store, path, LARGEST_FILE + 2)
        except UnreadableFileError as error:
            if error.__cause__ is None:
                refuse_too_large(LARGEST_FILE + 1)
            raise UnfitAttachmentError("is damaged or cannot be read") from error


NOTHING_BESIDE = Beside()


def _is_wrong(kind: str, resource: Json, carrier: _Carrier) -> bool:
    """Tell whether a resource says of itself that it is not to be used; a citizen always is."""
    if is_modified(resource) and kind != "Patient":
        return True
    return any(text(resource.get(name)) in _WRONG for name in carrier.statuses)


def _found(resource: Json, path: tuple[str, ...]) -> list[_Found]:
    """Return the attachments at a path of one or two steps."""
    outer, *inner = path
    steps = enumerate(_listed(resource.get(outer)))
    if not inner:
        return [_Found(f"{outer}[{at}]", item, {}) for at, item in steps if item]
    (name,) = inner
    return [
        _Found(f"{outer}[{at}].{name}", attachment, item)
        for at, item in steps
        if (attachment := mapping(item.get(name)))
    ]


def _listed(value: Any) -> Sequence[Json]:
    """Return the items of a list in their places; what is no object is an empty one."""
    return [mapping(item) for item in value] if isinstance(value, list) else mappings(value)


def _decoded(holder: Json) -> bytes:
    data = text(holder.get("data")) or ""
    refuse_too_large(len(data) * 3 // 4 - 2)
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnfitAttachmentError("data is not base64") from error


def _binary_key(url: str) -> str:
    """Return under which key a Binary would be known that a url names."""
    if url.startswith(_URN):
        return f"{BINARY}/{url.removeprefix(_URN)}"
    return "/".join(url.partition("/_history/")[0].rstrip("/").split("/")[-2:])


def _refuse(at: Extraction, one: _Found, error: UnfitAttachmentError) -> bool:
    """Say why an attachment is not carried; return whether it claimed to be one that could be."""
    claimed = (text(one.attachment.get("contentType")) or "").partition(";")[0].strip().lower()
    is_lost = claimed in _SHOWABLE
    severity = Severity.ERROR if is_lost else Severity.NOTE
    at.remark(one.path, f"{error}; not carried", "PDF, JPEG or PNG", severity)
    return is_lost


def _record(at: Extraction, one: _Found, shelved: Shelved, carrier: _Carrier) -> Attachment:
    resource = at.resource
    said = [text(one.attachment.get("title")), *(_words(resource.get(n)) for n in carrier.titles)]
    dates = [
        one.attachment.get("creation"),
        _extension(one.around, "-datetime-extension").get("valueDateTime"),
        *(resource.get(name) for name in carrier.dates),
    ]
    lasting = text(
        mapping(_extension(one.around, "-identifier-extension").get("valueIdentifier")).get("value")
    )
    place = f"Communication/payload/{lasting.removeprefix(_URN)}" if lasting else at.origin
    return Attachment(
        # A contribution keeps its identifier when the conversation goes on: it is carried once.
        id=at.index.ids.record(f"{place}#{'attachment' if lasting else one.path}"),
        title=next(filter(None, (title_of(words) for words in said if words)), "")
        or untitled(is_document=shelved.media_type == PDF),
        media_type=shelved.media_type,
        size_bytes=shelved.size,
        object_sha256=shelved.key,
        citizen_id=at.citizen_id,
        created_at=next(filter(None, map(moment, dates)), None),
    )


def _words(value: Any) -> str | None:
    return text(value) or concept(value)


def _extension(around: Json, ending: str) -> Json:
    """Return the extension of a MedCom payload whose address ends so."""
    found = (
        one for one in mappings(around.get("extension")) if str(one.get("url")).endswith(ending)
    )
    return next(found, {})


def _without_data(original: bytes, done: dict[str, str]) -> bytes:
    """Return an original whose bytes are carried elsewhere, with a word about each in its place."""
    if b'"data"' not in original:
        return original  # they lie in a Binary or in a file
    resource = orjson.loads(original)
    for path, where in done.items():
        holder = _at(resource, path)
        if holder.pop("data", None) is not None:
            said = {"url": f"{OWN}data-taken-out", "valueString": where}
            holder["_data"] = {"extension": [said]}
    return orjson.dumps(resource)


def _at(resource: Json, path: str) -> Json:
    """Return the object at a path such as "payload[2].contentAttachment"."""
    item: Any = resource
    for step in filter(None, path.split(".")):
        name, _, number = step.partition("[")
        item = item[name]
        if number and isinstance(item, list):
            item = item[int(number[:-1])]
    return mapping(item)
