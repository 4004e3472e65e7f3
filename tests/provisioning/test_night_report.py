from datetime import UTC, datetime

import orjson

from provisioning.errors import Problem, Severity
from provisioning.night_report import (
    BoxOutcome,
    BoxVerdict,
    NightReport,
    books_lines,
    box_lines,
    write_report,
)
from provisioning.sources.base import FeedReport, Verdict

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)


def books(problems=()):
    made = FeedReport()
    for verdict in (Verdict.USED, Verdict.USED, Verdict.REJECTED):
        made.count_read("Patient")
        made.count("Patient", verdict)
    made.left_out["Patient of a citizen who is deceased"] = 2
    for problem in problems:
        made.add(problem)
    return made


def problem(severity, line):
    return Problem(severity, "Patient.ndjson", line, "Patient", "", "x")


def test_table_adds_up_and_shows_the_worst_first():
    given = [problem(Severity.NOTE, 1), problem(Severity.BLOCKING, 2)]
    shown = list(books_lines(books(given)))

    assert shown[0].split() == ["type", "read", "used", "kept", "unknown", "rejected"]
    assert shown[2].split() == ["total", "3", "2", "0", "0", "1"]
    assert "accepted 2 + rejected 1 = read 3" in shown
    assert "left out: 2 × Patient of a citizen who is deceased" in shown
    assert shown[-2].startswith("Patient.ndjson:2: blocking")


def test_long_list_of_problems_is_cut_with_the_number_left():
    shown = list(books_lines(books([problem(Severity.ERROR, line) for line in range(700)])))

    assert shown[-1] == "… and 680 more problems"


def test_unread_fields_are_shown_and_a_long_list_is_cut():
    made = books()
    for number in range(25):
        made.unread.count("Patient", f"field{number:02}", 100 - number)
    shown = list(books_lines(made))

    assert "unread: Patient.field00 × 100" in shown
    assert "… and 5 more unread fields" in shown
    assert not any("field20" in line for line in shown)


def test_boxes_are_one_line_each_and_a_warning_one_more():
    report = NightReport(AT, ("feed",))
    report.boxes = (
        BoxOutcome("a", BoxVerdict.PUBLISHED, version=3, size_bytes=1200, warning="look"),
        BoxOutcome("b", BoxVerdict.HELD, "N-712", "citizens fell from 10 to 7"),
    )

    assert list(box_lines(report)) == [
        "box a: published version 3, 1200 bytes",
        "box a: warning: look",
        "box b: held: citizens fell from 10 to 7 [N-712]",
    ]
    assert not report.is_clean


def test_report_never_writes_over_another(tmp_path):
    report = NightReport(AT, ("feed",), finished_at=AT)

    paths = [write_report(report, tmp_path) for _ in range(3)]

    assert [path.name for path in paths] == [
        "20261123T020000Z.json",
        "20261123T020000Z-2.json",
        "20261123T020000Z-3.json",
    ]
    assert orjson.loads(paths[0].read_bytes())["started_at"] == "2026-11-23T02:00:00Z"


def test_clean_night_is_clean():
    assert NightReport(AT, ("feed",)).is_clean
    assert not NightReport(AT, ("feed",), error="N-701: x").is_clean
    assert not NightReport(AT, ("feed",), books=books()).is_clean
