"""Put several finished documents into one PDF, page for page. The only importer of pypdf.

A print job holds one PDF (Debian 12's CUPS lost 20 of 30 pages of a job with several files), and
an archive or a folder wants one file per pack. Memory holds the joined pages: about 25 kB a list.
Typesetting a whole unit as one document instead would take three times the memory and make the
first page wait for the last; joining costs a tenth of the typesetting. Called by the demo and by
whoever hands the printer a batch.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass

from pypdf import PdfReader, PdfWriter

from appliance.errors import PaperError
from appliance.paper.document import Document


@dataclass(frozen=True, slots=True)
class Joined:
    """Several documents as one PDF; the serial is the first one's."""

    pdf: bytes
    pages: int
    serial: str


def join(documents: Iterable[Document], *, is_two_sided: bool = False) -> Joined:
    """Return the documents as one PDF in the order given.

    Two-sided, each begins on a new sheet: two citizens must never share a piece of paper.

    Raises:
        PaperError: there was nothing to join.

    """
    writer = PdfWriter()
    first = ""
    for document in documents:
        first = first or document.serial
        if is_two_sided and len(writer.pages) % 2:
            writer.add_blank_page()
        writer.append(PdfReader(io.BytesIO(document.pdf)), import_outline=False)
    if not first:
        raise PaperError("there is nothing to print")
    with io.BytesIO() as sink:
        writer.write(sink)
        return Joined(sink.getvalue(), len(writer.pages), first)
