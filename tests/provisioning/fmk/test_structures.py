import math
from copy import deepcopy
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioning.sources.fmk.faults import DosageFault, FaultKind
from provisioning.sources.fmk.model import (
    FmkDosage,
    FreeText,
    LocalSchema,
    Precondition,
    Quantity,
    Structured,
    Unit,
)
from provisioning.sources.fmk.schedule import due_doses
from provisioning.sources.fmk.structures import read_dosage
from provisioning.sources.fmk.text import newer_text, official_line, official_text
from provisioning.sources.fmk.translate import to_dosage
from tests.provisioning.fmk.invented import (
    START,
    UNIT,
    e2,
    e2_dosages,
    e2_dose,
    e2_period,
    e6,
    e6_days,
    e6_dosages,
    e6_weeks,
    parts,
    times,
)

pytestmark = pytest.mark.slow  # seconds, not milliseconds

DAILY = e2_period(1, {1: [e2_dose("Morning")]})
FIXED = e6_days(1, {1: parts(Morning=1)})


def dose(**changes):
    """Make an E2 dosage of one dose with some elements changed; None takes one away."""
    changed = {**e2_dose("Morning"), **changes}
    return e2(e2_period(1, {1: [changed]}))


def period(**changes):
    return e2({**DAILY, **changes})


def e6_dose(**amount):
    return e6({"Fixed": e6_days(1, {1: {"PartOfDayDosage": {"Morning": amount}}})})


