"""What every sheet about one citizen promises, whatever the record holds."""

from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.paper import frame, plain_pdf
from appliance.paper.citizen_sheets import (
    administration_grid,
    as_needed_form,
    day_sheet,
    dispensing_sheet,
    folder,
)
from appliance.paper.citizen_sheets.citizen_sheet import Asked
from appliance.paper.document import Typeset
from appliance.records.medicine import MEDICATION_NONE
from appliance.records.models import SectionState, Warning  # noqa: A004
from appliance.records.terms import Section
from tests.appliance.paper.citizen_sheets.lives import CODE, bare_life, many, scheduled, whole_life
from tests.appliance.paper.pages import bare, layout, lost_words, overprinted, texts
from tests.appliance.paper.people import (
    AASE,
    LONG_NAME,
    NIGHT,
    SYD,
    context,
    opened,
    penicillin,
    rich_orders,
)

MODULES = (administration_grid, as_needed_form, day_sheet, dispensing_sheet, folder)
MEDICINE = (administration_grid, as_needed_form, dispensing_sheet)
CARE = (day_sheet, folder)
each_sheet = pytest.mark.parametrize("module", MODULES, ids=lambda module: module.DESIGN.name)
each_medicine_sheet = pytest.mark.parametrize(
    "module", MEDICINE, ids=lambda module: module.DESIGN.name
)
_MM = 72 / 25.4
# Words that the template, and not the view, writes.
_OF_THE_TEMPLATE = {"kl.", "init.", "kode", "dosis", "virkning"}


def _paper(module):
    """Return how wide and high the sheet is, in millimetres."""
    return (297, 210) if module in {administration_grid, dispensing_sheet} else (210, 297)


