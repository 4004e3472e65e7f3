"""`nodboks plan`: tried by day, so that it works by night."""

import shutil

import pytest
from click.testing import CliRunner

from appliance.cli import nodboks
from appliance.errors import PlanError
from appliance.plan.loader import load_plan
from appliance.plan.shipped import SHIPPED
from tests.appliance.plan.conftest import FJORDBY


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(SHIPPED, tmp_path / "plan")


def run(*arguments):
    return CliRunner().invoke(nodboks, ["plan", *map(str, arguments)])


@pytest.mark.parametrize("path", [SHIPPED, FJORDBY], ids=["shipped", "fjordby"])
def test_a_good_plan_is_said_to_be_usable(path):
    result = run("check", path)

    assert result.exit_code == 0
    assert "can be used" in result.output


def test_what_is_to_be_filled_in_is_told_and_is_no_failure():
    assert "note: 20 contacts have no number yet" in run("check", SHIPPED).output
    assert "note: next review is overdue" in run("check", FJORDBY).output


def test_a_number_that_would_be_missed_first_is_warned_of_and_fails_only_when_asked_to():
    mild, strict = run("check", SHIPPED), run("check", "--strict", SHIPPED)

    assert mild.exit_code == 0
    assert "plan: warning: no number for IT-vagt" in mild.output
    assert strict.exit_code == 1
    assert "plan: warning: no number for Lægevagt" in strict.output


def test_a_plan_with_its_vital_numbers_passes_the_strict_check():
    result = run("check", "--strict", FJORDBY)

    assert result.exit_code == 0
    assert "warning" not in result.output


def test_every_mistake_is_printed_and_the_command_fails(folder):
    card = folder / "cards" / "nattevagt.md"
    card.write_text(card.read_text().replace("- Brug ikke", "* Brug ikke"))
    (folder / "letters" / "laeger.md").unlink()

    result = run("check", folder)

    assert isinstance(result.exception, PlanError)
    assert "plan: cards/nattevagt.md:29: write points with" in result.output
    assert "plan: letters/laeger.md: No such file" in result.output


def test_a_card_that_does_not_fit_its_page_is_found_by_day(folder):
    card = folder / "cards" / "it-vagt.md"
    more = "- Endnu et punkt, som nogen har fundet på, og som er for langt.\n" * 70
    card.write_text(card.read_text().replace("## Overlevering\n", f"## Overlevering\n{more}"))

    result = run("check", folder)

    assert result.exit_code == 1
    assert "cards/it-vagt.md: does not fit on one page" in result.output
    assert "a box uses this plan as it is" in result.output
    assert load_plan(folder)


def test_a_character_no_font_can_show_is_found_by_day(folder):
    letter = folder / "letters" / "laeger.md"
    letter.write_text(letter.read_text().replace("Vi beder", "漢 Vi beder", 1))

    result = run("check", folder)

    assert result.exit_code == 1
    assert 'letters/laeger.md: "漢 Vi beder' in result.output
    assert "漢 (U+6F22) is a character no font of the box can show" in result.output


def test_character_no_font_can_show_in_a_contact_is_told_once_by_its_field(folder, caplog):
    plan = folder / "plan.toml"
    plan.write_text(plan.read_text().replace('name = "IT-vagten"', 'name = "IT-vagten 📞"', 1))

    (told,) = [line for line in run("check", folder).output.splitlines() if "U+1F4DE" in line]

    assert "plan.toml: [[contacts]] IT-vagten 📞 name: 📞 (U+1F4DE) is a character no font" in told
    assert caplog.text == ""


def test_version_before_that_cannot_be_read_is_noted_and_is_no_failure(folder):
    (folder / "previous").mkdir()

    result = run("check", folder)

    assert result.exit_code == 0
    assert "note: previous/plan.toml: No such file" in result.output


def test_a_folder_that_is_not_there_is_wrong_use(tmp_path):
    assert run("check", tmp_path / "none").exit_code == 2
    assert run("diff", SHIPPED, tmp_path / "none").exit_code == 2


def test_differences_are_told_in_words(folder):
    card = folder / "cards" / "nattevagt.md"
    card.write_text(card.read_text().replace("Spørg.", "Ring."))

    assert run("diff", SHIPPED, SHIPPED).output == "Planerne er ens.\n"
    assert "»Nattevagt«, nyt: Gæt ikke på en dosis. Ring." in run("diff", SHIPPED, folder).output
