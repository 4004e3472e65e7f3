"""Whatever a record holds: nothing is lost, nothing lies on anything, and everybody is named."""

import subprocess
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from appliance.clock import DANISH_TIME
from appliance.paper.document import Document, Typeset
from appliance.paper.frame import one_line, show_cpr
from appliance.paper.joining import join
from appliance.records import medicine
from appliance.records.checklist import ChecklistKey, checklist
from appliance.records.models import MedicationOrder
from tests.appliance.paper.odd_records import Inventor, OddRecord, shown
from tests.appliance.paper.pages import bare, layout, need, overprinted
from tests.appliance.paper.people import NIGHT, context
from tests.appliance.records.orders import TODAY

pytestmark = pytest.mark.slow

# A start of pdftotext costs as much as reading ten pages, and hypothesis cannot draw forty
# medicines choice by choice: an example is ten seeds, which make ten records and one PDF.
_AT_ONCE = 10


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("paper")


# 200 records in every run, 500 with `make deep`; one whose unit began with a comma, and one whose
# name of four lines took the CPR number in the foot off the paper.
@example([607456] * _AT_ONCE)
@example([51_448_861_284] * _AT_ONCE)
@settings(max_examples=max(20, settings().max_examples // 40))
@given(st.lists(st.integers(0, 2**64), min_size=_AT_ONCE, max_size=_AT_ONCE))
def test_nothing_is_lost_and_nothing_overprinted_whatever_the_record_holds(folder, seeds):
    records = [Inventor(seed).record() for seed in seeds]
    documents = [record.document(context()) for record in records]
    pdf = join(documents).pdf
    words, texts = layout(pdf, folder), raw_pages(pdf, folder)

    for record, document in zip(records, documents, strict=True):
        own = slice(document.pages)
        for page in words[own]:
            assert overprinted(page) == []
        check_pages(record, texts[own])
        check_fields(record, document, texts[own])
        del words[own], texts[own]
    assert words == texts == []


def raw_pages(pdf: bytes, folder) -> list[str]:
    """Return the text of each page in the order it was set: cell by cell, without spaces."""
    need("pdftotext")
    source = folder / "raw.pdf"
    source.write_bytes(pdf)
    done = subprocess.run(
        ["pdftotext", "-raw", source, "-"], capture_output=True, text=True, check=True
    )
    return [bare(page) for page in done.stdout.split("\f")[:-1]]


def check_pages(record: OddRecord, pages: list[str]) -> None:
    """Hold every page to naming the citizen and the CAVE."""
    name = bare(shown(one_line(record.citizen.name)))
    who = bare(shown(show_cpr(record.citizen)))
    cave = bare(shown(one_line(record.identity.cave.text)))
    for page in pages:
        assert page.count(name) >= 2  # at the head and at the foot
        assert page.count(who) >= 2
        assert cave in page


def check_fields(record: OddRecord, document: Document, pages: list[str]) -> None:
    """Hold the paper to every text of the record."""
    whole = "".join(pages)
    assert document.typeset in (Typeset.STRICT, Typeset.REPAIRED)
    wanted = [record.citizen.gp_name, *record.identity.needs]
    today = NIGHT.astimezone(DANISH_TIME).date()
    groups = medicine.sort_medication(record.orders, today)
    assert bare(medicine.end_mark(groups)) in whole
    for order in (*groups.fixed, *groups.as_needed, *groups.unknown):
        wanted += texts_of(order)
    for order in groups.not_to_give:
        wanted += [medicine.ended_text(order), medicine.dosage_text(order), *names_of(order)]
    lost = [text for text in wanted if text and not is_there(shown(text), pages)]
    assert lost == []


def is_there(text: str, pages: list[str]) -> bool:
    """Tell whether a text stands on the paper: on one page, or on one and the next."""
    whole = bare(text)
    if any(whole in page for page in pages):
        return True
    halves = ((whole[:place], whole[place:]) for place in range(1, len(whole)))
    if any(
        first in page and rest in after for first, rest in halves for page, after in pairwise(pages)
    ):
        return True
    # A text over three pages and more: word by word.
    return len(text) > 300 and all(is_there(word, pages) for word in text.split())


def texts_of(order: MedicationOrder) -> list[str]:
    """Return every text of a medicine that may be given."""
    field = {item.key: item.value for item in checklist(order)}
    texts = [
        *names_of(order),
        field[ChecklistKey.STRENGTH],
        field[ChecklistKey.FORM],
        field[ChecklistKey.INDICATION],
        field[ChecklistKey.PRESCRIBER],
        order.route or "",
        medicine.instruction_text(order),
    ]
    cells = None if order.is_as_needed else medicine.dose_cells(order, TODAY)
    if cells is None:
        texts.append(medicine.dosage_text(order))
    else:
        texts += [cell.amount for cell in cells]
    if order.is_as_needed:
        texts.append(medicine.max_daily_dose(order))
    if order.dosage.times and not order.is_as_needed:
        texts.append(", ".join(order.dosage.times))
    return texts


def names_of(order: MedicationOrder) -> list[str]:
    """Return what a medicine is called."""
    return [name for name in (order.brand, order.generic) if name]
