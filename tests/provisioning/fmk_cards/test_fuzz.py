"""Whatever stands in a card: never a traceback, books that balance, and nobody in the report."""

import copy
import functools
import tempfile
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.demo.feed_fmk import card_as_json, card_as_xml
from appliance.records.models import MedicationOrder
from provisioning.reading import Reading
from tests.provisioning.feeds import Taken, take
from tests.provisioning.fmk_cards.cards import (
    FETCHED,
    MORNING,
    card,
    fixed,
    needed,
    newer,
    order,
    period,
    put,
)
from tests.provisioning.test_report_secrets import forms_of, marks_in

pytestmark = pytest.mark.slow  # seconds, not milliseconds

FUZZ = settings(suppress_health_check=list(HealthCheck))
CPR, NAME = "0101431234", "Hemmelige Ane Hviid"
DAY = {"Index": "1", "Dosage": {"PartOfDayDosage": {"Morning": {"Quantity": "1"}}}}
CLOCK = {"Index": "2", "Dosage": {"TimeOfDayDosage": [{"Time": "08:00:00", "Quantity": "1"}]}}
SHAPES = (
    card(
        order("1"),
        order("2", Dosage=needed(period({"MinimalQuantity": "1", "MaximalQuantity": "2"}))),
        order("3", Dosage=newer(Precondition={"ValidFrom": "2026-11-01"}, DosagePeriod=[
            {"PeriodLength": "4", "Fixed": {"IterationInterval": "2", "Day": [DAY, CLOCK]}},
            {"PRN": {"Day": [{"Dosage": {"UnlimitedDayDosage": {"Quantity": "1"}}}]}}])),
        order("4", Dosage={"FreeText": {"Text": NAME}, "Type": "efter behov"}),
        order("5", Paused={"FromDate": "2026-11-10", "ToDate": "2026-11-30", "ReasonText": NAME}),
        order("6", Withdrawn={"DateTime": "2026-11-10T10:00:00Z"}, DoseDispensed="true"),
        order("7", Dosage=fixed(period(MORNING, days=[
            {"Number": "1", "Dose": [MORNING], "DosageTranslation": {"LongText": NAME}}]))),
        family=NAME, cpr=CPR, PrivateDrugMedication=[{"Identifier": "8"}],
    ),
    card(order("1", Type="Borgervalgt"), given=None, cpr=CPR, IsInvalid={}),
)  # fmt: skip
WORDS = st.sampled_from(
    ["", "0", "1", "-1", "1.5", "1e9", "NaN", "1,5", "999999999999", "true", "2026-11-31",
     "morning",
     "0001-01-01", "2026-11-23", "2026-11-23T25:00:00Z", "25:00:00", "Monday", "fast", NAME, CPR,
     f"{CPR[:6]}-{CPR[6:]}", "<b>", "]]>", "\u202e", "²", "٣"]
)  # fmt: skip
KEYS = st.sampled_from(
    ["Identifier", "Dosage", "Drug", "Name", "Quantity", "Time", "Day", "Dose", "Structure", "Type",
     "StructuresFixed", "EmptyStructure", "AnyDay", "Number", "StartDate", "EndDate", "FreeText",
     "Text", "DosagePeriod", "Fixed", "PRN", "Empty", "PeriodLength", "Index", "Week", "Weekday",
     "DosageTranslation", "DosageTranslationCombined", "LongText", "Paused", "Withdrawn", "Patient",
     "Person", "PersonIdentifier", "DrugMedication", "MedicineCard", "RetrievalDateTime", "Hviid"]
)  # fmt: skip
LEAVES = WORDS | st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"],
                                                exclude_characters="\ufffe\uffff"),
                         max_size=6)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
