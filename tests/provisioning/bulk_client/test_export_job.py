import json
from datetime import timedelta
from typing import Any

import pytest

from provisioning.bulk_client.bulk_server import BulkServer
from provisioning.bulk_client.errors import (
    ExportExpiredError,
    ExportFailedError,
    OutOfTimeError,
    ServerRefusedError,
    ServerUnreachableError,
    UnexpectedAnswerError,
)
from provisioning.bulk_client.export_job import ExportOrder, kick_off, wait_until_done
from provisioning.bulk_client.settings import ExportSection, KickOff
from tests.provisioning.bulk_client.conftest import Lab
from tests.simulators.bulk_server import AS_OF, hang_up, html, http_time, many, outcome, reply

pytestmark = pytest.mark.slow  # seconds, not milliseconds


def order(lab: Lab, **export: Any) -> ExportOrder:
    return ExportOrder(lab.server.url + "/", ExportSection(**export))


def wait(lab: Lab, bulk: BulkServer) -> Any:
    return wait_until_done(bulk, kick_off(bulk, order(lab)), lab.told.append)


# ── kick-off ──────────────────────────────────────────────────────────────────────────────────


def test_a_kick_off_gives_the_place_to_look(lab: Lab, bulk: BulkServer):
    assert kick_off(bulk, order(lab)) == f"{lab.server.origin}/fhir/jobs/1"


@pytest.mark.parametrize(
    ("status", "headers"),
    [(202, {"Content_Location": "/fhir/jobs/7"}), (201, {"Location": "jobs/../../jobs/7"})],
)
def test_a_place_said_in_an_unusual_way_is_found(
    lab: Lab, bulk: BulkServer, status: int, headers: dict[str, str]
):
    lab.server.faults["$export"] = [reply(status, **headers)]

    assert kick_off(bulk, order(lab)).endswith("/fhir/jobs/7")


@pytest.mark.parametrize("answer", [reply(202), reply(200, b"{}"), html()])
def test_a_yes_that_does_not_say_where_is_unexpected(lab: Lab, bulk: BulkServer, answer: Any):
    lab.server.faults["$export"] = [answer]

    with pytest.raises(UnexpectedAnswerError, match="no Content-Location"):
        kick_off(bulk, order(lab))


def test_a_page_instead_of_a_no_is_unexpected(lab: Lab, bulk: BulkServer):
    lab.server.faults["$export"] = [html(404)]

    with pytest.raises(UnexpectedAnswerError, match="status 404, an HTML page"):
        kick_off(bulk, order(lab))


def test_a_place_over_plain_http_is_refused(lab: Lab, bulk: BulkServer):
    lab.server.faults["$export"] = [reply(202, Content_Location="http://example.dk/jobs/1?k=s3")]

    with pytest.raises(UnexpectedAnswerError, match=r"http://example\.dk:80") as caught:
        kick_off(bulk, order(lab))

    assert "s3" not in str(caught.value)


@pytest.mark.parametrize(("asked", "other"), [(KickOff.GET, "POST"), (KickOff.POST, "GET")])
def test_a_server_that_wants_the_other_method_names_the_setting(
    lab: Lab, bulk: BulkServer, asked: KickOff, other: str
):
    lab.server.faults["$export"] = [reply(405)]

    with pytest.raises(UnexpectedAnswerError, match=f'set export.kick_off = "{other}"'):
        kick_off(bulk, order(lab, kick_off=asked))


def test_a_post_is_never_redirected(lab: Lab, bulk: BulkServer):
    lab.server.faults["$export"] = [reply(307, Location="https://example.dk/")]

    with pytest.raises(ServerRefusedError, match="status 307"):
        kick_off(bulk, order(lab, kick_off=KickOff.POST))


def test_another_export_under_way_is_waited_for(lab: Lab, bulk: BulkServer):
    lab.server.faults["$export"] = many(reply(429, Retry_After="300"), 10)

    assert kick_off(bulk, order(lab))
    assert lab.waits == [300.0] * 10


def test_hiccups_are_tried_again_after_longer_and_longer_waits(lab: Lab, bulk: BulkServer):
    lab.server.faults["$export"] = [hang_up, reply(500), html(502), reply(503), reply(408)]

    assert kick_off(bulk, order(lab))
    assert lab.waits == [2.0, 4.0, 8.0, 16.0, 32.0]


@pytest.mark.parametrize("answer", [reply(500), html(502), hang_up])
def test_a_server_with_nothing_but_faults_is_unreachable(lab: Lab, bulk: BulkServer, answer: Any):
    lab.server.faults["$export"] = many(answer)

    with pytest.raises(ServerUnreachableError, match=r"^kick-off: "):
        kick_off(bulk, order(lab))

    assert len(lab.server.paths("$export")) == 6


