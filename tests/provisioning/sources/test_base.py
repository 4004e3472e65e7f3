import pytest

from provisioning.errors import MiscountedError, Problem, Severity
from provisioning.sources.base import MOST_PROBLEMS, FeedReport, Verdict


def problem(severity=Severity.WARNING, line=1):
    return Problem(severity, "Patient.ndjson", line, "Patient", "name", "is missing", "a name")


def test_books_that_do_not_balance_stop_the_night():
    report = FeedReport()
    report.count_read("Patient")
    report.count_read("Patient")
    report.count("Patient", Verdict.USED)

    with pytest.raises(MiscountedError, match=r"Patient: accepted 1 \+ rejected 0 is not read 2"):
        report.check_sums()

    report.count("Patient", Verdict.REJECTED)
    report.check_sums()


def test_list_of_problems_is_bounded_but_the_total_and_the_blocking_ones_are_not():
    report = FeedReport()
    for line in range(MOST_PROBLEMS + 10):
        report.add(problem(line=line))
    report.add(problem(Severity.BLOCKING))

    assert len(report.problems) == MOST_PROBLEMS
    assert report.totals[Severity.WARNING] == MOST_PROBLEMS + 10
    assert len(report.blocking) == 1


@pytest.mark.parametrize(
    ("severity", "clean"),
    [
        (Severity.NOTE, True),
        (Severity.WARNING, True),
        (Severity.ERROR, False),
        (Severity.BLOCKING, False),
    ],
)
def test_only_errors_make_a_feed_unclean(severity, clean):
    report = FeedReport()
    report.add(problem(severity))

    assert report.is_clean is clean


def test_problem_is_one_line_with_file_line_and_code():
    shown = "Patient.ndjson:1: warning: Patient.name: is missing (expected a name) [N-700]"

    assert problem().message == shown
    assert problem(line=None).where == "Patient.ndjson"


def test_report_is_plain_values():
    report = FeedReport()
    report.count_read("Patient")
    report.count("Patient", Verdict.UNKNOWN)
    report.recount("Patient", Verdict.UNKNOWN, Verdict.KEPT)
    report.add(problem())

    plain = report.to_dict()
    assert plain["types"] == {
        "Patient": {"read": 1, "used": 0, "kept": 1, "unknown": 0, "rejected": 0}
    }
    assert plain["problem_totals"] == {"warning": 1}
    assert plain["problems"][0]["severity"] == "warning"
