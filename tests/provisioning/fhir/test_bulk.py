import gzip
import zipfile

import orjson
import pytest

from appliance.clock import parse_time
from appliance.records.models import (
    Citizen,
    Condition,
    MedicationOrder,
    Note,
    OtherItem,
)
from tests.provisioning.feeds import (
    IDS,
    about,
    condition,
    lines_of,
    organization,
    patient,
    statement,
    take,
    take_resources,
    write_feed,
)

CPR = "urn:oid:1.2.208.176.1.2"


@pytest.mark.parametrize(
    "subject",
    [
        {"reference": "Patient/1"},
        {"reference": "https://eoj.example/fhir/Patient/1"},
        {"reference": "urn:uuid:1"},
        {"reference": "Patient/1/_history/7"},
        {"type": "Patient", "identifier": {"system": CPR, "value": "0101431234"}},
        {"reference": f"Patient?identifier={CPR}|0101431234"},
    ],
)
def test_citizen_is_found_by_every_kind_of_reference(tmp_path, subject):
    given = [
        organization(),
        patient(identifier=[{"system": CPR, "value": "0101431234"}]),
        condition(subject=subject),
    ]
    taken = take(write_feed(tmp_path / "feed", given), tmp_path)

    assert taken.one(Condition).citizen_id == IDS.citizen("1")


def test_cpr_that_two_people_share_points_at_neither(tmp_path):
    same = [{"system": CPR, "value": "0101431234"}]
    logical = {"identifier": same[0]}
    given = [
        organization(),
        patient("1", identifier=same),
        patient("2", identifier=same),
        condition(subject=logical),
    ]
    taken = take(write_feed(tmp_path / "feed", given), tmp_path)

    assert taken.verdicts("Condition") == (0, 0, 0, 1)


def test_reference_to_nowhere_is_rejected_with_file_and_line_and_blocks_nobody(tmp_path):
    taken = take_resources(tmp_path, condition(), condition("c2", citizen="nobody"))

    assert taken.verdicts("Condition") == (1, 0, 0, 1)
    assert "Condition.ndjson:2: error: Condition.subject: points at a citizen" in taken.messages
    assert taken.report.blocking == []
    assert not taken.report.is_clean


def test_records_may_come_before_the_people_they_are_about(tmp_path):
    given = [condition(), statement(), patient(), organization()]
    taken = take(write_feed(tmp_path / "feed", given), tmp_path)

    assert taken.one(Condition).citizen_id == taken.one(Citizen).id


def test_lines_are_told_by_their_own_type_not_by_the_file(tmp_path):
    feed = write_feed(tmp_path / "feed", [], listed=("Alt",))
    given = lines_of([organization(), patient(), condition()])
    (feed / "Alt.ndjson").write_bytes(given)
    manifest = {"transactionTime": "2026-11-23T02:00:00Z", "output": [{"url": "Alt.ndjson"}]}
    (feed / "manifest.json").write_bytes(orjson.dumps(manifest))

    assert take(feed, tmp_path).one(Condition).title == "KOL"


@pytest.mark.parametrize("kind", ["Procedure", "Immunization", "DocumentReference"])
def test_known_type_nobody_reads_is_kept_with_its_original(tmp_path, kind):
    taken = take_resources(tmp_path, about(kind, code={"text": "Sårrens"}))
    item = taken.one(OtherItem)

    assert taken.verdicts(kind) == (0, 1, 0, 0)
    assert (item.title, item.citizen_id, item.is_known_type) == ("Sårrens", IDS.citizen("1"), True)


def test_unknown_type_is_stored_counted_and_never_fails_the_night(tmp_path):
    taken = take_resources(tmp_path, about("Contract", citizen="nobody"), about("Claim"))
    items = {item.type: item for item in taken.all_of(OtherItem)}

    assert taken.verdicts("Contract") == taken.verdicts("Claim") == (0, 0, 1, 0)
    assert items["Contract"].citizen_id is None
    assert items["Claim"].citizen_id == IDS.citizen("1")
    assert taken.report.is_clean


