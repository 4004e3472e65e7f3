import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from appliance.care_journal import events
from appliance.sealed_log.entry import new_whom
from provisioning.cli import provision
from provisioning.errors import FleetError, ReconciliationError
from tests.appliance.care_journal.noted import PANODIL, about, noted
from tests.appliance.sealed_log.logs import AUDIT_IDENTITY, EGON, BoxLog, entry
from tests.provisioning.reconciliation.nights import sealed_note

FLEET = """
    [municipality]
    name = "Prøvekøbing"
    trust = "trust"
"""
BOX = """
    [[box]]
    id = "{id}"
    name = "{id}"
    recipient = "{recipient}"
    units = ["*"]
    log_key = "{key}"
"""
KEPT = json.dumps(
    {"format": 1, "id": "u-syd", "name": "Syd", "counts": {}, "plain_sha256": "", "as_of": None}
)
RECIPIENTS = {
    "box-17": "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj",
    "box-18": "age1s3cqcks5genc6ru8chl0hkkd04zmxvczsvdxq99ekffe4gmvjpzsedk23c",
}


class Hub:
    """The logs of two boxes, the fleet they are of, and the audit key."""

    def __init__(self, folder):
        self.folder = folder
        self.logs = folder / "logs"
        self.boxes = {
            box_id: BoxLog(self.logs / box_id, bytes([number]) * 32)
            for number, box_id in enumerate(RECIPIENTS, start=1)
        }
        tables = [
            BOX.format(id=one, recipient=RECIPIENTS[one], key=self.boxes[one].public_key.hex())
            for one in RECIPIENTS
        ]
        (folder / "fleet.toml").write_text(FLEET + "".join(tables))
        (folder / "audit.key").write_text(AUDIT_IDENTITY)

    def note(self, box_id, *given):
        box = self.boxes[box_id]
        box.add(*given)
        box.sign()
        box.log.close()

    def run(self, *options, out="out"):
        fleet = ["--fleet", self.folder / "fleet.toml"]
        key = ["--identity", self.folder / "audit.key"]
        words = ["journal", self.logs, *fleet, *key, "--out", self.folder / out, *options]
        return CliRunner().invoke(provision, list(map(str, words)), standalone_mode=False)

    def listed(self, out="out"):
        return (self.folder / out / "liste.csv").read_text(encoding="utf-8-sig").splitlines()[1:]

    def sent(self, out="out"):
        bundles = sorted((self.folder / out / "bundles").iterdir())
        entries = [one for path in bundles for one in json.loads(path.read_text())["entry"]]
        return [(one["request"]["method"], one["resource"]["status"]) for one in entries]


@pytest.fixture
def hub(tmp_path):
    made = Hub(tmp_path)
    made.note("box-17", entry(whom=(EGON,)), sealed_note(noted(PANODIL)))
    made.note("box-18", sealed_note(noted(events.Noted("Sover roligt"), 2)))
    return made


def test_what_was_noted_on_two_boxes_is_one_list_and_a_bundle_for_the_citizen(hub) -> None:
    done = hub.run()

    assert (done.exception, done.return_value) == (None, 0)
    assert [row[:6] for row in hub.listed()] == ["box-17", "box-18"]
    assert hub.sent() == [("POST", "completed"), ("POST", "completed")]
    assert "2 sent" in done.stdout
    assert "out: 2 entries in the list, 1 bundles" in done.stdout


def test_nothing_personal_is_said_on_the_screen(hub) -> None:
    done = hub.run()

    assert done.stdout
    for personal in ("0101301234", "010130-1234", "PANODIL", "Sover", "anh"):
        assert personal not in done.output


def test_box_whose_log_is_missing_is_named_and_holds_nobody_else(hub) -> None:
    for path in (hub.logs / "box-18").iterdir():
        path.unlink()

    done = hub.run()

    assert done.return_value == 1
    assert "box box-18: " in done.stderr
    assert "N-717" in done.stderr
    assert hub.sent() == [("POST", "completed")]


def test_log_that_is_not_whole_is_listed_and_nothing_of_it_is_sent(hub) -> None:
    path = hub.boxes["box-17"].segments()[0]
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))

    done = hub.run()

    assert done.return_value == 1
    assert "truncated: log" in done.stderr
    assert len(hub.sent()) == 1


def test_log_without_a_signed_head_may_lack_a_strike_at_its_end_and_goes_to_people(hub) -> None:
    (hub.logs / "box-17" / "head.json").unlink()

    done = hub.run("--box", "box-17")

    assert done.return_value == 1
    assert "no signed head" in done.stderr
    assert "nej: boksens log er ikke hel" in hub.listed()[0]
    assert hub.sent() == []


def test_log_with_a_line_changed_goes_to_people_and_not_to_the_care_system(hub) -> None:
    (hub.logs / "box-17" / "head.json").write_text("{}")

    done = hub.run("--box", "box-17")

    assert done.return_value == 1
    assert "PANODIL" in hub.listed()[0]
    assert "nej: boksens log er ikke hel" in hub.listed()[0]
    assert hub.sent() == []


