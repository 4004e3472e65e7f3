"""Talk IPP with a real printer program, without any print service in between."""

import pytest

from printers.ipp import codes
from printers.ipp.attributes import keyword
from printers.ipp.client import IppClient
from printers.ipp.codes import JobStatus
from printers.ipp.errors import IppBusyError, IppStatusError, IppUnreachableError
from tests.real.job_steps import NEEDS_CUPS, job, words
from tests.simulators.cups_lab import CupsLab, LabPrinter
from tests.simulators.lab_tools import wait_until

pytestmark = NEEDS_CUPS
ON_A4 = (keyword("media", "iso_a4_210x297mm"), keyword("sides", "one-sided"))
STATUS = ["job-state", "job-impressions-completed", "job-name"]


@pytest.fixture
def eve(lab: CupsLab) -> LabPrinter:
    """A printer without a queue: the print service never hears of it."""
    return lab.add_printer("eve", "-2")


@pytest.fixture
def client(eve: LabPrinter) -> IppClient:
    return IppClient(eve.uri)


def test_printer_describes_itself(client: IppClient) -> None:
    told = client.printer_attributes(["printer-state", "media-supported", "sides-supported"])

    assert told.number("printer-state") == 3
    assert "iso_a4_210x297mm" in told.words("media-supported")
    assert "two-sided-long-edge" in told.words("sides-supported")


def test_wrong_paper_is_refused_before_anything_is_sent(client: IppClient, eve: LabPrinter) -> None:
    with pytest.raises(IppStatusError) as caught:
        client.validate_job([keyword("media", "iso_a3_297x420mm")], "7F3A")

    assert caught.value.status == codes.ATTRIBUTES_NOT_SUPPORTED
    assert eve.received() == []


def test_document_comes_out_and_is_counted_while_it_does(
    client: IppClient, eve: LabPrinter
) -> None:
    eve.set("jam_at", 3)

    number = client.print_job(job(4).pdf, ON_A4, "7F3A")
    wait_until(lambda: len(eve.sheets()) == 2, "two sheets")
    wait_until(
        lambda: (
            "media-jam"
            in client.printer_attributes(["printer-state-reasons"]).text("printer-state-reasons")
        ),
        "the word of the jam",
    )
    under_way = client.job_attributes(number, STATUS)
    eve.cure("jam_at")
    wait_until(lambda: client.jobs(["job-id"]) == [], "the end of the job")
    over = client.jobs(STATUS, "completed")[0]

    assert under_way.number("job-state") == JobStatus.PROCESSING
    assert under_way.number("job-impressions-completed") == 2
    assert over.number("job-state") == JobStatus.COMPLETED
    assert over.number("job-impressions-completed") == 4
    assert over.text("job-name") == "7F3A"
    assert eve.words() == words(4)
    assert {sheet["media"] for sheet in eve.sheets()} == {"iso_a4_210x297mm"}


def test_printer_at_work_is_busy_for_another_document(client: IppClient, eve: LabPrinter) -> None:
    eve.set("jam_at", 1)
    client.print_job(job(1).pdf, ON_A4, "7F3A")

    with pytest.raises(IppBusyError):
        client.print_job(job(1).pdf, ON_A4, "7F3B")

    assert client.printer_attributes(["printer-state"]).number("printer-state") == 4


def test_job_is_stopped_once_and_a_stranger_is_not_found(
    client: IppClient, eve: LabPrinter
) -> None:
    eve.set("jam_at", 2)
    number = client.print_job(job(3).pdf, ON_A4, "7F3A")

    client.cancel_job(number)
    eve.cure("jam_at")  # this printer looks at a cancelled job when its engine is through
    wait_until(lambda: client.jobs(["job-id"]) == [], "the end of the job")
    with pytest.raises(IppStatusError) as again:
        client.cancel_job(number)
    with pytest.raises(IppStatusError) as stranger:
        client.job_attributes(99, STATUS)

    assert client.job_attributes(number, STATUS).number("job-state") == JobStatus.CANCELLED
    assert again.value.status == codes.NOT_POSSIBLE
    assert stranger.value.status == codes.NOT_FOUND


def test_unplugged_printer_is_unreachable(client: IppClient, eve: LabPrinter) -> None:
    eve.unplug()

    with pytest.raises(IppUnreachableError):
        client.printer_attributes(["printer-state"])
