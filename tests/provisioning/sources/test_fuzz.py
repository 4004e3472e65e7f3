"""Whatever stands in a feed: never a traceback, and the books always balance."""

import functools
import tempfile
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.clock import parse_time
from appliance.demo.feed_fhir import feed_files
from appliance.demo.town import make_town
from provisioning.sources.fhir.type_rules import KNOWN
from tests.provisioning.feeds import lines_of, organization, patient, take

pytestmark = pytest.mark.slow  # seconds, not milliseconds

AS_OF = parse_time("2026-11-23T02:00")
KEYS = st.sampled_from(
    [
        "id", "subject", "patient", "reference", "identifier", "system", "value", "code", "coding",
        "text", "display", "status", "name", "given", "family", "use", "birthDate", "when",
        "dosage",
        "dosageInstruction", "timing", "repeat", "period", "periodUnit", "frequency", "doseAndRate",
        "doseQuantity", "doseRange", "low", "high", "unit", "maxDosePerPeriod", "numerator",
        "denominator", "asNeededBoolean", "boundsPeriod", "start", "end", "contained",
        "participant",
        "actor", "activity", "detail", "description", "extension", "url", "valueString",
        "component",
        "valueQuantity", "payload", "contentString", "medicationReference", "managingOrganization",
        "medicationCodeableConcept", "ingredient", "strength", "practitioner", "organization",
        "generalPractitioner", "telecom", "address", "line", "category", "reaction",
        "manifestation",
        "relationship", "qualification", "offset", "dayOfWeek", "timeOfDay", "dateTime", "quantity",
    ]
)  # fmt: skip
WORDS = st.sampled_from(
    [
        "1", "Patient/1", "Patient/2", "urn:uuid:1", "#a", "active", "2026-11-23", "d",
        "0001-01-01",
        "2026-11-23T08:00:00+25:00", "MORN", "kl. 8", "urn:nodboks:place", "urn:nodboks:initials",
        "urn:nodboks:service-order", "{", "http://snomed.info/sct", "716186003", "wk", "08:00:00",
        "urn:oid:1.2.208.176.1.2", "0101431234", "Practitioner?identifier=a|b", "?", "/", "http://[",
    ]
)  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | WORDS
)
LEAVES |= st.text(max_size=8)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)
TYPES = st.sampled_from([*sorted(KNOWN), "Provenance"])
RESOURCES = st.builds(
    lambda kind, fields, linked: {
        **({"subject": {"reference": "Patient/1"}} if linked else {}),
        **fields,
        "resourceType": kind,
    },
    TYPES,
    st.dictionaries(KEYS, VALUES, max_size=9),
    st.booleans(),
)
# The profile says how many examples; `make deep` digs for hours.
SLOW = settings(suppress_health_check=list(HealthCheck))


def take_lines(content: bytes):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "feed").mkdir()
        (folder / "feed" / "alt.ndjson").write_bytes(content)
        return take(folder / "feed", folder, AS_OF).report


@SLOW
@given(st.lists(RESOURCES, max_size=12))
def test_any_resource_gets_exactly_one_verdict(resources):
    content = lines_of([organization(), patient()])
    content += b"".join(_dumped(resource) + b"\n" for resource in resources)

    report = take_lines(content)

    assert report.total.read == len(resources) + 2
    assert report.total.accepted + report.total.rejected == report.total.read


@SLOW
@given(st.lists(st.binary(max_size=60), max_size=12))
def test_any_bytes_are_counted_line_by_line(pieces):
    given_lines = [line for line in b"\n".join(pieces).split(b"\n") if line.strip()]

    report = take_lines(b"\n".join(pieces))

    assert report.total.read == report.total.rejected
    assert abs(report.total.read - len(given_lines)) <= 1  # a line of one byte order mark is empty


@SLOW
@given(st.integers(0, 400), st.integers(0, 255))
def test_any_flipped_byte_is_survived(place, byte):
    content = bytearray(lines_of([organization(), patient(), patient("2", deceasedBoolean=True)]))
    content[place % len(content)] = byte

    report = take_lines(bytes(content))

    assert report.total.accepted + report.total.rejected == report.total.read


@functools.cache
def town_lines() -> tuple[bytes, ...]:
    """Return one line of each shape the invented town is exported in."""
    files = feed_files(make_town(citizens_per_centre=8), lambda code: code)
    shapes = {}
    for name, content in files.items():
        for line in content.splitlines() if name.endswith(".ndjson") else ():
            resource = orjson.loads(line)
            shape = (resource["resourceType"], tuple(sorted(resource)))
            shapes.setdefault(shape, line)
    return tuple(shapes.values())


def nodes(value, place=()):
    """Give the path of every value inside a resource."""
    inner = enumerate(value) if isinstance(value, list) else ()
    for key, one in value.items() if isinstance(value, dict) else inner:
        yield (*place, key)
        yield from nodes(one, (*place, key))


@SLOW
@given(st.data())
def test_any_field_of_a_real_shape_may_be_replaced_by_anything(data):
    changed = []
    for line in data.draw(st.lists(st.sampled_from(town_lines()), min_size=3, max_size=8)):
        resource = orjson.loads(line)
        paths = [path for path in nodes(resource) if path != ("resourceType",)]
        *way, last = data.draw(st.sampled_from(paths))
        functools.reduce(lambda at, key: at[key], way, resource)[last] = data.draw(VALUES)
        changed.append(_dumped(resource))

    report = take_lines(b"\n".join(changed))

    assert report.total.accepted + report.total.rejected == report.total.read == len(changed)


def _dumped(resource) -> bytes:
    """Write a resource; a surrogate that is no character is left to the test of raw bytes."""
    try:
        return orjson.dumps(resource)
    except orjson.JSONEncodeError:
        return orjson.dumps({"resourceType": resource["resourceType"]})
