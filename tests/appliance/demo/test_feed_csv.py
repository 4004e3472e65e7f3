import csv
import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from appliance.clock import DANISH_TIME
from appliance.demo import csv_labels as label
from appliance.demo import feed_csv
from appliance.demo.csv_lists import LISTS
from appliance.demo.dose_plans import WEEKDAYS
from appliance.demo.feed_csv import csv_files, write_csv_folder
from appliance.records.dosage import Dosage, Grid
from appliance.records.models import MedicationOrder, Visit
from appliance.records.terms import Section

pytestmark = pytest.mark.slow  # seconds, not milliseconds

README = Path(feed_csv.__file__).with_name("README.md")


def rows_of(content, encoding="utf-8", delimiter=";"):
    text = io.StringIO(content.decode(encoding), newline="")
    return list(csv.DictReader(text, delimiter=delimiter))


@pytest.fixture(scope="module")
def lists(town):
    return {name.removesuffix(".csv"): rows_of(body) for name, body in csv_files(town).items()}


def or_none(cell):
    return cell or None


def day(cell):
    return datetime.strptime(cell, "%d-%m-%Y").replace(tzinfo=DANISH_TIME).date() if cell else None


def moment(cell):
    return datetime.strptime(cell, "%d-%m-%Y %H:%M").replace(tzinfo=DANISH_TIME)


def yes(cell):
    return {"Ja": True, "Nej": False}[cell]


def key_of(table, word):
    return {text: key for key, text in table.items()}[word]


def order_of(row):
    cells = tuple(row[name] for name in ("Morgen", "Middag", "Aften", "Nat", "Enhed"))
    return MedicationOrder(
        id=row["Ordinations-id"],
        citizen_id=row["Borger-id"],
        status=key_of(label.STATUSES, row["Status"]),
        brand=or_none(row["Handelsnavn"]),
        generic=or_none(row["Indholdsstof"]),
        form=or_none(row["Form"]),
        strength=or_none(row["Styrke"]),
        atc=or_none(row["ATC"]),
        route=or_none(row["Administrationsvej"]),
        dosage=Dosage(
            text=or_none(row["Dosering"]),
            grid=Grid(*cells) if any(cells) else None,
            times=tuple(filter(None, row["Klokkeslæt"].split(", "))),
            weekdays=tuple(
                WEEKDAYS.index(name) + 1 for name in filter(None, row["Ugedage"].split(", "))
            ),
            single_dose=or_none(row["Enkeltdosis"]),
            daily_dose=or_none(row["Døgndosis"]),
        ),
        is_as_needed=yes(row["PN"]),
        max_daily_dose=or_none(row["Maks. døgndosis"]),
        indication=or_none(row["Indikation"]),
        instruction=or_none(row["Instruks"]),
        ordered_on=day(row["Ordineret"]),
        stops_on=day(row["Seponeres"]),
        prescriber=or_none(row["Ordineret af"]),
        status_since=day(row["Status siden"]),
        status_reason=or_none(row["Statusårsag"]),
        is_dose_dispensed=yes(row["Dosisdispenseret"]),
        is_time_critical=yes(row["Tidskritisk"]),
    )


def test_orders_come_back_whole(lists, town):
    expected = [order for unit in town.units for order in unit.care.medication]

    assert [order_of(row) for row in lists["medicin"]] == expected


def test_visits_come_back_whole_but_for_their_id(lists, town):
    read = [
        Visit(
            id="",
            citizen_id=row["Borger-id"],
            starts_at=moment(row["Start"]),
            minutes=int(row["Minutter"]),
            route=row["Rute"],
            sequence=int(row["Rækkefølge"]),
            staff=or_none(row["Medarbejder"]),
            persons=int(row["Antal medarbejdere"]),
            tasks=tuple(row["Opgaver"].split("; ")),
            status=row["Status"],
        )
        for row in lists["besoeg"]
    ]

    expected = [replace(visit, id="") for unit in town.units for visit in unit.care.visits]
    assert read == expected


