from collections.abc import Callable

import pytest

from printers.ipp.attributes import attribute, keyword
from printers.ipp.client import IppClient
from printers.ipp.codes import Operation, Tag
from printers.ipp.errors import (
    IppBusyError,
    IppError,
    IppFormatError,
    IppStatusError,
    IppUnreachableError,
)
from printers.ipp.message import Group, Message, decode, encode
from tests.simulators.ipp_stranger import HANG_UP, Answer, IppStranger, ok, reply

ID = attribute(Tag.INTEGER, "job-id", 7)


def refusal(code: int, message: str = "") -> Answer:
    words = (attribute(Tag.TEXT, "status-message", message),) if message else ()
    return reply(Group(Tag.OPERATION, words), code=code)


def names_of(request: bytes, tag: Tag) -> list[str]:
    group = next(group for group in decode(request).groups if group.tag == tag)
    return [each.name for each in group.attributes]


@pytest.mark.parametrize(
    ("call", "operation", "about"),
    [
        (
            lambda client: client.printer_attributes(["printer-state"]),
            Operation.GET_PRINTER_ATTRIBUTES,
            ["requesting-user-name", "requested-attributes"],
        ),
        (
            lambda client: client.job_attributes(7, ["job-state"]),
            Operation.GET_JOB_ATTRIBUTES,
            ["job-id", "requesting-user-name", "requested-attributes"],
        ),
        (
            lambda client: client.jobs(["job-name"]),
            Operation.GET_JOBS,
            ["requesting-user-name", "limit", "which-jobs", "requested-attributes"],
        ),
        (
            lambda client: client.cancel_job(7),
            Operation.CANCEL_JOB,
            ["job-id", "requesting-user-name"],
        ),
        (
            lambda client: client.validate_job([keyword("media", "a4")], "7F3A"),
            Operation.VALIDATE_JOB,
            ["requesting-user-name", "job-name", "ipp-attribute-fidelity", "document-format"],
        ),
        (
            lambda client: client.print_job(b"%PDF-", [keyword("media", "a4")], "7F3A"),
            Operation.PRINT_JOB,
            ["requesting-user-name", "job-name", "ipp-attribute-fidelity", "document-format"],
        ),
    ],
)
def test_each_operation_says_what_it_is_about_in_the_order_of_the_standard(
    call: Callable[[IppClient], object], operation: Operation, about: list[str]
) -> None:
    with IppStranger([reply(Group(Tag.JOB, (ID,)), Group(Tag.PRINTER))]) as stranger:
        call(IppClient(stranger.uri, stranger.patience))

    request = stranger.requests[0]
    assert decode(request).code == operation
    assert names_of(request, Tag.OPERATION) == [
        "attributes-charset",
        "attributes-natural-language",
        "printer-uri",
        *about,
    ]


def test_document_follows_the_request_with_what_the_job_wants() -> None:
    with IppStranger([reply(Group(Tag.JOB, (ID,)))]) as stranger:
        number = IppClient(stranger.uri, stranger.patience).print_job(
            b"%PDF-1.7", [keyword("media", "a4")], "7F3A"
        )

    request = decode(stranger.requests[0])
    assert number == 7
    assert request.document == b"%PDF-1.7"
    assert request.groups[1] == Group(Tag.JOB, (keyword("media", "a4"),))


def test_jobs_are_told_apart() -> None:
    other = attribute(Tag.INTEGER, "job-id", 8)

    with IppStranger([reply(Group(Tag.JOB, (ID,)), Group(Tag.JOB, (other,)))]) as stranger:
        jobs = IppClient(stranger.uri, stranger.patience).jobs(["job-id"], "completed")

    assert [job.number("job-id") for job in jobs] == [7, 8]


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (refusal(0x040B, "Unsupported media."), IppStatusError, "0x040b Unsupported media."),
        (refusal(0x0500), IppStatusError, "0x0500"),
        (reply(code=0x0400), IppStatusError, "0x0400"),
        (refusal(0x0507, "Printing another job."), IppBusyError, "0x0507 Printing another"),
        (refusal(0x0502), IppBusyError, "0x0502"),
        (reply(Group(Tag.OPERATION)), IppFormatError, "lacks what was asked"),
        (ok(encode(Message(0, 9, (Group(Tag.PRINTER),)))), IppFormatError, "another question"),
        (ok(b"<html>"), IppFormatError, "cut short"),
    ],
)
def test_answer_that_is_no_help_is_named(answer: Answer, kind: type[IppError], words: str) -> None:
    with IppStranger([answer]) as stranger, pytest.raises(kind, match=words):
        IppClient(stranger.uri, stranger.patience).printer_attributes(["printer-state"])


def test_question_is_asked_again_where_the_printer_hung_up() -> None:
    again = reply(Group(Tag.PRINTER, (keyword("printer-state-reasons", "none"),)))

    with IppStranger([HANG_UP, again]) as stranger:
        told = IppClient(stranger.uri, stranger.patience).printer_attributes(
            ["printer-state-reasons"]
        )

    assert told.words("printer-state-reasons") == ("none",)


def test_document_is_never_sent_twice() -> None:
    with (
        IppStranger([HANG_UP, reply(Group(Tag.JOB, (ID,)))]) as stranger,
        pytest.raises(IppUnreachableError),
    ):
        IppClient(stranger.uri, stranger.patience).print_job(b"%PDF-", [], "7F3A")

    assert len(stranger.requests) == 1


def test_job_without_a_number_is_no_job() -> None:
    word = keyword("job-id", "seven")

    with (
        IppStranger([reply(Group(Tag.JOB, (word,)))]) as stranger,
        pytest.raises(IppFormatError, match="no number"),
    ):
        IppClient(stranger.uri, stranger.patience).print_job(b"%PDF-", [], "7F3A")


def test_address_of_another_kind_is_unreachable() -> None:
    with pytest.raises(IppUnreachableError, match="usb:"):
        IppClient("usb://Brother/HL-L2375DW")
