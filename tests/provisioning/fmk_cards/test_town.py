"""The invented town's medicine as FMK cards beside its lists and its FHIR feed: the same medicine.

The wordings differ where FMK's official texts differ from the town's; `REWORDED` is the whole list.
What is due is compared day by day with a walk over the town's own entries.
"""

import re
from collections import Counter
from datetime import date, timedelta

import pytest

from appliance.clock import DANISH_TIME
from appliance.demo.feed_csv import write_csv_folder
from appliance.demo.feed_fhir import write_fhir_feed
from appliance.demo.feed_fmk import card_files, write_fmk_cards
from appliance.demo.town import make_town
from appliance.records.due import due_on
from appliance.records.models import Citizen, MedicationOrder, SectionState
from appliance.records.terms import MedicationStatus
from tests.provisioning.feeds import IDS, take_all
from tests.provisioning.test_town_truth import hash_code

pytestmark = pytest.mark.slow  # seconds, not milliseconds

TOWN = make_town(citizens_per_centre=8)
NIGHT = TOWN.night.astimezone(DANISH_TIME).date()
ENTRIES = {key: given for unit in TOWN.units for key, given in unit.dose_entries.items()}
ALIKE = ("brand", "generic", "strength", "form", "atc", "route", "status", "status_since",
         "status_reason", "indication", "instruction", "ordered_on", "stops_on", "prescriber",
         "is_as_needed", "is_dose_dispensed", "max_daily_dose")  # fmt: skip
# FMK's wording on the left, the town's on the right: the whole list of what is said otherwise.
REWORDED = (
    (r"^Dosering fra d\. [^\n:]* - gentages hver uge:", "Dosering - gentages hver uge:"),
    (
        r"^Dosering(?! - gentages)[^\n]*:\n(?!.*\nDosering)",
        "",
    ),  # the day it began is beside it, as a field
    (r"^Gyldig fra [^\n]*\n\nDosering:\n", ""),
    (r"(?<=\d) - (?=\d)", "-"),
    (r"\btablet\b", "tabletter"),  # "0,5 tablet" and "0,5 tabletter"
    (r"efter behov(?: dagligt|, højst 1 gang dagligt)$", "efter behov højst 1 gang dagligt"),
    (r"efter behov, højst", "efter behov højst"),
    (r"(\d) gange (?:- )?hver dag", r"\1 gange dagligt"),
    (r"^Hver 12\. \w+dag: ([^\n]*)", r"\1 hver 12. uge"),
    (r"hver 84\. dag", "hver 12. uge"),
    (r"^efter skema$", "Dosering efter skema i lokalt system"),
)


