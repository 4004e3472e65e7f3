"""The list of those whose needs cannot wait."""

from dataclasses import replace

import pytest

from appliance.paper.frame import LOOK_TWICE
from appliance.paper.sheet_kind import Material, Subject, Wanted
from appliance.paper.unit_sheets.life_critical import FIRST, KIND, MAY_BE, NOBODY_MARKED
from appliance.records.addresses import ADDRESS_PROTECTED
from appliance.records.alerts import NEEDS_INCOMPLETE, NEEDS_UNKNOWN, partly_lacking
from appliance.records.models import Flag, Relative, SectionState
from appliance.records.terms import CitizenId, FlagKind, Section
from tests.appliance.paper.pages import layout, texts
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


def test_the_cpr_is_read_by_a_lamp(tmp_path):
    store = opened(tmp_path / "l.sqlite", AASE, life_critical(AASE))
    (document,) = KIND.make(Material(store), Wanted(Subject.UNIT, SYD.id), context())

    words = {word.text: word for word in layout(document.pdf, tmp_path)[0]}

    # The name is set in 10.4 pt; figures of less than 9 pt are misread.
    assert words["010130-0000"].height > 9 / 10.4 * words["Ågård"].height


def test_namesakes_are_marked_though_no_source_did(tmp_path):
    twin = replace(AASE, id=BENT.id, dwelling="9", cpr="0202300000", family_name="Aagaard")
    named = replace(AASE, family_name="Ågaard")
    store = opened(tmp_path / "t.sqlite", named, twin, life_critical(named))
    (document,) = KIND.make(Material(store), Wanted(Subject.UNIT, SYD.id), context())

    assert LOOK_TWICE in texts(document.pdf)[0]


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


def test_whose_needs_are_not_in_the_copy_is_named_and_nobody_gets_the_all_clear(printed):
    gone = SectionState(SYD.id, Section.FLAGS, AASE.id, is_delivered=False, is_complete=False)

    (page,) = printed(gone)

    assert NOBODY_MARKED not in page
    assert f"{MAY_BE} (1)" in page
    assert "Behov er ikke med i kopien Egen læge" in page
    assert "101 Åse Ågård CPR 010130-0000" in page
    assert partly_lacking(Section.FLAGS, 1) in page
    assert "Bent" not in page
    assert "Slut på listen: 0 borgere · 1 med ukendte behov" in page


def test_known_needs_stand_before_unknown_ones(printed):
    gone = SectionState(SYD.id, Section.FLAGS, BENT.id, is_complete=False)

    (page,) = printed(gone, life_critical(AASE))

    assert page.index(FIRST) < page.index("Åse") < page.index(MAY_BE) < page.index("Bent")


def test_needs_nobody_sent_make_everybody_somebody_to_look_to(printed):
    (page,) = printed(SectionState(SYD.id, Section.FLAGS, is_delivered=False, is_complete=False))

    assert f"{MAY_BE} (2)" in page
    assert "Åse Ågård" in page
    assert "Bent Ågård" in page


def test_a_unit_whose_needs_nobody_knows_is_no_stack_of_paper(tmp_path):
    gone = SectionState(SYD.id, Section.FLAGS, is_delivered=False, is_complete=False)
    many = [replace(AASE, id=CitizenId(f"c{n}"), dwelling=f"{n}") for n in range(60)]
    store = opened(tmp_path / "m.sqlite", gone, *many)

    (document,) = KIND.make(Material(store), Wanted(Subject.UNIT, SYD.id), context())

    assert document.pages <= 5
    assert f"{MAY_BE} (60)" in texts(document.pdf)[0]


def test_nobody_in_the_unit_is_no_good_news_when_nobody_knows_who_lives_there(tmp_path):
    gone = SectionState(SYD.id, Section.CITIZENS, is_delivered=False, is_complete=False)
    store = opened(tmp_path / "e.sqlite", gone)

    (document,) = KIND.make(Material(store), Wanted(Subject.UNIT, SYD.id), context())

    page = texts(document.pdf)[0]
    assert NOBODY_MARKED not in page
    assert "Borgere er ikke med i kopien. Spørg en kollega." in page
    assert "Borgere: ikke med i kopien" in page


def test_at_home_the_address_stands_with_the_name_by_the_rule_of_the_flag(tmp_path):
    home = replace(AASE, dwelling=None, address="Åvej 1", postcode="8000", city="Aarhus")
    hidden = replace(home, id=BENT.id, given_name="Bent", is_address_protected=True)
    store = opened(tmp_path / "h.sqlite", home, hidden, life_critical(AASE), life_critical(hidden))

    (document,) = KIND.make(Material(store), Wanted(Subject.UNIT, SYD.id), context())

    page = texts(document.pdf)[0]
    assert "Åse Ågård CPR 010130-0000 Åvej 1 8000 Aarhus" in page
    assert page.count("Åvej 1") == 1
    assert ADDRESS_PROTECTED in page
