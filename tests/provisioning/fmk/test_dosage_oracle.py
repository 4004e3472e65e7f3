"""Hold every text against the public translator's examples: `pytest -k "dosage and oracle"`."""

import json
import re
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from appliance.records.due import Due
from provisioning.sources.fmk.faults import FaultKind
from provisioning.sources.fmk.model import FmkDosage, Structured
from provisioning.sources.fmk.schedule import due_doses
from provisioning.sources.fmk.structures import read_dosage
from provisioning.sources.fmk.text import (
    newer_text,
    official_line,
    official_text,
    sheet_text,
)
from tests.provisioning.fmk.invented import expand_e2
from tests.shared_data import folder

NO_LINE = "(none>"  # how the examples write that the older wording has no short text
DECIMAL_POINT = re.compile(r"(?<=\d)\.(?=\d)")


class Pair:
    """One dosage in both shapes, with the official text of each."""

    def __init__(self, raw):
        self.raw = raw
        self.e2, self.e6 = read_dosage(raw["dosage_e2"]), read_dosage(raw["dosage_e6"])
        self.old, self.new = raw["old_text"], raw["new_text"]

    @property
    def is_long(self):
        # Long texts open with a heading; the rest of the examples are one-liners.
        return self.old.startswith("Dosering")

    @property
    def has_gap(self):
        # E6 cannot hold days between two periods, and the example's E6 side has lost them.
        if not isinstance(self.e2.content, Structured):
            return False
        periods = self.e2.content.periods
        return any(
            one.end and other.start - one.end > timedelta(days=1)
            for one, other in pairwise(periods)
        )


@pytest.fixture(scope="module")
def pairs():
    file = folder("fmk_dosage_text_pairs.json")
    return [Pair(raw) for raw in json.loads(file.read_text(encoding="utf-8"))]


def differences(pairs, expected, actual):
    return [
        (place, actual(pair), expected(pair))
        for place, pair in enumerate(pairs)
        if actual(pair) != expected(pair)
    ]


def test_every_pair_is_read_in_both_shapes(pairs):
    unread = [
        (place, one)
        for place, pair in enumerate(pairs)
        for one in (pair.e2, pair.e6)
        if not isinstance(one, FmkDosage)
    ]

    assert unread == []
    assert len(pairs) >= 54


def test_older_shape_has_the_official_older_text_letter_for_letter(pairs):
    def ours(pair):
        return official_text(pair.e2) if pair.is_long else official_line(pair.e2) or NO_LINE

    assert differences(pairs, lambda pair: pair.old, ours) == []


def test_newer_shape_has_the_official_newer_text_letter_for_letter(pairs):
    def ours(pair):
        return official_text(pair.e6) if pair.is_long else official_line(pair.e6)

    assert differences(pairs, lambda pair: pair.new, ours) == []


def test_older_shape_said_in_the_newer_wording_equals_the_newer_text(pairs):
    whole = [pair for pair in pairs if not pair.has_gap]

    def ours(pair):
        return newer_text(pair.e2, is_one_line=not pair.is_long)

    assert differences(whole, lambda pair: pair.new, ours) == []
    assert len(pairs) - len(whole) == 1


def test_sheet_shows_the_official_text_with_decimal_comma(pairs):
    long = [pair for pair in pairs if pair.is_long]

    def ours(pair):
        return sheet_text(pair.e6)

    assert differences(long, lambda pair: DECIMAL_POINT.sub(",", pair.new), ours) == []


def test_sheet_follows_the_newer_text_where_only_the_wording_differs(pairs):
    structured = [pair for pair in pairs if pair.is_long and "structures" in pair.raw["dosage_e2"]]
    in_words = [pair for pair in pairs if "freeText" in pair.raw["dosage_e2"]]

    assert [sheet_text(pair.e2) for pair in structured] == [pair.old for pair in structured]
    assert [sheet_text(pair.e2) for pair in in_words] == [pair.new for pair in in_words]
    assert in_words


def test_both_shapes_of_a_pair_give_the_same_doses_on_the_same_days(pairs):
    for pair in pairs:
        if pair.has_gap or not isinstance(pair.e2.content, Structured):
            continue
        start = pair.e2.content.periods[0].start
        days = [start + timedelta(days=number) for number in range(-2, 60)]

        older = [due_doses(pair.e2, None, day) for day in days]
        newer = [due_doses(pair.e6, start, day) for day in days]

        # The treatment's own end stands in the older shape only.
        end = pair.e2.content.treatment_end or date.max
        for day, one, other in zip(days, older, newer, strict=True):
            assert one == other or (day > end and one == Due())


def test_every_dose_of_a_pair_is_due_once_at_its_own_time(pairs):
    compared = 0
    for pair in pairs:
        if not isinstance(pair.e2.content, Structured):
            assert due_doses(pair.e2, None, date(2018, 12, 4)).unknown == FaultKind.NO_STRUCTURE
            continue
        start = min(period.start for period in pair.e2.content.periods)
        last = min(start + timedelta(days=60), pair.e2.content.treatment_end or date.max)
        expected = expand_e2(pair.raw["dosage_e2"], last)
        days = [start + timedelta(days=number) for number in range(-2, 61)]
        dues = {day: due_doses(pair.e2, None, day) for day in days}
        if any(due.unknown for due in dues.values()):
            # Nothing is called due, and never "nothing": each says why nobody can tell.
            assert {due.unknown for due in dues.values()} < set(FaultKind)
            continue
        found = Counter(
            (day, dose.when or None, dose.amount) for day, due in dues.items() for dose in due.doses
        )
        assert found == expected, pair.old
        compared += sum(expected.values())
    assert compared > 500


def test_pair_whose_only_dose_is_outside_its_period_is_not_called_nothing_due(pairs):
    doubtful = [pair for pair in pairs if pair.raw["dosage_e6"].get("DosagePeriod", [{}])[0]
                .get("Fixed", {}).get("Day", [{}])[0].get("Index") == 2]  # fmt: skip

    found = [due_doses(pair.e2, None, date(2018, 12, 4)) for pair in doubtful]

    assert found == [Due(unknown=FaultKind.OUTSIDE_PERIOD)]
