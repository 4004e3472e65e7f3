"""What stands on every page."""

from dataclasses import replace

import pytest

from appliance.paper import frame
from appliance.records.addresses import ADDRESS_PROTECTED
from tests.appliance.paper.people import AASE, opened


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
