"""What must not fail, and what was declined, stands on the list in a box of its own."""

from datetime import timedelta

import pytest

from appliance.paper import plain_pdf
from appliance.paper.citizen_sheets.medication_list import view
from appliance.paper.document import Typeset
from appliance.paper.frame import read_identity
from appliance.records.models import Flag, SectionState
from appliance.records.terms import FlagKind, Section
from tests.appliance.paper.pages import layout, overprinted, texts
from tests.appliance.paper.people import AASE, LONG_NAME, NIGHT, SYD, context, opened
from tests.appliance.records.orders import order

ORDER = order(citizen_id=AASE.id)
LIMIT = "Ønsker ikke livsforlængende behandling"
OXYGEN = "Ilt døgnet rundt – må ikke afbrydes"
FLAGS = (
    Flag("f-1", AASE.id, FlagKind.TREATMENT_LIMIT, LIMIT),
    Flag("f-2", AASE.id, FlagKind.LIFE_CRITICAL, OXYGEN),
    Flag("f-3", AASE.id, FlagKind.ELECTRICITY_DEPENDENT, "Iltkoncentrator"),
)
IN_ORDER = (
    f"Livsnødvendig: {OXYGEN}",
    "Afhængig af strøm: Iltkoncentrator",
    f"Fravalg: {LIMIT}",
)
NOT_IN_COPY = "Livsnødvendige behov og fravalg er ikke med i kopien."


def test_what_decides_over_life_stands_before_what_limits_help(print_list):
    text = texts(print_list(ORDER, *FLAGS).pdf)[0]

    places = [text.index(sentence) for sentence in IN_ORDER]
    assert places == sorted(places)


def test_plain_renderer_says_it_too(tmp_path):
    store = opened(tmp_path / "records.sqlite", AASE, ORDER, *FLAGS)
    state = store.section(AASE, Section.MEDICATION)
    who = read_identity(store, AASE.id)

    pdf, _ = plain_pdf.render(view(who, [ORDER], state, (context(), "900-00001")), NIGHT)

    text = texts(pdf)[0]
    assert all(sentence in text for sentence in IN_ORDER)


def test_list_says_that_needs_and_limits_are_not_in_the_copy(print_list):
    lacking = SectionState(SYD.id, Section.FLAGS, is_delivered=False, is_complete=False)

    assert NOT_IN_COPY in texts(print_list(ORDER, lacking).pdf)[0]


def test_list_says_that_needs_and_limits_may_be_missing(print_list):
    gappy = SectionState(SYD.id, Section.FLAGS, is_complete=False)

    text = texts(print_list(ORDER, gappy, *FLAGS).pdf)[0]

    assert "Livsnødvendige behov og fravalg kan mangle i kopien." in text
    assert NOT_IN_COPY not in text


def test_old_needs_are_said_to_be_old_at_the_top_and_dated_at_the_foot(print_list):
    old = SectionState(SYD.id, Section.FLAGS, as_of=NIGHT - timedelta(hours=31))

    text = texts(print_list(ORDER, old, *FLAGS).pdf)[0]

    assert "Behov: Data er 31 timer gamle." in text
    assert "Behov: data fra lør. 21. nov. 2026 kl. 20.00" in text


@pytest.mark.parametrize("text", [LONG_NAME, "W" * 200, f"{OXYGEN}\n\t\u200e " * 30, '#panic("x")'])
def test_whatever_the_text_is_it_stays_in_its_box(print_list, tmp_path, text):
    document = print_list(ORDER, Flag("f-1", AASE.id, FlagKind.LIFE_CRITICAL, text))

    assert document.typeset in {Typeset.STRICT, Typeset.REPAIRED}
    for words in layout(document.pdf, tmp_path):
        assert overprinted(words) == []
        assert max(word.right for word in words) < 595 - 11 * 72 / 25.4