def test_resource_about_nobody_or_somebody_inside_it_is_kept_unlinked(tmp_path):
    inside = {"subject": {"reference": "#p"}, "contained": [{"resourceType": "Patient", "id": "p"}]}
    of_a_group = {"subject": {"reference": "Group/1"}}
    taken = take_resources(
        tmp_path,
        condition("a", **inside),
        condition("b", **of_a_group),
        condition("c", subject=None),
    )

    assert taken.verdicts("Condition") == (0, 3, 0, 0)
    assert {item.citizen_id for item in taken.all_of(OtherItem)} == {None}


def test_resource_without_id_is_taken_by_its_content(tmp_path):
    without = [statement(number=None), statement(number=None, note=[{"text": "x"}])]
    taken = take_resources(tmp_path, *without)

    assert len(taken.all_of(MedicationOrder)) == 2


def test_same_resource_twice_is_taken_once_and_said(tmp_path):
    taken = take_resources(tmp_path, condition(), condition())

    assert taken.verdicts("Condition") == (1, 1, 0, 0)
    assert taken.report.left_out == {"Condition delivered twice, identical": 1}
    assert taken.report.is_clean


def test_two_versions_of_one_order_block_because_nobody_can_tell_which_dose_is_right(tmp_path):
    taken = take_resources(tmp_path, statement(), statement(dosage=[{"text": "2 tabletter"}]))

    assert taken.verdicts("MedicationStatement") == (1, 0, 0, 1)
    assert [problem.where for problem in taken.report.blocking] == ["MedicationStatement.ndjson:2"]


def test_two_versions_of_something_nobody_reads_block_nobody(tmp_path):
    taken = take_resources(tmp_path, about("Contract"), about("Contract", x=1))

    assert taken.verdicts("Contract") == (0, 0, 1, 1)
    assert taken.report.blocking == []


def test_patient_without_id_blocks_because_nothing_can_point_at_her(tmp_path):
    taken = take_resources(tmp_path, patient(number=None))

    assert taken.verdicts("Patient") == (1, 0, 0, 1)
    assert taken.report.blocking[0].sections == ()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"resourceType": "Condition",', "not JSON at column"),
        (b'{"resourceType": "Condition", "x": "\xe6\xf8"}', "not UTF-8 at byte"),
        (b"[]", "not a resource"),
        (b'{"resourceType": 7}', "not a resource"),
        (b'{"resourceType": "Hans Jensen 010101-1234"}', "not a resource"),
        (b'"\\ud800"', "not JSON"),
        (b"null", "not a resource"),
    ],
)
def test_broken_line_is_named_counted_and_blocks_and_the_rest_is_read(tmp_path, line, reason):
    feed = write_feed(
        tmp_path / "feed", [organization(), patient(), condition("a"), condition("b")]
    )
    content = (feed / "Condition.ndjson").read_bytes().split(b"\n")
    (feed / "Condition.ndjson").write_bytes(b"\n".join([content[0], line, content[1], b""]))
    taken = take(feed, tmp_path)

    assert taken.verdicts("Condition") == (2, 0, 0, 1)
    assert f"Condition.ndjson:2: blocking: Condition: {reason}" in taken.messages
    assert taken.report.blocking[-1].sections == ("conditions",)


def test_endless_line_is_named_and_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr("provisioning.sources.feed_store.LONGEST_LINE", 4096)
    long = condition("a", note=[{"text": "x" * 5000}])
    taken = take_resources(tmp_path, long, condition("b"))

    assert taken.verdicts("Condition") == (1, 0, 0, 1)
    assert "Condition.ndjson:1: blocking: Condition: longer than" in taken.messages


def test_fault_in_a_file_of_no_known_type_makes_every_section_doubtful(tmp_path):
    feed = write_feed(tmp_path / "feed", [organization(), patient()], night=None)
    (feed / "alt.ndjson").write_bytes(b"{\n")
    taken = take(feed, tmp_path, parse_time("2026-11-23T02:00"))

    assert taken.verdicts("(unreadable)") == (0, 0, 0, 1)
    assert taken.report.blocking[0].sections == ()