@pytest.fixture(scope="module", params=["lists", "fhir"])
def taken(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "lists":
        write_csv_folder(TOWN, folder / "eoj", hash_code=hash_code)
    else:
        write_fhir_feed(TOWN, folder / "eoj", hash_code)
    write_fmk_cards(TOWN, folder / "kort")
    return take_all(folder, folder / "eoj", folder / "kort")


def pairs(taken):
    """Give every order of the town that stands on a card, with what became of it."""
    found = {}
    for one in taken.all_of(MedicationOrder):
        found.setdefault((one.citizen_id, one.brand, one.strength, one.ordered_on), []).append(one)
    cpr = Counter(citizen.cpr for citizen in TOWN.citizens if citizen.cpr)
    known = {one.id for one in TOWN.citizens if one.cpr and cpr[one.cpr] == 1}
    for truth in TOWN:
        if type(truth) is MedicationOrder and truth.citizen_id in known:
            key = (IDS.citizen(truth.citizen_id), truth.brand, truth.strength, truth.ordered_on)
            (order,) = found[key]
            yield truth, order


def test_nobody_loses_or_gains_an_order_or_a_citizen(taken):
    def per_citizen(orders, identify):
        return Counter(identify(one.citizen_id) for one in orders)

    truth = [one for one in TOWN if type(one) is MedicationOrder]
    expected = per_citizen(truth, IDS.citizen)
    assert per_citizen(taken.all_of(MedicationOrder), str) == expected
    assert {one.id for one in taken.all_of(Citizen)} == {
        IDS.citizen(one.id) for one in TOWN.citizens
    }


def test_every_card_and_every_order_was_used_and_joined(taken):
    assert taken.report.is_clean
    cards = len(card_files(TOWN))
    assert taken.verdicts("MedicineCard") == (cards, 0, 0, 0)
    assert sum(number for key, number in taken.report.joined.items() if "FMK" in key) == cards
    assert taken.report.totals == {}


@pytest.mark.parametrize("name", ALIKE)
def test_every_field_is_what_the_town_has(taken, name):
    different = [
        (getattr(truth, name), getattr(order, name))
        for truth, order in pairs(taken)
        if getattr(truth, name) != getattr(order, name)
    ]
    # A half is "0,5 tablet" in FMK's words and "0,5 tabletter" in the town's.
    assert [one for one in different if shared(one[0]) != shared(one[1])] == []
    assert sum(1 for _ in pairs(taken)) > 200


def shared(said):
    """Return a text in the words both sides share."""
    return re.sub(r"\btablet\b", "tabletter", said) if isinstance(said, str) else said


def spelled_out(text):
    """Say an amount at every time it is given: FMK says it once where it is the same."""
    time = r"(?:kl\. \S+|\w+)"
    whole = re.fullmatch(rf"([\d,-]+ \S+) ({time}(?:(?:, | og ){time})+)( - hver dag)", text)
    if whole is None:
        return text
    amount, times, rest = whole.groups()
    return re.sub(r"(^|, | og )", rf"\g<1>{amount} ", times) + rest


def in_the_towns_words(text):
    for pattern, words in REWORDED:
        text = re.sub(pattern, words, text, flags=re.DOTALL)
    return spelled_out(text)


def is_exception(truth):
    """Tell whether the town's words say what no card can: a limit that is missing, or tapering."""
    has_no_limit = truth.is_as_needed and truth.max_daily_dose is None
    return truth.id in ENTRIES and (has_no_limit or "herefter" in truth.dosage.text)


def test_the_words_of_a_dosage_are_the_towns(taken):
    compared = [(one.dosage.text, other.dosage.text) for one, other in pairs(taken)
                if one.dosage.text and not is_exception(one)]  # fmt: skip

    different = [
        (truth, text) for truth, text in compared if in_the_towns_words(text) != shared(truth)
    ]
    assert different == []
    assert len(compared) > 200
    missing = [
        one for one, other in pairs(taken) if (one.dosage.text is None) != (not other.dosage.text)
    ]
    assert missing == []


def test_the_words_of_the_exceptions_hold_every_amount(taken):
    for truth, order in pairs(taken):
        if truth.dosage.text and is_exception(truth):
            amounts = {entry.amount for entry in ENTRIES[truth.id]}
            assert all(re.search(rf"\b{amount}\b", order.dosage.text) for amount in amounts)
            assert ("ubegrænset" in order.dosage.text) is truth.is_as_needed


def test_the_columns_are_the_towns_unless_the_treatment_begins_later(taken):
    def columns(grid):
        return grid and (grid.amounts, shared(grid.unit))

    different = [
        (truth, order)
        for truth, order in pairs(taken)
        if columns(truth.dosage.grid) != columns(order.dosage.grid)
    ]
    # On a card that was read before the treatment began there are no columns yet.
    assert [
        one
        for one, other in different
        if other.dosage.grid or one.ordered_on < NIGHT - timedelta(2)
    ] == []
    assert len(different) < 5


def test_times_and_weekdays_are_the_towns(taken):
    for truth, order in pairs(taken):
        assert (order.dosage.times, order.dosage.weekdays) == (
            truth.dosage.times,
            truth.dosage.weekdays,
        )


def expected_on(truth, day):
    """Walk the town's own entries: what is to be given on a day, by time and amount."""
    begins, ends = truth.ordered_on or date.min, truth.stops_on or date.max
    if (
        truth.status is not MedicationStatus.ACTIVE
        or truth.is_as_needed
        or not begins <= day <= ends
    ):
        return
    for entry in ENTRIES[truth.id]:
        if not (entry.starts_on or date.min) <= day <= (entry.ends_on or date.max):
            continue
        if entry.weekdays and day.isoweekday() not in entry.weekdays:
            continue
        round_days = entry.period * (7 if entry.period_unit == "wk" else 1)
        if not entry.weekdays and round_days > 1 and (day - begins).days % round_days:
            continue
        amount = f"{entry.amount}-{entry.high}" if entry.high else entry.amount
        times = [*entry.slots, *entry.times] or [""] * (entry.frequency or 1)
        yield from ((when, amount) for when in times)


def test_what_is_due_is_what_the_town_ordered_day_by_day(taken):
    days = [NIGHT + timedelta(days=number) for number in range(100)]
    compared = 0
    for truth, order in pairs(taken):
        if truth.id not in ENTRIES or not truth.dosage.text:
            continue
        for day in days:
            due = due_on(order, day)
            if due.unknown:
                # Without a first day, or valid from a day after the card was read.
                begins_later = truth.ordered_on and truth.ordered_on >= NIGHT - timedelta(2)
                assert due.unknown == ("conditional" if begins_later else "no_first_day")
                assert begins_later or truth.ordered_on is None
                continue
            compared += 1
            found = Counter((one.when, one.amount) for one in due.doses)
            assert found == Counter(expected_on(truth, day)), truth.dosage.text
    assert compared > 20_000


def test_what_stands_in_words_only_is_unknown_and_never_nothing(taken):
    for truth, order in pairs(taken):
        is_given = truth.status is MedicationStatus.ACTIVE and not truth.is_as_needed
        if truth.id not in ENTRIES and is_given and truth.ordered_on and truth.ordered_on <= NIGHT:
            is_over = truth.stops_on is not None and truth.stops_on < NIGHT
            assert bool(due_on(order, NIGHT).unknown) is not is_over


def test_every_card_says_when_it_was_read(taken):
    states = [one for one in taken.all_of(SectionState) if one.source == "FMK" and one.citizen_id]

    assert len(states) == len(card_files(TOWN))
    assert all(one.as_of and one.is_complete for one in states)


def test_one_unit_alone_may_be_written():
    names = card_files(TOWN, "solgaarden")

    assert {name.split("/")[0] for name in names} == {"solgaarden"}
    assert {name.rpartition(".")[2] for name in names} == {"xml", "json"}


def test_equal_towns_give_equal_bytes():
    assert card_files(TOWN) == card_files(make_town(citizens_per_centre=8))