def test_citizens_come_back_by_name_number_and_birth_date(lists, town):
    read = [
        (row["Borger-id"], row["Fornavn"], row["Efternavn"], row["CPR-nummer"].replace("-", ""))
        for row in lists["borgere"]
    ]

    expected = [(one.id, one.given_name, one.family_name, one.cpr or "") for one in town.citizens]
    assert read == expected
    assert [day(row["Fødselsdato"]) for row in lists["borgere"]] == [
        one.birth_date for one in town.citizens
    ]


def test_every_list_has_a_row_for_each_record(lists, town):
    tables = {
        "paaroerende": "relatives",
        "cave": "warnings",
        "tilstande": "conditions",
        "plejeplan": "care_plan",
        "observationer": "observations",
        "notater": "notes",
        "indsatser": "interventions",
        "markeringer": "flags",
        "noegler": "key_boxes",
    }
    for name, table in tables.items():
        assert len(lists[name]) == sum(len(getattr(unit.care, table)) for unit in town.units)
    assert len(lists["enheder"]) == len(town.units)
    assert len(lists["kontakter"]) == len(town.contacts)
    assert len(lists["personale"]) == len(town.staff)
    assert len(lists["plan"]) == len(town.plan_documents)


def test_service_lists_hold_only_their_own_orders(lists, town):
    assert len(lists["madservice"]) == len(town.unit("madservice").care.service_orders)
    assert len(lists["hjaelpemidler"]) == len(town.unit("hjaelpemidler").care.service_orders)
    assert "[99" in lists["hjaelpemidler"][0]["Hjælpemidler"]


def test_ages_and_missing_lists_are_told_beside_the_units(lists, town):
    units = {row["Enhed-id"]: row for row in lists["enheder"]}

    assert units["kaerhoej"]["Medicin læst"] == "20-11-2026 02:05"
    assert units["solgaarden"]["Medicin læst"] == units["solgaarden"]["Udtræk taget"]
    assert units["fyrtaarnet"]["Ikke leveret"] == "cave"
    assert len(lists["medicinkort"]) == sum(
        state.section is Section.MEDICATION and bool(state.citizen_id)
        for unit in town.units
        for state in unit.states
    )


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [";", ","])
def test_every_encoding_and_delimiter_reads_back_the_same(small_town, encoding, delimiter):
    plain = csv_files(small_town)

    written = csv_files(small_town, encoding, delimiter)

    assert {name: rows_of(body, encoding, delimiter) for name, body in written.items()} == {
        name: rows_of(body) for name, body in plain.items()
    }


def test_encoding_that_lacks_a_letter_is_refused_rather_than_changed(small_town):
    with pytest.raises(UnicodeEncodeError):
        csv_files(small_town, "ascii")


def test_folder_holds_every_list(small_town, tmp_path):
    write_csv_folder(small_town, tmp_path, "cp1252")

    names = {path.name for path in tmp_path.iterdir()}
    assert names == {f"{listed.name}.csv" for listed in LISTS}
    assert "Fødselsdato".encode("cp1252") in (tmp_path / "borgere.csv").read_bytes()


def test_login_codes_are_left_out_unless_a_hash_is_asked_for(small_town, hash_code, tmp_path):
    write_csv_folder(small_town, tmp_path / "bare")
    write_csv_folder(small_town, tmp_path / "hashed", hash_code=hash_code)

    bare, hashed = (
        rows_of((tmp_path / name / "personale.csv").read_bytes()) for name in ("bare", "hashed")
    )
    assert {row["Kode (Argon2id)"] for row in bare} == {""}
    assert [row["Kode (Argon2id)"] for row in hashed] == [
        hash_code(small_town.login_codes[row["Initialer"]]) for row in hashed
    ]


@pytest.mark.parametrize("listed", LISTS, ids=lambda listed: listed.name)
def test_readme_describes_every_column(listed):
    (line,) = [
        line
        for line in README.read_text(encoding="utf-8").splitlines()
        if line.startswith(f"| `{listed.name}` |")
    ]

    assert [part.split("**")[0] for part in line.split(" **")[1:]] == list(listed.columns)
