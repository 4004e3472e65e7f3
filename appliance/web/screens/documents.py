"""Show the photos and documents of a citizen or a whole unit, and hand one over.

The keeper opens a document when somebody asks for it; this screen holds no key. What is handed
over is of the kinds on our own list, whatever a feed called it. Called through `create_app`.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from flask import Blueprint, abort, g, render_template, request
from werkzeug.wrappers import Response
from werkzeug.wsgi import wrap_file

from appliance.errors import DocumentLostError, LockedError
from appliance.records.models import Attachment, SectionState
from appliance.records.terms import Section
from appliance.sealed_log.entry import Action
from appliance.vault.opened import document_path
from appliance.web import audit
from appliance.web.guards import needs_unlock, reading, visible_citizen, visible_unit
from appliance.web.i18n import DANISH, language
from appliance.web.strip import strip_by

bp = Blueprint("documents", __name__)
# What the hub lets through, and how the file is called.
_ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
_UNDATED = datetime.min.replace(tzinfo=UTC)
_TRIES = 2  # others may have taken the room of a document just opened
_KILO = 1000


@dataclass(frozen=True, slots=True)
class Document:
    """One row of the list; `number` is what the file is called."""

    number: int
    attachment: Attachment

    @property
    def is_photo(self) -> bool:
        """Tell whether it is a picture."""
        return self.attachment.media_type.startswith("image/")

    @property
    def file_name(self) -> str:
        """Return a name that says nothing of anybody."""
        return f"dokument-{self.number}.{_ENDINGS[self.attachment.media_type]}"


@bp.get("/borgere/<citizen_id>/dokumenter")
@needs_unlock
@audit.entered_as(Action.VIEW_DOCUMENTS)
def list_of_citizen(citizen_id: str) -> str:
    """List a citizen's photos and documents."""
    citizen = visible_citizen(citizen_id)
    store = reading().store
    state = store.section(citizen, Section.ATTACHMENTS)
    found = documents(store.of_citizen(Attachment, citizen.id))
    return _page(found, state, unit=store.unit(citizen.unit_id), citizen=citizen)


@bp.get("/borgere/<citizen_id>/dokumenter/<document_id>")
@needs_unlock
@audit.entered_as(Action.OPEN_DOCUMENT)
def show_of_citizen(citizen_id: str, document_id: str) -> Response:
    """Hand over one of a citizen's photos or documents."""
    citizen = visible_citizen(citizen_id)
    return _send(documents(reading().store.of_citizen(Attachment, citizen.id)), document_id)


@bp.get("/afsnit/<unit_id>/dokumenter")
@needs_unlock
@audit.entered_as(Action.VIEW_DOCUMENTS)
def list_of_unit(unit_id: str) -> str:
    """List the documents that are about a whole unit."""
    unit = visible_unit(unit_id)
    store = reading().store
    state = store.unit_section(unit.id, Section.ATTACHMENTS)
    return _page(documents(store.attachments_of_unit(unit.id)), state, unit=unit, citizen=None)


@bp.get("/afsnit/<unit_id>/dokumenter/<document_id>")
@needs_unlock
@audit.entered_as(Action.OPEN_DOCUMENT)
def show_of_unit(unit_id: str, document_id: str) -> Response:
    """Hand over one of a unit's documents."""
    unit = visible_unit(unit_id)
    return _send(documents(reading().store.attachments_of_unit(unit.id)), document_id)


def documents(attachments: list[Attachment]) -> list[Document]:
    """Return what can be shown, the newest first and what has no date last. Pure."""
    known = [one for one in attachments if one.media_type in _ENDINGS]
    known.sort(key=lambda one: one.created_at or _UNDATED, reverse=True)
    return [Document(number, one) for number, one in enumerate(known, start=1)]


def size_text(size_bytes: int) -> str:
    """Return a size as people say it: "0,4 MB"."""
    mega = max(size_bytes / _KILO**2, 0.1)
    return f"{mega:.1f} MB".replace(".", "," if language() == DANISH else ".")


def _page(found: list[Document], state: SectionState, **whose: object) -> str:
    g.as_of = state.as_of if state.is_delivered else None
    audit.saw(())
    age = strip_by(g.services.clock, g.as_of)
    return render_template(
        "documents.html", documents=found, state=state, age=age, size_text=size_text, **whose
    )


def _send(found: list[Document], document_id: str) -> Response:
    document = next((one for one in found if one.attachment.id == document_id), None)
    if document is None:
        abort(404)
    audit.saw((), about=document_id)
    content = _opened(document.attachment)
    response = Response(
        wrap_file(request.environ, content),
        mimetype=document.attachment.media_type,
        direct_passthrough=True,
    )
    response.content_length = document.attachment.size_bytes
    response.headers["Content-Disposition"] = f'inline; filename="{document.file_name}"'
    return response


def _opened(attachment: Attachment) -> BinaryIO:
    """Have the keeper open a document, and take hold of the file in RAM.

    Raises:
        DocumentLostError: it is not on this box, or it was gone again at once.
        LockedError: the box was locked.
        KeeperDownError: no answer.

    """
    for _ in range(_TRIES):
        g.services.keeper.open_document(attachment.id)
        opened = g.services.records.require().opened
        try:
            content = document_path(opened, attachment.object_sha256).open("rb")
        except FileNotFoundError:
            continue
        if os.fstat(content.fileno()).st_size != attachment.size_bytes:
            content.close()
            raise LockedError  # a lock cuts every file before it removes it
        return content
    raise DocumentLostError("it was opened and gone again")