@pytest.mark.parametrize(
    ("raw", "kind", "where"),
    [
        (None, FaultKind.WRONG_VALUE, ""),
        ([], FaultKind.WRONG_VALUE, ""),
        ({}, FaultKind.NOT_A_DOSAGE, ""),
        ({"UnitText": "mg"}, FaultKind.NOT_A_DOSAGE, ""),
        ({"freeText": {"text": "x"}, "FreeText": {"Text": "x"}}, FaultKind.CONTRADICTION, ""),
        ({"freeText": {"text": " "}}, FaultKind.MISSING_ELEMENT, "freeText.text"),
        ({"freeText": {"text": 7}}, FaultKind.WRONG_VALUE, "freeText.text"),
        ({"freeText": {"text": "x"}, "dose": 1}, FaultKind.UNKNOWN_ELEMENT, "dose"),
        ({"structures": {"unitOrUnits": UNIT}}, FaultKind.MISSING_ELEMENT, "structures.structures"),
        (
            {"structures": {"structures": [DAILY]}},
            FaultKind.MISSING_ELEMENT,
            "structures.unitOrUnits",
        ),
        (
            {"structures": {"structures": [DAILY], "unitOrUnits": {"unitSingular": "tablet"}}},
            FaultKind.MISSING_ELEMENT,
            "structures.unitOrUnits",
        ),
        (e2(DAILY, isPartOfMultiPeriodDosage="no"), FaultKind.WRONG_VALUE, None),
        (period(startDate=None), FaultKind.MISSING_ELEMENT, "structures.structures[0].startDate"),
        (period(startDate="2026-13-01"), FaultKind.WRONG_VALUE, None),
        (period(startDate="20261301xx"), FaultKind.WRONG_VALUE, None),
        (period(startDate="0001-01-01"), FaultKind.WRONG_VALUE, None),
        (period(startDate=20261101), FaultKind.WRONG_VALUE, None),
        (
            period(endDate="2026-01-01"),
            FaultKind.CONTRADICTION,
            "structures.structures[0].endDate",
        ),
        (period(iterationInterval=None), FaultKind.MISSING_ELEMENT, None),
        (period(iterationInterval=1.5), FaultKind.WRONG_VALUE, None),
        (period(iterationInterval=True), FaultKind.WRONG_VALUE, None),
        (period(iterationInterval=-1), FaultKind.OUT_OF_RANGE, None),
        (period(iterationInterval=10**5000), FaultKind.OUT_OF_RANGE, None),
        (period(days={}), FaultKind.WRONG_VALUE, "structures.structures[0].days"),
        (period(days=[1]), FaultKind.WRONG_VALUE, "structures.structures[0].days[0]"),
        (period(days=[{}] * 1001), FaultKind.OUT_OF_RANGE, "structures.structures[0].days"),
        (period(days=DAILY["days"] * 2), FaultKind.CONTRADICTION, None),
        (e2(e2_period(2, {3: [e2_dose()]})), FaultKind.CONTRADICTION, None),
        (
            e2(e2_period(1, {1: [e2_dose("Noon"), e2_dose("Noon", 2)]})),
            FaultKind.CONTRADICTION,
            "structures.structures[0].days[0]",
        ),
        (dose(type="LunchDoseWrapper"), FaultKind.UNKNOWN_ELEMENT, None),
        (dose(type=None), FaultKind.MISSING_ELEMENT, None),
        (dose(type="TimedDoseWrapper"), FaultKind.MISSING_ELEMENT, None),
        (dose(time={"hour": 8, "minute": 0}), FaultKind.CONTRADICTION, None),
        (
            dose(type="TimedDoseWrapper", time={"hour": 24, "minute": 0}),
            FaultKind.OUT_OF_RANGE,
            None,
        ),
        (dose(isAccordingToNeed=None), FaultKind.MISSING_ELEMENT, None),
        (dose(doseQuantity=None), FaultKind.MISSING_ELEMENT, None),
        (dose(doseQuantity="1"), FaultKind.WRONG_VALUE, None),
        (dose(doseQuantity=True), FaultKind.WRONG_VALUE, None),
        (dose(doseQuantity=-1), FaultKind.OUT_OF_RANGE, None),
        (dose(doseQuantity=math.nan), FaultKind.OUT_OF_RANGE, None),
        (dose(doseQuantity=math.inf), FaultKind.OUT_OF_RANGE, None),
        (dose(doseQuantity=1.00000000001), FaultKind.OUT_OF_RANGE, None),
        (dose(minimalDoseQuantity=1), FaultKind.CONTRADICTION, None),
        (dose(doseQuantity=None, minimalDoseQuantity=1), FaultKind.CONTRADICTION, None),
        (
            dose(doseQuantity=None, minimalDoseQuantity=2, maximalDoseQuantity=1),
            FaultKind.CONTRADICTION,
            None,
        ),
        (dose(**{"x" * 60: 1}), FaultKind.UNKNOWN_ELEMENT, None),
        ({"DosagePeriod": []}, FaultKind.MISSING_ELEMENT, "DosagePeriod"),
        (e6({"Empty": True, "Unspecified": True}), FaultKind.CONTRADICTION, "DosagePeriod[0]"),
        (e6({}), FaultKind.CONTRADICTION, "DosagePeriod[0]"),
        (e6({"Fixed": FIXED, "Empty": True}), FaultKind.CONTRADICTION, "DosagePeriod[0]"),
        (
            e6({"Empty": True, "PeriodLength": 2, "PeriodLengthFreeText": "en uge"}),
            FaultKind.CONTRADICTION,
            None,
        ),
        (e6({"Empty": True, "PeriodLength": 0}), FaultKind.OUT_OF_RANGE, None),
        ({"DosagePeriod": [{"Fixed": FIXED}]}, FaultKind.MISSING_ELEMENT, "UnitTexts"),
        (e6({"Fixed": FIXED}, UnitText="mg"), FaultKind.CONTRADICTION, "UnitText"),
        (e6({"Fixed": FIXED}, UnitTexts={"Singular": "x"}), FaultKind.MISSING_ELEMENT, None),
        (e6({"Fixed": FIXED}, Type="PRN"), FaultKind.CONTRADICTION, "Type"),
        (e6({"Fixed": FIXED}, Type="Sometimes"), FaultKind.UNKNOWN_ELEMENT, "Type"),
        (e6({"Fixed": {}}), FaultKind.CONTRADICTION, "DosagePeriod[0].Fixed"),
        (e6({"Fixed": {**FIXED, "Week": []}}), FaultKind.CONTRADICTION, None),
        (e6({"Fixed": e6_weeks(1, {})}), FaultKind.MISSING_ELEMENT, None),
        (e6({"Fixed": e6_weeks(1, {}, {"Monday": times(1)})}), FaultKind.CONTRADICTION, None),
        (e6({"Fixed": e6_weeks(1, {"Blueday": times(1)})}), FaultKind.UNKNOWN_ELEMENT, None),
        (e6({"Fixed": e6_days(2, {3: times(1)})}), FaultKind.CONTRADICTION, None),
        (
            e6({"Fixed": {**FIXED, "Day": FIXED["Day"] * 2}}),
            FaultKind.CONTRADICTION,
            "DosagePeriod[0].Fixed",
        ),
        (e6({"Fixed": e6_days(1, {1: {}})}), FaultKind.MISSING_ELEMENT, None),
        (e6({"Fixed": e6_days(1, {1: None})}), FaultKind.MISSING_ELEMENT, None),
        (e6({"Fixed": e6_days(1, {1: times(0)})}), FaultKind.OUT_OF_RANGE, None),
        (e6({"Fixed": e6_days(1, {1: times(10**9)})}), FaultKind.OUT_OF_RANGE, None),
        (e6_dose(), FaultKind.CONTRADICTION, None),
        (e6_dose(Quantity=1, AccordingToParameterSchema="INR"), FaultKind.CONTRADICTION, None),
        (e6_dose(Infusion={}), FaultKind.MISSING_ELEMENT, None),
        (
            {"FreeText": {"Text": "x", "EndDate": "2026-11-30", "DosageEndingUndetermined": True}},
            FaultKind.CONTRADICTION,
            "FreeText.EndDate",
        ),
        (
            e6(
                {"Fixed": FIXED},
                Parameter=[
                    {"ParameterName": "INR", "ParameterSchema": {"ParametricQuantity": [{}]}}
                ],
            ),
            FaultKind.CONTRADICTION,
            "Parameter[0].ParameterSchema.ParametricQuantity[0]",
        ),
        (
            e6(
                {"Fixed": FIXED},
                Parameter=[
                    {
                        "ParameterName": "INR",
                        "ParameterSchema": {"ParametricQuantity": [{"FromValue": 2}]},
                    }
                ],
            ),
            FaultKind.MISSING_ELEMENT,
            None,
        ),
    ],
)
def test_what_is_unknown_or_contradictory_has_a_name_and_a_place(raw, kind, where):
    found = read_dosage(raw)

    assert isinstance(found, DosageFault)
    assert found.kind is kind
    assert where is None or found.where == where
    assert kind in found.message or not found.where
    assert len(found.where) < 100


