"""What a reader is warned of before trusting a record."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from appliance.records.age import judge_age
from appliance.records.alerts import (
    DUPLICATE,
    NEEDS_INCOMPLETE,
    NEEDS_UNKNOWN,
    SAME_SUBSTANCE,
    age_sentence,
    doubled,
    identity_sentences,
    lack_sentence,
    need_sentences,
    needs_gap,
    partly_lacking,
)
from appliance.records.models import Flag, SectionState
from appliance.records.terms import CitizenId, FlagKind, Section, UnitId
from tests.appliance.records.orders import order


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        (1, None),
        (31, "Data er 31 timer gamle. Spørg lægen ved tvivl."),
        (90, "Data er over 72 timer gamle. Brug dem kun som støtte."),
    ],
)
def test_old_data_is_said_in_words(clock, hours, sentence):
    age = judge_age(clock.now() - timedelta(hours=hours), clock.now())

    assert age_sentence(age) == sentence


def test_unknown_age_is_a_warning(clock):
    assert age_sentence(judge_age(None, clock.now())) == (
        "Boksen ved ikke, hvor gamle data er. Spørg lægen."
    )


def test_every_doubt_has_a_sentence_even_one_of_newer_software():
    sentences = identity_sentences(("duplicate_cpr", "similar_name", "from_2030", "from_2031"))

    assert len(sentences) == 3
    assert all(sentence.startswith("Pas på: ") for sentence in sentences)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"is_delivered": False, "is_complete": False}, "Behov er ikke med i kopien"),
        ({"is_complete": False}, "Behov kan mangle i kopien"),
    ],
)
def test_a_gap_in_the_needs_is_said_in_few_words(changes, said):
    assert needs_gap(SectionState(UnitId("u"), Section.FLAGS, **changes)) == said


def test_one_citizens_gap_is_counted():
    assert partly_lacking(Section.FLAGS, 1).endswith("for 1 borger.")
    assert partly_lacking(Section.VISITS, 2) == (
        "Besøg mangler helt eller delvis i kopien for 2 borgere."
    )


def test_same_product_twice_is_marked_on_both():
    twice = [order(id="1"), order(id="2", brand="PRØVIX"), order(id="3", strength="10 mg")]

    assert doubled(twice) == {"1": DUPLICATE, "2": DUPLICATE}


def test_same_substance_under_two_names_is_marked_more_softly():
    panodil = order(id="1", brand="Panodil", generic="Paracetamol", strength="500 mg")
    pinex = order(id="2", brand="Pinex", generic="paracetamol", strength="500mg", form="kapsel")
    other = order(id="3", brand="Pamol", generic="paracetamol", strength="1 g")

    assert doubled([panodil, pinex, other]) == {"1": SAME_SUBSTANCE, "2": SAME_SUBSTANCE}


def test_medicine_without_a_substance_or_strength_is_not_the_same_as_another():
    unnamed = [order(id=n, brand=n, generic=None) for n in "ab"]
    unmeasured = [order(id=n, brand=n, strength=None) for n in "cd"]

    assert doubled([*unnamed, *unmeasured]) == {}


def test_fixed_and_as_needed_of_the_same_product_are_no_double():
    assert not doubled([order(id="1"), order(id="2", is_as_needed=True)])


def test_needs_are_told_in_the_order_they_decide_and_their_absence_is_not_hidden() -> None:
    def flag(kind: FlagKind, text: str) -> Flag:
        return Flag(f"f-{kind}", CitizenId("c"), kind, text)

    limit = flag(FlagKind.TREATMENT_LIMIT, "Ingen genoplivning")
    flags = [limit, flag(FlagKind.LIFE_CRITICAL, "Ilt")]
    known = SectionState(UnitId("u"), Section.FLAGS)

    told = need_sentences(flags, known)

    assert told == ("Livsnødvendig: Ilt", "Fravalg: Ingen genoplivning")
    assert need_sentences((), known) == ()
    assert need_sentences((), replace(known, is_delivered=False)) == (NEEDS_UNKNOWN,)
    assert need_sentences(flags, replace(known, is_complete=False)) == (*told, NEEDS_INCOMPLETE)


def test_who_decided_a_limit_and_when_is_told_and_of_nothing_else() -> None:
    limit = Flag("f", CitizenId("c"), FlagKind.TREATMENT_LIMIT, "Ingen genoplivning")
    known = SectionState(UnitId("u"), Section.FLAGS)
    decided = replace(limit, decided_by="Læge A. Prøve", since=date(2026, 3, 12))
    flags = [
        decided,
        replace(limit, since=date(2026, 3, 12)),
        replace(decided, kind=FlagKind.LIFE_CRITICAL, text="Ilt"),
    ]

    assert need_sentences(flags, known) == (
        "Livsnødvendig: Ilt",
        "Fravalg: Ingen genoplivning (Læge A. Prøve, 12.03.2026)",
        "Fravalg: Ingen genoplivning (12.03.2026)",
    )


@pytest.mark.parametrize("section", Section)
def test_a_section_that_is_not_whole_is_never_silent(section):
    gone = SectionState(UnitId("u"), section, is_delivered=False, is_complete=False)
    partial = SectionState(UnitId("u"), section, is_complete=False)

    said = [lack_sentence(section, state) for state in (gone, partial)]

    assert lack_sentence(section, SectionState(UnitId("u"), section)) is None
    assert all(said)
    assert said[0] != said[1]


def test_a_section_with_words_of_its_own_keeps_them():
    gone = SectionState(UnitId("u"), Section.FLAGS, is_delivered=False, is_complete=False)

    assert lack_sentence(Section.FLAGS, gone) == NEEDS_UNKNOWN
