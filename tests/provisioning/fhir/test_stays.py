"""Who lies at a hospital is not at home; who is back is."""

import pytest

from appliance.records.models import Flag, OtherItem, Visit
from appliance.records.terms import FlagKind
from tests.provisioning.feeds import about, take_resources

HOSPITAL = {"display": "Regionshospitalet Viborg"}


def encounter(code="IMP", **more):
    period = {"start": "2026-11-20T10:00:00+01:00"}
    return about("Encounter", **{"class": {"code": code}, "period": period, **more})


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": "in-progress"}, "Er indlagt på sygehus"),
        ({"status": "arrived"}, "Er indlagt på sygehus"),
        ({"status": "onleave"}, "Er indlagt på sygehus, men hjemme på orlov"),
        ({"status": "in-progress", "code": "EMER"}, "Er på skadestue eller akutmodtagelse"),
        (
            {"status": "in-progress", "serviceProvider": HOSPITAL},
            "Er indlagt på sygehus (Regionshospitalet Viborg)",
        ),
    ],
)
def test_a_citizen_who_is_away_is_flagged_and_never_on_a_visit_list(tmp_path, fields, said):
    taken = take_resources(tmp_path, encounter(**fields))
    flag = taken.one(Flag)

    assert (flag.kind, flag.text) == (FlagKind.IN_HOSPITAL, said)
    assert str(flag.since) == "2026-11-20"
    assert taken.all_of(Visit) == []


@pytest.mark.parametrize("status", ["finished", "entered-in-error", "planned", "cancelled", None])
def test_a_stay_that_is_not_going_on_says_nothing(tmp_path, status):
    taken = take_resources(tmp_path, encounter(status=status))

    assert taken.all_of(Flag) == taken.all_of(Visit) == []
    assert taken.one(OtherItem).type == "Encounter"


def test_a_visit_at_home_stays_a_visit(tmp_path):
    morning = {"start": "2026-11-23T08:00:00+01:00"}
    taken = take_resources(tmp_path, encounter("HH", status="planned", period=morning))

    assert taken.one(Visit)
    assert taken.all_of(Flag) == []
