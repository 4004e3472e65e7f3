from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from appliance.policy import LARGEST_PATCHED
from appliance.snapshot.packing import Packed
from provisioning.deltas.rules import KnownBase, Rebase, Tonight, why_rebase

MONDAY = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
BASE = KnownBase("age1box", 2, MONDAY, Packed("a" * 64, 8_000_000, "b" * 64, 1_000_000))
TONIGHT = Tonight("age1box", 2, MONDAY + timedelta(days=1), 8_100_000)


def days(number, seconds=0):
    return replace(TONIGHT, now=MONDAY + timedelta(days=number, seconds=seconds))


def plain(size):
    return replace(BASE, packed=replace(BASE.packed, plain_size=size))


def test_a_night_like_any_other_is_a_delta():
    assert why_rebase(BASE, TONIGHT) is None
    assert why_rebase(BASE, TONIGHT, 40_000) is None


@pytest.mark.parametrize(
    ("base", "tonight", "delta_size", "expected"),
    [
        (None, TONIGHT, None, Rebase.NO_BASE),
        (BASE, replace(TONIGHT, recipient="age1new"), None, Rebase.OTHER_RECIPIENT),
        (BASE, replace(TONIGHT, schema_version=3), None, Rebase.OTHER_SCHEMA),
        (BASE, days(7), None, None),
        (BASE, days(7, seconds=1), None, Rebase.OLD_BASE),
        (BASE, days(-7), None, None),
        (BASE, days(-7, seconds=-1), None, Rebase.OLD_BASE),
        (plain(LARGEST_PATCHED), TONIGHT, None, None),
        (plain(LARGEST_PATCHED + 1), TONIGHT, None, Rebase.LARGE_DATABASE),
        (BASE, replace(TONIGHT, plain_size=LARGEST_PATCHED + 1), None, Rebase.LARGE_DATABASE),
        (BASE, TONIGHT, 300_000, None),
        (BASE, TONIGHT, 300_001, Rebase.LARGE_DELTA),
    ],
)
def test_a_new_base_is_made_at_the_limit_and_not_before(base, tonight, delta_size, expected):
    assert why_rebase(base, tonight, delta_size) is expected


def test_the_reason_that_cannot_be_helped_is_told_first():
    tonight = replace(days(30), recipient="age1new")

    assert why_rebase(BASE, tonight, 999_999) is Rebase.OTHER_RECIPIENT
