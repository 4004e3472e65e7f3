"""Contact round, call-in list, decisions, extent: room to write, and what is known already."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from appliance.paper.plan_sheets import (
    call_in_list,
    contact_round,
    decision_log,
    extent_summary,
    from_record,
)
from appliance.paper.plan_sheets.call_in_list import SKILLS
from appliance.paper.sheet_kind import Material
from appliance.plan.shipped import shipped_plan
from appliance.records.models import StaffMember
from appliance.records.terms import Role, Section, StaffId
from tests.appliance.paper.pages import layout, need, overprinted
from tests.appliance.paper.people import NIGHT, SYD, opened
from tests.appliance.paper.plan_sheets.conftest import (
    LONG,
    not_delivered,
    pages,
    printed,
)


def test_the_round_has_every_answer_to_tick_and_room_for_the_time():
    (page,) = pages(contact_round)

    for head in ("Ringet kl.", "Ramt", "Ikke ramt", "Intet svar", "Ring igen kl.", "Init."):
        assert head in page
    assert "Hjemmeplejen, vagttelefon" in page
    assert "Lægevagten" not in page
    assert "Slut på runden: 6 at ringe til · 4 tomme linjer" in page


def test_the_open_records_add_the_units_of_the_copy(open_box):
    text = " ".join(pages(contact_round, open_box()))

    assert SYD.name in text
    assert from_record.NOT_TAKEN not in text


def test_staff_stand_on_the_call_in_list_nurses_first(open_box):
    (page,) = pages(call_in_list, open_box())

    assert "Nadia Prøve NPR Sygeplejerske 01 70 00 41" in page
    assert "Albert Prøve APR Kørekoordinator skriv nummer" in page
    assert page.index("Nadia") < page.index("Albert")
    assert "Slut på listen: 2 medarbejdere · 5 tomme linjer" in page
    assert "Medarbejdere: data fra man. 23. nov. 2026 kl. 02.05" in page


def test_nobody_who_has_left_is_rung(open_box):
    assert "Per Borte" not in " ".join(pages(call_in_list, open_box()))


def test_a_call_in_list_without_names_is_for_writing():
    text = " ".join(pages(call_in_list))

    assert from_record.NOT_TAKEN in text
    assert text.count("skriv navn") == 16
    for head in ("Ringet kl.", "Kommer", "Kan ikke", "Intet svar", "Møder kl."):
        assert head in text


def test_staff_that_may_be_missing_are_said_to_be(open_box):
    material = open_box(not_delivered(Section.STAFF))

    (page,) = pages(call_in_list, material)
    assert from_record.STAFF.incomplete in page
    assert "2 medarbejdere" in page
    assert "Medarbejdere: alder ukendt" in page
    assert "ikke med i kopien" not in page
    assert "Spørg lægen" not in page


def test_staff_nobody_delivered_are_no_good_news(tmp_path):
    material = Material(opened(tmp_path / "none.sqlite", not_delivered(Section.STAFF)))

    text = " ".join(pages(call_in_list, material))

    assert from_record.STAFF.unknown in text
    assert "Medarbejdere: ikke med i kopien" in text
    assert text.count("skriv navn") == 16


def test_every_role_has_its_word_on_paper():
    assert set(SKILLS) == set(Role)


def test_forty_of_staff_with_long_names_do_not_overprint(open_box, tmp_path):
    many = [
        StaffMember(StaffId(f"m{number}"), f"{LONG} {number}", f"M{number}", Role.ASSISTANT)
        for number in range(40)
    ]

    (document,) = printed(call_in_list, open_box(*many))

    assert document.pages > 1
    for words in layout(document.pdf, tmp_path):
        assert overprinted(words) == []


def test_the_decisions_of_the_eighth_hour_have_names_time_and_level():
    first = pages(decision_log)[0]

    assert "Skal sundhedskrisestaben samles?" in first
    assert "Hvor meget skal der siges udadtil?" in first
    assert "Efter 8 timer · Tages af: Chefen for sundhed og ældre sammen med direktøren" in first
    assert "Besluttet af: navn og titel" in first
    assert "Også til pressen" in first


def test_there_is_room_for_decisions_nobody_thought_of(fjordby):
    text = " ".join(pages(decision_log, Material(plan=fjordby)))

    assert "Skal staben mødes?" in text
    assert "Efter 4 timer · Tages af: Ældrechefen" in text
    assert "Slut på arket: 1 fast beslutning · 12 tomme linjer" in text


def test_the_summary_has_every_system_and_everybody_of_the_round():
    plan = shipped_plan()

    text = " ".join(pages(extent_summary))

    assert all(system in text for system in plan.systems)
    assert all(each.name in text for each in plan.contacts_of("enheder"))
    assert "Borgere med livsnødvendige behov, der ikke er set til (antal)" in text
    assert "Slut på arket: 9 systemer · 6 enheder · 3 tomme linjer" in text


def test_the_start_of_the_outage_is_put_in_where_it_is_known():
    known = Material(outage_started_at=NIGHT - timedelta(hours=2))

    assert "man. 23. nov. 2026 kl. 01.00" in pages(extent_summary, known)[0]
    assert "kl. 01.00" not in pages(extent_summary)[0]


@pytest.mark.parametrize("module", [contact_round, call_in_list, decision_log, extent_summary])
def test_rows_to_write_in_are_high_enough_for_tired_hands(module, tmp_path):
    need("pdftotext")
    (document,) = printed(module, Material(plan=replace(shipped_plan(), contacts=())))
    hints = [
        word
        for words in layout(document.pdf, tmp_path)
        for word in words
        if word.text == "navn" and word.left < 100
    ]

    tops = sorted(word.top for word in hints)
    steps = [below - above for above, below in pairwise(tops) if below > above]
    assert all(step >= 7 * 72 / 25.4 for step in steps)
    assert module is decision_log or len(steps) >= 2


@pytest.mark.parametrize("module", [contact_round, extent_summary])
def test_row_of_a_box_that_speaks_tells_what_it_says_and_leaves_the_ticks_to_people(module):
    said = "Meldt af boksen kl. 02.14: øvelse, ingen nøddrift."

    def told(box, name):
        return said if (box, name) == ("boks-7", "Madservice") else ""

    plan = shipped_plan()
    contacts = tuple(
        replace(each, box="boks-7") if each.name == "Madservice" else each for each in plan.contacts
    )
    text = " ".join(pages(module, Material(plan=replace(plan, contacts=contacts), told=told)))

    assert " ".join(text.split()).count(said) == 1
