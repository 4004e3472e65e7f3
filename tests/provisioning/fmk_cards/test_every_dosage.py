"""No dose is lost, doubled or moved between a card, as XML or JSON, and what is due on a day."""

import io
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.demo.feed_fmk import card_as_json, card_as_xml
from appliance.records.due import dosage_due
from provisioning.sources.fmk.schedule import schedule_of
from provisioning.sources.fmk.structures import read_dosage
from provisioning.sources.fmk.text import sheet_text
from provisioning.sources.fmk_cards.card_dosage import read_card_dosage
from provisioning.sources.fmk_cards.json_cards import read_json
from provisioning.sources.fmk_cards.xml_cards import read_xml
from tests.provisioning.fmk.invented import (
    START,
    UNITS,
    e2_dosages,
    e6_dosages,
    expand_e2,
    expand_e6,
)
from tests.provisioning.fmk_cards.cards import FETCHED, card, order

pytestmark = pytest.mark.slow  # seconds, not milliseconds

WRITERS = st.sampled_from([card_as_xml, card_as_json])
DAYS = [START + timedelta(days=number) for number in range(28)]
BEGAN_LONG_AGO = date(2020, 1, 1)


def through_a_card(dosage, write):
    """Write a dosage on a card and read it from there, as on the first day."""
    content = write(card(order(Dosage=dosage)), FETCHED)
    (found,) = read_xml(io.BytesIO(content)) if write is card_as_xml else read_json(content)
    node = found.node.one("DrugMedication").one("Dosage")
    read = read_card_dosage(node, START, BEGAN_LONG_AGO)
    assert read.fault is None
    return read.dosage


def due_over(dosage):
    """Count (date, moment, amount), or say why nobody can tell."""
    dues = {day: dosage_due(dosage, day) for day in DAYS}
    unknown = {due.unknown for due in dues.values()}
    if unknown != {None}:
        return unknown
    return Counter(
        (day, dose.when or None, dose.amount) for day, due in dues.items() for dose in due.doses
    )


def expected(raw, expanded):
    """Return what a walk through the calendar gives, or why nobody can tell."""
    unknown = schedule_of(read_dosage(raw), START).unknown
    return {unknown} if unknown else expanded


# --- the newer shape ------------------------------------------------------------------------------


def as_elements(value):
    """Write the JSON shape with the texts that XML has."""
    if isinstance(value, list):
        return [as_elements(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, dict):
        return str(value)
    if value.keys() == {"hour", "minute"}:
        return f"{value['hour']:02}:{value['minute']:02}:00"
    return {key: as_elements(item) for key, item in value.items()}


@settings(max_examples=60, deadline=None)
@given(e6_dosages(), WRITERS)
def test_a_newer_dosage_is_on_a_card_what_it_is_by_itself(raw, write):
    dosage = {"Precondition": {"ValidFrom": START.isoformat()}, **as_elements(raw)}
    found = through_a_card(dosage, write)

    assert due_over(found) == expected(raw, expand_e6(raw, START, DAYS[-1]))
    assert found.text == sheet_text(read_dosage(raw))


# --- the older shape ------------------------------------------------------------------------------


def old_elements(raw):
    """Write periods as FMK does: the fixed doses of each in one group, those as needed in another.

    A period without any dose is one of those in which nothing is given.
    """
    groups = {"StructuresFixed": [], "StructuresAccordingToNeed": []}
    empty = []
    for period in raw["structures"]["structures"]:
        before = [len(group) for group in groups.values()]
        for is_needed, group in enumerate(groups.values()):
            days = [(one["dayNumber"], [dose for dose in one["allDoses"]
                                        if dose["isAccordingToNeed"] is bool(is_needed)])
                    for one in period["days"]]  # fmt: skip
            if any(doses for _, doses in days):
                group.append(old_period(period, [one for one in days if one[1]]))
        if before == [len(group) for group in groups.values()]:
            empty.append(dates(period))
    found = {name: {"Structure": group} for name, group in groups.items() if group}
    if empty:
        found.setdefault("StructuresFixed", {})["EmptyStructure"] = empty
    return {"UnitTexts": UNITS, **found}


def dates(period):
    end = period.get("endDate")
    begins = {"StartDate": period["startDate"]}
    return {**begins, "EndDate": end} if end else {**begins, "DosageEndingUndetermined": {}}


def old_period(period, days):
    interval = period["iterationInterval"]
    rhythm = {"IterationInterval": str(interval)} if interval else {"NotIterated": {}}
    listed = [
        {"Number": str(number), "Dose": [old_dose(dose) for dose in doses]}
        for number, doses in days
    ]
    return {**rhythm, **dates(period), "Day": listed}


def old_dose(dose):
    part = dose["type"].removesuffix("DoseWrapper").lower()
    at = dose.get("time")
    when = f"{at['hour']:02}:{at['minute']:02}:00" if at else part
    time = {} if part == "plain" else {"Time": when}
    return {**time, "Quantity": str(dose["doseQuantity"])}


@settings(max_examples=60, deadline=None)
@given(e2_dosages(), WRITERS)
def test_an_older_dosage_is_on_a_card_what_it_is_by_itself(raw, write):
    found = through_a_card(old_elements(raw), write)

    assert due_over(found) == expected(raw, expand_e2(raw, DAYS[-1]))
