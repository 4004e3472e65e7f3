import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import timedelta

import orjson
import pytest

from appliance.certificates.own_key import make_request
from appliance.errors import ConfigError
from appliance.records.models import MedicationOrder
from appliance.records.terms import Section, UnitId
from appliance.snapshot.neighbours import decode_neighbours
from provisioning.certificates.shelf import Shelf
from provisioning.errors import BusyError, ManifestMissingError
from provisioning.fleet import load_fleet
from provisioning.night_report import BoxVerdict
from provisioning.publish import only_run
from provisioning.root_ceremony.install import Wanted, install, make_draft
from provisioning.signing import load_signer, load_trust
from tests.provisioning.feeds import IDS, lines_of, organization, patient, statement, write_feed
from tests.simulators.screen_certificates import NAME, Leaf, ScreenAuthority, key_of

pytestmark = pytest.mark.slow  # seconds, not milliseconds


def verdicts(report):
    return {box.box_id: box.verdict for box in report.boxes}


def break_line(path, number=1):
    content = path.read_bytes().split(b"\n")
    content[number - 1] = content[number - 1][:-5]
    path.write_bytes(b"\n".join(content))


def test_every_box_gets_its_own_unit_and_can_open_it(hub):
    report = hub.publish()

    assert report.is_clean
    assert verdicts(report) == dict.fromkeys(("boks-a", "boks-b"), BoxVerdict.PUBLISHED)
    store = hub.open_box("boks-b")
    assert {citizen.unit_id for citizen in store.citizens()} == {"b"}
    assert len(store.all_of(MedicationOrder)) == 10
    assert store.meta()["help_phone"] == "87"


def test_night_after_night_is_a_version_more(hub, clock):
    hub.publish()
    clock.move(timedelta(days=1))
    hub.publish()

    assert hub.manifest("boks-a").version == 2


def test_certificate_of_a_box_goes_out_with_the_night_and_is_warned_about(hub, clock, tmp_path):
    text = hub.fleet.read_text()
    hub.fleet.write_text(text.replace("[[box]]", f'[[box]]\ntls_names = ["{NAME}"]', 1))
    before = hub.publish()
    shelf, box = Shelf(hub.folder / "certificates"), load_fleet(hub.fleet).boxes[0]
    request = make_request(tmp_path / "box", (NAME,))
    shelf.keep_request(box, request.pem)
    leaf = Leaf(now=clock.now(), days=10)
    chain = shelf.accept(box, ScreenAuthority().chain(key_of(request.pem), leaf), clock.now())

    report = hub.publish()

    sent = list((hub.public / "boxes" / box.id / "targets").glob("*.tls.pem"))
    assert [path.read_bytes() for path in sent] == [chain.pem]
    assert "there is none yet" in before.boxes[0].warning
    assert report.boxes[0].warning == "certificate: it runs out in 10 days (CERTIFICATES.md)"
    assert (report.boxes[1].warning, report.is_clean) == ("", True)


def test_every_box_is_told_of_the_others_with_the_night(hub):
    text = hub.fleet.read_text()
    for key in ("0a" * 32, "0b" * 32):
        text = text.replace("[[box]]\nid", f'[[box]]\nlog_key = "{key}"\nid', 1)
    hub.fleet.write_text(text)
    hub.publish()

    (path,) = (hub.public / "boxes" / "boks-a" / "targets").glob("*.neighbours.json")
    (other,) = decode_neighbours(path.read_bytes())
    assert (other.box_id, other.log_key) == ("boks-b", "0b" * 32)
    assert len(other.units) == 1


def test_citizen_keeps_the_id_from_night_to_night(hub):
    hub.publish()
    first = {citizen.id for citizen in hub.open_box("boks-a").citizens()}
    hub.publish()

    assert {citizen.id for citizen in hub.open_box("boks-a").citizens()} == first
    assert IDS.citizen("a0") not in first  # another municipality's salt gives other ids


