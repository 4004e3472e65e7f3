"""What was noted on a locked box is on its sheets, with room to go on by pen, and no more."""

from dataclasses import replace

import pytest

from appliance.outage.events import Kind
from appliance.paper import plain_pdf
from appliance.paper.document import Typeset
from appliance.paper.plan_sheets import (
    call_in_list,
    contact_round,
    decision_log,
    extent_summary,
    letters,
    outage_report,
    response_plan,
)
from appliance.paper.plan_sheets.decision_log import AGAIN_NOW, OVERRULED
from appliance.paper.plan_sheets.noted import AS_NOTED, CLOCK_UNSURE
from appliance.paper.plan_sheets.outage_report import NONE_YET, NOT_DECIDED, SO_FAR
from appliance.paper.sheet_kind import Material
from appliance.plan.shipped import shipped_plan
from tests.appliance.paper.pages import (
    bare,
    layout,
    lost_words,
    overprinted,
    texts,
    without_drill_mark,
)
from tests.appliance.paper.people import NIGHT
from tests.appliance.paper.plan_sheets.conftest import NURSE, pages, printed, views
from tests.appliance.paper.plan_sheets.noted_night import (
    BEGUN,
    CROWD,
    HOUR,
    LEADERS,
    MINUTE,
    PRINTED_AT,
    PUT_OFF,
    decided,
    noted_material,
    rung,
    under_way,
)

ALL = (contact_round, call_in_list, decision_log, extent_summary, letters, outage_report)
LISTS = (contact_round, call_in_list, decision_log, extent_summary)
# As wide as a column to tick in.
_COLUMN_PT = 37


def words(module, material=None, **changes):
    """Return the text of a sheet of the night that was noted."""
    how = {"printed_at": PRINTED_AT, **changes}
    return " ".join(pages(module, material or noted_material(), **how))


def of(*happened):
    """Return a locked box in an outage in which this happened."""
    return Material(under_way=under_way((BEGUN, *happened)))


def test_the_round_has_answers_ticked_with_time_and_initials():
    text = words(contact_round)

    assert "Ramt: 2 · Ikke ramt: 1 · Intet svar: 1 · Ikke ringet til: 3" in text
    for row in ("03.40 X AB", "03.42 X CD", "03.44 X 04.44 AB"):
        assert row in text
    assert "Botilbud Øst" in text
    assert "Slut på runden: 7 at ringe til · 4 tomme linjer" in text


@pytest.mark.parametrize(("answer", "place"), [("hit", 0), ("spared", 1), ("silent", 2)])
def test_the_tick_stands_under_the_answer_that_was_given(answer, place, tmp_path):
    (document,) = printed(contact_round, of(rung("Madservice", answer, MINUTE)))

    (page,) = layout(document.pdf, tmp_path)
    (tick,) = [word for word in page if word.text == "X"]
    heads = [word.left for word in page if word.text in ("Ramt", "Ikke", "Intet")]
    assert 0 < tick.left - sorted(heads)[-3:][place] < _COLUMN_PT


def test_a_colleague_is_noted_by_initials_while_no_names_are_open():
    text = words(call_in_list)

    assert "EF Noteret af AB" in text
    assert "06.00 X 08.00" in text
    assert "Slut på listen: 2 medarbejdere · 16 tomme linjer" in text


def test_answers_stand_beside_the_names_of_an_open_box(open_box):
    (page,) = pages(call_in_list, open_box(under_way=under_way()), printed_at=PRINTED_AT)

    assert "Nadia Prøve NPR Noteret af AB Sygeplejerske 01 70 00 41 06.01 X" in page
    assert page.count("Nadia") == 1
    assert "Slut på listen: 3 medarbejdere · 5 tomme linjer" in page


def test_initials_of_two_colleagues_answer_for_neither(open_box):
    twin = replace(NURSE, id="s9", name="Nils Prøve")

    (page,) = pages(call_in_list, open_box(twin, under_way=under_way()), printed_at=PRINTED_AT)

    assert "Nadia Prøve NPR Sygeplejerske" in page
    assert "Nils Prøve NPR Sygeplejerske" in page
    assert "NPR Noteret af AB skriv" in page


