"""Ask a printer, hand it a job, stop a job: one method for each IPP operation.

Every question is a connection of its own, closed at once: many printers talk to one caller at a
time. Only questions are asked twice; a document is never sent twice. Refuses to decide what an
answer means for paper. Called by `ipp_printer.py` and `device.py`.
"""

import itertools
from collections.abc import Sequence

from printers.ipp import codes
from printers.ipp.attributes import Attributes, attribute, attributes_of, keyword
from printers.ipp.codes import Operation, Tag
from printers.ipp.errors import (
    IppBusyError,
    IppFormatError,
    IppHungUpError,
    IppStatusError,
    IppUnreachableError,
)
from printers.ipp.message import Attribute, Group, Message, decode, encode
from printers.ipp.transport import Address, Patience, post

PDF = "application/pdf"
# What printers that list the owners of jobs show: never a person.
USER = "nodboks"
_NOT_NOW = (codes.BUSY, codes.SERVICE_UNAVAILABLE)


class IppClient:
    """One printer's address; holds no connection, so threads may share it.

    Every method raises `IppError`: IppUnreachableError, IppBusyError, IppHttpError, IppFormatError
    or IppStatusError.
    """

    def __init__(self, uri: str, patience: Patience | None = None) -> None:
        address = Address.of(uri)
        if address is None:
            raise IppUnreachableError(f"no way to speak IPP to {uri}")
        self._address = address
        self._patience = patience or Patience()
        self._request_ids = itertools.count(1)

    def printer_attributes(self, names: Sequence[str]) -> Attributes:
        """Return what the printer says of itself (Get-Printer-Attributes)."""
        answer = self._ask(
            Operation.GET_PRINTER_ATTRIBUTES, keyword("requested-attributes", *names)
        )
        return _first(answer, Tag.PRINTER)

    def validate_job(self, job: Sequence[Attribute], name: str) -> None:
        """Have the printer say whether it would take such a job (Validate-Job)."""
        self._ask(Operation.VALIDATE_JOB, *_about_document(name), job=job)

    def print_job(self, document: bytes, job: Sequence[Attribute], name: str) -> int:
        """Hand over a PDF and return the printer's number for the job (Print-Job).

        After IppUnreachableError or IppBusyError the printer may still have taken it.
        """
        operation = Operation.PRINT_JOB
        answer = self._send(operation, _about_document(name), job, document=document)
        number = _first(answer, Tag.JOB).number("job-id")
        if number is None:
            raise IppFormatError("the printer took the job and gave it no number")
        return number

    def job_attributes(self, number: int, names: Sequence[str]) -> Attributes:
        """Return what the printer says of one job (Get-Job-Attributes)."""
        wanted = keyword("requested-attributes", *names)
        answer = self._ask(Operation.GET_JOB_ATTRIBUTES, _job_id(number), wanted)
        return _first(answer, Tag.JOB)

    def jobs(
        self, names: Sequence[str], which: str = "not-completed", most: int = 100
    ) -> list[Attributes]:
        """Return the jobs the printer knows of (Get-Jobs), under way or the newest `completed`."""
        limit = attribute(Tag.INTEGER, "limit", most)
        wanted = (limit, keyword("which-jobs", which), keyword("requested-attributes", *names))
        return attributes_of(self._ask(Operation.GET_JOBS, *wanted).groups, Tag.JOB)

    def cancel_job(self, number: int) -> None:
        """Stop a job (Cancel-Job); the sheet under way still comes out."""
        self._send(Operation.CANCEL_JOB, [_job_id(number)])

    def _ask(
        self, operation: Operation, *about: Attribute, job: Sequence[Attribute] = ()
    ) -> Message:
        """Ask a question, a second time where the printer hung up in the middle of it."""
        try:
            return self._send(operation, about, job)
        except IppHungUpError:
            return self._send(operation, about, job)

    def _send(
        self,
        operation: Operation,
        about: Sequence[Attribute],
        job: Sequence[Attribute] = (),
        document: bytes = b"",
    ) -> Message:
        request_id = next(self._request_ids)
        head = (
            attribute(Tag.CHARSET, "attributes-charset", "utf-8"),
            attribute(Tag.LANGUAGE, "attributes-natural-language", "da"),
            attribute(Tag.URI, "printer-uri", self._address.printer_uri),
        )
        groups = [Group(Tag.OPERATION, (*head, *_in_order(about)))]
        if job:
            groups.append(Group(Tag.JOB, tuple(job)))
        request = encode(Message(operation, request_id, tuple(groups)))
        answer = decode(post(self._address, request, document, self._patience))
        if answer.request_id != request_id:
            raise IppFormatError("the answer belongs to another question")
        _check(answer)
        return answer


def _in_order(about: Sequence[Attribute]) -> Sequence[Attribute]:
    """Put the user behind what names the job, as RFC 8011 §4.1.5 wants it."""
    user = attribute(Tag.NAME, "requesting-user-name", USER)
    is_target_first = bool(about) and about[0].name == "job-id"
    return (about[0], user, *about[1:]) if is_target_first else (user, *about)


def _job_id(number: int) -> Attribute:
    return attribute(Tag.INTEGER, "job-id", number)


def _about_document(name: str) -> tuple[Attribute, ...]:
    """Describe a document; with fidelity the printer refuses what it would print otherwise."""
    return (
        attribute(Tag.NAME, "job-name", name),
        attribute(Tag.BOOLEAN, "ipp-attribute-fidelity", True),
        attribute(Tag.MIME_TYPE, "document-format", PDF),
    )


def _check(answer: Message) -> None:
    if answer.code < codes.FIRST_ERROR:
        return
    told = attributes_of(answer.groups, Tag.OPERATION)
    message = told[0].text("status-message") if told else ""
    if answer.code in _NOT_NOW:
        raise IppBusyError(f"IPP status 0x{answer.code:04x} {message}".rstrip())
    raise IppStatusError(answer.code, message)


def _first(answer: Message, tag: Tag) -> Attributes:
    found = attributes_of(answer.groups, tag)
    if not found:
        raise IppFormatError("the answer lacks what was asked for")
    return found[0]
