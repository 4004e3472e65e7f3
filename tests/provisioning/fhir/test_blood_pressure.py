import pytest

from appliance.records.models import Observation
from tests.provisioning.feeds import about, take_resources

LOINC = "http://loinc.org"


def part(code, value, unit="mmHg", title=None):
    coding = {"system": LOINC, "code": code}
    return {
        "code": {"coding": [coding], "text": title or code},
        "valueQuantity": {"value": value, "unit": unit},
    }


def measured(folder, *components):
    given = about("Observation", code={"text": "Blodtryk"}, component=list(components))
    found = take_resources(folder, given).one(Observation)
    return found.value, found.unit


@pytest.mark.parametrize("step", [1, -1])
def test_two_parts_are_read_as_they_are_said_whichever_comes_first(tmp_path, step) -> None:
    parts = [part("8480-6", 120), part("8462-4", 80)][::step]

    assert measured(tmp_path, *parts) == ("120/80", "mmHg")


@pytest.mark.parametrize(
    "parts",
    [
        [part("8480-6", 120)],
        [part("8480-6", 120), part("8480-6", 118)],
        [part("8480-6", 120), part("8462-4", 10.6, "kPa")],
        [part("8480-6", 120), part("8462-4", 80), part("8478-0", 93)],
        [part("8480-6", 120), {**part("8462-4", 80), "valueQuantity": {}}],
        [part("8867-4", 70, "/min"), part("8462-4", 80)],
    ],
)
def test_anything_else_is_read_part_by_part(tmp_path, parts) -> None:
    value, unit = measured(tmp_path, *parts)

    assert value.startswith(parts[0]["code"]["text"])
    assert unit is None
