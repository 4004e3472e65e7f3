"""A folder becomes a plan, or a list of everything that is wrong with it."""

from datetime import date

import pytest

from appliance.errors import PlanError
from appliance.plan.loader import load_plan
from appliance.plan.models import ChecklistItem, PlanContact, Stage
from appliance.plan.shipped import shipped_plan


def test_another_municipalitys_plan_is_read_without_touching_code(fjordby):
    plan = load_plan(fjordby.path)

    assert plan.municipality == "Fjordby Kommune"
    assert plan.responsibility.approved_on == date(2026, 3, 2)
    assert [card.title for card in plan.cards] == ["Sygeplejerske", "Chauffør"]
    assert plan.stages[1] == Stage("fire", 4, "Beslutning", "Ældrechefen tager stilling.")
    assert plan.checklist[0] == ChecklistItem(
        "ring", "nu", "Ring til vagtcentralen.", "vagtcentral"
    )
    assert plan.contacts_of("oeer") == (
        PlanContact("oeer", "Plejehjemmet på Lyø", "01 70 99 03", "Satellittelefon"),
    )
    assert plan.letters[0].to == "Færgeselskabet"
    assert plan.decisions[0].options == ("Ja", "Nej")


def test_a_file_of_windows_is_read_as_any_other(fjordby):
    for file in fjordby.path.rglob("*.*"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))

    assert load_plan(fjordby.path).cards[0].title == "Sygeplejerske"


def test_all_mistakes_are_told_at_once(folder):
    folder.change("plan.toml", 'owner = "', 'ownr = "')
    folder.change("plan.toml", "after_hours = 6", "after_hours = true")
    folder.change("cards/nattevagt.md", "3. Udskriv", "4. Udskriv")
    folder.change("letters/laeger.md", "{telefon}", "{tlf}")

    found = "\n".join(folder.findings())

    assert "owner: is missing" in found
    assert "ownr: unknown key; did you mean owner?" in found
    assert "[[stages]] after_hours: True is not a whole number" in found
    assert "cards/nattevagt.md:6: step 3 was expected here, not 4" in found
    assert "unknown field {tlf}" in found


def test_a_mistake_names_file_and_line(folder):
    folder.change("plan.toml", "after_hours = 6", 'after_hours = "seks"')
    line = (folder.path / "plan.toml").read_text().splitlines().index('after_hours = "seks"') + 1

    assert folder.findings() == [
        f"plan.toml:{line}: [[stages]] after_hours: 'seks' is not a whole number of hours, 0–720"
    ]


def test_broken_toml_is_told_with_its_line(folder):
    folder.change("plan.toml", 'version = "1.0"', 'version = "1.0')

    (finding,) = folder.findings()

    assert finding.startswith("plan.toml: ")
    assert "line 4" in finding


@pytest.mark.parametrize("name", ["plan.toml", "cards/nattevagt.md", "letters/sygehus.md"])
def test_a_missing_file_is_named(folder, name):
    (folder.path / name).unlink()

    assert f"{name}: No such file or directory" in folder.findings()


@pytest.mark.parametrize("name", ["plan.toml", "chapters/alarm.md"])
def test_a_file_that_is_no_utf8_is_named(folder, name):
    (folder.path / name).write_bytes("# Sønd".encode("latin-1"))

    assert f"{name}: is not UTF-8 (byte 3)" in folder.findings()


def test_a_file_larger_than_any_text_is_refused(folder):
    (folder.path / "cards" / "nattevagt.md").write_text("# x\n" + "lang tekst " * 30_000)

    assert "cards/nattevagt.md: is larger than 256 KiB" in folder.findings()


def test_a_folder_in_the_place_of_a_file_is_named(folder):
    (folder.path / "cards" / "nattevagt.md").unlink()
    (folder.path / "cards" / "nattevagt.md").mkdir()

    assert "cards/nattevagt.md: Is a directory" in folder.findings()


def test_a_text_nobody_names_is_no_part_of_the_plan_and_told(folder):
    (folder.path / "cards" / "glemt.md").write_text("# Glemt\n")

    assert folder.findings() == ["cards/glemt.md: is not named under cards in plan.toml"]


def test_a_name_that_leaves_the_folder_is_refused(folder):
    folder.change("plan.toml", '"situation", ', '"../../etc/passwd", "situation", ')

    found = folder.findings()

    assert len(found) == 1
    assert "'../../etc/passwd' is not a–z, digits and - only" in found[0]


def test_a_folder_that_is_not_there_is_an_error_to_act_on(tmp_path):
    with pytest.raises(PlanError, match=r"plan\.toml: No such file"):
        load_plan(tmp_path / "none")


def test_nothing_half_read_is_returned(folder):
    folder.change("plan.toml", "after_hours = 0", "after_hours = 1")

    with pytest.raises(PlanError, match="the first must be after_hours = 0"):
        load_plan(folder.path)


def test_a_plan_cut_off_anywhere_is_findings_or_a_plan_and_never_a_crash(fjordby):
    file = fjordby.path / "plan.toml"
    whole = file.read_bytes()

    for length in range(0, len(whole), 23):
        file.write_bytes(whole[:length])
        assert fjordby.findings()


def test_a_card_cut_short_is_never_taken_for_whole(fjordby):
    path = fjordby.path / "cards" / "chauffoer.md"
    whole = path.read_bytes()

    for length in range(whole.index("- Gæt ikke".encode())):
        path.write_bytes(whole[:length])
        assert fjordby.findings(), whole[:length]


def test_files_saved_by_the_editor_of_windows_are_read(folder):
    for file in folder.path.rglob("*.*"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))

    assert load_plan(folder.path) == shipped_plan()
