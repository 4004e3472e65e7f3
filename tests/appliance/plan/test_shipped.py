"""The plan that ships: whole, and there when the municipality's own is broken."""

import logging
import re
import shutil

import pytest

from appliance.paper.forms import medication_given
from appliance.plan.checking import CARD_HEADINGS
from appliance.plan.shipped import plan_in_force, shipped_plan


def text_of(texts):
    return "\n".join(block.text for text in texts for block in text.blocks)


def test_it_has_every_heading_of_the_municipal_plan():
    titles = {chapter.title for chapter in shipped_plan().chapters}

    assert titles >= {
        "Situation",
        "Alarm",
        "Opgaver",
        "Indsats",
        "Ledelse og organisation",
        "Bemanding og materiel",
        "Kommunikation",
        "Kontakter",
        "Andre opmærksomhedspunkter",
    }


def test_its_stages_are_those_of_a_long_outage():
    plan = shipped_plan()

    assert [stage.after_hours for stage in plan.stages] == [0, 1, 2, 6, 8, 12, 24, 72]
    assert {each.id for each in plan.decisions if each.stage_id == "otte-timer"} == {
        "krisestab",
        "kommunikation",
    }


def test_it_has_the_six_action_cards_each_with_all_five_headings():
    cards = {card.title: card for card in shipped_plan().cards}

    assert list(cards) == [
        "Nattevagt",
        "Vagtleder og afdelingsleder",
        "Områdeleder",
        "Hjemmeplejekoordinator",
        "Mad- og hjælpemiddelkoordinator",
        "IT-vagt",
    ]
    for card in cards.values():
        assert tuple(passage.title for passage in card.passages()) == CARD_HEADINGS


def test_it_has_a_letter_to_everybody_who_must_know():
    assert [letter.to for letter in shipped_plan().letters] == [
        "Sygehuset",
        "Praktiserende læger",
        "Borgere og pårørende",
        "Personalet",
        "Samarbejdspartnere",
    ]
    for letter in shipped_plan().letters:
        assert {"startet", "telefon"} <= {
            span.field for block in letter.blocks for span in block.spans
        }


# A list (den), a sheet (det) or several lists (dem, de).
_IT = "den", "den", "Den"
_SHEET = "det", "det", "Det"
_LISTS = "de", "dem", "De"
SUPERSEDED = tuple(
    f"Streg {old} gamle over, skriv AFLØST, og læg {it} i den låste kasse."
    f" {begin} makuleres først, når alt er tastet ind."
    for old, it, begin in (_IT, _SHEET, _LISTS)
)


def _everything():
    """Return each text of the plan that somebody may act on."""
    plan = shipped_plan()
    yield from (block.text for text in (*plan.chapters, *plan.cards) for block in text.blocks)
    yield from (each.text for each in (*plan.stages, *plan.checklist))


def test_what_to_do_with_a_superseded_sheet_is_the_same_wherever_it_stands():
    said = [text for text in _everything() if "akul" in text or "AFLØST" in text]

    assert len(said) == 5
    assert all(any(each in text for each in SUPERSEDED) for text in said)
    assert all(text.lower().count("akul") == 1 for text in said)


def test_nobody_is_told_to_throw_a_sheet_away():
    thrown = [text for text in _everything() if "Smid" in text]

    assert thrown
    assert all(text.startswith("Smid ikke") for text in thrown)


def test_its_rules_for_medicine_are_those_municipalities_publish():
    rules = text_of(shipped_plan().chapters)

    for rule in ("ét døgn ad gangen", "uden at blive talt efter i systemet", "to timer"):
        assert rule in rules
    assert "Fast medicin, der er givet efter listen, føres ikke ind i journalen bagefter." in rules
    assert f"PN-medicin og alt på arket “{medication_given.FORM.title}” føres ind." in rules


def test_it_on_duty_has_one_name_everywhere():
    plan = shipped_plan()
    texts = (*plan.chapters, *plan.cards, *plan.letters)
    words = [text_of(texts), *(text.title for text in texts), *_everything()]
    words += [each.name for each in plan.contacts] + [each.title for each in plan.contact_types]

    assert "IT-vagt" in " ".join(words)
    assert not re.search("It-vagt|it-vagt", " ".join(words))


def test_it_invents_no_number_and_shouts_at_nobody():
    plan = shipped_plan()
    words = text_of((*plan.chapters, *plan.cards, *plan.letters))

    assert all(contact.phone == "" for contact in plan.contacts)
    assert "!" not in words
    assert plan.reply_phone == ""


def test_a_box_without_a_plan_of_its_own_has_the_shipped_one():
    plan = plan_in_force(None)

    assert plan is shipped_plan()
    assert not plan.is_stand_in


def test_a_municipalitys_own_plan_counts(fjordby):
    assert plan_in_force(fjordby.path).municipality == "Fjordby Kommune"


@pytest.mark.parametrize("harm", ["cut", "gone"])
def test_a_broken_plan_is_logged_and_the_shipped_one_stands_in(fjordby, caplog, harm):
    file = fjordby.path / "plan.toml"
    if harm == "cut":
        file.write_bytes(file.read_bytes()[:700])
    else:
        file.unlink()

    with caplog.at_level(logging.ERROR):
        plan = plan_in_force(fjordby.path)

    assert plan.is_stand_in
    assert len(plan.cards) == 6
    assert "N-103" in caplog.text
    assert "plan.toml" in caplog.text


def test_plan_with_the_version_before_it_says_what_has_changed(folder):
    shutil.copytree(folder.path, folder.path / "previous")
    folder.change("plan.toml", 'version = "1.0"', 'version = "1.1"')

    changed = plan_in_force(folder.path).changed

    assert changed is not None
    assert changed.since_version == "1.0"
    assert changed.sentences == ("Planen »version« er ændret fra »1.0« til »1.1«",)


def test_version_before_that_cannot_be_read_takes_no_plan_away(folder, caplog):
    (folder.path / "previous").mkdir()

    plan = plan_in_force(folder.path)

    assert (plan.is_stand_in, plan.changed) == (False, None)
    assert "what has changed is not shown" in caplog.text
