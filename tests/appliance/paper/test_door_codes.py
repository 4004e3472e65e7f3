"""A door's code stands in many texts, and on no sheet that says whose door it is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.paper.sheet_kind import Material, Subject, Wanted
from appliance.paper.sheets import SHEETS
from appliance.records.key_codes import HIDDEN
from appliance.records.models import (
    Attachment,
    CareInstruction,
    Condition,
    Flag,
    KeyBox,
    Note,
    Observation,
    PlannedIntervention,
    Relative,
    Visit,
)
from appliance.records.terms import FlagKind
from tests.appliance.paper.pages import texts
from tests.appliance.paper.people import AASE, COPIED, NIGHT, SYD, context, opened

pytestmark = pytest.mark.slow  # every sheet there is: seconds, not milliseconds

CODE, UNSAID = "4711", "9955"
HOME = replace(AASE, dwelling=None, address="Åvej 7", postcode="8000", city="Aarhus")
# The key list prints codes, and nothing else does; a wall's sheet is about no citizen.
KINDS = [
    (name, subject)
    for name, kind in SHEETS.items()
    for subject in kind.subjects
    if subject is not Subject.NOBODY and name != "key_list"
]
SHOWING_HOMES = [*KINDS, ("key_list", Subject.UNIT)]


def _records():
    """Return a code in each text that a member of staff can write."""
    text = f"Lås op med {CODE}, og porten har kode {UNSAID}"
    who, day = HOME.id, NIGHT + timedelta(hours=6)
    return [
        KeyBox("k", who, f"Til højre, {CODE}", CODE),
        Relative("r", who, "Lis", text, "87 00 00 77", is_primary=True, note=text),
        Note("n", who, text, text, "A", COPIED),
        Observation("o", who, text, "14", "mmol", COPIED, text),
        Condition("c", who, text, note=text),
        CareInstruction("i", who, text, text, "instruction"),
        PlannedIntervention("p", who, text, frequency=text, text=text),
        Visit("v", who, day, 20, "Dag 1", 1, "Maja", tasks=(text,)),
        Visit("w", who, day, 20, "Dag 1", 2, "Maja", tasks=(text,), status="cancelled"),
        Attachment("a", text, "image/jpeg", 1, "0" * 64, who, COPIED),
        *(Flag(f"f-{kind}", who, kind, text) for kind in FlagKind),
    ]


@pytest.mark.parametrize(("name", "subject"), KINDS)
def test_no_sheet_about_a_home_has_the_code_of_its_door(tmp_path, name, subject):
    store = opened(tmp_path / "r.sqlite", HOME, *_records())
    wanted = Wanted(subject, SYD.id if subject is Subject.UNIT else HOME.id)

    documents = list(SHEETS[name].make(Material(store), wanted, context()))

    text = "".join("".join(texts(document.pdf)) for document in documents)
    assert CODE not in text
    assert UNSAID not in text


@pytest.mark.parametrize("name", ["folder", "day_sheet", "medication_list", "visit_note"])
def test_what_is_hidden_is_seen_to_be_hidden(tmp_path, name):
    store = opened(tmp_path / "r.sqlite", HOME, *_records())

    (document,) = SHEETS[name].make(Material(store), Wanted(Subject.CITIZEN, HOME.id), context())

    assert f"Lås op med {HIDDEN}" in "".join(texts(document.pdf))


@pytest.mark.parametrize(("name", "subject"), SHOWING_HOMES)
def test_a_protected_address_in_the_field_of_the_dwelling_stands_on_no_sheet(
    tmp_path, name, subject
):
    hidden = replace(HOME, is_address_protected=True, dwelling="Hemmelig Vej 7, 2. tv")
    store = opened(tmp_path / "r.sqlite", hidden, *_records())
    wanted = Wanted(subject, SYD.id if subject is Subject.UNIT else HOME.id)

    documents = list(SHEETS[name].make(Material(store), wanted, context()))

    text = "".join("".join(texts(document.pdf)) for document in documents)
    assert "Hemmelig" not in text
    assert "Åvej" not in text
