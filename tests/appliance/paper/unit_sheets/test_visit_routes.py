"""The route lists of home care: who, when, where, how to get in, and what must not fail."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from appliance.clock import DANISH_TIME
from appliance.paper.unit_sheets.cells import ASK_FOR_ADDRESS, CODE_ELSEWHERE
from appliance.paper.unit_sheets.unit_view import UNREAD
from appliance.paper.unit_sheets.visit_routes import BY_TIME, KIND, NO_VISITS, UNKNOWN_COMPANION
from appliance.records.addresses import ADDRESS_PROTECTED
from appliance.records.medicine import UNREADABLE
from appliance.records.models import KeyBox
from appliance.records.terms import FlagKind, Section
from tests.appliance.paper.people import AASE, opened, penicillin
from tests.appliance.paper.unit_sheets.crowd import BENT, visit
from tests.appliance.paper.unit_sheets.printing import (
    AASE_AT_HOME,
    flag,
    not_delivered,
    printed,
    spoil,
    two_citizens,
)


@pytest.fixture
def lists(tmp_path):
    """Return a function that prints the route lists of Åse's and Bent's day."""

    def render(*records, **changes):
        return printed(two_citizens(tmp_path / "r.sqlite", *records), KIND, **changes)

    return render


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=DANISH_TIME).astimezone(UTC)


def test_a_stop_tells_time_identity_address_tasks_cave_and_needs(lists):
    (page,) = lists(
        visit(1, AASE, tasks=("Medicingivning", "Bad")),
        penicillin(),
        flag(FlagKind.LIFE_CRITICAL, "Ilt i døgndrift"),
        flag(FlagKind.INFECTION, "MRSA"),
        flag(FlagKind.TREATMENT_LIMIT, "Ingen genoplivning"),
    )

    assert "1 07.20–07.40 20 min. Livsnødvendig Åse Ågård CPR 010130-0000" in page
    assert "Tlf. 87 00 00 55 Åvej 1 8000 Aarhus" in page
    assert "Medicingivning · Bad" in page
    assert "CAVE: Penicillin – udslæt" in page
    assert "Livsnødvendig: Ilt i døgndrift Smitte: MRSA Fravalg: Ingen genoplivning" in page


def test_the_head_tells_route_day_driver_and_totals(lists):
    (page,) = lists(visit(1, AASE), visit(2, BENT, minutes=45))

    assert "Plejecenter Solgården, Afsnit Syd · Dag 1 · man. 23. nov. 2026" in page
    assert "Kører: Maja Lind · 2 besøg · 65 min. hos borgerne · Kl. 07.20–08.25" in page
    assert "Slut på ruten: 2 besøg" in page


def test_each_route_is_a_document_and_what_is_on_no_route_has_one_too(lists):
    one, two, none = lists(
        visit(1, AASE),
        visit(2, BENT, route="Dag 2", staff=None),
        visit(3, BENT, route=None),
    )

    assert "Bent" not in one
    assert "Dag 2" in two
    assert "Kører: ingen i kopien" in two
    assert "Besøg uden rute" in none


def test_stops_stand_in_the_order_of_the_source(lists):
    (page,) = lists(visit(1, BENT, sequence=2), visit(2, AASE, sequence=1))

    assert page.index("Åse Ågård") < page.index("Bent Krog")
    assert BY_TIME not in page


def test_without_an_order_they_stand_by_time_and_the_list_says_so(lists):
    (page,) = lists(visit(1, BENT, sequence=None), visit(2, AASE, sequence=None))

    assert page.index("Bent Krog") < page.index("Åse Ågård")
    assert BY_TIME in page


def test_the_rest_of_this_night_and_the_night_to_come_have_a_table_each(lists):
    (page,) = lists(
        visit(1, AASE, starts_at=at(23, 4), route="Nat"),
        visit(2, BENT, starts_at=at(23, 23), route="Nat"),
        visit(3, AASE, starts_at=at(24, 4), route="Nat"),
        visit(4, BENT, starts_at=at(24, 7), route="Nat"),
    )

    heads = [
        "Natten til man. 23. nov. 2026 (1)",
        "Besøg man. 23. nov. 2026 (1)",
        "Natten til tirs. 24. nov. 2026 (1)",
    ]
    assert sorted(heads, key=page.index) == heads
    assert "Slut på ruten: 3 besøg" in page


def test_two_persons_are_told_with_the_other_route(lists):
    first, second = lists(
        visit(1, AASE, persons=2),
        visit(
            2, AASE, persons=2, route="Dag 2", staff="Jo Vig", starts_at=visit(1, AASE).starts_at
        ),
    )

    assert "2 PERSONER: sammen med Dag 2 – Jo Vig" in first
    assert "2 PERSONER: sammen med Dag 1 – Maja Lind" in second


def test_a_second_person_on_no_route_is_asked_for(lists):
    (page,) = lists(visit(1, AASE, persons=2))

    assert f"2 PERSONER: {UNKNOWN_COMPANION}" in page


def test_a_protected_address_is_not_on_the_list(tmp_path):
    hidden = replace(AASE_AT_HOME, is_address_protected=True)

    (page,) = printed(opened(tmp_path / "r.sqlite", hidden, visit(1, AASE)), KIND)

    assert f"{ADDRESS_PROTECTED} {ASK_FOR_ADDRESS}" in page
    assert "Åvej" not in page


def test_a_code_stands_nowhere_on_the_list_whatever_text_it_is_in(tmp_path):
    house = replace(AASE_AT_HOME, address="Åvej 1 (dørkode 4711)")
    store = opened(
        tmp_path / "r.sqlite",
        house,
        KeyBox("k", AASE.id, "Nøgleboks nr. 12 ved døren, 4711", "4711"),
        visit(1, AASE, tasks=("Lås op med kode 4711",)),
        flag(FlagKind.OTHER, "Døren binder, 4711 to gange"),
    )

    (page,) = printed(store, KIND)

    assert "4711" not in page
    assert page.count("•••") == 4
    assert "Nøgleboks nr. 12 ved døren" in page
    assert CODE_ELSEWHERE in page


def test_keys_not_delivered_are_not_no_keys(lists):
    (page,) = lists(visit(1, AASE), *not_delivered(Section.KEY_BOXES))

    assert "Ikke med i kopien" in page
    assert "Nøgleboks er ikke med i kopien. Spørg en kollega." in page


def test_what_is_called_off_is_told_apart_from_what_is_to_be_done(lists):
    (page,) = lists(visit(1, AASE), visit(2, BENT, status="cancelled", tasks=("Bad",)))

    assert page.index("Aflyst i kopien (1)") < page.index("Bent Krog")
    assert "Slut på ruten: 1 besøg" in page


def test_a_visit_that_was_made_says_so(lists):
    (page,) = lists(visit(1, AASE, status="fulfilled", tasks=("Bad",)))

    assert "Udført ifølge kopien · Bad" in page


def test_a_word_of_the_source_that_nobody_here_knows_is_shown(lists):
    (page,) = lists(visit(1, AASE, status="forsinket", tasks=("Bad",)))

    assert "forsinket · Bad" in page


def test_what_the_source_left_out_is_a_dash_or_a_word(tmp_path):
    bare = replace(AASE, dwelling=None)
    store = opened(tmp_path / "r.sqlite", bare, visit(1, AASE, minutes=None, tasks=(), staff=None))

    (page,) = printed(store, KIND)

    assert "07.20 varighed ukendt" in page
    assert "Adresse MANGLER I KILDEN" in page
    assert "Tlf. –" in page
    assert "0 min. hos borgerne eller mere" in page


def test_a_day_without_visits_is_said_only_if_the_copy_is_whole(lists, tmp_path):
    assert NO_VISITS in lists(visit(1, AASE, starts_at=at(25, 9)))[0]
    gone = two_citizens(tmp_path / "b.sqlite", *not_delivered(Section.VISITS))
    (page,) = printed(gone, KIND)
    assert NO_VISITS not in page
    assert "Besøg er ikke med i kopien. Spørg en kollega." in page


def test_visits_nobody_can_read_are_named_on_every_list(tmp_path):
    store = two_citizens(tmp_path / "r.sqlite", visit(1, AASE), visit(2, BENT))
    spoil(tmp_path / "r.sqlite", "UPDATE visits SET starts_at = 'i nat' WHERE id = 'v2'")

    (page,) = printed(store, KIND)

    assert UNREAD in page
    assert page.index("Besøg kunne ikke læses (1)") < page.index("Bent Krog")
    assert "Åse Ågård" in page


def test_a_day_with_only_visits_nobody_can_read_is_no_day_off(tmp_path):
    store = two_citizens(tmp_path / "r.sqlite", visit(2, BENT))
    spoil(tmp_path / "r.sqlite", "UPDATE visits SET starts_at = 'i nat'")

    (page,) = printed(store, KIND)

    assert NO_VISITS not in page
    assert "Bent Krog" in page


def test_a_citizen_nobody_can_read_keeps_the_place_in_the_route(tmp_path):
    store = two_citizens(
        tmp_path / "r.sqlite", visit(1, AASE), visit(2, BENT), flag(FlagKind.OTHER, "x", BENT)
    )
    spoil(tmp_path / "r.sqlite", "UPDATE flags SET since = 'i går'")

    (page,) = printed(store, KIND)

    assert "2 07.40–08.00 20 min. Bent Krog" in page
    assert "Kirkevej 4, 2. th. 8000 Aarhus" in page
    assert UNREADABLE in page


def test_a_key_without_a_place_says_so(lists):
    (page,) = lists(visit(2, BENT), KeyBox("k", BENT.id, ""))

    assert "Sted MANGLER I KILDEN" in page


def test_english_stands_beside_the_danish(lists):
    (page,) = lists(visit(1, AASE), is_bilingual=True)

    assert "Visit route list – home care" in page
    assert "Done: time, initials" in page


def test_an_old_plan_is_said_to_be_old(lists):
    late = visit(1, AASE).starts_at + timedelta(hours=26)

    page = lists(visit(1, AASE, starts_at=late + timedelta(hours=1)), printed_at=late)[0]

    assert "Besøg: Data er 31 timer gamle." in page
