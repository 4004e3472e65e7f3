"""What the fleet says of the reading, the forms of the report and the progress of a night."""

from dataclasses import dataclass, field

import orjson
import pytest

from appliance.records.models import Condition, Observation
from provisioning.errors import CodeTableError
from provisioning.reading import Reading
from tests.appliance.plan.conftest import FJORDBY
from tests.provisioning.feeds import about, condition, organization, patient, write_feed

pytestmark = pytest.mark.slow  # seconds, not milliseconds

CODE = {"coding": [{"system": "urn:x", "code": "J1"}]}


@dataclass
class Followed:
    """Somebody who follows a run and writes down what is told."""

    steps: list[tuple[str, int]] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)

    def begin(self, step: str, size: int) -> None:
        self.steps.append((step, size))
        self.done[step] = 0

    def advance(self, size: int) -> None:
        if self.steps:
            self.done[self.steps[-1][0]] += size

    def end(self) -> None:
        pass


def say(hub, line):
    head, _, rest = hub.fleet.read_text().partition("\n\n")
    hub.fleet.write_text(f"{head}\n{line}\n\n{rest}")


def write_one(hub):
    old = about("Observation", code={"text": "Puls"}, effectiveDateTime="2026-11-01T08:00:00Z")
    given = [organization("a"), patient("1", "a"), condition(code=CODE), old]
    write_feed(hub.feed / "a", given)


def test_code_tables_of_the_fleet_give_words_to_the_box(hub):
    write_one(hub)
    (hub.folder / "koder.csv").write_text("system;code;display\nurn:x;J1;Pleje\n")
    say(hub, 'code_tables = ["koder.csv"]')
    hub.publish()
    store = hub.open_box("boks-a")

    assert [one.title for one in store.of_citizen(Condition, store.citizens()[0].id)] == ["Pleje"]


def test_table_of_the_command_counts_before_the_fleets(hub):
    write_one(hub)
    (hub.folder / "koder.csv").write_text("system;code;display\nurn:x;J1;Pleje\n")
    say(hub, 'code_tables = ["koder.csv"]')
    hub.publish(reading=Reading(code_words={("urn:x", "J1"): "Omsorg"}))
    store = hub.open_box("boks-a")

    assert [one.title for one in store.of_citizen(Condition, store.citizens()[0].id)] == ["Omsorg"]


def test_missing_table_stops_the_night_and_nothing_goes_out(hub):
    say(hub, 'code_tables = ["nowhere.csv"]')

    with pytest.raises(CodeTableError, match=r"nowhere\.csv"):
        hub.publish()
    assert hub.manifest("boks-a") is None


@pytest.mark.parametrize(("days", "number"), [(None, 0), (40, 1)])
def test_the_fleet_decides_how_far_back_notes_and_observations_go(hub, days, number):
    write_one(hub)
    if days:
        say(hub, f"history_days = {days}")
    report = hub.publish()
    store = hub.open_box("boks-a")

    assert len(store.of_citizen(Observation, store.citizens()[0].id)) == number
    assert report.books.left_out.total() == 1 - number


def test_report_is_written_as_json_and_as_a_page(hub):
    report = hub.publish()
    said = orjson.loads(report.path.read_bytes())
    page = report.path.with_suffix(".html").read_text(encoding="utf-8")

    assert {unit["id"]: unit["citizens"] for unit in said["units"]} == {"a": 10, "b": 10}
    assert "Eksporten er i orden: 42 poster er læst" in page
    assert page.count("Sendt ud") == 2


def test_night_is_followed_from_the_first_byte_to_the_last_box(hub):
    followed = Followed()
    hub.publish(reading=Reading(progress=followed))
    size = sum(path.stat().st_size for path in hub.feed.rglob("*") if path.is_file())
    lines = sum(path.stat().st_size for path in hub.feed.rglob("*.ndjson"))

    assert followed.steps == [("survey", size), ("read", size), ("publish", 2)]
    assert followed.done == {"survey": lines, "read": lines, "publish": 2}


def test_an_overdue_plan_is_warned_of_and_holds_nobody(hub):
    say(hub, f'plan = "{FJORDBY}"')
    report = hub.publish()
    said = orjson.loads(report.path.read_bytes())

    assert report.is_clean
    assert said["warnings"] == ["response plan: next review is overdue since 2026-10-01"]
    assert said["plan"]["is_review_overdue"] is True
