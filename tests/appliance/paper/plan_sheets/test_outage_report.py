from dataclasses import replace
from datetime import timedelta

from appliance.outage.report import Deed
from appliance.outage.timeline import Elapsed
from appliance.paper.plan_sheets import outage_report
from appliance.paper.plan_sheets.noted import CLOCK_UNSURE, time_of
from appliance.paper.plan_sheets.outage_report import (
    NONE_YET,
    NOT_DECIDED,
    NOT_DONE,
    NOT_RUNG,
)
from appliance.paper.sheet_kind import Material
from tests.appliance.outage.reports import held_drill
from tests.appliance.paper.plan_sheets.conftest import LONG, pages


def text_of(**changes: object) -> str:
    """Return the text of the report of a drill, changed as a test wants it."""
    report = replace(held_drill(), **changes)
    return " ".join(pages(outage_report, Material(outage_report=lambda: report)))


def test_the_report_tells_who_held_the_drill_when_and_how_soon_the_paper_came() -> None:
    text = text_of()

    for words in (
        "Øvelse nr. 3", "Begyndte man. 23. nov. 2026 kl. 03.00", "Varede 30 min.", "Startet af BKR",
        "Afsluttet af CD", "Første papir efter 2 min.", "Punkter gjort 1 af 5",
    ):  # fmt: skip
        assert words in text


def test_every_deed_stands_with_its_time_and_whoever_did_it() -> None:
    text = text_of()

    for words in (
        "Plejecenter Engen Ikke ramt 4 min. AB", "Til sygehuset Akutmodtagelsen 5 min. AB",
        "NPR Kommer 8 min. AB", "Anden beslutning Alle bliver på vagt B. Krogh 9 min.",
    ):  # fmt: skip
        assert words in text


def test_what_was_not_done_is_said_and_never_left_blank() -> None:
    text = text_of(
        called=(Deed("Engen"),), decisions=(Deed("Skal staben samles?", who="Chefen"),), told=()
    )

    assert text.count(NOT_DONE) == 4
    assert f"Engen {NOT_RUNG}" in text
    assert f"Skal staben samles? {NOT_DECIDED} Chefen" in text
    assert outage_report.NOTHING_HERE in text


def test_an_outage_is_called_one_and_what_went_wrong_is_counted() -> None:
    text = text_of(is_drill=False, restarts=1, damaged=2, first_paper=None, began_at=None)

    for words in (
        "Nøddrift nr. 3", "Boksen uden strøm 1 gang", "ikke kan læses 2", "Fortrudt i loggen 1",
        "Første papir Ukendt", CLOCK_UNSURE,
    ):  # fmt: skip
        assert words in text


def test_a_box_where_none_was_held_says_so() -> None:
    (page,) = pages(outage_report, Material())

    assert NONE_YET in page


def test_long_names_are_on_the_paper_whole() -> None:
    text = text_of(called=(Deed(LONG, "hit", by="ABCDEFGH", after=Elapsed(timedelta(hours=1))),))

    assert LONG in text.replace(" ", "").replace("\u00ad", "").replace("\u200b", "")


def test_a_time_is_never_more_exact_than_it_is_known() -> None:
    assert time_of(Elapsed(timedelta(seconds=20))) == "under 1 min."
    assert time_of(Elapsed(timedelta(minutes=61), is_sure=False)) == "mindst 1 t. 1 min."
    assert time_of(None) == ""
