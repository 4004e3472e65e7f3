"""An export → the finished, sealed slim snapshot: the whole way, and each step of it.

The invented municipality as FHIR Bulk Data (20,000 lines) and as CSV lists; and, when asked for by
name, a million resources made up line by line, to see that memory stays flat.
"""

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from tests.bench.harness import Case, Goal, Rate, Work

NIGHT = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
LEAST_PER_SECOND = 15_000
MOST_MB = 150
# What the town's export holds, near enough; the cases check it.
RESOURCES, ROWS = 20_184, 21_084
MILLION = 1_000_000
_PER_CITIZEN = 50
_UNITS = 40
_LONG = "Har sovet godt. Har spist morgenmad og drukket 400 ml. Huden er hel. Er glad for besøget."
_SALT = bytes(32)


def town_feed(folder: Path) -> Path:
    """Write the town's FHIR export once; return its folder."""
    from appliance.demo.feed_fhir import feed_files
    from appliance.demo.town import make_town

    feed = folder / "fhir-feed"
    if not feed.exists():
        for name, content in feed_files(make_town(), lambda code: code).items():
            path = feed / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return feed


def lines_of(feed: Path) -> list[bytes]:
    """Return every line of the export, as the peers get them: read already."""
    found = [
        line for path in sorted(feed.rglob("*.ndjson")) for line in path.read_bytes().splitlines()
    ]
    assert abs(len(found) - RESOURCES) < RESOURCES // 50, len(found)
    return found


def take(feed: Path, staging: Path) -> Any:
    """Read an export into a fresh staging file."""
    from provisioning.intake import take_in

    staging.unlink(missing_ok=True)
    return take_in([feed], staging, _SALT)


def cut(night: Any, target: Path) -> None:
    """Cut the database of a box that serves every unit."""
    from provisioning.box_snapshot import BoxOrder, build_box

    units = tuple(sorted(night.units))
    build_box(night.staging, BoxOrder("bench", "Bench", "Bench", "", units, NIGHT), target)


def whole_way(feed_of: Callable[[Path], Path]) -> Callable[[Path], Work]:
    """Prepare the whole way of one export: staging, the cut of one box with all units, sealing."""

    def prepared(folder: Path) -> Work:
        from appliance.snapshot.packing import pack

        feed = feed_of(folder)
        recipient = (folder / "recipient.txt").read_text(encoding="ascii")

        def run() -> None:
            cut(take(feed, folder / "staging.sqlite"), folder / "box.sqlite")
            pack(folder / "box.sqlite", folder / "box.age", recipient)

        return run

    return prepared


def staging_only(folder: Path) -> Work:
    """Read the export into the staging file."""
    feed = town_feed(folder)
    return lambda: take(feed, folder / "staging.sqlite")


def cut_only(folder: Path) -> Work:
    """Cut one box out of what is staged."""
    night = take(town_feed(folder), folder / "staged.sqlite")
    return lambda: cut(night, folder / "box.sqlite")


def pack_only(folder: Path) -> Work:
    """Seal what is cut."""
    from appliance.snapshot.packing import pack

    cut(take(town_feed(folder), folder / "staged.sqlite"), folder / "cut.sqlite")
    recipient = (folder / "recipient.txt").read_text(encoding="ascii")
    return lambda: pack(folder / "cut.sqlite", folder / "cut.age", recipient)


def with_orjson(folder: Path) -> Work:
    """Parse every line and do nothing with it."""
    given = lines_of(town_feed(folder))

    def parse() -> None:
        for line in given:
            orjson.loads(line)

    return parse


def with_fhir_resources(folder: Path) -> Work:
    """Parse every line into the typed classes of `fhir.resources` (R4B) and do nothing with it."""
    from fhir.resources.R4B import get_fhir_model_class

    given = [orjson.loads(line) for line in lines_of(town_feed(folder))]
    # Our town has a few devices without a code, as real exports do; the library refuses those.
    kinds = {one["resourceType"] for one in given}
    classes = {kind: get_fhir_model_class(kind) for kind in kinds}

    def parse() -> int:
        refused = 0
        for one in given:
            try:
                classes[one["resourceType"]].model_validate(one)
            except ValueError:
                refused += 1
        assert refused < len(given) / 10, refused
        return refused

    return parse


def town_lists(folder: Path) -> Path:
    """Write the town's CSV lists once; return their folder."""
    from appliance.demo.feed_csv import csv_files
    from appliance.demo.town import make_town

    feed = folder / "lists"
    if not feed.exists():
        feed.mkdir()
        for name, content in csv_files(make_town()).items():
            (feed / name).write_bytes(content)
    return feed


def rows_only(folder: Path) -> Work:
    """Read the lists into the staging file."""
    from appliance.clock import parse_time
    from provisioning.intake import take_in
    from provisioning.reading import Reading

    feed, staging = town_lists(folder), folder / "lists.sqlite"
    reading = Reading(parse_time("2026-11-23T02:00"))

    def run() -> None:
        staging.unlink(missing_ok=True)
        night = take_in([feed], staging, _SALT, reading)
        assert abs(night.report.total.read - ROWS) < ROWS // 50, night.report.total

    return run


def number_of_rows(folder: Path) -> int:
    """Count the rows of the lists, headers aside."""
    import csv

    number = 0
    for path in town_lists(folder).glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            number += sum(1 for _ in csv.reader(stream, delimiter=";")) - 1
    return number


def with_csv(folder: Path) -> Work:
    """Read every row with the standard library and do nothing with it."""
    return lambda: number_of_rows(folder)


# --- a million --------------------------------------------------------------------------------


