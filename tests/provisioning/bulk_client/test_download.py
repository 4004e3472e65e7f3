import gzip
from typing import Any

import pytest

from provisioning.bulk_client import download
from provisioning.bulk_client.errors import (
    DamagedDownloadError,
    ServerRefusedError,
    ServerSettingsError,
    ServerUnreachableError,
    UnexpectedAnswerError,
)
from tests.provisioning.bulk_client.conftest import PATIENTS, Lab
from tests.simulators.bulk_server import cut, hang_up, html, many, outcome, reply

pytestmark = pytest.mark.slow  # seconds, not milliseconds

HALF = len(PATIENTS) // 2


@pytest.fixture
def one(lab: Lab) -> Lab:
    """Leave one file on the server."""
    lab.server.files = {"output/Patient/0": PATIENTS}
    return lab


def fetched(lab: Lab) -> bytes:
    lab.fetch()
    return (lab.out / "Patient.001.ndjson").read_bytes()


def ranges(lab: Lab) -> list[str | None]:
    return [seen.headers.get("Range") for seen in lab.server.sent("/files/")]


@pytest.mark.parametrize("has_etag", [True, False])
def test_a_cut_download_goes_on_where_it_stopped(one: Lab, *, has_etag: bool):
    one.server.has_etag = has_etag
    one.server.faults["/files/"] = [cut(HALF), cut(100)]

    assert fetched(one) == PATIENTS
    assert ranges(one) == [None, f"bytes={HALF}-", f"bytes={HALF + 100}-"]
    conditions = {seen.headers.get("If-Range") for seen in one.server.sent("/files/")}
    assert len(conditions) == 1 + has_etag


def test_a_packed_download_goes_on_as_well(one: Lab):
    one.server.packs = True
    one.server.faults["/files/"] = [cut(100)]

    one.fetch()

    assert gzip.decompress((one.out / "Patient.001.ndjson.gz").read_bytes()) == PATIENTS
    assert ranges(one) == [None, "bytes=100-"]


def test_a_server_without_ranges_sends_the_file_again_from_the_start(one: Lab):
    one.server.has_range = False
    one.server.faults["/files/"] = [cut(HALF)]

    assert fetched(one) == PATIENTS


def test_a_file_that_changed_meanwhile_is_not_patched_together(one: Lab):
    def change(handler: Any) -> None:
        one.server.files["output/Patient/0"] = PATIENTS.replace(b"Holm", b"Lund")
        handler.answer()

    one.server.faults["/files/"] = [cut(HALF), change]

    assert b"Holm" not in fetched(one)


@pytest.mark.parametrize(
    "answer",
    [
        reply(206, PATIENTS[HALF:], Content_Range="bytes 5-9/99"),
        reply(206, PATIENTS[HALF:]),
        reply(206, PATIENTS[HALF:], Content_Range=f"bytes {HALF}-99/*", Content_Encoding="gzip"),
        reply(206, PATIENTS[HALF:], Content_Range=f"bytes {HALF}-99/*", ETag='"other"'),
        reply(416, Content_Range="bytes */7"),
        reply(416),
    ],
)
def test_a_rest_that_does_not_fit_means_starting_over(one: Lab, answer: Any):
    one.server.faults["/files/"] = [cut(HALF), answer]

    assert fetched(one) == PATIENTS
    assert ranges(one) == [None, f"bytes={HALF}-", None]


def test_a_file_that_was_whole_when_the_process_died_is_recognised(one: Lab):
    def whole_and_then_down(handler: Any) -> None:
        handler.send(200, PATIENTS, {"Content_Length": str(len(PATIENTS) + 1)})
        handler.close_connection = True

    one.server.faults["/files/"] = [whole_and_then_down]

    assert fetched(one) == PATIENTS
    assert ranges(one) == [None, f"bytes={len(PATIENTS)}-"]


def test_a_connection_that_breaks_without_getting_further_ends_in_an_error(one: Lab):
    one.server.faults["/files/"] = [cut(HALF), *many(cut(0))]

    with pytest.raises(
        ServerUnreachableError, match=r"Patient\.001\.ndjson: .*, 6 times"
    ) as caught:
        one.fetch()

    assert len(ranges(one)) == 7
    assert "s3cret" not in str(caught.value)


def test_a_server_that_always_cuts_at_the_same_place_is_given_up(one: Lab):
    one.server.has_range = False
    one.server.faults["/files/"] = many(cut(HALF))

    with pytest.raises(ServerUnreachableError):
        one.fetch()

    assert len(ranges(one)) == 7


