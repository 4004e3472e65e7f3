"""What does not hang together, and what is still to be filled in."""

from dataclasses import replace
from datetime import date

import pytest

from appliance.plan.checking import CARD_HEADINGS, check, notices, warnings
from appliance.plan.loader import load_plan
from appliance.plan.shipped import shipped_plan

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("after_hours = 8", "after_hours = 6", "'otte-timer' must come after 'seks-timer'"),
        ("after_hours = 0", "after_hours = 1", "the first must be after_hours = 0"),
        ("before = 2", "before = 9", "warn_hours_before must not be more than after_hours"),
        ("after_hours = 6", "after_hours = 6\nwarn_hours_before = 1", "no decision is due there"),
        ('id = "en-time"', 'id = "start"', "stages: 'start' stands twice"),
        ('stage = "start"', 'stage = "strat"', "'strat' does not exist; did you mean start?"),
        ('contact_type = "it"', 'contact_type = "itt"', "'itt' does not exist; did you mean it?"),
        ('type = "apotek"', 'type = "aptek"', "'aptek' does not exist; did you mean apotek?"),
        ('"Ja, nu", ', "", "decisions 'krisestab': options must be two or more"),
        ("# approver =", "approver =", "approver and approved_on go together"),
        ('name = "Direktøren"', 'name = "Områdelederen"', "'Områdelederen (ledelse)' stands twice"),
        ('name = "Madservice"', 'name = "Madservice"\nbox = "a b"', "box 'a b' may hold"),
        ('name = "Vagtapoteket"', 'name = "Vagtapoteket"\nbox = "a"', "its type is not in_round"),
        ('"nattevagt", ', '"nattevagt", "nattevagt", ', "cards: 'nattevagt' stands twice"),
    ],
)
def test_what_does_not_hang_together_is_told(folder, before, after, told):
    folder.change("plan.toml", before, after)

    assert any(told in finding for finding in folder.findings())


def test_two_of_one_name_in_the_contact_round_are_told_with_their_line(folder):
    folder.change("plan.toml", 'name = "Hjælpemiddelservice"', 'name = "BOTILBUD, vagttelefon"')
    lines = (folder.path / "plan.toml").read_text().splitlines()
    number = lines.index('name = "BOTILBUD, vagttelefon"') + 1

    (finding,) = folder.findings()
    assert finding.startswith(f"plan.toml:{number}: [[contacts]] name: 'Botilbud, vagttelefon'")
    assert finding.endswith("(enheder) is in the contact round already: name them differently")


def test_same_name_outside_the_round_is_no_double(folder):
    folder.change("plan.toml", 'name = "Vagtapoteket"', 'name = "Madservice"')

    assert folder.findings() == []


def test_a_contact_type_may_not_hide_a_field_of_letters(fjordby):
    fjordby.change("plan.toml", 'type = "oeer"', 'type = "navn"')
    fjordby.change("plan.toml", 'id = "oeer"', 'id = "navn"')

    assert fjordby.findings() == [
        "plan.toml: contact_types: 'navn' is the name of a field of letters; choose another"
    ]


def test_a_review_before_the_approval_is_refused(fjordby):
    fjordby.change("plan.toml", "next_review = 2026-10-01", "next_review = 2026-03-02")

    assert fjordby.findings() == ["plan.toml: next_review must be after approved_on"]


@pytest.mark.parametrize("heading", CARD_HEADINGS)
def test_every_card_answers_the_five_questions(folder, heading):
    folder.change("cards/it-vagt.md", f"## {heading}", f"## {heading}x")

    (finding,) = folder.findings()
    assert finding.startswith(f'cards/it-vagt.md: the heading "## {heading}" is missing')
    assert f"did you mean {heading}x?" in finding


@pytest.mark.parametrize(
    ("file", "line", "heading"),
    [
        ("cards/chauffoer.md", "- Gæt ikke.\n", "Gør ikke"),
        ("letters/faerge.md", "{sted}, {dato}\n\n{navn}\n", "Hilsen"),
    ],
)
def test_a_heading_with_nothing_below_it_is_told(fjordby, file, line, heading):
    fjordby.change(file, line, f"## {heading}\n" if "letters" in file else "")

    assert fjordby.findings() == [f'{file}: nothing stands under "## {heading}"']


@pytest.mark.parametrize("part", ["chapters", "cards", "letters", "stages", "checklist", "systems"])
def test_a_plan_without_one_of_its_parts_is_no_plan(part):
    plan = replace(shipped_plan(), **{part: ()})

    assert f"plan.toml: {part}: there must be at least one" in map(str, check(plan))


def test_a_text_with_a_title_and_nothing_else_is_told(fjordby):
    (fjordby.path / "letters" / "faerge.md").write_text("# Kun titel\n")

    assert fjordby.findings() == ["letters/faerge.md: has a title and nothing else"]


def test_what_is_still_to_be_filled_in_is_told_and_stops_nothing():
    told = list(notices(shipped_plan(), TODAY))

    assert told[0] == "nobody has approved it yet (approver, approved_on)"
    assert told[1] == "no next_review is set"
    assert told[2].startswith("20 contacts have no number yet: IT-vagten; Brand og redning")
    assert len(told) == 4


def test_numbers_that_would_be_missed_first_are_warned_of():
    told = list(warnings(shipped_plan()))

    assert [line.split(":")[0] for line in told] == [
        "no number for IT-vagt",
        "no number for Brand og redning",
        "no number for Lægevagt",
    ]
    assert "unless a box has a help_phone" in told[0]


def test_one_number_of_a_vital_type_is_enough(fjordby):
    fjordby.change("plan.toml", 'phone = "01 70 99 01"', 'phone = ""')
    plan = load_plan(fjordby.path)

    assert list(warnings(plan)) == []


def test_a_plan_that_calls_nothing_vital_is_warned_of(fjordby):
    fjordby.change("plan.toml", "vital = true", "")

    (told,) = warnings(load_plan(fjordby.path))
    assert told.startswith("no contact type is vital")


def test_an_overdue_review_is_told_from_the_day_after(fjordby):
    plan = load_plan(fjordby.path)

    assert list(notices(plan, date(2026, 10, 1))) == []
    assert list(notices(plan, date(2026, 10, 2))) == ["next review is overdue since 2026-10-01"]