def test_entry_of_another_version_is_named_and_ends_with_one(tmp_path) -> None:
    hub = Hub(tmp_path)
    wrong = sealed_note(noted(PANODIL))
    hub.note("box-17", type(wrong)(wrong.action, wrong.when, whom=wrong.whom, about="x", text="{}"))

    done = hub.run("--box", "box-17")

    assert done.return_value == 1
    assert "unread: 000001.log: line 1: the fields are not exactly" in done.stderr


@pytest.mark.parametrize(
    ("options", "rows"),
    [
        (("--box", "box-18"), 1),
        (("--unit", "u-syd"), 2),
        (("--unit", "u-nord"), 0),
        (("--since", "2026-11-26T04:00"), 2),
        (("--since", "2026-11-26T04:01"), 0),
    ],
)
def test_boxes_units_and_times_narrow_it_down(hub, options, rows) -> None:
    done = hub.run(*options)

    assert (done.return_value, len(hub.listed())) == (0, rows)


def test_what_was_struck_after_it_was_sent_is_taken_back(tmp_path) -> None:
    hub = Hub(tmp_path)
    hub.note("box-17", sealed_note(noted(PANODIL)))
    hub.run("--box", "box-17", out="first")
    hub.boxes["box-17"].restart()
    hub.note("box-17", sealed_note(noted(events.Struck(about(1)), 2)))

    done = hub.run("--box", "box-17", "--sent", hub.folder / "first")

    assert "1 withdrawn" in done.stdout
    assert hub.sent() == [("PUT", "entered-in-error")]


@pytest.mark.parametrize(
    ("noted_down", "option"),
    [
        ([sealed_note(noted(PANODIL)), sealed_note(noted(events.Entered(about(1)), 2))], "--all"),
        ([sealed_note(replace(noted(PANODIL), is_clock_sure=False))], "--unsure-clock"),
    ],
)
def test_what_stays_out_by_itself_may_be_asked_for(tmp_path, noted_down, option) -> None:
    hub = Hub(tmp_path)
    hub.note("box-17", *noted_down)

    hub.run("--box", "box-17", out="without")
    hub.run("--box", "box-17", option, out="with")

    assert (len(hub.sent("without")), len(hub.sent("with"))) == (0, 1)


def test_folder_that_is_there_is_never_written_over(hub) -> None:
    (hub.folder / "out").mkdir()

    assert isinstance(hub.run().exception, ReconciliationError)


def test_box_that_is_not_in_the_fleet_is_a_named_error(hub) -> None:
    assert isinstance(hub.run("--box", "box-16").exception, FleetError)


def test_log_of_a_box_that_left_the_fleet_is_never_passed_over_in_silence(hub) -> None:
    (hub.logs / "box-16").mkdir()
    (hub.logs / ".coming").mkdir()

    done = hub.run()
    alone = hub.run("--box", "box-17", out="alone")

    assert (done.return_value, alone.return_value) == (1, 0)
    assert "box-16: no box of the fleet" in done.stderr
    assert ".coming" not in done.stderr


def test_box_without_a_log_key_is_named(hub) -> None:
    fleet = hub.folder / "fleet.toml"
    key = hub.boxes["box-18"].public_key.hex()
    fleet.write_text(fleet.read_text().replace(f'log_key = "{key}"', ""))

    done = hub.run()

    assert done.return_value == 1
    assert "box box-18: no log_key" in done.stderr


def test_what_speaks_of_nothing_in_the_log_and_what_is_on_the_boards_is_counted(tmp_path) -> None:
    hub = Hub(tmp_path)
    tick = noted(events.Ticked(events.Board.VISITS, "v-1"), 2)
    hub.note("box-17", sealed_note(noted(events.Entered(about(9)))), sealed_note(tick))

    done = hub.run("--box", "box-17")

    assert "0 entries, 1 ticks on boards" in done.stdout
    assert "1 speak of an entry that is not in the log" in done.stdout


def test_citizen_without_a_cpr_number_is_listed_and_counted(tmp_path) -> None:
    hub = Hub(tmp_path)
    hub.note("box-17", sealed_note(noted(PANODIL), (new_whom("c-1", None),)))

    done = hub.run("--box", "box-17")

    assert "1 without a CPR number" in done.stdout
    assert (len(hub.listed()), hub.sent()) == (1, [])


def test_citizen_nobody_knows_by_name_is_counted_and_stops_nothing(hub) -> None:
    done = hub.run()

    assert done.return_value == 0
    assert "1 citizens stand without a name" in done.stderr


def test_memory_of_the_hub_that_cannot_be_opened_costs_the_names_and_nothing_else(hub) -> None:
    key = hub.folder / "trust" / "online" / "kept.key"
    key.parent.mkdir(parents=True)
    key.write_text("no key")
    (hub.folder / "kept").mkdir()
    (hub.folder / "kept" / "u.json").write_text(KEPT)

    done = hub.run()

    assert (done.exception, done.return_value) == (None, 0)
    assert "no names in the list: " in done.stderr
    assert len(hub.listed()) == 2
