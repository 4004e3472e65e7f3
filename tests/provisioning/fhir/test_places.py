"""Where an address lies, however the feed says it, and never anywhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.records.models import Citizen
from provisioning.sources.fhir.places import degrees, metres, point_of
from tests.provisioning.feeds import organization, patient, take, write_feed

WGS84 = "http://hl7.org/fhir/StructureDefinition/geolocation"


def address(url, **values):
    inner = [{"url": name, "valueDecimal": value} for name, value in values.items()]
    return {"line": ["Åvej 1"], "extension": [{"url": url, "extension": inner}]}


# Computed with PROJ 9.5.1 (pyproj 3.7.2, EPSG:4326 to EPSG:25832), not with our own library.
@pytest.mark.parametrize(
    ("latitude", "longitude", "easting", "northing"),
    [
        (56.1572, 10.2107, 575_199.8, 6_224_235.7),  # Aarhus
        (55.6761, 12.5683, 724_351.9, 6_175_804.0),  # København
        (55.1037, 14.7065, 863_886.0, 6_121_214.2),  # Rønne, far outside its zone
        (57.7209, 10.5839, 594_345.3, 6_398_740.4),  # Skagen
    ],
)
def test_degrees_become_metres(latitude, longitude, easting, northing):
    found = degrees(latitude, longitude)

    assert abs(found.easting - easting) < 0.2
    assert abs(found.northing - northing) < 0.2


def test_both_ways_of_saying_it_are_read_from_a_citizen(tmp_path):
    for number, (url, values) in enumerate(
        [
            (WGS84, {"latitude": 56.1572, "longitude": 10.2107}),
            ("urn:nodboks:etrs89", {"easting": 575_199.8, "northing": 6_224_235.7}),
        ]
    ):
        folder = tmp_path / str(number)
        person = patient(address=[address(url, **values)])
        taken = take(write_feed(folder / "feed", [organization(), person]), folder)
        found = taken.one(Citizen)
        assert (found.easting, found.northing) == (575_199.8, 6_224_235.7)
        assert taken.report.is_clean


@pytest.mark.parametrize(
    "values",
    [
        {"latitude": 0, "longitude": 0},
        {"latitude": 10.2107, "longitude": 56.1572},  # turned round
        {"latitude": 56.1572},
        {"latitude": "56", "longitude": "10"},
        {"latitude": 1e300, "longitude": 10},
    ],
)
def test_a_place_that_cannot_be_is_said_and_left_out(tmp_path, values):
    person = patient(address=[address(WGS84, **values)])
    taken = take(write_feed(tmp_path / "feed", [organization(), person]), tmp_path)

    assert (taken.one(Citizen).easting, taken.one(Citizen).address) == (None, "Åvej 1")
    assert "Patient.address.extension: is not a place in Denmark" in taken.messages


@given(st.floats(), st.floats())
def test_no_number_is_a_traceback_and_every_place_is_in_denmark(one, other):
    for found in (degrees(one, other), metres(one, other)):
        assert found is None or 430_000 <= found.easting <= 910_000


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["url", "extension", "valueDecimal"]), inner, max_size=3)
    ),
)


@given(JSON)
def test_any_extension_is_a_place_or_none(value):
    point_of({"extension": value})
