"""Small documents that are real PDF files: every page says which it is."""

from appliance.paper.document import Document
from appliance.records.terms import CitizenId
from tests.simulators.small_pdf import small_pdf


def document(number: int, pages: int, citizen_id: CitizenId | None = None) -> Document:
    """Return a document under serial 417-<number>."""
    serial = f"417-{number:05}"
    words = [f"{serial} side {page}" for page in range(1, pages + 1)]
    kind = "medication_list" if citizen_id else "pack_cover"
    return Document(small_pdf(words), pages, serial, "Medicinliste", kind, citizen_id)
