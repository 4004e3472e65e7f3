from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from provisioning.sources.fhir import values as fhir

NONSENSE = [None, 3, 2.5, True, "x", [], {}, [1, "x", None], {"coding": 3}, [[{}]]]


@pytest.mark.parametrize("value", NONSENSE)
@pytest.mark.parametrize(
    "read",
    [
        fhir.mapping, fhir.mappings, fhir.texts, fhir.text, fhir.whole, fhir.number, fhir.moment,
        fhir.day, fhir.concept, fhir.person_name, fhir.phone, fhir.address_line,
    ],
)  # fmt: skip
def test_any_value_is_read_without_complaint(read, value):
    read(value)

    assert fhir.codes(value, "s") == []
    assert fhir.display_of(value, "s") is None


def test_lone_values_count_as_lists_of_one():
    assert fhir.mappings({"a": 1}) == [{"a": 1}]
    assert fhir.texts("a") == ["a"]
    assert fhir.texts(["a", " ", 3, "b"]) == ["a", "b"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(3, 3), (3.0, 3), (3.5, None), (True, None), (2**40, None), ("3", None)],
)
def test_whole_numbers_must_fit_a_column(value, expected):
    assert fhir.whole(value) == expected


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.5, "0,5"),
        (1, "1"),
        (1.0, "1"),
        (2.50, "2,5"),
        (0.000025, "0,000025"),
        (1e21, "1" + "0" * 21),
    ],
)
def test_numbers_have_decimal_comma_and_no_trailing_zeros(value, shown):
    assert fhir.danish(fhir.number(value)) == shown


def test_number_is_exactly_what_was_written():
    assert fhir.number(0.1) == Decimal("0.1")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-23", date(2026, 11, 23)),
        ("2026-11-22T23:30:00Z", date(2026, 11, 23)),
        ("1943-05", None),
        ("1943", None),
        ("2026-13-01", None),
        ("0001-01-01", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("i går omkring kl. 12", None),
    ],
)
def test_only_full_dates_in_danish_time_are_dates(value, expected):
    assert fhir.day(value) == expected


def test_moment_without_offset_is_danish_and_a_date_is_its_first_minute():
    assert fhir.moment("2026-07-01T08:00") == datetime(2026, 7, 1, 6, tzinfo=UTC)
    assert fhir.moment("2026-11-23") == datetime(2026, 11, 22, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"text": "tekst", "coding": [{"display": "visning"}]}, "tekst"),
        ([{"coding": [{"code": "1"}, {"display": "visning"}]}], "visning"),
        ({"coding": [{"code": "G1.39"}]}, "G1.39"),
        ([{}, {"text": "den anden"}], "den anden"),
    ],
)
def test_concept_says_text_then_display_then_code(value, said):
    assert fhir.concept(value) == said


def test_extensions_are_found_by_our_name_only():
    holder = {
        "extension": [
            {"url": "http://other/place", "valueString": "nej"},
            {"url": "urn:nodboks:place", "valueString": " ved døren "},
            {"url": "urn:nodboks:flag", "valueBoolean": False},
            {"url": "urn:nodboks:odd", "valueBoolean": "yes"},
        ]
    }

    assert fhir.extension_text(holder, "place") == "ved døren"
    assert fhir.extension_text(holder, "other") is None
    assert fhir.extension_flag(holder, "flag") is False
    assert fhir.extension_flag(holder, "odd") is None


@pytest.mark.parametrize(
    ("value", "spoken"),
    [
        ([{"use": "old", "family": "Gammel"}, {"family": "Ny", "given": ["Bo", "Ib"]}], "Bo Ib Ny"),
        ([{"family": "A"}, {"use": "official", "family": "B"}], "B"),
        ([{"use": "old", "family": "Kun"}], "Kun"),
        ([{}, {"text": "Peter"}], "Peter"),
        ("Lægehuset", "Lægehuset"),
    ],
)
def test_name_is_the_official_one_still_in_use(value, spoken):
    assert fhir.person_name(value).spoken == spoken


def test_phone_is_something_that_rings():
    given = [{"system": "email", "value": "a@b"}, {"system": "phone", "value": "tel:87 00 00 00"}]

    assert fhir.phone(given) == "87 00 00 00"
    assert fhir.phone([{"system": "fax", "value": "1"}]) is None


def test_address_line_falls_back_on_the_text():
    assert fhir.address_line([{"line": ["Vej 1", "2. th"]}]) == "Vej 1, 2. th"
    assert fhir.address_line([{}, {"text": "Vej 2"}]) == "Vej 2"


def test_identifier_is_found_by_system():
    holder = {"identifier": [{"system": "a", "value": "1"}, {"system": "b", "value": "2"}]}

    assert fhir.identifier(holder, "b") == "2"
    assert fhir.identifier(holder, "c") is None


def test_display_of_one_system():
    value = {"coding": [{"system": "a", "display": "x"}, {"system": "b", "display": "y"}]}

    assert fhir.display_of(value, "b") == "y"
    assert fhir.display_of(value, "c") is None
