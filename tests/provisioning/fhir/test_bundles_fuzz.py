"""Bundles with anything in any place: errors, never a traceback, never a silent drop."""

import copy
import shutil

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.clock import parse_time
from tests.provisioning.feeds import (
    NIGHT,
    about,
    bundle,
    condition,
    organization,
    patient,
    statement,
    take,
    with_cpr,
    write_documents,
)

pytestmark = pytest.mark.slow  # seconds, not milliseconds

ANE = "0101400000"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["resourceType", "id", "entry", "resource", "reference", "type", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
STAY = about("Encounter", "e", "p", status="in-progress", **{"class": {"code": "IMP"}},
             episodeOfCare=[{"identifier": {"value": "ep"}}])  # fmt: skip
TALK = about("Communication", "k", "p", identifier=[{"value": "t"}],
             payload=[{"contentString": "Hej", "extension": []}])  # fmt: skip
BASE = (
    bundle("collection", organization(), patient(**with_cpr(ANE)), statement(), condition()),
    bundle(
        "message",
        {"resourceType": "MessageHeader", "id": "h"},
        {"fullUrl": "urn:uuid:1", "resource": {**patient(), "id": "p", **with_cpr(ANE)}},
        STAY,
        TALK,
        bundle("collection", condition("c9", "p")),
    ),
    bundle("searchset", condition("c2"), link=[{"relation": "next", "url": "x"}]),
)


def paths(value, at=()):
    """Give the way to every value inside a value."""
    yield at
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, item in inside:
        yield from paths(item, (*at, key))


PLACES = [(number, at) for number, one in enumerate(BASE) for at in paths(one) if at]


def put(value, at, new):
    for key in at[:-1]:
        value = value[key]
    value[at[-1]] = new


def taken_of(folder, *documents, raw=None):
    shutil.rmtree(folder, ignore_errors=True)
    feed = write_documents(folder / "feed", *documents)
    if raw is not None:
        (feed / "1.json").write_bytes(raw)
    return take(feed, folder, parse_time(NIGHT))


def holds_together(taken):
    """Say that the books balance and that everything wrong was said."""
    total = taken.report.total
    assert total.accepted + total.rejected == total.read
    assert not total.rejected or taken.report.problems


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), JSON), min_size=1, max_size=3))
def test_anything_may_stand_anywhere_in_a_bundle(tmp_path, changes):
    documents = copy.deepcopy(BASE)
    for (number, at), new in changes:
        try:
            put(documents[number], at, new)
        except (KeyError, IndexError, TypeError):
            continue  # the way there was changed before

    holds_together(taken_of(tmp_path / "x", *documents))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, 5_000), st.binary(max_size=6))
def test_a_bundle_cut_or_spoilt_at_any_byte_is_said(tmp_path, at, spoilt):
    whole = orjson.dumps(BASE[0])
    at %= len(whole)

    taken = taken_of(tmp_path / "x", *BASE, raw=whole[:at] + spoilt)

    holds_together(taken)
    assert taken.report.blocking