def test_decisions_have_names_time_and_whoever_noted_them():
    text = words(decision_log)

    assert f"man. 23. nov. 2026 kl. 11.10 Ja, nu {LEADERS} AB" in text
    assert f"{OVERRULED} {PUT_OFF} {LEADERS} AB" in text
    assert f"kl. 08.00 Nattevagten bliver til kl. 12 {LEADERS} AB" in text
    assert "3 faste beslutninger · 3 noteret på boksen · 12 tomme linjer" in text


def test_what_is_decided_is_not_asked_again_and_what_was_put_off_is():
    made = words(decision_log)
    put_off = words(decision_log, of(decided("krisestab", PUT_OFF, MINUTE, minutes=60)))

    assert "Ikke nu. Der tages stilling igen kl. ____" not in made
    assert "Også til pressen" in made
    assert "Ikke nu. Der tages stilling igen kl. ____" in put_off


def test_question_whose_hour_has_come_is_said_to_be_open_until_it_is_answered():
    text = words(decision_log)

    said = "Efter 8 timer · Tages af: Chefen for sundhed og ældre sammen med direktøren"
    assert f"udadtil? {said} {NOT_DECIDED} Valgt" in text
    assert text.count(NOT_DECIDED) == 1
    assert NOT_DECIDED not in " ".join(pages(decision_log))


def test_what_was_put_off_is_asked_again_when_its_time_has_come():
    put_off = decided("krisestab", PUT_OFF, 7 * HOUR, minutes=60)

    text = words(decision_log, of(put_off))

    assert f"{AGAIN_NOW} Dato og kl. Hvad er besluttet?" in text
    assert text.count(NOT_DECIDED) == 1


def test_answer_to_a_question_that_is_no_longer_in_the_plan_has_the_question_with_it():
    material = of(decided("gammel", "Ja", MINUTE, name="Skal færgen holde?"))

    assert "Skal færgen holde? Ja" in words(decision_log, material)


def test_the_summary_tells_begin_length_systems_and_units():
    text = words(extent_summary)

    for told in (
        "man. 23. nov. 2026 kl. 03.00 Har varet 8 t. 30 min.",
        "Af boksen, man. 23. nov. 2026 kl. 11.30", "2 af 7 Ramt: 2",
        "Omsorgsjournalen X Noteret af AB kl. 03.00", "Internettet X Noteret af AB kl. 04.00",
        "Botilbud Øst AB kl. 03.50 X", "Madservice AB kl. 03.44 Ring igen kl. 04.44 X",
    ):  # fmt: skip
        assert told in text


def test_system_that_the_plan_does_not_name_is_on_the_summary_all_the_same():
    material = of((Kind.DOWN, MINUTE, {"items": ("Vaskeriet",)}))

    assert "Vaskeriet X Noteret af AB kl. 03.01" in words(extent_summary, material)


def test_a_letter_says_who_was_told_and_the_others_do_not():
    texts_of = pages(letters, noted_material(), printed_at=PRINTED_AT)

    (told,) = [text for text in texts_of if "Akutmodtagelsen, telefon" in text]
    assert "Akutmodtagelsen, telefon man. 23. nov. 2026 kl. 05.00 AB" in told
    assert "Til: Sygehuset" in told
    assert len(texts_of) == len(shipped_plan().letters)


def test_points_that_were_signed_for_stand_ticked_on_the_plan():
    text = words(response_plan)

    assert "X Ring til IT-vagten. 03.03 AB" in text
    assert text.count(" X ") == 1


def test_the_report_of_what_is_on_says_that_it_is_one_so_far():
    text = words(outage_report)

    for told in (
        f"{SO_FAR} · man. 23. nov. 2026 kl. 11.30", "Nøddrift nr. 4", "Har varet 8 t. 30 min.",
        "Ring til IT-vagten. 3 min. AB", "man. 23. nov. 2026 kl. 07.00 Printeren manglede papir",
    ):  # fmt: skip
        assert told in text
    for over in ("Afsluttet af", "Det tager vi med videre", NONE_YET):
        assert over not in text