def test_words_schema_and_dates_are_read_in_both_shapes():
    older = read_dosage({"freeText": {"text": " efter aftale ", "startDate": "2026-11-02"}})
    newer = read_dosage({"AdministrationAccordingToSchemaInLocalSystem": {"EndDate": "2026-11-02"}})

    assert isinstance(older, FmkDosage)
    assert older.content == FreeText("efter aftale", START)
    assert isinstance(newer, FmkDosage)
    assert newer.content == LocalSchema(None, START)


def test_binary_noise_of_a_sum_is_not_a_dose_of_its_own():
    found = read_dosage(dose(doseQuantity=0.1 + 0.2))

    assert isinstance(found, FmkDosage)
    assert isinstance(found.content, Structured)
    assert found.content.doses[0].amount == Quantity(Decimal("0.3"))


def test_single_date_may_number_its_day_freely_as_official_examples_do():
    found = read_dosage(e2(e2_period(1, {2: [e2_dose("Morning")]}, end=START)))

    assert isinstance(found, FmkDosage)


def test_null_elements_and_empty_texts_count_as_absent():
    found = read_dosage(
        period(
            endDate=None, supplText="", dosagePeriodPostfix=" ", later=None, iterationInterval=1.0
        )
    )

    assert isinstance(found, FmkDosage)
    assert isinstance(found.content, Structured)
    assert found.content.periods[0].plans[0].note is None


def test_stated_type_is_compared_only_with_doses():
    assert isinstance(read_dosage(e6({"Empty": True}, Type="Fixed")), FmkDosage)
    assert isinstance(read_dosage({"FreeText": {"Text": "x"}, "Type": "Combined"}), FmkDosage)
    assert isinstance(read_dosage(e6({"Fixed": FIXED}, Type="Fixed")), FmkDosage)


def test_empty_precondition_is_no_condition_and_one_unit_word_is_enough():
    raw = {"UnitText": "mg", "DosagePeriod": [{"Fixed": FIXED}], "Precondition": {}}

    found = read_dosage(raw)

    assert isinstance(found, FmkDosage)
    assert found.precondition is None
    assert found.unit == Unit("mg")


def test_condition_is_read_whole():
    episode = {"Trigger": "migræne", "MinimumDaysBetweenEpisodes": 3}
    raw = e6({"Fixed": FIXED}, Precondition={"EpisodicTreatment": episode})

    found = read_dosage(raw)

    assert isinstance(found, FmkDosage)
    assert found.precondition == Precondition(episode_trigger="migræne", days_between_episodes=3)


def use(found):
    """Do everything a source does with a dosage."""
    if isinstance(found, FmkDosage):
        texts = (official_text(found), official_line(found), newer_text(found))
        assert all(isinstance(text, str | None) for text in texts)
        assert to_dosage(found, START).text
        due = due_doses(found, START, START)
        assert not (due.doses and due.unknown)
    else:
        assert isinstance(found, DosageFault)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@st.composite
def broken(draw):
    """Draw a dosage with one element somewhere replaced, removed or renamed."""
    raw = deepcopy(draw(st.one_of(e2_dosages(), e6_dosages())))
    node, path = raw, []
    while isinstance(node, dict | list) and node:
        key = draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        path.append((node, key))
        node = node[key]
    holder, key = draw(st.sampled_from(path))
    if isinstance(holder, dict) and draw(st.booleans()):
        value = holder.pop(key)
        holder.update({draw(st.text(max_size=5)): value} if draw(st.booleans()) else {})
    else:
        holder[key] = draw(anything)
    return raw


@settings(max_examples=70, deadline=None)
@given(anything)
def test_garbage_is_a_named_fault_and_never_a_traceback(raw):
    use(read_dosage(raw))


@settings(max_examples=70, deadline=None)
@given(broken())
def test_damaged_dosage_is_read_whole_or_named_and_never_a_traceback(raw):
    use(read_dosage(raw))


def test_names_of_units_are_not_needed_where_nothing_is_given():
    raw = {"structures": {"structures": [e2_period(0, {})]}}

    assert isinstance(read_dosage(raw), FmkDosage)
    assert isinstance(read_dosage({"DosagePeriod": [{"Empty": True}]}), FmkDosage)