@pytest.mark.parametrize("status", [400, 422, 500])
def test_a_considered_no_is_not_asked_twice(lab: Lab, bulk: BulkServer, status: int):
    lab.server.faults["$export"] = [reply(status, outcome("invalid"))]

    with pytest.raises(ServerRefusedError, match=f"kick-off: status {status}, error/invalid"):
        kick_off(bulk, order(lab))

    assert lab.waits == []


# ── status ────────────────────────────────────────────────────────────────────────────────────


def test_the_server_says_how_long_to_wait_and_how_far_it_is(lab: Lab, bulk: BulkServer):
    lab.server.looks, lab.server.retry_after = 3, "120"

    manifest = wait(lab, bulk)

    assert manifest.transaction_time == AS_OF
    assert lab.waits == [120.0] * 3
    assert lab.told == ["the server says: 50 % done"]
    assert lab.server.sent("/jobs/")[0].headers["Accept"] == "application/json"


@pytest.mark.parametrize("progress", [None, "Hr. Holm 010203-1234", "<b>x</b>", "x" * 101])
def test_progress_that_could_name_a_citizen_is_not_repeated(
    lab: Lab, bulk: BulkServer, progress: str | None
):
    lab.server.progress = progress

    wait(lab, bulk)

    assert lab.told == []


def test_a_wait_until_a_time_is_measured_by_the_servers_clock(lab: Lab, bulk: BulkServer):
    lab.server.looks = 0
    at = http_time(lab.clock.now() + timedelta(seconds=90))
    lab.server.faults["/jobs/"] = [reply(202, Retry_After=at)]

    wait(lab, bulk)

    assert lab.waits == [90.0]


def test_without_a_word_on_waiting_we_look_less_and_less_often(lab: Lab, bulk: BulkServer):
    lab.server.looks, lab.server.retry_after = 8, None

    wait(lab, bulk)

    assert lab.waits == [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]


def test_looking_too_often_is_waited_out_and_not_fatal(lab: Lab, bulk: BulkServer):
    lab.server.faults["/jobs/"] = many(reply(429, outcome("throttled"), Retry_After="30"), 8)

    assert wait(lab, bulk)


@pytest.mark.parametrize("status", [500, 404])
def test_trouble_the_server_calls_transient_is_looked_at_again(
    lab: Lab, bulk: BulkServer, status: int
):
    lab.server.faults["/jobs/"] = [reply(status, outcome("transient"))]

    assert wait(lab, bulk)


@pytest.mark.parametrize("status", [404, 410])
def test_a_job_the_server_does_not_know_has_expired(lab: Lab, bulk: BulkServer, status: int):
    lab.server.faults["/jobs/"] = [reply(status, outcome("not-found"))]

    with pytest.raises(ExportExpiredError, match=f"the export: status {status}"):
        wait(lab, bulk)


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (reply(500, outcome("exception")), ExportFailedError, "status 500, error/exception"),
        (reply(400, outcome("too-costly")), ExportFailedError, "status 400, error/too-costly"),
        (reply(400, outcome("Citizen Holm")), ExportFailedError, "status 400, error/unknown"),
        (reply(400, b"no"), ServerRefusedError, "status: status 400$"),
        (html(403), UnexpectedAnswerError, "status: status 403, an HTML page"),
    ],
)
def test_an_end_that_is_no_manifest_is_named(
    lab: Lab, bulk: BulkServer, answer: Any, error: type[Exception], said: str
):
    lab.server.faults["/jobs/"] = [answer]

    with pytest.raises(error, match=said):
        wait(lab, bulk)


@pytest.mark.parametrize(("header", "error"), [("500 Oops", ExportFailedError), ("", None)])
def test_a_status_of_the_export_beside_that_of_the_request_is_understood(
    lab: Lab, bulk: BulkServer, header: str, error: type[Exception] | None
):
    body = json.dumps(lab.server.manifest()).encode() if error is None else outcome("processing")
    lab.server.looks = 0
    lab.server.faults["/jobs/"] = [
        reply(200, X_Export_Status="202 Accepted"),
        reply(200, body, X_Export_Status=header),
    ]

    if error is None:
        assert wait(lab, bulk)
    else:
        with pytest.raises(error):
            wait(lab, bulk)


def test_an_export_that_never_ends_is_looked_at_once_more_at_the_deadline(
    lab: Lab, bulk: BulkServer
):
    lab.server.looks, lab.server.retry_after = 10**6, "100000"

    with pytest.raises(OutOfTimeError):
        wait(lab, bulk)

    assert lab.waits == [3600.0]
    assert len(lab.server.paths("/jobs/")) == 2