@pytest.mark.parametrize("module", ALL)
def test_by_an_unsure_clock_no_time_of_day_is_told(module):
    text = words(module, noted_material(is_clock_sure=False), is_clock_trusted=False)

    assert "23. nov." not in text
    assert "kl. 03." not in text
    if module is not outage_report:
        assert "efter begyndelsen" in text
    if module in (extent_summary, outage_report):
        assert CLOCK_UNSURE in text


def test_another_day_is_named():
    late = PRINTED_AT.replace(day=24)

    assert "man. 23. nov. 03.40" in words(contact_round, printed_at=late)


@pytest.mark.parametrize("module", LISTS)
def test_sheet_says_that_the_box_filled_it_in_and_nothing_is_on_when_nothing_is(module):
    assert AS_NOTED in words(module)
    assert AS_NOTED not in " ".join(pages(module))


def test_what_was_taken_back_is_on_no_sheet():
    material = of(
        rung("Madservice", "hit", MINUTE),
        decided("andet-1", "Alle går hjem", MINUTE),
        (Kind.UNDO, MINUTE, {"about": "2"}),
        (Kind.UNDO, MINUTE, {"about": "3"}),
    )

    assert "Alle går hjem" not in words(decision_log, material)
    assert "Ramt: 0" in words(contact_round, material)


@pytest.mark.slow
@pytest.mark.parametrize("module", ALL)
def test_a_crowd_of_notes_is_on_paper_whole_page_by_page(module, tmp_path):
    material = Material(under_way=under_way(CROWD))
    documents = printed(module, material, printed_at=PRINTED_AT, is_drill=True)

    document = max(documents, key=lambda each: each.pages)
    text = texts(document.pdf)
    assert document.typeset is Typeset.STRICT
    assert lost_words(document.pdf, tmp_path) == []
    for number, page in enumerate(layout(document.pdf, tmp_path), 1):
        assert overprinted(without_drill_mark(page)) == []
        assert f"Side {number} af {document.pages}" in text[number - 1]
        assert "ØVELSE" in text[number - 1]
    for told in whole_texts(module):
        assert bare(told) in bare(" ".join(text))


def whole_texts(module):
    """Return what must be found on a sheet of the crowd, from its first to its last."""
    kinds = {
        contact_round: (Kind.ROUND, "name"),
        call_in_list: (Kind.CALL_IN, "name"),
        decision_log: (Kind.DECISION, "answer"),
        extent_summary: (Kind.ROUND, "name"),
        letters: (Kind.LETTER, "text"),
        outage_report: (Kind.NOTE, "text"),
    }
    kind, key = kinds[module]
    return [fields[key] for happened, _, fields in CROWD if happened is kind]


@pytest.mark.parametrize("module", ALL)
def test_names_no_font_has_are_said_to_be_and_cost_no_paper(module):
    odd = "Botilbud 🚑 שלום مرحبا"
    material = of(
        rung(odd, "hit", MINUTE),
        decided("andet-1", odd, MINUTE, text=odd),
        (Kind.LETTER, MINUTE, {"about": "sygehus", "text": odd}),
        (Kind.NOTE, MINUTE, {"text": odd}),
        (Kind.CALL_IN, MINUTE, {"about": "ØÆ", "name": "ØÆ", "answer": "comes"}),
    )

    text = words(module, material)

    if module is not call_in_list:
        assert "Botilbud ▯" in text


def test_an_answer_of_newer_software_stands_in_its_own_word():
    material = of(
        rung("Madservice", "partly", MINUTE),
        (Kind.CALL_IN, MINUTE, {"about": "EF", "name": "EF", "answer": "later"}),
    )

    assert "partly" in words(contact_round, material)
    assert "partly" in words(extent_summary, material)
    assert "later" in words(call_in_list, material)


@pytest.mark.parametrize("module", ALL)
def test_the_spare_renderer_prints_what_was_noted_too(module):
    found = views(module, noted_material())
    text = " ".join(page for each in found for page in texts(plain_pdf.render(each, NIGHT)[0]))

    kept = {
        contact_round: "Botilbud Øst",
        call_in_list: "Kommer: X",
        decision_log: "Ja, nu",
        extent_summary: "Virker ikke: X",
        letters: "Akutmodtagelsen, telefon",
        outage_report: "Printeren manglede papir",
    }
    assert kept[module] in text
