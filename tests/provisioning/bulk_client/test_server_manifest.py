from typing import Any

import orjson
import pytest

from provisioning.bulk_client.errors import UnexpectedAnswerError
from provisioning.bulk_client.server_manifest import Part, read_manifest
from provisioning.bulk_client.transport import Answer

NIGHT = "2026-11-23T02:00:00+01:00"
BASE = "https://fhir.example.dk/r4/jobs/1"


def read(headers: dict[str, str] | None = None, **more: Any) -> Any:
    document = {"transactionTime": NIGHT, "output": [], **more}
    return read_manifest(Answer(200, BASE, headers or {}, orjson.dumps(document)))


def entry(kind: str = "Patient", url: str = "https://fhir.example.dk/f/1", **more: Any) -> Any:
    return {"type": kind, "url": url, **more}


def test_files_are_named_by_type_and_number():
    manifest = read(output=[entry(), entry("Flag"), entry(count=7)], deleted=[entry("Bundle")])

    assert [file.name for file in manifest.files] == [
        "Patient.001.ndjson",
        "Flag.001.ndjson",
        "Patient.002.ndjson",
        "deleted/Bundle.001.ndjson",
    ]
    assert [file.count for file in manifest.files] == [None, None, 7, None]


@pytest.mark.parametrize("name", ["error", "outcome"])
def test_messages_are_found_under_the_old_name_and_the_new(name: str):
    (file,) = read(**{name: [entry("OperationOutcome")]}).files

    assert file.part is Part.ERROR
    assert file.name == "error/OperationOutcome.001.ndjson"


@pytest.mark.parametrize("kind", ["../../etc/passwd", "", None, 7, "a/b", "Patient\n"])
def test_a_type_that_is_no_name_never_becomes_one(kind: Any):
    (file,) = read(output=[entry(kind)]).files

    assert file.name in ("Resource.001.ndjson", "Patient.001.ndjson")


def test_a_relative_link_is_taken_from_where_the_manifest_was():
    (file,) = read(output=[entry(url="../files/1")]).files

    assert file.url == "https://fhir.example.dk/r4/files/1"
    assert "files" not in repr(file)


@pytest.mark.parametrize(
    ("extension", "sha256"),
    [({"sha256": "AB" * 32}, "ab" * 32), ({"sha256": "x"}, ""), ([{"url": "u"}], ""), (None, "")],
)
def test_a_promised_hash_is_read_whatever_form_extensions_have(extension: Any, sha256: str):
    (file,) = read(output=[entry(extension=extension)]).files

    assert file.sha256 == sha256


@pytest.mark.parametrize(
    ("given", "needs"), [({}, True), ({"requiresAccessToken": True}, True),
                         ({"requiresAccessToken": False}, False),
                         ({"requiresAccessToken": "false"}, False)],
)  # fmt: skip
def test_a_token_is_sent_unless_the_manifest_says_no(given: dict[str, Any], needs: bool):  # noqa: FBT001
    assert read(**given).needs_token is needs


@pytest.mark.parametrize(
    ("given", "year"), [("Mon, 23 Nov 2026 03:00:00 GMT", 2026), ("0", None), ("-1", None)]
)
def test_expires_is_read_when_it_is_a_date(given: str, year: int | None):
    expires = read({"Expires": given}).expires

    assert (expires.year if expires else None) == year


def test_new_links_do_not_make_another_export_but_another_count_does():
    first, again = read(output=[entry(count=1)]), read(output=[entry(url="/g/2", count=1)])
    other = read(output=[entry(count=2)])

    assert first.identity == again.identity != other.identity


@pytest.mark.parametrize(
    "more",
    [
        {"output": None},
        {"output": {}},
        {"transactionTime": "yesterday"},
        {"transactionTime": None},
        {"error": "none"},
        {"output": [{"type": "Patient"}]},
        {"output": ["https://fhir.example.dk/f/1"]},
        {"output": [entry(url="http://fhir.example.dk/f/1")]},
        {"output": [entry(url="file:///etc/passwd")]},
        {"output": [entry(url="https://[::1")]},
        {"link": [{"relation": "next", "url": "https://fhir.example.dk/m/2"}]},
    ],
)
def test_a_manifest_that_lacks_what_a_feed_needs_is_refused(more: dict[str, Any]):
    with pytest.raises(UnexpectedAnswerError):
        read(**more)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null"])
def test_what_is_no_json_object_is_refused(body: bytes):
    with pytest.raises(UnexpectedAnswerError, match="not JSON"):
        read_manifest(Answer(200, BASE, {"Content-Type": "text/html"}, body))
