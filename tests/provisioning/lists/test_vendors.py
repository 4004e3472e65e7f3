"""Lists of another vendor, with other names, other dates and CPR numbers only, hold the same."""

from collections import Counter
from dataclasses import fields, replace

import pytest

from appliance.records.models import (
    CareInstruction,
    Citizen,
    Condition,
    Flag,
    KeyBox,
    MedicationOrder,
    Note,
    Observation,
    PlannedIntervention,
    Relative,
    SectionState,
    ServiceOrder,
    Visit,
    Warning,  # noqa: A004
)
from tests.provisioning.feeds import IDS
from tests.provisioning.lists.lists import AS_OF, TOWN, take_feeds, write_workbook
from tests.provisioning.lists.vendors import TOLD_APART, UNITS, write_cura_like

RECORDS = (CareInstruction, Condition, Flag, KeyBox, MedicationOrder, Note, Observation,
           PlannedIntervention, Relative, ServiceOrder, Visit, Warning)  # fmt: skip


@pytest.fixture(scope="module")
def cura(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cura")
    return take_feeds([write_cura_like(folder / "lists")], folder, None)


def our_id(citizen_id):
    """Return the id of somebody who is known by CPR number only."""
    return IDS.citizen(TOLD_APART[citizen_id][0].cpr)


def said(record, citizen_id):
    own = {"id", "citizen_id", "gaps"}
    facts = {
        item.name: getattr(record, item.name) for item in fields(record) if item.name not in own
    }
    if isinstance(record, CareInstruction) and record.kind == "day_rhythm":
        return None  # this vendor has no list of them
    return citizen_id, repr(sorted(facts.items(), key=lambda pair: pair[0]))


def test_map_is_found_by_itself_and_every_row_is_used(cura):
    assert cura.report.is_clean
    assert cura.report.total.used == cura.report.total.read
    wrong = [one for one in cura.report.problems if "is not in the delivery" not in one.reason]
    assert wrong == []


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.__name__)
def test_every_record_is_the_towns(cura, model):
    found = Counter(said(one, one.citizen_id) for one in cura.all_of(model))
    expected = Counter(
        said(one, our_id(one.citizen_id))
        for unit in UNITS
        for one in unit.care
        if type(one) is model and one.citizen_id in TOLD_APART
    )
    del expected[None]

    assert found - expected == Counter()
    assert expected - found == Counter()


def test_every_citizen_is_the_towns(cura):
    names = {unit.unit.id: unit.unit.name for unit in UNITS}
    shown = {IDS.record(f"Organization/{name}"): name for name in names.values()}
    found = {
        one.id: replace(one, unit_id=shown.get(one.unit_id, one.unit_id), identity_doubts=())
        for one in cura.all_of(Citizen)
    }

    expected = {
        our_id(one.id): replace(one, id=our_id(one.id), unit_id=names[one.unit_id])
        for one, _ in TOLD_APART.values()
    }
    assert found == expected


def test_age_stands_in_the_line_above_the_headers(cura):
    delivered = [one for one in cura.all_of(SectionState) if one.is_delivered]

    assert {one.as_of for one in delivered} == {AS_OF}
    assert "staff" not in {one.section for one in delivered}


def nexus_like(folder):
    """Write three lists as workbooks with a title, a time and dosage headers on two rows."""
    folder.mkdir()
    care = TOWN.unit("solgaarden").care
    title = [["Udtræk fra omsorgssystemet"], ["Udtrukket: 23-11-2026 02:05"], []]
    people = [
        [one.id, one.cpr, one.family_name, one.given_name, one.birth_date, "Plejecenter Solgården",
         81, "Aktiv"] for one in care.citizens
    ]  # fmt: skip
    write_workbook(
        folder / "Borgerliste 23-11-2026.xlsx",
        Udtræk=[*title, ["Borger-ID", "CPR-nr.", "Efternavn", "Fornavn(e)", "Fødselsdato",
                         "Organisation", "Alder", "Borgerstatus"], *people],
    )  # fmt: skip
    upper = ["BorgerID", "Ordinations-ID", "Ordinationsstatus", "Præparat", "Styrke",
             "Styrkeenhed", "Dosering", "Fast dosis"]  # fmt: skip
    lower = [*[None] * 7, "Morgen", "Middag", "Aften", "Nat", "Dosisenhed"]
    rows = [_nexus_order(one) for one in care.medication]
    write_workbook(folder / "Medicinliste.xlsx", Udtræk=[*title, upper, lower, *rows])
    visits = [[care.citizens[0].id, "b1", AS_OF.date(), "08:00", "08:20", "Bad; Sår"]]
    write_workbook(
        folder / "Kørelister.xlsx",
        Udtræk=[*title, ["Borger-ID", "Besøgs-ID", "Dato", "Starttid", "Sluttid", "Ydelser"],
                *visits],
    )  # fmt: skip
    return folder


def _nexus_order(order):
    amount, _, unit = (order.strength or "").partition(" ")
    grid = [float(one.replace(",", ".")) if one else None for one in order.dosage.grid.amounts] if (
        order.dosage.grid) else [None] * 4  # fmt: skip
    status = {"active": "Igangværende", "paused": "Pauseret", "stopped": "Seponeret"}[order.status]
    return [order.citizen_id, order.id, status, order.brand, amount or "-", unit, order.dosage.text,
            *grid, order.dosage.grid.unit if order.dosage.grid else None]  # fmt: skip


def test_workbooks_of_the_nexus_kind_hold_the_towns_citizens_medicine_and_visits(tmp_path):
    taken = take_feeds([nexus_like(tmp_path / "lists")], tmp_path, None)

    care = TOWN.unit("solgaarden").care
    orders = {one.id: one for one in taken.all_of(MedicationOrder)}
    assert taken.report.total.used == taken.report.total.read
    assert {one.id for one in taken.all_of(Citizen)} == {
        IDS.citizen(one.id) for one in care.citizens
    }
    for one in care.medication:
        found = orders[IDS.record(f"MedicationStatement/{one.id}")]
        assert (found.status, found.brand, found.strength) == (one.status, one.brand, one.strength)
        assert (found.dosage.text, found.dosage.grid) == (one.dosage.text, one.dosage.grid)
    assert taken.one(Visit).minutes == 20
    assert {one.as_of for one in taken.all_of(SectionState) if one.is_delivered} == {AS_OF}
