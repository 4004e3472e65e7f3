"""Values of plan.toml, each mistake with its line."""

import tomllib
from datetime import date

import pytest

from appliance.plan.table import Table

SOURCE = """\
title = "Plan"
empty = ""
number = 3
day = 2026-11-23
moment = 2026-11-23T02:00:00
names = ["a", "b"]
mixed = ["a", 2]

[[stages]]
id = "start"

[[stages]]
id = "NO GOOD"
after_hours = "to"
yes = 1
"""


@pytest.fixture
def table():
    return Table(tomllib.loads(SOURCE), SOURCE, "plan.toml", [])


def told(table):
    return [str(finding) for finding in table.findings]


def test_values_of_the_right_kind_are_read(table):
    first, _ = table.tables("stages")

    assert table.text("title") == "Plan"
    assert table.hours("number") == 3
    assert table.day("day") == date(2026, 11, 23)
    assert table.texts("names") == ("a", "b")
    assert first.id() == "start"
    assert first.flag("in_round") is False
    assert table.findings == []


def test_a_wrong_kind_is_told_with_its_line_and_what_was_expected(table):
    _, second = table.tables("stages")

    second.id()
    second.hours("after_hours")
    second.flag("yes")
    table.texts("mixed")
    table.day("moment")
    table.text("number")

    assert told(table) == [
        "plan.toml:13: [[stages]] id: 'NO GOOD' is not a–z, digits and - only",
        "plan.toml:14: [[stages]] after_hours: 'to' is not a whole number of hours, 0–720",
        "plan.toml:15: [[stages]] yes: 1 is not true or false",
        "plan.toml:7: mixed: ['a', 2] is not a list of texts",
        (
            "plan.toml:5: moment: datetime.datetime(2026, 11, 23, 2, 0) is not a day such as"
            " 2026-11-23, without quotes"
        ),
        "plan.toml:3: number: 3 is not a text in quotes",
    ]


def test_what_is_missing_is_told_at_the_heading_of_its_table(table):
    _, second = table.tables("stages")

    second.text("title")
    table.text("owner")
    table.text("empty")

    assert told(table) == [
        "plan.toml:12: [[stages]] title: is missing",
        "plan.toml:1: owner: is missing",
        "plan.toml:2: empty: must not be empty",
    ]


@pytest.mark.parametrize("hours", [-1, 721, True, 1.5])
def test_hours_that_no_outage_has_are_refused(hours):
    table = Table({"h": hours}, f"h = {hours}", "plan.toml", [])

    assert table.hours("h") == 0
    assert len(table.findings) == 1


def test_unknown_keys_are_refused_with_the_right_one_suggested(table):
    _, second = table.tables("stages")
    second.id()
    second.hours("after_hours")

    second.finish()

    assert told(table)[-1] == "plan.toml:15: [[stages]] yes: unknown key"


def test_what_is_needed_and_missing_is_told_and_read_as_nothing():
    table = Table({}, "", "plan.toml", [])

    assert (table.id(), table.hours("h"), table.texts("t"), list(table.tables("s"))) == (
        "",
        0,
        (),
        [],
    )
    assert len(table.findings) == 4


def test_a_table_where_an_array_is_needed_is_refused():
    source = "[stages]\nid = 'x'\n"
    table = Table(tomllib.loads(source), source, "plan.toml", [])

    assert list(table.tables("stages")) == []
    assert told(table) == ["plan.toml:1: stages: must be written as [[stages]]"]


def test_control_characters_are_refused():
    source = 'title = "a\\u202Eb"\n'
    table = Table(tomllib.loads(source), source, "plan.toml", [])

    table.text("title")

    assert told(table) == ["plan.toml:1: title: has an invisible control character"]
