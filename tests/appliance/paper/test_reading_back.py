"""Read the paper back: what the record has stands there once, beside what it belongs to.

Every line of every citizen of the invented municipality, cell by cell; and records nobody would
write: endless names, drugs without a gap to break them at, writing that runs the other way.
"""

import re
from collections.abc import Iterator
from datetime import date

import pytest

from appliance.clock import DANISH_TIME
from appliance.demo.town import make_town
from appliance.paper.citizen_sheets.medication_list import render_medication_list
from appliance.paper.document import Document
from appliance.paper.joining import join
from appliance.records import medicine
from appliance.records.checklist import ChecklistKey, checklist
from appliance.records.models import MedicationOrder
from appliance.records.store import RecordStore
from appliance.records.writer import RecordWriter
from tests.appliance.paper.list_rows import Row, rows_of
from tests.appliance.paper.pages import Word, bare, layout, overprinted
from tests.appliance.paper.people import context

pytestmark = pytest.mark.slow

# Lists read back at once: a start of pdftotext costs as much as reading ten pages.
_AT_ONCE = 40


@pytest.fixture(scope="module")
def town():
    return make_town()


@pytest.fixture(scope="module")
def store(town, tmp_path_factory):
    path = tmp_path_factory.mktemp("town") / "records.sqlite"
    with RecordWriter(path) as writer:
        for record in town:
            writer.add(record)
        for unit in town.units:
            for state in unit.states:
                writer.add(state)
    return RecordStore(path)


@pytest.fixture(scope="module")
def lists(town, store, tmp_path_factory):
    """Return every citizen's list with the words of its pages."""
    folder, how = tmp_path_factory.mktemp("paper"), context(printed_at=town.night)
    documents = [render_medication_list(store, each.id, how) for each in store.citizens()]
    return list(read_back(documents, folder))


def read_back(documents: list[Document], folder) -> Iterator[tuple[Document, list[list[Word]]]]:
    """Read many documents with few programs; yield each with its own pages."""
    for start in range(0, len(documents), _AT_ONCE):
        some = documents[start : start + _AT_ONCE]
        pages = layout(join(some).pdf, folder)
        for document in some:
            own, pages = pages[: document.pages], pages[document.pages :]
            yield document, own
        assert pages == []


def orders_of(store, citizen_id, night):
    """Return the citizen's medicines under the title each must stand under, in order."""
    today = night.astimezone(DANISH_TIME).date()
    groups = medicine.sort_medication(store.of_citizen(MedicationOrder, citizen_id), today)
    return [
        *((medicine.FIXED, order) for order in groups.fixed),
        *((medicine.AS_NEEDED, order) for order in groups.as_needed),
        *((medicine.STATUS_UNKNOWN, order) for order in groups.unknown),
        *((medicine.NOT_TO_GIVE, order) for order in groups.not_to_give),
    ]


def test_every_medicine_stands_once_on_its_citizens_list_and_under_its_title(town, store, lists):
    assert len(lists) == len(store.citizens()) > 500
    for document, pages in lists:
        wanted = [
            (title, bare(order.brand or order.generic))
            for title, order in orders_of(store, document.citizen_id, town.night)
        ]
        found = [(row.section, row.text(0)) for row in rows_of(pages)]

        assert [title for title, _ in found] == [title for title, _ in wanted]
        for (_, text), (_, brand) in zip(found, wanted, strict=True):
            assert text.startswith(brand)


def test_every_page_is_the_citizens_own(store, lists):
    for document, pages in lists:
        citizen = store.citizen(document.citizen_id)
        cpr = (citizen.cpr or "").replace("-", "")
        others = {bare(each.cpr or "") for each in store.citizens()} - {bare(citizen.cpr or "")}
        for page in pages:
            text = bare("".join(word.text for word in page))
            # In the header and again at the foot.
            assert text.count(bare(citizen.name)) >= 2
            assert text.count(f"CPR{cpr[:6]}-{cpr[6:]}" if cpr else "CPRMANGLERIKILDEN") == 2
            numbers = {found.replace("-", "") for found in re.findall(r"CPR(\w{6}-\w{4})", text)}
            assert numbers.isdisjoint(others)


def test_every_field_of_every_medicine_stands_in_its_own_cell(town, store, lists):
    checked, today = 0, town.night.astimezone(DANISH_TIME).date()
    for document, pages in lists:
        orders = orders_of(store, document.citizen_id, town.night)
        for row, (_, order) in zip(rows_of(pages), orders, strict=True):
            check_row(row, order, today)
            checked += 1

    assert checked == sum(
        len(orders_of(store, document.citizen_id, town.night)) for document, _ in lists
    )
    assert checked > 3_000


def check_row(row: Row, order: MedicationOrder, today: date) -> None:
    """Hold every cell of a row against the record."""
    field = {item.key: item.value for item in checklist(order)}
    strength = bare(field[ChecklistKey.STRENGTH])
    after_name = row.text(0).removeprefix(bare(order.brand or order.generic))
    assert after_name.removeprefix("Styrke").startswith(strength)  # the word before a gap
    {"Morgen": check_fixed, "Enkeltdosis": check_as_needed, "IKKE": check_ended}[row.kind](
        row, order, today
    )
    reason = row.text({"Morgen": 6, "Enkeltdosis": 4, "IKKE": 3}[row.kind])
    ordered = f"{field[ChecklistKey.ORDERED_ON]} af {field[ChecklistKey.PRESCRIBER]}"
    assert reason == bare(f"{field[ChecklistKey.INDICATION]}Ord. {ordered}")


def check_fixed(row: Row, order: MedicationOrder, today: date) -> None:
    """Hold the four doses, or the words across them, against the record."""
    cells = medicine.dose_cells(order, today) if not order.is_as_needed else None
    if cells is None:
        # Across the four dose columns; a long one takes the remark's too.
        text = bare(medicine.dosage_text(order))
        assert 1 in (row.across(1, 4).count(text), row.across(1, 5).count(text))
        return
    for column, cell in enumerate(cells, 1):
        # Danish may part the unit's word at the end of the line, and nothing else.
        assert re.sub("[-\u00ad]", "", row.text(column)) == re.sub("[-\u00ad]", "", bare(str(cell)))
    remark = row.text(5)
    if order.dosage.times:
        assert remark.count(bare(", ".join(order.dosage.times))) == 1
    if order.instruction:
        assert remark.count(bare(medicine.instruction_text(order))) == 1


def check_as_needed(row: Row, order: MedicationOrder, _: date) -> None:
    """Hold the single dose and the maximum against the record."""
    assert row.text(1).count(bare(medicine.single_dose(order))) >= 1
    assert row.text(1).count(bare(medicine.dosage_text(order))) >= 1
    assert row.text(2) == bare(medicine.max_daily_dose(order))


def check_ended(row: Row, order: MedicationOrder, _: date) -> None:
    """Hold the word that it must not be given, and what was given, against the record."""
    assert row.text(1) == bare(medicine.ended_text(order))
    assert row.text(2) == bare(medicine.dosage_text(order))


def test_no_word_of_the_whole_municipality_lies_on_another(lists):
    for document, pages in lists:
        for page in pages:
            assert overprinted(page) == [], document.citizen_id
