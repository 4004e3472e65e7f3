"""The list of those whose needs cannot wait."""

from dataclasses import replace

import pytest

from appliance.paper.sheet_kind import Material, Subject, Wanted
from appliance.paper.unit_sheets.life_critical import KIND, NOBODY_MARKED
from appliance.records.addresses import ADDRESS_PROTECTED
from appliance.records.alerts import NEEDS_INCOMPLETE, NEEDS_UNKNOWN
from appliance.records.models import Flag, Relative, SectionState
from appliance.records.terms import CitizenId, FlagKind, Section
from tests.appliance.paper.pages import texts
from tests.appliance.paper.people import AASE, SYD, context, life_critical, opened

BENT = replace(AASE, id=CitizenId("bent"), given_name="Bent", dwelling="9", cpr="0202300000")


@pytest.fixture
def printed(tmp_path):
    """Return a function that prints the list of Åse's unit from the records given."""

    def render(*records):
        store = opened(tmp_path / "r.sqlite", AASE, BENT, *records)
        (document,) = KIND.make(Material(store), Wanted(Subject.UNIT, SYD.id), context())
        return texts(document.pdf)

    return render


def test_only_those_who_cannot_wait_stand_on_it_with_whom_to_phone(printed):
    daughter = Relative("r1", AASE.id, "Lis", "Datter", "87 00 00 77", is_primary=True)

    (page,) = printed(life_critical(AASE), daughter)

    assert "Åse Ågård" in page
    assert "010130-0000" in page
    assert "Livsnødvendig: Ilt i døgndrift" in page
    assert "Datter: 87 00 00 77" in page
    assert "Egen læge: 87 00 00 10" in page
    assert "Bent" not in page
    assert "Slut på listen: 1 borger" in page


def test_dependence_on_power_cannot_wait_either(printed):
    loft = Flag("f", BENT.id, FlagKind.ELECTRICITY_DEPENDENT, "Loftlift")

    (page,) = printed(loft, life_critical(AASE))

    assert page.index("Bent") < page.index("Åse")
    assert "Afhængig af strøm: Loftlift" in page


def test_declined_treatment_alone_is_no_hurry(printed):
    declined = Flag("f", BENT.id, FlagKind.TREATMENT_LIMIT, "Ingen genoplivning")

    (page,) = printed(declined)

    assert "Bent" not in page
    assert NOBODY_MARKED in page


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({"is_delivered": False, "is_complete": False}, NEEDS_UNKNOWN),
        ({"is_complete": False}, NEEDS_INCOMPLETE),
    ],
)
def test_an_empty_list_of_a_section_that_is_not_whole_is_no_good_news(printed, changes, warning):
    (page,) = printed(SectionState(SYD.id, Section.FLAGS, **changes))

    assert warning in page
    assert NOBODY_MARKED not in page


def test_at_home_the_address_stands_with_the_name_by_the_rule_of_the_flag(tmp_path):
    home = replace(AASE, dwelling=None, address="Åvej 1", postcode="8000", city="Aarhus")
    hidden = replace(home, id=BENT.id, given_name="Bent", is_address_protected=True)
    store = opened(tmp_path / "h.sqlite", home, hidden, life_critical(AASE), life_critical(hidden))

    (document,) = KIND.make(Material(store), Wanted(Subject.UNIT, SYD.id), context())

    page = texts(document.pdf)[0]
    assert "Åse Ågård CPR 010130-0000 Åvej 1 8000 Aarhus" in page
    assert page.count("Åvej 1") == 1
    assert ADDRESS_PROTECTED in page
