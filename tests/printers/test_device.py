import pytest

from printers.device import Device, DeviceReport, Presence
from tests.simulators.ipp_stranger import SILENCE, Answer, IppStranger, ok, reply
from tests.simulators.ipp_words import HEALTHY, job_group
from tests.simulators.lab_tools import free_port

NO_JOBS = reply()
NOT_FOUND, GONE, FORBIDDEN = (reply(code=code) for code in (0x0406, 0x0407, 0x0403))


def device(stranger: IppStranger) -> Device:
    return Device(stranger.uri, stranger.patience)


def test_printer_that_answers_tells_of_itself() -> None:
    with IppStranger([reply(HEALTHY)]) as stranger:
        report = device(stranger).look()

    assert report.presence is Presence.ANSWERS
    assert report.printer.words("printer-state-reasons") == ("none",)


@pytest.mark.parametrize(
    ("answer", "presence"),
    [
        (SILENCE, Presence.BUSY),
        (ok(b"", "503 Service Unavailable"), Presence.BUSY),
        (reply(code=0x0507), Presence.BUSY),
        (ok(b"<html>", "404 Not Found"), Presence.MUTE),
        (ok(b"<html>"), Presence.MUTE),
        (reply(code=0x0500), Presence.MUTE),
    ],
)
def test_printer_that_tells_nothing_is_there_all_the_same(
    answer: Answer, presence: Presence
) -> None:
    with IppStranger([answer]) as stranger:
        assert device(stranger).look() == DeviceReport(presence)


def test_nobody_there_is_absent() -> None:
    assert Device(f"ipp://localhost:{free_port()}/").look().presence is Presence.ABSENT


def test_printer_of_another_kind_cannot_be_asked() -> None:
    usb = Device("usb://Brother/HL-L2375DW")

    assert usb.look().presence is Presence.MUTE
    assert usb.look_at(1).presence is Presence.MUTE
    assert usb.look_for("7F3A", 0).presence is Presence.MUTE
    assert usb.newest_job() == 0


def test_busy_printer_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("printers.device.QUIET_S", 600)
    with IppStranger([SILENCE, reply(HEALTHY)]) as stranger:
        busy = device(stranger)
        first, second = busy.look(), busy.look()

    assert (first.presence, second.presence) == (Presence.BUSY, Presence.BUSY)
    assert len(stranger.requests) == 1


def test_job_is_found_by_its_number() -> None:
    with IppStranger([reply(HEALTHY), reply(job_group(4, counted=2))]) as stranger:
        report = device(stranger).look_at(4)

    assert report.presence is Presence.ANSWERS
    assert report.job is not None
    assert report.job.number("job-impressions-completed") == 2


@pytest.mark.parametrize(
    ("answer", "presence"),
    [
        (NOT_FOUND, Presence.ANSWERS),
        (GONE, Presence.ANSWERS),
        # Only a printer that says so has forgotten the job; any other refusal tells nothing.
        (FORBIDDEN, Presence.MUTE),
        (SILENCE, Presence.BUSY),
        (ok(b"nonsense"), Presence.MUTE),
    ],
)
def test_job_that_is_not_told_of_is_none(answer: Answer, presence: Presence) -> None:
    with IppStranger([reply(HEALTHY), answer]) as stranger:
        report = device(stranger).look_at(4)

    assert (report.presence, report.job) == (presence, None)


def test_newest_job_of_the_name_is_found_among_others() -> None:
    under_way = reply(job_group(9, "OTHER"), job_group(6))
    over = reply(job_group(5), job_group(8, "OTHER"))

    with IppStranger([reply(HEALTHY), under_way, over]) as stranger:
        report = device(stranger).look_for("7F3A", above=4)

    assert report.job is not None
    assert report.job.number("job-id") == 6


def test_job_of_before_the_hand_over_is_another() -> None:
    with IppStranger([reply(HEALTHY), NO_JOBS, reply(job_group(4))]) as stranger:
        assert device(stranger).look_for("7F3A", above=4).job is None


def test_one_list_is_enough_where_the_printer_keeps_no_other() -> None:
    refused = reply(code=0x040B)

    with IppStranger([reply(HEALTHY), refused, reply(job_group(5))]) as stranger:
        report = device(stranger).look_for("7F3A", above=4)

    assert report.presence is Presence.ANSWERS
    assert report.job is not None


def test_silent_printer_is_not_asked_for_jobs() -> None:
    with IppStranger([SILENCE, reply(job_group(5))]) as stranger:
        assert device(stranger).look_for("7F3A", above=0).presence is Presence.BUSY

    assert len(stranger.requests) == 1


def test_newest_job_is_the_highest_number_of_both_lists() -> None:
    with IppStranger([reply(job_group(3)), reply(job_group(7), job_group(2))]) as stranger:
        assert device(stranger).newest_job() == 7