def test_broken_line_holds_its_unit_and_the_others_go_out(hub):
    hub.publish()
    break_line(hub.feed / "b" / "MedicationStatement.ndjson", 3)
    report = hub.publish()

    assert verdicts(report) == {"boks-a": BoxVerdict.PUBLISHED, "boks-b": BoxVerdict.HELD}
    held = report.boxes[1]
    assert "b/MedicationStatement.ndjson:3: blocking: MedicationStatement: not JSON" in held.detail
    assert held.code == "N-712"
    assert (hub.manifest("boks-a").version, hub.manifest("boks-b").version) == (2, 1)
    assert len(hub.open_box("boks-b").all_of(MedicationOrder)) == 10


def test_unit_with_faults_may_be_published_marked_incomplete(hub):
    break_line(hub.feed / "b" / "MedicationStatement.ndjson", 3)
    report = hub.publish(publishes_incomplete=True)
    store = hub.open_box("boks-b")

    assert verdicts(report)["boks-b"] is BoxVerdict.PUBLISHED
    assert not report.is_clean
    state = store.unit_section(UnitId("b"), Section.MEDICATION)
    assert not state.is_complete
    assert state.reason.startswith("Fejl i kildens fil b/MedicationStatement.ndjson")
    assert store.unit_section(UnitId("b"), Section.CITIZENS).is_complete
    assert len(store.all_of(MedicationOrder)) == 9


def test_fault_in_what_is_shared_holds_every_box(hub):
    write_feed(hub.feed / "faelles", [], listed=("PractitionerRole",))
    (hub.feed / "faelles" / "PractitionerRole.ndjson").write_bytes(b"{\n")
    report = hub.publish()

    assert set(verdicts(report).values()) == {BoxVerdict.HELD}


def test_broken_manifest_of_one_unit_holds_that_unit_only(hub):
    (hub.feed / "b" / "manifest.json").write_bytes(b"{")

    assert verdicts(hub.publish()) == {"boks-a": BoxVerdict.PUBLISHED, "boks-b": BoxVerdict.HELD}


def test_unit_without_manifest_is_held_until_somebody_says_the_time(hub, clock):
    (hub.feed / "b" / "manifest.json").unlink()

    assert verdicts(hub.publish())["boks-b"] is BoxVerdict.HELD
    assert verdicts(hub.publish(as_of=clock.now()))["boks-b"] is BoxVerdict.PUBLISHED


def test_feed_without_any_manifest_stops_everything_and_is_reported(hub):
    hub.publish()
    for unit in ("a", "b"):
        (hub.feed / unit / "manifest.json").unlink()

    with pytest.raises(ManifestMissingError, match="feed: no manifest"):
        hub.publish()

    (report,) = (hub.folder / "reports").glob("*-2.json")
    assert orjson.loads(report.read_bytes())["error"].startswith("N-701: feed")
    assert hub.manifest("boks-a").version == 1


def shrink(hub, citizens, medicines):
    people = [patient(f"a{number}", "a") for number in range(citizens)]
    medicine = [statement(f"ma{number}", f"a{number % citizens}") for number in range(medicines)]
    write_feed(hub.feed / "a", [organization("a", "Solgården a"), *people, *medicine])


@pytest.mark.parametrize(("citizens", "medicines"), [(7, 10), (10, 7)])
def test_box_that_would_lose_more_than_a_fifth_is_held_and_the_others_go_out(
    hub, citizens, medicines
):
    hub.publish()
    shrink(hub, citizens, medicines)
    report = hub.publish()

    assert verdicts(report) == {"boks-a": BoxVerdict.HELD, "boks-b": BoxVerdict.PUBLISHED}
    assert "fell from 10 to 7; if that is right, run: nodboks-provision release boks-a" in (
        report.boxes[0].detail
    )
    assert hub.manifest("boks-a").version == 1


def test_loss_of_exactly_a_fifth_is_a_night_like_any_other(hub):
    hub.publish()
    shrink(hub, 8, 8)

    assert hub.publish().is_clean


def test_released_box_goes_out_with_its_loss(hub):
    hub.publish()
    shrink(hub, 3, 3)
    report = hub.publish(released=frozenset({"boks-a"}))

    assert report.is_clean
    assert hub.manifest("boks-a").counts["citizens"] == 3


