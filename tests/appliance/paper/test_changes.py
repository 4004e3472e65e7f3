"""Only what says something else comes again, and the cover says what to do with the rest."""

from dataclasses import replace

import pytest

from appliance.paper.changes import KIND, NOTHING_CHANGED, Verdict, judge
from appliance.paper.citizen_sheets.medication_list import list_digest, render_medication_list
from appliance.paper.document import Paper
from appliance.paper.sheet_kind import Material, Subject, Wanted
from appliance.records.terms import CitizenId
from tests.appliance.paper.pages import layout, overprinted, texts
from tests.appliance.paper.people import (
    AASE,
    NIGHT,
    SYD,
    context,
    life_critical,
    opened,
    penicillin,
)
from tests.appliance.records.orders import order

BENT = replace(AASE, id=CitizenId("bent"), given_name="Bent", dwelling="9", cpr="0202310000")
TOVE = replace(AASE, id=CitizenId("tove"), given_name="Tove", dwelling="10", cpr="0303320000")
LISA = replace(AASE, id=CitizenId("lisa"), given_name="Lisa", dwelling="11", cpr="0404330000")
LISTED = [order(id="1", citizen_id=one.id, brand="Nielsbix") for one in (AASE, BENT, TOVE, LISA)]


@pytest.fixture
def store(tmp_path):
    return opened(tmp_path / "r.sqlite", AASE, BENT, TOVE, LISA, penicillin(), *LISTED)


def paper(store, citizen, serial, **more):
    digest = list_digest(store, citizen.id, context())
    return replace(Paper((serial,), digest, NIGHT, is_sure=True), **more)


def changes(store, papers):
    how = context(papers=papers)
    return list(KIND.make(Material(store), Wanted(Subject.UNIT, SYD.id), how))


def test_list_that_says_the_same_is_good_whatever_its_number_and_time(store):
    first = render_medication_list(store, AASE.id, context())
    later = render_medication_list(store, AASE.id, context(printed_by="CD", log_head="AB12"))

    assert first.digest == later.digest == list_digest(store, AASE.id, context())
    assert len(first.digest) == 32


@pytest.mark.parametrize(
    "more",
    [
        [order(id="2", citizen_id=AASE.id, brand="Nytbix")],
        [penicillin()],
        [life_critical(AASE)],
    ],
    ids=["medicine", "CAVE", "need"],
)
def test_other_medicine_cave_or_need_makes_another_list(tmp_path, more):
    before = opened(tmp_path / "1.sqlite", AASE, LISTED[0])
    after = opened(tmp_path / "2.sqlite", AASE, LISTED[0], *more)

    digests = [list_digest(store, AASE.id, context()) for store in (before, after)]

    assert digests[0] != digests[1]


def test_nothing_is_called_good_that_nobody_knows_to_be_there(store):
    known = paper(store, AASE, "417-1")

    verdicts = [
        judge(known, known.digest),
        judge(known, "other"),
        judge(replace(known, is_sure=False), known.digest),
        judge(None, known.digest),
        judge(replace(known, digest=""), ""),
    ]

    assert verdicts == [
        Verdict.VALID, Verdict.CHANGED, Verdict.UNSURE, Verdict.NEVER, Verdict.CHANGED,
    ]  # fmt: skip


def test_only_changed_unsure_and_new_lists_come_and_each_names_the_one_it_replaces(store):
    papers = {
        AASE.id: paper(store, AASE, "417-00001"),
        BENT.id: paper(store, BENT, "417-00002", digest="other"),
        TOVE.id: paper(store, TOVE, "417-00003", is_sure=False),
    }

    cover, *lists = changes(store, papers)

    assert [each.citizen_id for each in lists] == ["bent", "tove", "lisa"]
    assert [each.replaces for each in lists] == ["417-00002", "417-00003", ""]
    assert "Genudskrift af 417-00002" in texts(lists[0].pdf)[0]
    assert cover.sheet == "changes"


def test_cover_says_by_name_what_to_shred_and_what_to_keep(store):
    changed = paper(store, BENT, "417-00002", digest="other")
    papers = {
        AASE.id: paper(store, AASE, "417-00001"),
        BENT.id: replace(changed, serials=("417-00002", "417-00000")),
        TOVE.id: paper(store, TOVE, "417-00003", is_sure=False),
        CitizenId("moved"): paper(store, AASE, "417-00009"),
    }

    cover, *lists = changes(store, papers)

    text = " ".join(" ".join(texts(cover.pdf)).split())
    assert "Nye lister (3)" in text
    assert "Stadig gyldige (1)" in text
    assert "Ikke længere på afsnittet (1)" in text
    for words in ("Bent Ågård", "417-00000", "Medicin, CAVE eller behov er ændret"):
        assert words in text
    for words in ("Ukendt, om den gamle kom ud", "Aldrig udskrevet", "417-00001", "417-00009"):
        assert words in text
    assert all(document.serial in text for document in lists)
    assert "Slut på oversigten: 3 nye lister · 1 gyldig" in text


def test_unit_where_nothing_has_changed_gets_a_cover_that_says_so(store):
    papers = {one.id: paper(store, one, f"417-{one.id}") for one in (AASE, BENT, TOVE, LISA)}

    (cover,) = changes(store, papers)

    assert NOTHING_CHANGED in " ".join(" ".join(texts(cover.pdf)).split())


def test_no_word_of_the_cover_stands_on_another(store, tmp_path):
    cover, *_ = changes(store, {BENT.id: paper(store, BENT, "417-00002", digest="other")})

    assert [overprinted(words) for words in layout(cover.pdf, tmp_path)] == [[]]
