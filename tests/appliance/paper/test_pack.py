"""The emergency pack of a unit: a cover that can be counted against, and every list."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.errors import PaperError
from appliance.paper import frame
from appliance.paper.pack import AROUND, LIST_NOT_MADE, Around, in_order_of_need, render_pack
from appliance.paper.pack_cover import NEEDS_UNREAD, NO_ROUND, NOT_MADE
from appliance.paper.place import Place
from appliance.paper.sheet_kind import Design, SheetKind, Subject
from appliance.records.alerts import NEEDS_UNKNOWN, partly_lacking
from appliance.records.medicine import UNREADABLE
from appliance.records.models import Flag, SectionState
from appliance.records.store import RecordStore
from appliance.records.terms import CitizenId, FlagKind, MedicationStatus, Section, UnitId
from tests.appliance.paper.pages import layout, overprinted, texts
from tests.appliance.paper.people import (
    AASE,
    LONG_NAME,
    NIGHT,
    SYD,
    CountingSerials,
    context,
    life_critical,
    opened,
)
from tests.appliance.records.orders import order

NINE = replace(AASE, id=CitizenId("nine"), given_name="Niels", dwelling="9", cpr="0202310000")
TEN = replace(AASE, id=CitizenId("ten"), given_name="Tove", dwelling="10", cpr="0303320000")


def _orders():
    return [
        order(id="1", citizen_id=AASE.id, brand="Åsebix"),
        order(id="1", citizen_id=NINE.id, brand="Nielsbix"),
        order(id="2", citizen_id=NINE.id, status=MedicationStatus.UNKNOWN),
        order(id="1", citizen_id=TEN.id, brand="Tovebix", is_as_needed=True),
    ]


def _pack(store, **changes):
    """Print a pack without forms: of them, the tests at the end tell."""
    return render_pack(store, SYD.id, context(**changes), around=replace(AROUND, forms=()))


@pytest.fixture
def unit(tmp_path):
    return opened(tmp_path / "r.sqlite", AASE, NINE, TEN, life_critical(TEN), *_orders())


def test_life_critical_come_first_then_by_dwelling(unit):
    assert [citizen.dwelling for citizen in in_order_of_need(unit, SYD.id)] == ["10", "9", "101"]


def test_pack_is_a_cover_then_lists_of_the_unit_then_one_document_per_citizen(unit):
    documents = list(_pack(unit))

    assert [document.sheet for document in documents] == [
        "pack_cover",
        "life_critical",
        "due_tonight",
        *["medication_list"] * 3,
    ]
    assert [document.citizen_id for document in documents[3:]] == ["ten", "nine", "aase"]
    assert len({document.serial for document in documents}) == 6


def test_cover_lists_everything_with_counts_and_serials(unit):
    cover, *rest = _pack(unit)

    text = " ".join(texts(cover.pdf))
    assert "Lister for hele afsnittet (2)" in text
    assert all(document.title in text for document in rest[:2])
    assert "3 medicinlister: først 1 med behov, der ikke kan vente" in text
    assert "Livsnødvendig" in text
    assert "0 faste · 1 PN" in text
    assert "1 fast · 0 PN · 1 ukendt" in text
    assert "Slut på oversigten: 3 borgere, 3 medicinlister, 2 lister for afsnittet" in text
    assert [text.count(document.serial) for document in rest] == [1] * 5


def test_who_lies_at_a_hospital_is_marked_on_the_cover_and_still_has_a_list(tmp_path):
    away = Flag("f-away", NINE.id, FlagKind.IN_HOSPITAL, "Er indlagt på sygehus")
    store = opened(tmp_path / "r.sqlite", AASE, NINE, away, *_orders())
    cover, _, _, *lists = _pack(store)

    assert "Ikke hjemme" in " ".join(texts(cover.pdf))
    assert [document.citizen_id for document in lists] == ["nine", "aase"]


def test_who_needs_power_or_has_set_a_limit_is_marked_on_the_cover(tmp_path):
    power = Flag("f-1", NINE.id, FlagKind.ELECTRICITY_DEPENDENT, "Respirator")
    limit = Flag("f-2", AASE.id, FlagKind.TREATMENT_LIMIT, "Ingen genoplivning")
    store = opened(tmp_path / "r.sqlite", AASE, NINE, power, limit, *_orders())

    text = " ".join(texts(next(_pack(store)).pdf))

    assert "Afhængig af strøm" in text
    assert "Fravalg" in text


def test_who_needs_power_is_printed_with_those_who_cannot_wait(tmp_path):
    power = Flag("f-1", AASE.id, FlagKind.ELECTRICITY_DEPENDENT, "Respirator")
    store = opened(tmp_path / "r.sqlite", AASE, NINE, power)

    cover, _, _, *lists = _pack(store)

    assert [document.citizen_id for document in lists] == ["aase", "nine"]
    assert "2 medicinlister: først 1 med behov, der ikke kan vente" in " ".join(texts(cover.pdf))


@pytest.mark.parametrize(
    ("urgent", "told"),
    [([], "3 medicinlister, ingen med behov, der ikke kan vente"),
     ([AASE, TEN], "3 medicinlister: først 2 med behov, der ikke kan vente")],
)  # fmt: skip
def test_cover_says_how_many_cannot_wait_in_words_that_fit_the_number(tmp_path, urgent, told):
    store = opened(tmp_path / "r.sqlite", AASE, NINE, TEN, *map(life_critical, urgent))

    assert told in " ".join(texts(next(_pack(store)).pdf))


def test_needs_nobody_sent_are_said_on_the_cover_and_nobody_counts_them(tmp_path):
    gone = SectionState(SYD.id, Section.FLAGS, is_delivered=False, is_complete=False)
    store = opened(tmp_path / "r.sqlite", AASE, NINE, life_critical(AASE), gone)

    cover, _, _, *lists = _pack(store)

    text = " ".join(texts(cover.pdf))
    assert (
        "2 medicinlister, ukendt antal med behov, der ikke kan vente: 1 kendte står først" in text
    )
    assert NEEDS_UNKNOWN in text
    assert "Behov: ikke med i kopien" in text
    assert text.count("Behov er ikke med i kopien") == 2
    assert [document.citizen_id for document in lists] == ["aase", "nine"]


def test_whose_needs_the_copy_does_not_know_comes_before_those_who_can_wait(tmp_path):
    gone = {"is_delivered": False, "is_complete": False}
    unknown = SectionState(SYD.id, Section.FLAGS, TEN.id, **gone)
    store = opened(tmp_path / "r.sqlite", AASE, NINE, TEN, life_critical(AASE), unknown)

    cover = next(_pack(store))

    assert [one.id for one in in_order_of_need(store, SYD.id)] == ["aase", "ten", "nine"]
    text = " ".join(texts(cover.pdf))
    assert "ukendt antal med behov, der ikke kan vente: 1 kendte står først" in text
    assert partly_lacking(Section.FLAGS, 1) in text


def test_a_cover_never_takes_a_unit_nobody_told_of_for_an_empty_one(tmp_path):
    gone = SectionState(SYD.id, Section.CITIZENS, is_delivered=False, is_complete=False)

    cover, *_ = _pack(opened(tmp_path / "r.sqlite", gone))

    text = " ".join(texts(cover.pdf))
    assert "Borgere er ikke med i kopien. Spørg en kollega." in text
    assert "ukendt antal med behov, der ikke kan vente" in text
    assert "ingen med behov" not in text


def test_cover_is_as_old_as_the_oldest_list_in_it(tmp_path):
    unit_state = SectionState(SYD.id, Section.MEDICATION, as_of=NIGHT)
    older = SectionState(SYD.id, Section.MEDICATION, NINE.id, as_of=NIGHT - timedelta(hours=90))
    store = opened(tmp_path / "r.sqlite", AASE, NINE, unit_state, older, *_orders())

    text = " ".join(texts(next(_pack(store)).pdf))

    assert "Medicin: Data er over 72 timer gamle" in text


def test_each_list_holds_only_its_own_citizen(unit):
    tove, niels, _ = list(_pack(unit))[3:]

    assert "Tovebix" in " ".join(texts(tove.pdf))
    assert "Nielsbix" not in " ".join(texts(tove.pdf))
    assert "Niels Ågård" in " ".join(texts(niels.pdf))


def test_numbers_are_taken_once_and_lists_made_only_when_asked_for(unit):
    serials = CountingSerials()

    documents = _pack(unit, serials=serials)

    assert serials.given == 6
    assert next(documents).serial == "900-00001"


def test_cover_warns_of_what_the_copy_lacks(tmp_path):
    gone = {"is_delivered": False, "is_complete": False}
    store = opened(
        tmp_path / "r.sqlite",
        replace(AASE, identity_doubts=("similar_name",), birth_date=None),
        SectionState(SYD.id, Section.MEDICATION, **gone),
        SectionState(SYD.id, Section.WARNINGS, **gone),
    )

    text = " ".join(texts(next(_pack(store)).pdf))

    assert text.count("Medicinen er ikke med i kopien. Ring til lægen.") == 2
    assert "CAVE er ikke med i kopien" in text
    assert "Pas på forveksling" in text
    assert "MANGLER I KILDEN" in text


def test_cover_says_that_lists_are_old_or_incomplete(tmp_path):
    state = SectionState(
        SYD.id, Section.MEDICATION, as_of=NIGHT - timedelta(days=4), is_complete=False
    )
    store = opened(tmp_path / "r.sqlite", AASE, state)

    text = " ".join(texts(next(_pack(store)).pdf))

    assert "Medicinlisten er ikke fuldstændig" in text
    assert "Medicin: Data er over 72 timer gamle" in text


def test_long_cover_repeats_its_head_and_keeps_words_apart(tmp_path):
    citizens = [
        replace(AASE, id=CitizenId(f"c{n:02}"), dwelling=f"{n}", family_name=f"Prøve{n:02}")
        for n in range(60)
    ]
    citizens[7] = replace(citizens[7], family_name=LONG_NAME, dwelling=LONG_NAME)
    store = opened(tmp_path / "r.sqlite", *citizens)

    cover = next(_pack(store))

    assert cover.pages >= 3
    assert all("Plejecenter Solgården" in page for page in texts(cover.pdf))
    for words in layout(cover.pdf, tmp_path):
        assert overprinted(words) == []


def test_empty_unit_has_a_cover_that_says_so(tmp_path):
    cover, *lists = _pack(opened(tmp_path / "r.sqlite"))

    assert "0 borgere, 0 medicinlister" in " ".join(texts(cover.pdf))
    assert len(lists) == 2


def test_unknown_unit_is_an_error_at_once(unit):
    with pytest.raises(PaperError):
        render_pack(unit, UnitId("nowhere"), context())


def test_one_unreadable_citizen_gets_a_notice_and_everybody_else_their_list(tmp_path, caplog):
    damage = "UPDATE medication SET dosage = '{' WHERE citizen_id = 'nine'"
    store = _damaged(tmp_path / "r.sqlite", damage, *_orders())

    cover, _, due, *lists = _pack(store)

    notice = lists[0]
    assert "Åse Ågård" in "".join(texts(due.pdf))
    assert UNREADABLE in "".join(texts(due.pdf))
    assert [document.citizen_id for document in lists] == ["nine", "ten", "aase"]
    assert NOT_MADE in " ".join(texts(notice.pdf))
    assert "CPR 020231-0000" in " ".join(texts(notice.pdf))
    assert "Tovebix" in " ".join(texts(lists[1].pdf))
    assert NOT_MADE in " ".join(texts(cover.pdf))
    assert "Niels" not in caplog.text


def test_who_has_needs_nobody_can_read_comes_first_and_is_said_to(tmp_path):
    damage = "UPDATE flags SET kind = 'a_kind_from_the_future' WHERE citizen_id = 'aase'"
    store = _damaged(tmp_path / "r.sqlite", damage, life_critical(AASE), *_orders())

    cover, urgent, _, *lists = _pack(store)

    assert [document.citizen_id for document in lists] == ["aase", "nine", "ten"]
    assert NEEDS_UNREAD in " ".join(texts(cover.pdf))
    assert "Åse Ågård" in " ".join(texts(urgent.pdf))
    assert UNREADABLE in " ".join(texts(urgent.pdf))
    assert "Nielsbix" in " ".join(texts(lists[1].pdf))


def _of_kind(build, **changes):
    kind = SheetKind("odd", "Et skema", (Subject.NOBODY,), build)
    return replace(kind, **changes)


def _one_sheet_a_copy(material, wanted, context):
    design = Design("odd", "Et skema", "unit_list.typ")
    for serial in context.serials.take(wanted.copies):
        view = {
            **frame.basic_view(design.title, context),
            "header": frame.unit_header(SYD, context, []),
            "footer": frame.footer(context, serial, ()),
            "notices": [material.place.help_phone],
        }
        yield design.document(view, context)


def test_the_pack_ends_in_the_forms_a_shift_begins_with(unit):
    *_, last = documents = list(render_pack(unit, SYD.id, context()))

    text = " ".join(texts(documents[0].pdf))
    assert "Tomme skemaer (17)" in text
    assert (
        "Slut på oversigten: 3 borgere, 3 medicinlister, 2 lister for afsnittet, 17 skemaer" in text
    )
    assert last.sheet == "visit_note"
    assert sum(each.sheet == "as_needed_form" for each in documents) == 3  # one a citizen
    assert len(documents) == 1 + 2 + 3 + 17


@pytest.mark.parametrize(("citizens", "forms"), [(0, 7), (1, 7), (2, 14), (4, 20), (60, 20)])
def test_there_are_no_more_copies_of_a_form_than_citizens_and_never_more_than_a_shift_needs(
    citizens, forms
):
    counted = AROUND.forms_for(citizens)

    assert sum(copies for _, copies in counted) == forms
    assert [kind for kind, _ in counted] == [kind for kind, _ in AROUND.forms]


def test_forms_named_in_the_pack_come_last_and_stand_on_the_cover(unit):
    form = _of_kind(_one_sheet_a_copy, has_copies=True)
    around = replace(AROUND, forms=((form, 3),))

    cover, *rest = render_pack(unit, SYD.id, context(), Place(help_phone="87 00 00 99"), around)

    text = " ".join(texts(cover.pdf))
    assert [document.sheet for document in rest[-4:]] == ["medication_list", *["odd"] * 3]
    assert "Tomme skemaer (3)" in text
    assert f"6–8 Et skema 3 stk. {rest[-3].serial} til {rest[-1].serial}" in text
    assert "3 skemaer" in text
    assert "87 00 00 99" in " ".join(texts(rest[-1].pdf))


def _breaks(_material, _wanted, context):
    raise ValueError(f"secret of the record {context.serials.take()}")
    yield


def _takes_too_many(_material, _wanted, context):
    yield context.serials.take(2)


@pytest.mark.parametrize("fault", [_breaks, _takes_too_many])
def test_a_list_that_cannot_be_made_gives_a_notice_under_its_number(unit, caplog, fault):
    around = Around((_of_kind(fault), *AROUND.lists))

    cover, notice, *rest = render_pack(unit, SYD.id, context(), around=around)

    assert LIST_NOT_MADE in " ".join(texts(notice.pdf))
    assert notice.serial in " ".join(texts(cover.pdf))
    assert "Plejecenter Solgården" in " ".join(texts(notice.pdf))
    assert len(rest) == 5
    assert "secret" not in caplog.text


def _damaged(path, damage, *records):
    """Return the unit's records with one citizen's spoiled, as a failing disk or import would."""
    opened(path, AASE, NINE, TEN, *records).close()
    path.chmod(0o600)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(damage)
    return RecordStore(path)


def test_without_a_sure_clock_what_is_due_is_no_part_of_the_pack_and_the_cover_says_so(unit):
    documents = list(render_pack(unit, SYD.id, context(is_clock_trusted=False)))

    assert "due_tonight" not in [document.sheet for document in documents]
    assert NO_ROUND in " ".join(texts(documents[0].pdf))
    assert NO_ROUND not in " ".join(texts(next(render_pack(unit, SYD.id, context())).pdf))