def test_unit_that_is_not_in_the_feed_holds_its_box_only(hub):
    hub.write_fleet(**{"boks-a": ["a"], "boks-b": ["Solgaarden b"]})
    report = hub.publish()

    assert verdicts(report) == {"boks-a": BoxVerdict.PUBLISHED, "boks-b": BoxVerdict.HELD}
    assert report.boxes[1].code == "N-711"


def rotate(hub, clock):
    """Replace the online key, as two people do."""
    folder = hub.folder / "trust"
    draft = make_draft(folder, Wanted(replaces_online=True), clock)
    for path in sorted((folder / "offline").glob("root-*.pem"))[:2]:
        draft.sign(load_signer(path))
    install(folder, draft, clock)
    return load_trust(folder)


def test_the_night_after_the_online_key_was_replaced_signs_every_box_with_the_new_one(hub, clock):
    hub.publish()
    trust = rotate(hub, clock)

    assert hub.publish().is_clean
    for box_id in ("boks-a", "boks-b"):
        metadata = hub.public / "boxes" / box_id / "metadata"
        signed = orjson.loads((metadata / "2.targets.json").read_bytes())["signatures"]
        assert [one["keyid"] for one in signed] == [trust.online.public_key.keyid]


def test_a_held_box_gets_the_new_root_and_keeps_its_copy(hub, clock):
    hub.publish()
    trust = rotate(hub, clock)
    shrink(hub, 3, 3)
    report = hub.publish()

    assert verdicts(report)["boks-a"] is BoxVerdict.HELD
    assert "fell from 10 to 3" in report.boxes[0].detail
    metadata = hub.public / "boxes" / "boks-a" / "metadata"
    assert (metadata / "2.root.json").read_bytes() == trust.root
    assert not (metadata / "2.targets.json").exists()


def test_a_held_box_that_cannot_be_given_the_new_root_has_failed(hub, clock):
    hub.publish()
    rotate(hub, clock)
    shrink(hub, 3, 3)
    (hub.public / "boxes" / "boks-a" / "metadata" / "2.root.json").mkdir()
    report = hub.publish()

    assert verdicts(report) == {"boks-a": BoxVerdict.FAILED, "boks-b": BoxVerdict.PUBLISHED}
    assert "no root: writing 2.root.json" in report.boxes[0].detail


@pytest.mark.parametrize(("days", "warnings"), [(900, 0), (3 * 365 - 90, 1)])
def test_a_root_that_soon_expires_is_warned_of_and_holds_nobody(hub, clock, days, warnings):
    clock.move(timedelta(days=days))
    report = hub.publish()

    assert len(report.warnings) == warnings
    assert all("expires in 90 days" in one for one in report.warnings)
    assert set(verdicts(report).values()) == {BoxVerdict.PUBLISHED}
    assert orjson.loads(report.path.read_bytes())["warnings"] == list(report.warnings)


def test_empty_feed_publishes_nothing(hub):
    hub.feed.rename(hub.folder / "away")
    write_feed(hub.feed, [])
    hub.write_fleet(**{"boks-a": ["*"], "boks-b": ["b"]})
    report = hub.publish()

    assert set(verdicts(report).values()) == {BoxVerdict.HELD}
    assert not hub.public.exists()


def test_reference_to_nowhere_is_reported_and_holds_nobody(hub):
    path = hub.feed / "a" / "MedicationStatement.ndjson"
    content = path.read_bytes().replace(b"Patient/a3", b"Patient/zz")
    given = [orjson.loads(line) for line in content.splitlines()]
    people = [
        orjson.loads(line) for line in (hub.feed / "a" / "Patient.ndjson").read_bytes().splitlines()
    ]
    write_feed(hub.feed / "a", [organization("a", "Solgården a"), *people, *given])
    report = hub.publish()

    assert not report.is_clean
    assert set(verdicts(report).values()) == {BoxVerdict.PUBLISHED}
    assert report.books.problems[0].where == "a/MedicationStatement.ndjson:4"