def _strings(value):
    """Yield every text of a part of a view that is meant to be read."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key not in {"kind", "style", "key"}:
                yield from _strings(each)


@each_sheet
def test_identity_cave_and_page_number_stand_on_every_page(print_sheet, module):
    document = print_sheet(module.KIND, penicillin(), *rich_orders(), *whole_life())

    pages = texts(document.pdf)
    assert document.typeset is Typeset.STRICT
    assert len(pages) == document.pages
    for number, page in enumerate(pages, 1):
        assert module.DESIGN.title in page
        assert "Åse Ågård" in page
        assert "CPR 010130-0000" in page
        assert "Bolig 101" in page
        assert "CAVE: Penicillin – udslæt" in page
        assert f"Side {number} af {document.pages}" in page
        assert "NØDUDSKRIFT" in page


@each_sheet
@pytest.mark.parametrize("words", [100, 400, 1600])
def test_cave_of_any_length_is_whole_and_leaves_room_for_the_sheet(
    print_sheet, tmp_path, module, words
):
    long = Warning("w", AASE.id, "CAVESTART " + "allergen " * words + "CAVESLUT")

    document = print_sheet(module.KIND, long, *rich_orders())

    pages = texts(document.pdf)
    height = _paper(module)[1] * _MM
    assert document.typeset is Typeset.STRICT
    assert lost_words(document.pdf, tmp_path) == []
    assert "".join(pages).count("CAVESTART") == "".join(pages).count("CAVESLUT")
    assert all("CAVE: " in page and "CPR 010130-0000" in page for page in pages)
    for found in layout(document.pdf, tmp_path):
        assert overprinted(found) == []
        (cpr,) = [word for word in found if word.text == "010130-0000" and word.top < height / 2]
        assert cpr.top > 0
    if words == 1600:
        assert all(frame.CAVE_ELSEWHERE in page for page in pages)
        assert bare("".join(pages)).count("allergen") == words


@each_sheet
def test_needs_and_limits_stand_before_the_rest(read_sheet, module):
    text = read_sheet(module.KIND, *rich_orders(), *whole_life())

    assert "Ikke hjemme: Indlagt på Prøvekøbing Sygehus" in text
    assert "Smitte: MRSA – bærer" in text
    assert "Fravalg: Ingen genoplivning (Læge B., 01.03.2026)" in text


@each_sheet
def test_whatever_a_feed_sends_no_word_lies_on_another_or_runs_off_the_paper(
    print_sheet, tmp_path, module
):
    citizen = replace(AASE, given_name=LONG_NAME, family_name=LONG_NAME, dwelling=LONG_NAME)

    document = print_sheet(module.KIND, *many(14, LONG_NAME), citizen=citizen)

    width, height = _paper(module)
    assert document.typeset is Typeset.STRICT
    for words in layout(document.pdf, tmp_path):
        assert overprinted(words) == []
        assert max(word.right for word in words) < (width - 11) * _MM
        assert max(word.bottom for word in words) < (height - 3) * _MM


@each_sheet
def test_forty_rows_come_complete(read_sheet, module):
    text = bare(read_sheet(module.KIND, *many(40, "Prøveord")))

    shown = {day_sheet: 40 * 3, folder: 40 * 12}.get(module, 20)
    assert text.count("Prøveord") >= shown


@each_sheet
def test_what_the_source_left_out_is_named_and_never_a_blank(print_sheet, module):
    document = print_sheet(module.KIND, *bare_life())

    assert document.typeset is Typeset.STRICT
    assert "MANGLER I KILDEN" in " ".join(texts(document.pdf))


@each_sheet
def test_drill_and_doubtful_clock_are_said_on_every_page(print_sheet, module):
    changes = {"is_drill": True, "is_clock_trusted": False}
    document = print_sheet(module.KIND, *rich_orders(), *whole_life(), **changes)

    for page in texts(document.pdf):
        assert "ØVELSE" in page
        assert "Boksens ur er usikkert" in page
        assert "skriv klokkeslæt i hånden" in page
        assert "Udskrevet man." not in page


@each_sheet
def test_sections_of_one_old_age_share_one_warning(read_sheet, module):
    old = [SectionState(SYD.id, section, as_of=NIGHT - timedelta(hours=30)) for section in Section]

    text = read_sheet(module.KIND, *old, *rich_orders())

    assert "CAVE, Behov: Data er 30 timer gamle. Spørg lægen ved tvivl." in text


@each_sheet
def test_foot_has_room_for_sections_that_are_all_of_different_ages(print_sheet, tmp_path, module):
    ages = [
        SectionState(SYD.id, section, as_of=NIGHT - timedelta(minutes=number))
        for number, section in enumerate(Section)
    ]
    document = print_sheet(module.KIND, *ages, *rich_orders(), *whole_life())

    for words in layout(document.pdf, tmp_path):
        assert overprinted(words) == []
        assert max(word.bottom for word in words) < (_paper(module)[1] - 3) * _MM


@each_sheet
def test_plain_renderer_says_all_that_the_view_says(tmp_path, module):
    records = (penicillin(), *rich_orders(), *whole_life(), scheduled("06.00", "", id="x"))
    store = opened(tmp_path / "r.sqlite", AASE, *records)
    asked = Asked(store, frame.read_identity(store, AASE.id), context(), "900-00001")
    view = module.view(asked)

    pdf, _ = plain_pdf.render(view, NIGHT)

    text = bare(" ".join(texts(pdf))).casefold()
    rows = [row for section in view["sections"] for row in section["rows"]]
    told = {word for word in _strings(rows) if bare(word) not in _OF_THE_TEMPLATE}
    assert [word for word in told if bare(word).casefold() not in text] == []
    assert all(bare(section["title"]).casefold() in text for section in view["sections"])
    assert bare(view["ending"][0]).casefold() in text


@each_sheet
def test_key_box_code_is_on_no_sheet(read_sheet, module):
    assert CODE not in read_sheet(module.KIND, *rich_orders(), *whole_life())


@each_sheet
def test_protected_address_is_on_no_sheet(read_sheet, module):
    citizen = replace(AASE, dwelling=None, address="Prøvevej 7", is_address_protected=True)

    text = read_sheet(module.KIND, *whole_life(), citizen=citizen)

    assert "Prøvevej" not in text
    assert "Adressen er beskyttet" in text


@each_sheet
def test_names_that_can_be_confused_are_warned_of(read_sheet, module):
    citizen = replace(AASE, identity_doubts=("similar_name",))

    assert "en anden borger har samme eller lignende navn" in read_sheet(
        module.KIND, citizen=citizen
    )


@each_medicine_sheet
def test_medicine_that_is_not_in_the_copy_is_no_empty_sheet(read_sheet, module):
    missing = SectionState(SYD.id, Section.MEDICATION, is_delivered=False, is_complete=False)

    text = read_sheet(module.KIND, missing)

    assert "Medicinen er ikke med i kopien. Ring til lægen." in text
    assert "Medicin: ikke med i kopien" in text
    assert "0 PN" not in text
    assert "Ingen" not in text.replace("Ingen CAVE registreret", "")


@each_medicine_sheet
def test_whole_list_without_any_medicine_is_said(read_sheet, module):
    gappy = SectionState(SYD.id, Section.MEDICATION, is_complete=False)

    assert MEDICATION_NONE in read_sheet(module.KIND)
    assert MEDICATION_NONE not in read_sheet(module.KIND, gappy)


@each_medicine_sheet
def test_incomplete_medicine_is_warned_of_on_every_page(print_sheet, module):
    gappy = SectionState(SYD.id, Section.MEDICATION, is_complete=False, reason="FMK svarede ikke")

    pages = texts(print_sheet(module.KIND, gappy, *rich_orders()).pdf)

    assert all("ikke fuldstændig. Ring til lægen. (FMK svarede ikke)" in page for page in pages)


@pytest.mark.parametrize("module", CARE, ids=lambda module: module.DESIGN.name)
def test_section_that_is_not_in_the_copy_is_no_empty_section(read_sheet, module):
    gone = [
        SectionState(SYD.id, section, is_delivered=False, is_complete=False) for section in Section
    ]

    text = read_sheet(module.KIND, *gone)

    assert "Besøg er ikke med i kopien. Spørg en kollega." in text
    assert "Målinger er ikke med i kopien. Spørg en kollega." in text
    assert "Ingen" not in text


@pytest.mark.parametrize("module", CARE, ids=lambda module: module.DESIGN.name)
def test_section_that_is_not_whole_says_so_before_what_is_there(read_sheet, module):
    gappy = SectionState(SYD.id, Section.VISITS, is_complete=False)

    text = read_sheet(module.KIND, gappy, *whole_life())

    assert text.index("Besøg kan mangle i kopien.") < text.index("Middagsmad")
