"""The sheets are, to the byte, those that somebody has looked at."""

import pytest

from appliance.paper.sheets import SHEETS
from tests.appliance.paper.specimens import read_accepted, specimens

pytestmark = pytest.mark.slow  # seconds, not milliseconds


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("specimens")
    return {each.name: each.digest for each in specimens(folder)}


def test_every_sheet_is_as_it_was_when_somebody_looked(printed):
    accepted = read_accepted()
    changed = sorted(
        name for name in {*printed, *accepted} if printed.get(name) != accepted.get(name)
    )

    assert changed == [], "look at them (`make sheets`), then `make sheets ACCEPT=1`"


def test_every_sheet_of_the_registry_has_specimens(printed):
    for name, kind in SHEETS.items():
        abouts = [f"-{subject}" for subject in kind.subjects] if len(kind.subjects) > 1 else [""]
        for about in abouts:
            for variant in ("plain", "drill", "clock-unsure"):
                assert f"{name}{about}-{variant}-01" in printed


def test_variants_differ_and_a_second_print_does_not(printed, tmp_path):
    again = {each.name: each.digest for each in specimens(tmp_path)}

    assert again == printed
    # The pack of a drill is marked whenever it is printed, so that there is nothing to tell apart.
    assert printed["drill_pack-drill-01"] == printed["drill_pack-plain-01"]
    assert len(set(printed.values())) == len(printed) - 1
