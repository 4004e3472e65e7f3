"""The sheets about every citizen of the invented municipality."""

import pytest

from appliance.demo.town import make_town
from appliance.paper.document import Typeset
from appliance.paper.sheet_kind import Material, Subject, Wanted
from appliance.paper.sheets import SHEETS
from appliance.records.models import MedicationOrder
from appliance.records.store import RecordStore
from appliance.records.terms import MedicationStatus, UnitKind
from appliance.records.writer import RecordWriter
from tests.appliance.paper.pages import bare, layout, overprinted, texts
from tests.appliance.paper.people import context

pytestmark = pytest.mark.slow  # seconds, not milliseconds

KINDS = [kind for kind in SHEETS.values() if Subject.CITIZEN in kind.subjects]
_UNITS = (UnitKind.CARE_CENTRE, UnitKind.HOME_CARE_GROUP)


@pytest.fixture(scope="module")
def town():
    return make_town(citizens_per_centre=8)


@pytest.fixture(scope="module")
def store(town, tmp_path_factory):
    path = tmp_path_factory.mktemp("town") / "records.sqlite"
    with RecordWriter(path) as writer:
        for record in town:
            writer.add(record)
        for unit in town.units:
            for state in unit.states:
                writer.add(state)
    return RecordStore(path)


@pytest.fixture(scope="module")
def citizens(store):
    """Return some citizens of a centre and of home care."""
    units = [next(unit for unit in store.units() if unit.kind is kind) for kind in _UNITS]
    return [citizen for unit in units for citizen in store.citizens(unit.id)[:8]]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_sheet_is_strict_about_its_citizen_and_nothing_lies_on_another(
    town, store, citizens, tmp_path, kind
):
    for citizen in citizens:
        wanted = Wanted(Subject.CITIZEN, citizen.id)
        (document,) = kind.make(Material(store), wanted, context(printed_at=town.night))

        assert document.typeset is Typeset.STRICT
        assert all(bare(citizen.name) in bare(page) for page in texts(document.pdf))
        for words in layout(document.pdf, tmp_path):
            assert overprinted(words) == []


@pytest.mark.parametrize("name", ["administration_grid", "dispensing_sheet"])
def test_every_medicine_that_is_not_stopped_is_on_the_sheet(town, store, citizens, name):
    for citizen in citizens:
        wanted = Wanted(Subject.CITIZEN, citizen.id)
        (document,) = SHEETS[name].make(Material(store), wanted, context(printed_at=town.night))

        text = bare("".join(texts(document.pdf)))
        orders = store.of_citizen(MedicationOrder, citizen.id)
        given = [order for order in orders if order.status is not MedicationStatus.STOPPED]
        assert [one.brand for one in given if bare(one.brand or "") not in text] == []
