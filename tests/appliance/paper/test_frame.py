"""What stands on every page."""

from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.paper import frame
from appliance.records.addresses import ADDRESS_PROTECTED
from appliance.records.models import SectionState
from appliance.records.terms import Section
from tests.appliance.paper.people import AASE, COPIED, NIGHT, SYD, context, opened


def _header(tmp_path, **changes):
    store = opened(tmp_path / "r.sqlite", replace(AASE, **changes))
    return frame.citizen_header(frame.read_identity(store, AASE.id), [])


@pytest.mark.parametrize(
    ("cpr", "shown"),
    [
        ("0101300000", "CPR 010130-0000"),
        ("010130-0000", "CPR 010130-0000"),
        ("010130ABC1", "CPR 010130-ABC1"),
        ("12345", "CPR 12345"),
        ("", "CPR MANGLER I KILDEN"),
        (None, "CPR MANGLER I KILDEN"),
    ],
)
def test_cpr_is_written_in_full(cpr, shown):
    assert frame.show_cpr(replace(AASE, cpr=cpr)) == shown


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"dwelling": "101"}, "Bolig 101"),
        ({"dwelling": "Stue 3"}, "Stue 3"),
        (
            {"dwelling": None, "address": "Åvej 1", "postcode": "8000", "city": "Aarhus"},
            "Åvej 1, 8000 Aarhus",
        ),
        (
            {"dwelling": None, "address": "Åvej 1", "is_address_protected": True},
            ADDRESS_PROTECTED,
        ),
        ({"dwelling": None}, ""),
    ],
)
def test_home_is_the_dwelling_or_the_address_unless_protected(tmp_path, changes, shown):
    assert _header(tmp_path, **changes)["dwelling"] == shown


def test_name_of_the_unit_is_left_out_when_nobody_knows_it(tmp_path):
    assert _header(tmp_path, unit_id="elsewhere")["unit"] == ""


def test_name_keeps_to_one_line(tmp_path):
    assert _header(tmp_path, given_name="Åse\n Marie")["name"] == "Åse Marie Ågård"


def test_nameless_citizen_is_said_to_be_nameless(tmp_path):
    assert _header(tmp_path, given_name="", family_name="")["name"] == "Navn MANGLER I KILDEN"


def test_sections_of_one_age_share_a_line_where_there_are_many():
    states = [(f"S{n}", SectionState(SYD.id, Section.NOTES, as_of=COPIED)) for n in range(5)]
    missing = ("S5", SectionState(SYD.id, Section.NOTES, is_delivered=False))

    ages = frame.footer(context(), "900-00001", [*states, missing])["ages"]

    assert ages == [
        "S0, S1, S2, S3, S4: data fra man. 23. nov. 2026 kl. 02.05",
        "S5: ikke med i kopien",
    ]


def test_few_sections_have_a_date_each():
    states = [(f"S{n}", SectionState(SYD.id, Section.NOTES, as_of=COPIED)) for n in range(3)]

    assert len(frame.footer(context(), "900-00001", states)["ages"]) == 3


def test_same_warning_about_the_age_of_sections_is_given_once():
    old = SectionState(SYD.id, Section.NOTES, as_of=NIGHT - timedelta(hours=30))
    older = SectionState(SYD.id, Section.NOTES, as_of=NIGHT - timedelta(hours=80))
    fresh = SectionState(SYD.id, Section.NOTES, as_of=COPIED)

    alerts = frame.section_alerts([("A", old), ("B", older), ("C", old), ("D", fresh)], context())

    assert alerts == [
        "A, C: Data er 30 timer gamle. Spørg lægen ved tvivl.",
        "B: Data er over 72 timer gamle. Brug dem kun som støtte.",
    ]


def test_an_unknown_age_is_said_and_is_no_date():
    state = SectionState(SYD.id, Section.STAFF)

    foot = frame.footer(context(), "900-00001", [("Medarbejdere", state)])

    assert foot["ages"] == ["Medarbejdere: alder ukendt"]
