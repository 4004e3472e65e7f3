"""Numbers and units: readable in one way only."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.records.quantities import (
    NBSP,
    NO_DOSE,
    amount_of,
    format_amount,
    format_number,
    tidy_quantities,
)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("1", "1"),
        ("0.5", "0,5"),
        (".5", "0,5"),
        ("0,50", "0,5"),
        ("1.0", "1"),
        ("2,125", "2,125"),
        ("0.125", "0,125"),
        ("5000", "5.000"),
        ("1000000", "1.000.000"),
        ("12345.5", "12.345,5"),
    ],
)
def test_number_has_comma_leading_zero_and_no_trailing_zero(raw, shown):
    assert format_number(raw) == shown


@pytest.mark.parametrize(
    "raw", ["2.500", "2,500", "12.000", "007", "1/2", "½", "1-2", "", "12.345,5"]
)
def test_number_that_can_be_read_in_two_ways_is_left_alone(raw):
    assert format_number(raw) == raw


@given(st.text("0123456789.,", max_size=9))
def test_writing_a_number_twice_changes_nothing(raw):
    once = format_number(raw)

    assert format_number(once) == once


@given(st.decimals(min_value=0, max_value=999, places=2))
def test_the_value_of_a_number_is_never_changed(value):
    assert amount_of(format_number(str(value))) == value


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("100 IE/ml", f"100{NBSP}enheder/ml"),
        ("100 E/ml", f"100{NBSP}enheder/ml"),
        ("14 I.E. nat", f"14{NBSP}enheder nat"),
        ("50µg", f"50{NBSP}mikrogram"),
        ("50 mcg/time", f"50{NBSP}mikrogram/time"),
        ("2.5 mg", f"2,5{NBSP}mg"),
        ("100 mg + 25 mg", f"100{NBSP}mg + 25{NBSP}mg"),
        ("feber over 38.5 °C", f"feber over 38,5{NBSP}°C"),
        ("kl. 8.30 og 20.00", "kl. 8.30 og 20.00"),
        ("Vitamin E og B12", "Vitamin E og B12"),
        ("1 påsmøring", "1 påsmøring"),
    ],
)
def test_units_are_in_full_and_stay_with_their_number(text, shown):
    assert tidy_quantities(text) == shown


@given(st.text())
def test_tidying_twice_changes_nothing_more(text):
    once = tidy_quantities(text)

    assert tidy_quantities(once) == once


@pytest.mark.parametrize(
    ("amount", "unit", "shown"),
    [
        ("1", "tabletter", f"1{NBSP}tablet"),
        ("2", "tablet", f"2{NBSP}tabletter"),
        ("0,5", "tablet", f"0,5{NBSP}tablet"),
        ("14", "IE", f"14{NBSP}enheder"),
        ("1", "enhed", f"1{NBSP}enheder"),
        ("15", "ml", f"15{NBSP}ml"),
        ("½", "tablet", f"½{NBSP}tablet"),
        ("1-2", "tabletter", f"1-2{NBSP}tabletter"),
        ("3", "", "3"),
        ("", "tablet", NO_DOSE),
        ("0", "tablet", NO_DOSE),
        ("0,0", "tablet", NO_DOSE),
    ],
)
def test_amount_has_its_unit_in_the_right_number(amount, unit, shown):
    assert format_amount(amount, unit) == shown


@pytest.mark.parametrize("raw", ["NaN", "inf", "x", ""])
def test_only_plain_numbers_are_numbers(raw):
    assert amount_of(raw) is None


def test_danish_decimals_are_numbers():
    assert amount_of("0,5") == Decimal("0.5")
