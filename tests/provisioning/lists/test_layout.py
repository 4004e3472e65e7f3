"""Which file is which list, whose units a folder feeds, and how old it all is."""

import os
import zipfile
from datetime import UTC, datetime

import pytest

from appliance.records.models import Citizen, MedicationOrder, SectionState, Unit
from appliance.records.terms import Section, UnitKind
from provisioning.errors import ColumnMapError
from provisioning.sources.lists.folder import CsvFolderSource
from tests.provisioning.lists.lists import (
    AS_OF,
    CITIZEN,
    ORDER,
    SMALL,
    csv_bytes,
    order_with,
    small_map,
    take_feeds,
    write_lists,
    write_workbook,
)

OLD = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)


def ages(taken, unit="a"):
    return {
        one.section: one.as_of
        for one in taken.all_of(SectionState)
        if one.is_delivered and one.unit_id == unit and not one.citizen_id
    }


def test_map_that_lies_beside_the_lists_is_used(tmp_path):
    feed = write_lists(tmp_path / "feed", medicin=[ORDER])
    (feed / "kolonner.toml").write_text(SMALL, encoding="utf-8")
    taken = take_feeds([feed], tmp_path)

    assert taken.report.total.used == 2


def test_map_beside_the_lists_that_cannot_be_read_is_refused(tmp_path):
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("kolonner.toml", SMALL * 2)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"Efternavn", b"Eftern\x00vn", 1))

    with pytest.raises(ColumnMapError):
        take_feeds([path], tmp_path)


def test_list_may_come_in_several_files(tmp_path):
    feed = write_lists(tmp_path / "feed", medicin=[ORDER])
    vendor = small_map()
    (feed / "besoeg_nord.csv").write_bytes(b"Id;Dato;Fra;Til\r\n1;24-11-2026;08:00;08:10\r\n")
    (feed / "besoeg_syd.csv").write_bytes(b"Id;Dato;Fra;Til\r\n1;24-11-2026;09:00;09:10\r\n")
    taken = take_feeds([feed], tmp_path, vendor=vendor)

    assert taken.verdicts("besoeg") == (2, 0, 0, 0)


def test_one_sheet_goes_by_the_name_of_its_workbook_or_its_own(tmp_path):
    feed = tmp_path / "feed"
    feed.mkdir()
    write_workbook(feed / "medicin.xlsx", Ark1=[list(ORDER), list(ORDER.values())])
    write_workbook(feed / "udtræk 23-11.xlsx", borgere=[list(CITIZEN), list(CITIZEN.values())])
    taken = take_feeds([feed], tmp_path, vendor=small_map())

    assert taken.report.total.used == 2


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiter_is_the_one_that_gives_the_headers(tmp_path, delimiter):
    feed = write_lists(tmp_path / "feed", borgere=csv_bytes([CITIZEN], delimiter))
    taken = take_feeds([feed], tmp_path, vendor=small_map())

    assert taken.one(Citizen).family_name == "Holm"


def test_delimiter_and_encoding_of_the_map_are_not_argued_with(tmp_path):
    feed = write_lists(tmp_path / "feed", borgere=csv_bytes([CITIZEN], ","))
    taken = take_feeds([feed], tmp_path, vendor=small_map(head="delimiter = ';'\n"))

    assert "has no headers that are known" in taken.messages
    wrong = write_lists(tmp_path / "wrong", borgere=[{**CITIZEN, "Efternavn": "Sø"}])
    taken = take_feeds([wrong], tmp_path, vendor=small_map(head="encoding = 'cp1252'\n"))
    assert "is UTF-8, the file is cp1252" in taken.messages


def test_fixed_unit_is_that_of_citizens_who_name_none(tmp_path):
    feed = write_lists(tmp_path / "feed", borgere=[{**CITIZEN, "Enhed": ""}], medicin=[ORDER])
    head = "[unit]\nname = 'Plejecenter Birkely'\nid = 'birkely'\nkind = 'residential_unit'\n"
    taken = take_feeds([feed], tmp_path, vendor=small_map(head=head))

    assert taken.one(Unit) == Unit("birkely", "Plejecenter Birkely", UnitKind.RESIDENTIAL_UNIT)
    assert taken.one(Citizen).unit_id == "birkely"