def test_file_the_manifest_lists_but_nobody_sent_blocks(tmp_path):
    feed = write_feed(tmp_path / "feed", [organization(), patient(), condition()])
    (feed / "Condition.ndjson").unlink()
    taken = take(feed, tmp_path)

    assert "Condition.ndjson: blocking: Condition: Condition.ndjson" in taken.messages


def test_empty_type_needs_no_file(tmp_path):
    feed = write_feed(
        tmp_path / "feed",
        [organization(), patient()],
        listed=("Flag",),
        entries={"Flag": {"extension": {}}},
    )
    (feed / "Flag.ndjson").unlink()

    assert take(feed, tmp_path).report.is_clean


def test_count_that_differs_from_the_manifest_blocks(tmp_path):
    feed = write_feed(
        tmp_path / "feed",
        [organization(), patient(), condition()],
        entries={"Condition": {"count": 2}},
    )
    taken = take(feed, tmp_path)

    assert "Condition.count: 1 resources, the manifest says 2" in taken.messages
    assert taken.report.blocking[0].sections == ("conditions",)


def test_file_that_is_not_the_one_described_blocks_but_is_read(tmp_path):
    feed = write_feed(tmp_path / "feed", [organization(), patient(), condition()])
    changed = lines_of([condition(code={"text": "Astma"})])
    (feed / "Condition.ndjson").write_bytes(changed)
    taken = take(feed, tmp_path)

    assert "Condition.sha256: the file is not the one the manifest describes" in taken.messages
    assert taken.one(Condition).title == "Astma"


def test_gz_that_is_cut_short_blocks_and_its_whole_lines_are_read(tmp_path):
    feed = write_feed(tmp_path / "feed", [organization(), patient()], night=None)
    many = lines_of(
        [condition(f"c{number}", note=[{"text": str(number)}]) for number in range(9000)]
    )
    packed = gzip.compress(many, compresslevel=1)
    (feed / "Condition.ndjson.gz").write_bytes(packed[: len(packed) * 3 // 4])
    taken = take(feed, tmp_path, parse_time("2026-11-23T02:00"))

    assert (
        "Condition.ndjson.gz: blocking: Condition: Condition.ndjson.gz: stopped" in taken.messages
    )
    assert taken.verdicts("Condition")[0] > 1000


def test_zip_is_read_like_a_folder(tmp_path):
    feed = write_feed(tmp_path / "feed", [organization(), patient(), condition()])
    with zipfile.ZipFile(tmp_path / "feed.zip", "w") as target:
        for path in feed.iterdir():
            target.write(path, f"eksport/{path.name}")

    assert take(tmp_path / "feed.zip", tmp_path).one(Condition).title == "KOL"


def test_control_and_text_direction_characters_are_removed_and_said(tmp_path):
    note = about("Communication", payload=[{"contentString": "Ane\u202e\x07 sov\ngodt"}])
    taken = take_resources(tmp_path, note)

    assert taken.one(Note).text == "Ane sov\ngodt"
    assert (
        "Communication.ndjson:1: note: Communication: control or text-direction" in taken.messages
    )
    assert taken.report.is_clean


def test_windows_line_ends_are_no_news(tmp_path):
    feed = write_feed(tmp_path / "feed", [organization(), patient()], night=None)
    path = feed / "Patient.ndjson"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert take(feed, tmp_path, parse_time("2026-11-23T02:00")).report.totals == {}


def test_failed_export_the_source_itself_reports_blocks(tmp_path):
    feed = write_feed(tmp_path / "feed", [organization(), patient()])
    (feed / "errors.ndjson").write_bytes(
        lines_of(
            [
                {"resourceType": "OperationOutcome", "issue": [{"severity": "information"}]},
                {"resourceType": "OperationOutcome", "issue": [{"severity": "error"}]},
            ]
        )
    )
    manifest = orjson.loads((feed / "manifest.json").read_bytes())
    errors = [{"url": "errors.ndjson"}, {"url": "gone.ndjson"}]
    (feed / "manifest.json").write_bytes(orjson.dumps(manifest | {"error": errors}))
    taken = take(feed, tmp_path)

    assert (
        "errors.ndjson:2: blocking: (unreadable): the source reports a failed export"
        in taken.messages
    )
    assert "gone.ndjson: blocking" in taken.messages