JSON_LEAVES = LEAVES | st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats()
JSON_VALUES = st.recursive(
    JSON_LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
WRITERS = st.sampled_from([("xml", card_as_xml), ("json", card_as_json)])


def taken_of(content: bytes, name: str) -> Taken:
    """Take a file in beside a whole card, so that the feed is one of cards."""
    with tempfile.TemporaryDirectory() as folder:
        feed = Path(folder) / "kort"
        put(feed, "0.xml", card_as_xml(card(cpr="0202431234"), FETCHED))
        taken = take(put(feed, name, content), Path(folder), reading=Reading(FETCHED))
        taken.all_of(MedicationOrder)
        return taken


def balances(taken: Taken) -> None:
    total = taken.report.total
    assert total.accepted + total.rejected == total.read
    for problem in taken.report.blocking:
        assert problem.file.startswith(("#", "(citizen)"))


def nodes(value, place=()):
    """Give the path of every value inside a card, without the attributes of XML."""
    inner = enumerate(value) if isinstance(value, list) else ()
    for key, one in value.items() if isinstance(value, dict) else inner:
        if key != "" and not str(key).startswith("@"):
            yield (*place, key)
            yield from nodes(one, (*place, key))


@FUZZ
@given(st.binary(max_size=200), st.sampled_from(["a.xml", "a.json"]))
def test_any_bytes_are_survived(content, name):
    balances(taken_of(content, name))


@FUZZ
@given(st.sampled_from(SHAPES), WRITERS, st.integers(0, 20_000), st.integers(0, 255))
def test_any_flipped_byte_is_survived(shape, writer, place, byte):
    ending, write = writer
    content = bytearray(write(shape, FETCHED))
    content[place % len(content)] = byte

    balances(taken_of(bytes(content), f"a.{ending}"))


@FUZZ
@given(st.sampled_from(SHAPES), WRITERS, st.integers(0, 20_000))
def test_any_cut_is_survived_and_never_taken_for_whole(shape, writer, place):
    ending, write = writer
    content = write(shape, FETCHED)
    end = content.index(b"</f:MedicineCard>") if ending == "xml" else len(content)

    taken = taken_of(content[: place % end], f"a.{ending}")

    balances(taken)
    assert taken.report.counts["MedicineCard"].used == 1


@FUZZ
@given(st.data(), WRITERS)
def test_any_field_may_be_replaced_by_anything(data, writer):
    ending, write = writer
    shape = copy.deepcopy(data.draw(st.sampled_from(SHAPES)))
    for _ in range(data.draw(st.integers(1, 3))):
        *way, last = data.draw(st.sampled_from(list(nodes(shape))))
        functools.reduce(lambda at, key: at[key], way, shape)[last] = data.draw(VALUES)

    taken = taken_of(write(shape, FETCHED), f"a.{ending}")

    balances(taken)
    assert taken.report.counts["MedicineCard"].read == 2


@FUZZ
@given(st.data())
def test_any_field_of_json_may_be_of_any_kind(data):
    shape = orjson.loads(card_as_json(data.draw(st.sampled_from(SHAPES)), FETCHED))
    *way, last = data.draw(st.sampled_from(list(nodes(shape))))
    functools.reduce(lambda at, key: at[key], way, shape)[last] = data.draw(JSON_VALUES)

    balances(taken_of(orjson.dumps(shape), "a.json"))


@FUZZ
@given(st.data(), WRITERS, st.sampled_from(["a", CPR, f"{CPR}/kort", NAME, f"{CPR} {NAME}"]))
def test_nothing_personal_is_in_the_report(data, writer, name):
    ending, write = writer
    shape = copy.deepcopy(data.draw(st.sampled_from(SHAPES)))
    *way, last = data.draw(st.sampled_from(list(nodes(shape))))
    functools.reduce(lambda at, key: at[key], way, shape)[last] = data.draw(VALUES)
    with tempfile.TemporaryDirectory() as folder:
        feed = put(Path(folder) / "feed", f"{name}.{ending}", write(shape, FETCHED))
        written = forms_of(feed, Path(folder), Reading(FETCHED))

    assert marks_in(written) == []
