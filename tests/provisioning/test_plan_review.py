"""The hub knows who answers for the plan on the boxes, and says in time that a review is due."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.plan.shipped import SHIPPED
from provisioning.night_report import NightReport
from provisioning.plan_review import review_of
from provisioning.report_page import report_page
from tests.appliance.plan.conftest import FJORDBY


def on(day: str) -> datetime:
    """Return noon of a day; Fjordby's plan is to be gone through by 2026-10-01."""
    return datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC)


def page_on(day: str, folder: Path) -> str:
    report = NightReport(
        on(day), ("eksport",), finished_at=on(day), plan=review_of(folder, on(day))
    )
    return report_page(report.to_dict()).decode()


def test_a_fleet_without_a_plan_says_nothing_of_one() -> None:
    assert review_of(None, on("2026-11-23")) is None
    assert NightReport(on("2026-11-23"), ()).to_dict()["plan"] is None


@pytest.mark.parametrize(
    ("day", "warned"),
    [
        ("2026-08-31", []),
        ("2026-09-01", ["response plan: next review is due on 2026-10-01"]),
        ("2026-10-01", ["response plan: next review is due on 2026-10-01"]),
        ("2026-10-02", ["response plan: next review is overdue since 2026-10-01"]),
    ],
)
def test_a_review_is_warned_of_a_month_before_and_every_night_after(
    day: str, warned: list[str]
) -> None:
    review = review_of(FJORDBY, on(day))

    assert review is not None
    assert list(review.warnings()) == warned
    assert review.is_overdue == (day == "2026-10-02")


def test_a_day_is_one_of_denmark() -> None:
    late = datetime(2026, 10, 1, 22, 30, tzinfo=UTC)  # past midnight in Denmark

    review = review_of(FJORDBY, late)

    assert review is not None
    assert review.is_overdue


def test_a_plan_that_nobody_approved_is_warned_of() -> None:
    review = review_of(SHIPPED, on("2026-11-23"))

    assert review is not None
    assert next(review.warnings()).startswith("response plan: nobody has approved it yet")


def test_a_plan_that_cannot_be_read_is_a_warning_and_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text("title = 3")

    review = review_of(tmp_path, on("2026-11-23"))

    assert review is not None
    (warned,) = review.warnings()
    assert warned.startswith("response plan: cannot be read: plan.toml")
    assert "nodboks plan check" in warned
    assert str(tmp_path) not in warned


def test_the_report_holds_who_answers_and_what_is_due() -> None:
    review = review_of(FJORDBY, on("2026-10-02"))

    assert review is not None
    assert review.to_dict() == {
        "version": "4.2",
        "owner": "Ældrechef Ida Prøve",
        "approver": "Kommunaldirektør Eva Prøve",
        "approved_on": "2026-03-02",
        "next_review": "2026-10-01",
        "is_review_overdue": True,
        "problem": "",
    }


def test_the_page_says_so_in_danish(tmp_path: Path) -> None:
    overdue, in_time = page_on("2026-10-02", FJORDBY), page_on("2026-10-01", FJORDBY)

    assert "Næste gennemgang</th><td>01.10.2026 <b>Er overskredet</b>" in overdue
    assert "Er overskredet" not in in_time
    assert "Ikke godkendt endnu" in page_on("2026-10-01", SHIPPED)
    assert "Planen kan ikke læses." in page_on("2026-10-01", tmp_path)