def test_folder_per_unit_feeds_its_own_unit_alone(tmp_path):
    for unit, number in (("solgaarden", "1"), ("birkely", "2")):
        people = [{**CITIZEN, "Id": number, "CPR": "", "Enhed": ""}]
        broken = csv_bytes([order_with(Id=number)]) + (b"x;y\r\n" if number == "2" else b"")
        write_lists(tmp_path / "feed" / unit, borgere=people, medicin=broken)
    vendor = small_map(head="[unit]\nfrom_folder = true\n")
    taken = take_feeds([tmp_path / "feed"], tmp_path, vendor=vendor)

    states = {
        one.unit_id: one.is_complete
        for one in taken.all_of(SectionState)
        if one.section is Section.MEDICATION
    }
    assert states == {"solgaarden": True, "birkely": False}


def test_two_deliveries_are_one_source_and_may_point_at_each_other(tmp_path):
    people = write_lists(tmp_path / "borgere")
    medicine = tmp_path / "medicin"
    medicine.mkdir()
    (medicine / "medicin.csv").write_bytes(csv_bytes([ORDER]) + b"x\r\n")
    taken = take_feeds([people, medicine], tmp_path, vendor=small_map())

    assert taken.one(MedicationOrder).brand == "Pamol"
    assert "2-medicin/medicin.csv:3: blocking" in taken.messages
    assert Section.MEDICATION in ages(taken)


@pytest.mark.parametrize(
    ("above", "said"),
    [
        ("Udtræk taget 20-11-2026 07:00\r\n\r\n", OLD),
        ("Udtræk taget i går\r\n", AS_OF),
        ("Udtræk\r\n", AS_OF),
    ],
)
def test_age_is_read_above_the_headers_before_it_is_asked_of_it(tmp_path, above, said):
    feed = write_lists(tmp_path / "feed", medicin=above.encode() + csv_bytes([ORDER]))
    vendor = small_map(head="[as_of]\nheader_line = 'taget (.+)'\n")
    taken = take_feeds([feed], tmp_path, vendor=vendor)

    assert ages(taken)[Section.MEDICATION] == said


def test_age_in_the_rows_is_that_of_the_oldest_row_of_the_unit(tmp_path):
    more = "[lists.notater]\nkind='notes'\n[lists.notater.columns]\ncitizen='Id'\ntext='Notat'\n"
    rows = [
        {"Id": "1", "Notat": "x", "Taget": "22-11-2026"},
        {"Id": "1", "Notat": "y", "Taget": "20-11-2026 07:00"},
    ]
    feed = write_lists(tmp_path / "feed", notater=rows)
    taken = take_feeds([feed], tmp_path, vendor=small_map(more + "as_of='Taget'\n"))

    assert ages(taken)[Section.NOTES] == OLD


def test_age_of_the_file_counts_when_the_map_says_so(tmp_path):
    feed = write_lists(tmp_path / "feed")
    os.utime(feed / "borgere.csv", (OLD.timestamp(), OLD.timestamp()))
    vendor = small_map(head="[as_of]\nfile_time = true\n")
    taken = take_feeds([feed], tmp_path, vendor=vendor)

    assert ages(taken)[Section.CITIZENS] == OLD
    assert ages(taken)[Section.OTHER] == OLD


@pytest.mark.parametrize(
    ("stamp", "said"), [((2026, 11, 20, 7, 0, 0), OLD), ((2026, 13, 1, 0, 0, 0), AS_OF)]
)
def test_age_of_a_file_in_a_zip_is_its_local_time(tmp_path, stamp, said):
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(zipfile.ZipInfo("borgere.csv", stamp), csv_bytes([CITIZEN]))
    vendor = small_map(head="[as_of]\nfile_time = true\n")
    taken = take_feeds([path], tmp_path, vendor=vendor)

    assert ages(taken)[Section.CITIZENS] == said


def test_half_of_the_orders_is_not_all_of_them(tmp_path):
    more = "".join(
        f"[lists.{name}]\nkind='{kind}'\n[lists.{name}.columns]\ncitizen='Id'\ndue_on='Dato'\n"
        "item='Vare'\nquantity='Antal'\n"
        for name, kind in (("mad", "meals"), ("depot", "devices"))
    )
    rows = [{"Id": "1", "Dato": "24-11-2026", "Vare": "Suppe", "Antal": ""}]
    feed = write_lists(tmp_path / "feed", mad=rows)
    taken = take_feeds([feed], tmp_path, vendor=small_map(more))

    (state,) = [one for one in taken.all_of(SectionState) if one.section is Section.SERVICE_ORDERS]
    assert (state.is_delivered, state.is_complete) == (True, False)
    assert state.reason == "Listen over hjælpemidler er ikke leveret."


def test_source_has_a_name():
    assert CsvFolderSource.name == "CSV/Excel"
