import pytest

from provisioning.sources.fhir.references import (
    Reference,
    contained,
    identifier_keys,
    parse_reference,
)


@pytest.mark.parametrize(
    ("target", "kind", "resource_id"),
    [
        ("Patient/1", "Patient", "1"),
        ("Patient/1/_history/2", "Patient", "1"),
        ("https://eoj.example/fhir/Patient/1", "Patient", "1"),
        ("https://eoj.example/fhir/Patient/1#x", "Patient", "1"),
        ("urn:uuid:9b25", None, "9b25"),
        ("1", None, "1"),
        ("http://[", "http:", "["),
        ("/", None, None),
    ],
)
def test_reference_is_read_in_every_form(target, kind, resource_id):
    found = parse_reference({"reference": target})

    assert (found.type, found.id) == (kind, resource_id)


@pytest.mark.parametrize("value", [None, "Patient/1", 3, [], {}, {"reference": 3}])
def test_what_is_no_reference_points_nowhere(value):
    assert parse_reference(value).is_empty


def test_search_style_reference_goes_by_its_identifier():
    found = parse_reference(
        {"reference": "Practitioner?identifier=http://npi|9", "display": "Dr. A"}
    )

    assert found == Reference("Practitioner", None, "http://npi|9", "Dr. A")


def test_search_without_identifier_points_nowhere():
    assert parse_reference({"reference": "Practitioner?name=x"}).is_empty


def test_logical_reference_goes_by_its_identifier():
    found = parse_reference({"type": "Patient", "identifier": {"system": "cpr", "value": "1"}})

    assert (found.type, found.identifier, found.is_empty) == ("Patient", "cpr|1", False)


def test_contained_resource_is_found_with_or_without_hash():
    holder = {"contained": [{"id": "a", "x": 1}, {"id": "#b", "x": 2}]}

    assert contained(holder, parse_reference({"reference": "#a"})) == {"id": "a", "x": 1}
    assert contained(holder, parse_reference({"reference": "#b"})) == {"id": "#b", "x": 2}
    assert contained(holder, parse_reference({"reference": "a"})) is None
    assert contained(holder, parse_reference({"reference": "#c"})) is None


def test_reference_that_does_not_say_its_type_may_be_any():
    assert parse_reference({"reference": "urn:uuid:1"}).may_be("Patient")
    assert not parse_reference({"reference": "Group/1"}).may_be("Patient")


def test_identifier_keys_need_a_value():
    holder = {"identifier": [{"system": "a", "value": "1"}, {"system": "b"}, {"value": "2"}]}

    assert identifier_keys(holder) == ["a|1", "|2"]
