"""FMK's own structure on a FHIR order: read whole, or not at all; the source's words count."""

from datetime import date

import orjson
import pytest

from appliance.records.dosage import Grid
from appliance.records.due import due_on
from appliance.records.models import Gap, MedicationOrder
from provisioning.sources.fhir.fmk_structure import TEXT_DIFFERS, TIMING_DIFFERS
from provisioning.sources.fmk.structures import read_dosage
from provisioning.sources.fmk.text import official_line, official_text, sheet_text
from tests.provisioning.feeds import extension, statement, take_resources
from tests.provisioning.fmk.invented import (
    e2,
    e2_dose,
    e2_period,
    e6,
    e6_days,
    e6_weeks,
    parts,
    times,
)

DAILY = e6({"Fixed": e6_days(1, {1: parts(Morning=1, Evening=2)})})
WEEKLY = e6({"Fixed": e6_weeks(1, {"Monday": parts(Morning=1)})})
PN = e6({"PRN": e6_days(1, {1: parts(Morning=1)})})


def carried(structure, **more):
    said = structure if isinstance(structure, str) else orjson.dumps(structure).decode()
    return statement(extension=[extension("fmk-dosage", valueString=said)], **more)


def order_of(tmp_path, *given):
    taken = take_resources(tmp_path, *given)
    return taken, taken.one(MedicationOrder)


def test_a_daily_structure_gives_text_and_columns(tmp_path):
    taken, order = order_of(tmp_path, carried(DAILY))

    assert order.dosage.grid == Grid("1", "", "2", "", "tabletter")
    assert "1 tablet morgen" in order.dosage.text
    assert "dosage" not in {gap.field for gap in order.gaps}
    assert taken.messages == ""


def test_a_weekly_structure_is_due_on_its_day_from_the_first_day_of_the_order(tmp_path):
    period = {"effectivePeriod": {"start": "2026-11-18"}, "dateAsserted": "2026-11-23"}
    _, order = order_of(tmp_path, carried(WEEKLY, **period))

    assert order.dosage.grid is None
    assert due_on(order, date(2026, 11, 23)).doses
    assert due_on(order, date(2026, 11, 24)).doses == ()
    assert due_on(order, date(2026, 11, 16)).doses == ()


def test_without_a_first_day_nobody_guesses_what_is_due(tmp_path):
    _, order = order_of(tmp_path, carried(WEEKLY))

    assert due_on(order, date(2026, 11, 23)).unknown == "no_first_day"


def test_the_older_shape_brings_its_own_dates(tmp_path):
    raw = e2(e2_period(2, {1: [e2_dose("Morning")]}))
    _, order = order_of(tmp_path, carried(raw, dateAsserted="2026-11-23"))
    start = date.fromisoformat(raw["structures"]["structures"][0]["startDate"])

    assert due_on(order, start).doses
    assert due_on(order, start.replace(day=start.day + 1)).doses == ()


def test_only_as_needed_doses_make_an_as_needed_order(tmp_path):
    _, order = order_of(tmp_path, carried(PN))

    assert order.is_as_needed
    assert order.max_daily_dose == "1 tablet"


@pytest.mark.parametrize("way", [official_text, official_line, sheet_text])
@pytest.mark.parametrize("raw", [DAILY, WEEKLY], ids=["daily", "weekly"])
def test_words_that_say_the_same_change_nothing(tmp_path, way, raw):
    words = way(read_dosage(raw))
    _, plain = order_of(tmp_path / "a", carried(raw))
    taken, order = order_of(tmp_path / "b", carried(raw, dosage=[{"text": words}]))

    assert order.dosage == plain.dosage
    assert taken.messages == ""


def test_words_that_say_something_else_are_shown_and_nothing_is_read_from_the_structure(tmp_path):
    given = carried(DAILY, dosage=[{"text": "3 tabletter ved sengetid"}])
    taken, order = order_of(tmp_path, given)

    assert order.dosage.text == "3 tabletter ved sengetid"
    assert order.dosage.grid is None
    assert due_on(order, date(2026, 11, 23)).unknown == TEXT_DIFFERS
    assert "says something else than FMK's structure" in taken.messages


def timed(when, amount=1, **more):
    repeat = {"when": when, "frequency": len(when), "period": 1, "periodUnit": "d"}
    dose = {"doseAndRate": [{"doseQuantity": {"value": amount, "unit": "tablet"}}]}
    return {"timing": {"repeat": repeat}, **dose, **more}


MORNING = e6({"Fixed": e6_days(1, {1: parts(Morning=1)})})