def test_box_that_cannot_be_written_fails_alone(hub):
    (hub.public / "boxes").mkdir(parents=True)
    (hub.public / "boxes" / "boks-a").write_text("i vejen")
    report = hub.publish()

    assert verdicts(report) == {"boks-a": BoxVerdict.FAILED, "boks-b": BoxVerdict.PUBLISHED}
    assert report.boxes[0].code.startswith("N-5")


def test_keys_that_cannot_be_used_are_an_error_before_anything_is_read(hub):
    (hub.folder / "trust" / "root.json").unlink()

    with pytest.raises(ConfigError):
        hub.publish()

    assert not (hub.folder / "reports").exists()


def test_many_faults_are_summed_up_beside_the_box_and_listed_in_the_report(hub):
    for number in range(1, 6):
        break_line(hub.feed / "b" / "MedicationStatement.ndjson", number)
    report = hub.publish()

    assert report.boxes[1].detail.endswith("; and 3 more")
    assert len(report.books.blocking) == 6


def test_nothing_personal_is_in_the_report_and_no_trace_is_left(hub, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()
    cpr = {"identifier": [{"system": "urn:oid:1.2.208.176.1.2", "value": "0101431234"}]}
    write_feed(
        hub.feed / "a", [organization("a", "Solgården a"), patient("a0", "a", **cpr, birthDate="x")]
    )
    report = hub.publish()

    content = report.path.read_bytes()
    assert b"Patient.ndjson" in content
    assert not any(word in content for word in (b"0101431234", b"Holm", b"Ane"))
    assert list((tmp_path / "temp").iterdir()) == []


@pytest.mark.parametrize("limit", [1_000, 40_000, 120_000])
def test_full_disk_while_publishing_is_named_and_the_old_copies_stay(hub, tmp_path, limit):
    hub.publish()
    before = hub.manifest("boks-a").version
    (tmp_path / "temp").mkdir()
    # A coverage run would hit the limit with its own file.
    own = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")}
    run = subprocess.run(
        [sys.executable, "-m", "provisioning", "publish", "--feed", hub.feed,
         "--fleet", hub.fleet, "--out", hub.public],
        env={**own, "TMPDIR": str(tmp_path / "temp")},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip

    assert run.returncode == 1
    assert "N-50" in run.stderr + run.stdout
    assert "Traceback" not in run.stderr
    assert hub.manifest("boks-a").version == before
    assert len(hub.open_box("boks-a").citizens()) == 10
    assert list((tmp_path / "temp").iterdir()) == []


def test_two_runs_at_once_do_not_spoil_each_other(hub):
    with only_run(hub.public), pytest.raises(BusyError, match="another run"):
        hub.publish()

    assert hub.publish().is_clean


def test_run_that_is_told_to_stop_leaves_no_records_behind(hub, tmp_path):
    (tmp_path / "temp").mkdir()
    people = [patient(f"a{number}", "a", text="x" * 2000) for number in range(20_000)]
    write_feed(hub.feed / "a", [organization("a", "Solgården a"), *people])
    run = subprocess.Popen(
        [sys.executable, "-m", "provisioning", "publish", "--feed", hub.feed,
         "--fleet", hub.fleet, "--out", hub.public],
        env={**os.environ, "TMPDIR": str(tmp_path / "temp")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    while not list((tmp_path / "temp").glob("*/*.sqlite")) and run.poll() is None:
        time.sleep(0.01)
    run.terminate()
    _, err = run.communicate(timeout=180)

    assert run.returncode == 1
    assert err.strip() == "nodboks-provision: stopped"
    assert list((tmp_path / "temp").iterdir()) == []


def test_lines_of_two_boxes_never_mix(hub):
    write_feed(hub.feed / "a", [organization("a", "Solgården a"), patient("a0", "a")])
    (hub.feed / "a" / "ekstra.ndjson").write_bytes(lines_of([statement("x", "b0")]))
    hub.publish()

    assert {order.citizen_id for order in hub.open_box("boks-a").all_of(MedicationOrder)} == set()
