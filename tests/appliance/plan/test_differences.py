"""What a revision changes, in words."""

from dataclasses import fields, replace

import pytest

from appliance.plan.differences import differences
from appliance.plan.loader import load_plan
from appliance.plan.models import ResponsePlan, Responsibility
from appliance.plan.shipped import shipped_plan
from tests.appliance.plan.conftest import FJORDBY


def changed(folder):
    return differences(shipped_plan(), load_plan(folder.path))


def test_the_same_plan_has_no_differences(folder):
    assert changed(folder) == ()


def test_a_new_line_and_one_that_went_are_told_with_where_they_stand(folder):
    folder.change("cards/nattevagt.md", "- Tag ikke billeder af listerne.", "- Skynd dig ikke.")

    assert changed(folder) == (
        "Aktionskort »Nattevagt«, udgået: Tag ikke billeder af listerne.",
        "Aktionskort »Nattevagt«, nyt: Skynd dig ikke.",
    )


def test_a_number_that_was_filled_in_is_told(folder):
    folder.change("plan.toml", 'name = "IT-vagten"', 'name = "IT-vagten"\nphone = "01 70 00 01"')

    assert changed(folder) == (
        (
            "Kontakt »IT-vagten (it)« er ændret fra »ikke udfyldt · Hele døgnet«"
            " til »01 70 00 01 · Hele døgnet«"
        ),
    )


def test_a_later_stage_is_told_in_hours(folder):
    folder.change("plan.toml", "after_hours = 6", "after_hours = 7")

    (told,) = changed(folder)
    assert told.startswith("Trin »seks-timer« er ændret fra »Efter 6 timer: Varsel")
    assert "til »Efter 7 timer: Varsel" in told


def test_another_warning_is_told(folder):
    folder.change("plan.toml", "warn_hours_before = 2", "warn_hours_before = 3")

    (told,) = changed(folder)
    assert told.endswith("(varsles 3 timer før)«")


def test_an_approval_is_told_as_a_date(folder):
    folder.change("plan.toml", "# approver =", "approver =")
    folder.change("plan.toml", "# approved_on =", "approved_on =")

    assert changed(folder) == (
        "Planen »godkendt af« er ændret fra »ikke udfyldt« til »Direktøren for sundhed og omsorg«",
        "Planen »godkendt den« er ændret fra »ikke udfyldt« til »23.11.2026«",
    )


def test_texts_that_came_or_went_or_were_renamed_are_told(folder):
    folder.change("plan.toml", '"papir", ', '"ny", ')
    (folder.path / "chapters" / "papir.md").rename(folder.path / "chapters" / "ny.md")
    folder.change("letters/laeger.md", "# Vi kan ikke modtage elektroniske beskeder", "# Ring")
    folder.change("plan.toml", 'to = "Sygehuset"', 'to = "Hospitalet"')

    assert changed(folder) == (
        "Afsnit »Regler for papiret« er fjernet",
        "Afsnit »Regler for papiret« er nyt",
        "Brev »Vi kan ikke modtage elektroniske beskeder« er nu til Hospitalet",
        "Brev »Ring« hed før »Vi kan ikke modtage elektroniske beskeder«",
    )


def test_another_order_is_a_difference(folder):
    folder.change("plan.toml", '"nattevagt", "vagtleder"', '"vagtleder", "nattevagt"')
    folder.change("plan.toml", '"situation", "alarm"', '"alarm", "situation"')

    assert changed(folder) == (
        "Afsnit: rækkefølgen er ændret",
        "Aktionskort: rækkefølgen er ændret",
    )


_NOT_OF_THE_FILES = ("is_stand_in", "changed")
PLAN_PARTS = [item.name for item in fields(ResponsePlan) if item.name not in _NOT_OF_THE_FILES]
DUTY_PARTS = [item.name for item in fields(Responsibility)]


@pytest.mark.parametrize("part", PLAN_PARTS)
def test_no_part_of_a_plan_changes_in_silence(part):
    old, new = shipped_plan(), load_plan(FJORDBY)

    assert differences(old, replace(old, **{part: getattr(new, part)}))


@pytest.mark.parametrize("part", DUTY_PARTS)
def test_nothing_of_who_answers_for_it_changes_in_silence(part):
    old, new = shipped_plan(), load_plan(FJORDBY).responsibility
    duty = replace(old.responsibility, **{part: getattr(new, part)})

    assert differences(old, replace(old, responsibility=duty))


def test_another_municipalitys_plan_is_different_in_every_part(fjordby):
    told = "\n".join(changed(fjordby))

    for part in ("Planen", "Trin", "Tjekliste", "Beslutning", "Kontakt", "Afsnit", "Brev"):
        assert f"{part} »" in told
