import orjson
import pytest

from appliance.clock import parse_time
from provisioning.errors import BrokenManifestError, ManifestMissingError
from provisioning.sources.feed_store import FolderStore
from provisioning.sources.fhir.parts import find_parts
from tests.provisioning.feeds import NIGHT, organization, patient, take, write_feed

AS_OF = parse_time("2026-11-23T02:00")


def parts_of(folder, as_of=None):
    return find_parts(FolderStore(folder), folder.name, as_of)


def write_manifest(folder, **manifest):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_bytes(orjson.dumps(manifest))


def test_single_export_is_one_part(tmp_path):
    write_feed(tmp_path, [patient()], listed=("Flag",))

    (part,) = parts_of(tmp_path)

    assert part.as_of == parse_time(NIGHT)
    assert [(file.name, file.type, file.count) for file in part.files] == [
        ("Patient.ndjson", "Patient", 1),
        ("Flag.ndjson", "Flag", 0),
    ]


def test_folder_per_unit_is_a_part_per_unit(tmp_path):
    write_feed(tmp_path / "solgaarden", [patient()])
    write_feed(tmp_path / "faelles", [])

    assert [part.name for part in parts_of(tmp_path)] == ["faelles", "solgaarden"]


def test_manifest_says_its_own_age_sum_and_doubt_for_a_file(tmp_path):
    more = {"asOf": "2026-11-20T02:00:00Z", "sha256": "AB", "incomplete": "FMK svarede ikke"}
    write_feed(tmp_path, [patient()], entries={"Patient": {"extension": more}})

    ((file,),) = [part.files for part in parts_of(tmp_path)]

    assert file.as_of == parse_time("2026-11-20T02:00:00Z")
    assert (file.sha256, file.incomplete) == ("ab", "FMK svarede ikke")


def test_absolute_urls_count_by_their_last_part(tmp_path):
    urls = [{"url": "https://hub.example/x/Patient%2001.ndjson?sig=1"}, {"url": "a/b.ndjson"}]
    write_manifest(tmp_path, transactionTime=NIGHT, output=urls)

    (part,) = parts_of(tmp_path)

    assert [file.name for file in part.files] == ["Patient 01.ndjson", "a/b.ndjson"]


@pytest.mark.parametrize("url", ["../other/Patient.ndjson", "/etc/passwd", None, 7, "https://x/"])
def test_url_outside_the_feed_is_a_trouble_of_the_part(tmp_path, url):
    write_manifest(tmp_path, transactionTime=NIGHT, output=[{"url": url}, {"url": "ok.ndjson"}])

    (part,) = parts_of(tmp_path)

    assert part.troubles == ("an output has no usable url",)


def test_missing_manifest_is_an_error_that_names_the_folder(tmp_path):
    feed = write_feed(tmp_path / "eksport", [patient()], night=None)

    with pytest.raises(ManifestMissingError, match="eksport"):
        parts_of(feed)


def test_missing_manifest_is_accepted_when_somebody_says_the_time(tmp_path):
    write_feed(tmp_path, [patient()], night=None)
    (tmp_path / "log.ndjson").write_text("{}")
    (tmp_path / "readme.txt").write_text("hej")

    (part,) = parts_of(tmp_path, AS_OF)

    assert (part.as_of, part.troubles) == (AS_OF, ())
    assert [file.name for file in part.files] == ["Patient.ndjson"]


def test_one_folder_without_manifest_is_a_part_in_trouble_not_the_end(tmp_path):
    write_feed(tmp_path / "a", [patient()])
    write_feed(tmp_path / "b", [patient("2")], night=None)

    whole, broken = parts_of(tmp_path)

    assert whole.troubles == ()
    assert not broken.has_manifest
    assert broken.troubles == ("no manifest.json, so the age of the data is unknown",)


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"output": 3}', b"\xff\xfe"])
def test_only_manifest_that_is_broken_is_an_error(tmp_path, content):
    (tmp_path / "manifest.json").write_bytes(content)

    with pytest.raises(BrokenManifestError, match=r"manifest\.json"):
        parts_of(tmp_path)


def test_one_broken_manifest_among_others_is_a_part_in_trouble(tmp_path):
    write_feed(tmp_path / "a", [patient()])
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "manifest.json").write_bytes(b"{")

    _, broken = parts_of(tmp_path)

    assert broken.manifest == "b/manifest.json"
    assert broken.has_manifest
    assert broken.troubles[0].startswith("b/manifest.json: not readable")


def test_files_below_a_manifest_that_does_not_list_them_are_remarked(tmp_path):
    write_feed(tmp_path, [patient()])
    write_feed(tmp_path / "b", [patient("2")], night=None)

    (part,) = parts_of(tmp_path)

    assert part.remarks == ("b/Patient.ndjson is not in the manifest and was not read",)


def test_manifest_without_time_is_in_trouble_unless_somebody_says_it(tmp_path):
    write_feed(tmp_path, [patient()], night="i nat")

    (untimed,), (timed,) = parts_of(tmp_path), parts_of(tmp_path, AS_OF)

    assert untimed.troubles == ("transactionTime is missing or not a time",)
    assert (timed.as_of, timed.troubles) == (AS_OF, ())


def test_what_the_manifest_does_not_list_is_remarked(tmp_path):
    write_feed(tmp_path, [patient()])
    (tmp_path / "Flag.ndjson").write_text("{}")
    manifest = orjson.loads((tmp_path / "manifest.json").read_bytes())
    write_manifest(tmp_path, **manifest | {"deleted": [{"url": "x"}], "error": [{"url": "e"}]})

    (part,) = parts_of(tmp_path)

    assert part.remarks[0] == "Flag.ndjson is not in the manifest and was not read"
    assert "deleted" in part.remarks[1]
    assert [file.name for file in part.error_files] == ["e"]


def test_files_of_errors_and_deletions_are_listed_and_not_remarked_as_strangers(tmp_path):
    write_manifest(
        tmp_path,
        transactionTime=NIGHT,
        output=[],
        error=[{"type": "OperationOutcome", "url": "err.ndjson"}],
        deleted=[{"type": "Bundle", "url": "del.ndjson"}],
    )
    (tmp_path / "err.ndjson").write_bytes(b"{}\n")
    (tmp_path / "del.ndjson").write_bytes(b"{}\n")

    (part,) = parts_of(tmp_path)

    assert [file.name for file in part.error_files] == ["err.ndjson"]
    assert part.remarks == ("the list of deleted resources is not needed in a full export",)


def test_a_file_nobody_reads_is_said_and_holds_nobody(tmp_path):
    feed = write_feed(tmp_path / "feed", [organization(), patient()])
    (feed / "Læs mig.docx").write_bytes(b"x")
    (feed / "foto.JPG").write_bytes(b"x")
    taken = take(feed, tmp_path)

    assert taken.messages.splitlines() == [
        "Læs mig.docx: warning: (file): is no file of resources and was not read [N-700]"
    ]
    assert taken.report.is_clean