def million_feed(folder: Path) -> Path:
    """Write a million resources once, line by line; return their folder."""
    feed = folder / "million"
    if not feed.exists():
        feed.mkdir()
        citizens = MILLION // _PER_CITIZEN
        kinds = {
            "Organization": (_organisations(), _UNITS),
            "Patient": (_patients(citizens), citizens),
            "MedicationStatement": (_of_each(citizens, _statement, 9), citizens * 9),
            "Observation": (_of_each(citizens, _observation, 20), citizens * 20),
            "Communication": (_of_each(citizens, _note, 12), citizens * 12),
            "Appointment": (_of_each(citizens, _visit, 8), citizens * 8 - _UNITS),
        }
        output = []
        for kind, (resources, count) in kinds.items():
            with (feed / f"{kind}.ndjson").open("wb") as file:
                for resource in itertools.islice(resources, count):
                    file.write(orjson.dumps({"resourceType": kind, **resource}) + b"\n")
            output.append({"type": kind, "url": f"{kind}.ndjson", "count": count})
        manifest = {"transactionTime": NIGHT.isoformat(), "output": output}
        (feed / "manifest.json").write_bytes(orjson.dumps(manifest))
    return feed


def _organisations() -> Iterator[dict[str, Any]]:
    for unit in range(_UNITS):
        yield {"id": f"u{unit}", "name": f"Enhed {unit}"}


def _patients(number: int) -> Iterator[dict[str, Any]]:
    for citizen in range(number):
        yield {
            "id": f"p{citizen}",
            "name": [{"family": f"Holm {citizen}", "given": ["Ane"]}],
            "birthDate": "1940-05-17",
            "managingOrganization": {"reference": f"Organization/u{citizen % _UNITS}"},
        }


def _of_each(
    citizens: int, make: Callable[[int], dict[str, Any]], number: int
) -> Iterator[dict[str, Any]]:
    for citizen in range(citizens):
        for each in range(number):
            subject = {"reference": f"Patient/p{citizen}"}
            yield {"id": f"p{citizen}-{each}", "subject": subject, **make(each)}


def _statement(number: int) -> dict[str, Any]:
    repeat = {"frequency": 1, "period": 1, "periodUnit": "d", "when": ["MORN"]}
    dose = [{"doseQuantity": {"value": 1, "unit": "tablet"}}]
    return {
        "status": "active",
        "medicationCodeableConcept": {"text": f"Præparat {number} 500 mg"},
        "dosage": [{"timing": {"repeat": repeat}, "doseAndRate": dose}],
        "reasonCode": [{"text": "Smerter"}],
    }


def _observation(number: int) -> dict[str, Any]:
    seen = NIGHT - timedelta(hours=number * 7)
    return {
        "status": "final",
        "code": {"text": "Blodtryk"},
        "valueQuantity": {"value": 120 + number, "unit": "mmHg"},
        "effectiveDateTime": seen.isoformat(),
    }


def _note(number: int) -> dict[str, Any]:
    sent = NIGHT - timedelta(hours=number * 9)
    return {"status": "completed", "payload": [{"contentString": _LONG}], "sent": sent.isoformat()}


def _visit(number: int) -> dict[str, Any]:
    start = NIGHT + timedelta(hours=number * 6)
    return {"status": "booked", "start": start.isoformat(), "minutesDuration": 20}


CASES = (
    Case(
        "feed",
        "orjson.loads",
        "parsing alone; the rest is reading twice, checking, staging, one box's cut and sealing",
        whole_way(town_feed),
        with_orjson,
        time_goal=Goal(90),
        memory_goal=Goal(MOST_MB, is_ratio=False),
        rounds=5,
        rate=Rate(RESOURCES, "resources/s", LEAST_PER_SECOND),
    ),
    Case(
        "feed fhir.resources",
        "fhir.resources",
        "parsing into typed classes alone, against the whole way",
        whole_way(town_feed),
        with_fhir_resources,
        time_goal=Goal(1.25),
        memory_goal=Goal(1),
        rounds=2,
    ),
    Case(
        "feed staging",
        "",
        "the first of the three steps",
        staging_only,
        None,
        time_goal=Goal(1000 * RESOURCES / LEAST_PER_SECOND, is_ratio=False),
        memory_goal=Goal(MOST_MB, is_ratio=False),
        rounds=5,
        rate=Rate(RESOURCES, "resources/s", LEAST_PER_SECOND),
    ),
    Case(
        "feed cut",
        "",
        "the second: one box that serves every unit",
        cut_only,
        None,
        time_goal=Goal(400, is_ratio=False),
        memory_goal=Goal(MOST_MB, is_ratio=False),
        rounds=5,
    ),
    Case(
        "feed pack",
        "",
        "the third: zstd and age",
        pack_only,
        None,
        time_goal=Goal(600, is_ratio=False),
        memory_goal=Goal(MOST_MB, is_ratio=False),
        rounds=5,
    ),
    Case(
        "feed lists",
        "csv.reader",
        "reading rows alone; the rest is finding the map, checking every cell, and staging",
        rows_only,
        with_csv,
        time_goal=Goal(100),
        memory_goal=Goal(MOST_MB, is_ratio=False),
        rounds=3,
        rate=Rate(ROWS, "rows/s", 5_000),
    ),
    Case(
        "feed million",
        "",
        "a million resources of 20,000 citizens: memory must not grow with the export",
        whole_way(million_feed),
        None,
        time_goal=Goal(MILLION * 1000 / LEAST_PER_SECOND, is_ratio=False),
        memory_goal=Goal(MOST_MB, is_ratio=False),
        rounds=1,
        rate=Rate(MILLION, "resources/s", LEAST_PER_SECOND),
        only_asked=True,
    ),
)
