"""Tell what a file is by its own bytes, and whether a phone can show it.

Names and media types are what somebody says; the first bytes are what it is. Refuses whatever is
no PDF, JPEG or PNG, and a PDF nobody could open in the night: broken, without a page, or locked
with a password. Pure. Called by the shelf.
"""

import io
import logging
import zlib

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from provisioning.errors import UnfitAttachmentError

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
_PICTURES = {b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG}
_PDF_START = b"%PDF-"
# Readers accept a header this far into the file; some scanners put their own lines first.
_HEAD = 1024
# What pypdf answers to a damaged file depends on where the damage is.
_DAMAGE = (
    PyPdfError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, OSError,
    RecursionError, NotImplementedError, AssertionError, zlib.error,
)  # fmt: skip

# It quotes pieces of the file, which may be somebody's name.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def media_type_of(content: bytes) -> str:
    """Return the media type of a document or photo.

    Raises:
        UnfitAttachmentError: it is none the box can show; the reason holds nothing of the file.

    """
    for start, media_type in _PICTURES.items():
        if content.startswith(start):
            return media_type
    if _PDF_START not in content[:_HEAD]:
        raise UnfitAttachmentError("is no PDF, JPEG or PNG")
    _check_pdf(content)
    return PDF


def _check_pdf(content: bytes) -> None:
    try:
        reader = PdfReader(io.BytesIO(content))
        is_locked = reader.is_encrypted
        pages = 0 if is_locked else len(reader.pages)
    except _DAMAGE as error:
        raise UnfitAttachmentError("is a PDF that cannot be opened") from error
    if is_locked:
        raise UnfitAttachmentError("is a PDF that is locked with a password")
    if not pages:
        raise UnfitAttachmentError("is a PDF without a page")
