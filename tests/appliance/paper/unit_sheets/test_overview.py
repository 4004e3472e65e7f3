"""The overview: everybody, with what must not be overlooked and whom to phone."""

from dataclasses import replace
from datetime import date

from appliance.paper.unit_sheets.overview import KIND, NO_RELATIVE, NOBODY_HERE
from appliance.records.addresses import ADDRESS_PROTECTED
from appliance.records.cave import CAVE_NONE, CAVE_UNKNOWN
from appliance.records.medicine import UNREADABLE
from appliance.records.models import KeyBox, Relative
from appliance.records.terms import FlagKind, Section
from tests.appliance.paper.people import AASE, opened, penicillin
from tests.appliance.paper.unit_sheets.crowd import BENT
from tests.appliance.paper.unit_sheets.printing import (
    flag,
    not_delivered,
    printed,
    spoil,
    two_citizens,
)


def test_a_citizen_stands_there_with_identity_cave_needs_and_doctor(tmp_path):
    limit = replace(
        flag(FlagKind.TREATMENT_LIMIT, "Ingen genoplivning"),
        decided_by="Læge Prøve",
        since=date(2026, 1, 2),
    )
    needs = [flag(FlagKind.INFECTION, "MRSA"), flag(FlagKind.OTHER, "Faldtruet")]
    store = opened(tmp_path / "r.sqlite", AASE, penicillin(), limit, *needs)

    (page,) = printed(store, KIND)

    assert "101 Åse Ågård CPR 010130-0000 Født 01.01.1930" in page
    assert "CAVE: Penicillin – udslæt" in page
    assert "Smitte: MRSA" in page
    assert "Fravalg: Ingen genoplivning (Læge Prøve, 02.01.2026)" in page
    assert "Faldtruet" in page
    assert "A. Prøve 87 00 00 10" in page
    assert "Slut på oversigten: 1 borger" in page


def test_who_is_not_at_home_is_marked_before_all_else(tmp_path):
    away = flag(FlagKind.IN_HOSPITAL, "Er indlagt på sygehus")
    critical = flag(FlagKind.LIFE_CRITICAL, "Ilt i døgndrift")

    (page,) = printed(opened(tmp_path / "r.sqlite", AASE, critical, away), KIND)

    assert page.index("Ikke hjemme Åse") < page.index("Ikke hjemme: Er indlagt")
    assert "Livsnødvendig: Ilt i døgndrift" in page


def test_the_primary_relative_comes_first_and_one_without_a_number_is_not_dropped(tmp_path):
    relatives = [
        Relative("r1", AASE.id, "Ib Prøve", "Søn", None),
        Relative("r2", AASE.id, "Eva Prøve", "Niece", "87 00 00 66"),
        Relative("r3", AASE.id, "Lis Prøve", "Datter", "87 00 00 77", True, "Ikke efter kl. 22"),
    ]

    (page,) = printed(opened(tmp_path / "r.sqlite", AASE, *relatives), KIND)

    places = [page.index(name) for name in ("Lis Prøve", "Eva Prøve", "Ib Prøve")]
    assert places == sorted(places)
    assert "Datter, Lis Prøve: 87 00 00 77 (Ring først; Ikke efter kl. 22)" in page
    assert "Søn, Ib Prøve: intet nummer i kopien" in page


def test_no_relative_and_relatives_not_delivered_are_two_things(tmp_path):
    whole = printed(opened(tmp_path / "a.sqlite", AASE), KIND)[0]
    gone = printed(opened(tmp_path / "b.sqlite", AASE, *not_delivered(Section.RELATIVES)), KIND)[0]

    assert NO_RELATIVE in whole
    assert NO_RELATIVE not in gone
    assert "Pårørende er ikke med i kopien. Spørg en kollega." in gone


def test_no_cave_and_cave_not_delivered_are_two_things(tmp_path):
    whole = printed(opened(tmp_path / "a.sqlite", AASE), KIND)[0]
    gone = printed(opened(tmp_path / "b.sqlite", AASE, *not_delivered(Section.WARNINGS)), KIND)[0]

    assert CAVE_NONE in whole
    assert CAVE_NONE not in gone
    assert gone.count(CAVE_UNKNOWN) == 2


def test_names_that_can_be_taken_for_each_other_are_marked(tmp_path):
    alike = replace(AASE, identity_doubts=("similar_name",))

    (page,) = printed(opened(tmp_path / "r.sqlite", alike), KIND)

    assert "Pas på forveksling" in page


def test_one_citizen_nobody_can_read_costs_one_row(tmp_path):
    odd = flag(FlagKind.OTHER, "x", BENT)
    store = two_citizens(tmp_path / "r.sqlite", odd)
    spoil(tmp_path / "r.sqlite", "UPDATE flags SET since = 'i går'")

    (page,) = printed(store, KIND)

    assert "Bent Krog CPR 020230-0000" in page
    assert UNREADABLE in page
    assert "Åse Ågård" in page
    assert "Slut på oversigten: 2 borgere" in page


def test_at_home_the_address_stands_there_by_the_rule_and_without_codes(tmp_path):
    hidden = replace(AASE, dwelling=None, address="Åvej 1", is_address_protected=True)
    code = KeyBox("k", BENT.id, "Døren", "4711")
    store = opened(
        tmp_path / "r.sqlite", hidden, BENT, code, flag(FlagKind.OTHER, "Tast 4711", BENT)
    )

    (page,) = printed(store, KIND)

    assert "Kirkevej 4, 2. th. 8000 Aarhus" in page
    assert ADDRESS_PROTECTED in page
    assert "Åvej" not in page
    assert "4711" not in page


def test_an_empty_unit_says_so_only_if_the_copy_is_whole(tmp_path):
    assert NOBODY_HERE in printed(opened(tmp_path / "a.sqlite"), KIND)[0]
    gone = opened(tmp_path / "b.sqlite", *not_delivered(Section.CITIZENS))
    assert NOBODY_HERE not in printed(gone, KIND)[0]
