"""Decide what goes to the printer next, and how much of it at a time. Pure but for the rendering.

The first citizen alone, so that there is paper at once; then twice as many each time, because a
print service spends a second or more on every job. A batch is kept small enough that a list
somebody waits for at a bed goes between two of them. Called by the print desk.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from appliance.attempts import Failed, attempt
from appliance.paper.document import Document
from appliance.paper.joining import join
from appliance.printing.jobs import Job, Part, Sheet
from printers.models import JobHandle

T = TypeVar("T")

MOST_PAGES = 40  # 80 seconds at 30 pages a minute
# The next batch is handed over while this many sides are still to come: enough for a print service
# that counts seconds late, few enough that an urgent list does not wait for two batches.
SIDES_AHEAD = 12
_MOST_OPEN = 2


def in_turn(jobs: Iterable[Job]) -> list[Job]:
    """Return jobs, given oldest first, in the order they get the printer: short ones go ahead."""
    return sorted(jobs, key=lambda job: not job.order.is_short)


def may_hand_over(at_the_printer: Iterable[Part]) -> bool:
    """Tell whether the printer wants its next batch: it must neither run dry nor hoard."""
    parts = list(at_the_printer)
    if len(parts) >= _MOST_OPEN:
        return False
    # Nobody knows what is left in a printer that does not count: it always gets one ahead.
    return all(not part.is_counted or part.sides_left <= SIDES_AHEAD for part in parts)


@dataclass(slots=True)
class Batch:
    """A batch that is ready in memory; the handle from when the printer took it until noted."""

    part: Part
    pdf: bytes
    handle: JobHandle | None = None


class Source:
    """The documents of one job, taken a batch at a time; they are in memory only.

    What goes wrong is kept in `failure` until the sheets made before it have been taken.
    """

    def __init__(self, documents: Iterator[Document]) -> None:
        self._documents = documents
        self._made: list[Document] = []
        self._ahead: list[Document] = []
        self.failure: Exception | None = None

    def next_batch(
        self, number: int, *, is_two_sided: bool, is_ended: Callable[[], bool]
    ) -> Batch | None:
        """Return the batch of this number; None once all has been taken, or was called off.

        The same batch comes again until `taken` says that it is noted.
        """
        if not self._made and self.failure is None:
            self._attempt(lambda: self._fill(number, is_ended))
        if not self._made:
            return None
        return self._attempt(lambda: bound(number, self._made, is_two_sided=is_two_sided))

    def _attempt(self, do: Callable[[], T]) -> T | None:
        done = attempt(do)
        if not isinstance(done, Failed):
            return done
        # A fault in the making of one sheet must not stop the paper of everybody else.
        self.failure = done.error
        return None

    def taken(self) -> None:
        """Let go of the batch: it stands in the ledger."""
        self._made = []

    def _fill(self, number: int, is_ended: Callable[[], bool]) -> None:
        """Take what the batch of this number holds.

        A document about nobody (a cover, a form) travels with the citizens beside it.
        """
        citizens, pages = 0, 0
        for document in itertools.chain(self._ahead, self._documents):
            is_about_one = document.citizen_id is not None
            is_full = citizens == 2 ** (number - 1) and is_about_one
            if pages and (is_full or pages + document.pages > MOST_PAGES):
                self._ahead = [document]
                return
            self._made.append(document)
            citizens, pages = citizens + is_about_one, pages + document.pages
            if is_ended():
                self._made = []
                break
        self._ahead = []


def bound(number: int, documents: list[Document], *, is_two_sided: bool) -> Batch:
    """Return documents as one PDF with the part that stands for it in the ledger.

    Raises:
        PaperError: there are none.

    """
    sheets = tuple(map(_sheet, documents))
    pdf = join(documents, is_two_sided=is_two_sided).pdf
    return Batch(Part(number, sheets, is_two_sided), pdf)


def _sheet(document: Document) -> Sheet:
    return Sheet(
        document.serial, document.sheet, document.pages, document.citizen_id, document.digest
    )