@pytest.mark.parametrize(
    "more", [{}, {"text": "1 tablet morgen"}, {"text": "1 tablet om morgenen"}]
)
def test_a_timing_and_own_words_that_say_the_same_change_nothing(tmp_path, more):
    _, plain = order_of(tmp_path / "a", carried(MORNING))
    taken, order = order_of(tmp_path / "b", carried(MORNING, dosage=[timed(["MORN"], **more)]))

    assert order.dosage == plain.dosage
    assert taken.messages == ""


@pytest.mark.parametrize("timing", [timed(["EVE"]), timed(["MORN"], 2), timed(["MORN", "EVE"])])
def test_a_timing_that_gives_other_doses_is_no_choice_of_ours(tmp_path, timing):
    words = sheet_text(read_dosage(MORNING))
    taken, without = order_of(tmp_path / "a", carried(MORNING, dosage=[timing]))
    _, beside = order_of(tmp_path / "b", carried(MORNING, dosage=[{**timing, "text": words}]))

    assert (without.dosage.text, without.dosage.grid) == (None, None)
    assert Gap("dosage", "unreadable") in without.gaps
    assert (beside.dosage.text, beside.dosage.grid) == (words, None)
    assert {due_on(one, date(2026, 11, 23)).unknown for one in (without, beside)} == {
        TIMING_DIFFERS
    }
    assert "gives other doses than FMK's structure" in taken.messages


def test_a_timing_without_moments_is_compared_by_amounts(tmp_path):
    once = {**timed([]), "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}
    _, order = order_of(tmp_path, carried(MORNING, dosage=[once]))

    assert order.dosage.grid == Grid("1", "", "", "", "tablet")


def test_as_needed_beside_a_fixed_structure_is_not_silently_never_due(tmp_path):
    taken, order = order_of(tmp_path, carried(MORNING, dosage=[{"asNeededBoolean": True}]))

    assert not order.is_as_needed
    assert due_on(order, date(2026, 11, 23)).unknown == TIMING_DIFFERS
    assert "gives other doses" in taken.messages


def test_what_became_valid_is_counted_from_that_day_and_may_be_said_in_words(tmp_path):
    raw = {**e6({"Fixed": e6_days(3, {1: parts(Morning=1)})}),
           "Precondition": {"ValidFrom": "2026-11-20"}}  # fmt: skip
    for place, words in enumerate([None, official_text(read_dosage(raw))]):
        more = {"dosage": [{"text": words}]} if words else {}
        taken, order = order_of(
            tmp_path / str(place), carried(raw, dateAsserted="2026-11-23", **more)
        )

        assert [n for n in range(20, 27) if due_on(order, date(2026, 11, n)).doses] == [20, 23, 26]
        assert taken.messages == ""


def test_a_round_is_not_counted_from_the_first_day_of_the_treatment(tmp_path):
    raw = e6({"Fixed": e6_days(3, {1: parts(Morning=1)})})
    _, order = order_of(tmp_path, carried(raw, effectivePeriod={"start": "2020-01-01"}))

    assert due_on(order, date(2026, 11, 23)).unknown == "no_first_day"


def test_the_highest_dose_as_needed_is_that_of_the_structure(tmp_path):
    daily = e6({"PRN": e6_days(1, {1: times(3)})})
    _, order = order_of(tmp_path, carried(daily))

    assert order.max_daily_dose == "3 tabletter"
    assert "max_daily_dose" not in {gap.field for gap in order.gaps}


@pytest.mark.parametrize("broken", ["{", "[]", '{"DosagePeriod": [{"Fixed": {"Unknown": 1}}]}'])
def test_a_structure_nobody_understands_is_said_and_never_half_read(tmp_path, broken):
    taken, order = order_of(tmp_path, carried(broken))

    assert order.dosage.text is None
    assert Gap("dosage", "unreadable") in order.gaps
    assert "MedicationStatement.dosage.fmk-dosage" in taken.messages
    assert taken.report.blocking == []


def test_the_sources_words_stand_where_the_structure_cannot_be_read(tmp_path):
    _, order = order_of(tmp_path, carried("{", dosage=[{"text": "1 tablet dagligt"}]))

    assert order.dosage.text == "1 tablet dagligt"
    assert "dosage" not in {gap.field for gap in order.gaps}


def test_two_structures_on_one_order_are_none(tmp_path):
    both = carried(DAILY)
    both["dosage"] = [
        {"extension": [extension("fmk-dosage", valueString=orjson.dumps(PN).decode())]}
    ]
    taken, order = order_of(tmp_path, both)

    assert order.dosage.text is None
    assert "more than once" in taken.messages