def test_a_cut_no_length_gives_away_is_seen_by_the_last_line(one: Lab):
    one.server.counts = False
    one.server.faults["/files/"] = [
        reply(200, PATIENTS[:HALF], Content_Length="", Connection="close")
    ]

    assert fetched(one) == PATIENTS


def test_spoilt_packing_is_answered_by_asking_for_the_plain_file(one: Lab):
    spoilt = bytearray(gzip.compress(PATIENTS))
    spoilt[HALF // 20] ^= 0xFF
    one.server.packs = True
    one.server.faults["/files/"] = [reply(200, bytes(spoilt), Content_Encoding="gzip")]

    assert fetched(one) == PATIENTS
    asked = [seen.headers["Accept-Encoding"] for seen in one.server.sent("/files/")]
    assert asked == ["gzip", "identity"]


def test_a_file_that_stays_spoilt_is_damaged(one: Lab):
    one.server.faults["/files/"] = many(reply(200, gzip.compress(PATIENTS)[:-9]))

    with pytest.raises(DamagedDownloadError, match=r"does not unpack .*, 3 times"):
        one.fetch()


def test_fewer_resources_than_the_manifest_says_is_damaged(one: Lab):
    one.server.faults["/files/"] = many(reply(200, b"{}\n"))

    with pytest.raises(DamagedDownloadError, match="1 resources, the manifest says 40"):
        one.fetch()


def test_messages_may_be_counted_in_another_way(one: Lab):
    url = f"{one.server.origin}/files/0/error/OperationOutcome/0"
    one.server.files["error/OperationOutcome/0"] = outcome("processing")
    one.server.manifest_fields = {"error": [{"type": "X", "url": url, "count": 9}]}

    assert one.fetch().said == {"error": 1}


def test_a_hash_the_server_promised_is_held_against_it(one: Lab):
    entry = one.server.manifest()["output"][0]
    one.server.manifest_fields = {"output": [{**entry, "extension": {"sha256": "0" * 64}}]}

    with pytest.raises(DamagedDownloadError, match="SHA-256"):
        one.fetch()


def test_a_login_page_instead_of_a_file_is_refused_and_the_job_kept(one: Lab):
    one.server.faults["/files/"] = [html()]

    with pytest.raises(
        UnexpectedAnswerError, match=r"Patient\.001\.ndjson: status 200, an HTML page"
    ):
        one.fetch()

    assert fetched(one) == PATIENTS
    assert len(one.server.paths("$export")) == 1


def test_a_refused_file_is_said_with_the_servers_code(one: Lab):
    one.server.faults["/files/"] = [reply(400, outcome("invalid"))]

    with pytest.raises(
        ServerRefusedError, match=r"Patient\.001\.ndjson: status 400, error/invalid"
    ):
        one.fetch()


def test_a_file_without_a_length_may_not_be_larger_than_allowed_either(one: Lab):
    one.server.files["output/Patient/0"] = PATIENTS * 200
    one.server.faults["/files/"] = [
        reply(200, PATIENTS * 200, Content_Length="", Connection="close")
    ]
    one.limit(file_mb=1)

    with pytest.raises(ServerSettingsError, match="file_mb"):
        one.fetch()


def test_a_small_file_that_swells_when_unpacked_is_refused(one: Lab):
    one.server.packs = True
    one.server.files["output/Patient/0"] = b'{"a":"' + b"x" * 2**20 + b'"}\n'
    one.limit(file_mb=1)

    with pytest.raises(ServerSettingsError, match="file_mb = 1"):
        one.fetch()


def test_a_throttled_file_is_waited_for(one: Lab):
    one.server.faults["/files/"] = [reply(503, Retry_After="77"), reply(429)]

    assert fetched(one) == PATIENTS
    assert 77.0 in one.waits


def test_what_was_not_written_through_to_the_disk_is_fetched_again(one: Lab):
    one.server.faults["/files/"] = [cut(HALF), *many(hang_up, 6)]
    with pytest.raises(ServerUnreachableError):
        one.fetch()
    part = one.working / "all" / "feed" / "Patient.001.ndjson.part"
    part.write_bytes(part.read_bytes() + b"\0" * 4096)  # what a power cut may leave
    one.server.seen.clear()

    assert fetched(one) == PATIENTS
    assert ranges(one) == [f"bytes={HALF}-"]


def test_a_long_file_is_noted_on_the_way(one: Lab):
    content = PATIENTS * (2 * download._CHECKPOINT // len(PATIENTS) + 1)
    one.server.files["output/Patient/0"] = content
    one.server.faults["/files/"] = [cut(len(content) - 10)]

    one.fetch()

    assert (one.out / "Patient.001.ndjson").stat().st_size == len(content)
