"""Small documents that are real PDF files: every page says which it is."""

from functools import cache

import typst

from appliance.paper.document import Document
from appliance.records.terms import CitizenId


@cache
def pdf(words: tuple[str, ...]) -> bytes:
    """Return a PDF with a page for each of the words."""
    return bytes(typst.compile("\n#pagebreak()\n".join(words).encode(), format="pdf"))


def document(number: int, pages: int, citizen_id: CitizenId | None = None) -> Document:
    """Return a document under serial 417-<number>."""
    serial = f"417-{number:05}"
    words = tuple(f"{serial} side {page}" for page in range(1, pages + 1))
    kind = "medication_list" if citizen_id else "pack_cover"
    return Document(pdf(words), pages, serial, "Medicinliste", kind, citizen_id)
