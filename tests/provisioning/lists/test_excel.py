"""Excel's own ways with dates, numbers, formulas and merged cells change nothing unsaid."""

import datetime as dt
import shutil
import zipfile

import openpyxl
import pytest

from appliance.records.models import Citizen, Gap, MedicationOrder, Visit
from tests.provisioning.feeds import IDS
from tests.provisioning.lists.lists import (
    CITIZEN,
    ORDER,
    VISIT,
    csv_bytes,
    order_with,
    small_map,
    take_feeds,
    write_workbook,
)

pytestmark = pytest.mark.slow  # seconds, not milliseconds


def take_sheets(tmp_path, **sheets):
    feed = tmp_path / "feed"
    feed.mkdir(exist_ok=True)
    sheets = {"borgere": [list(CITIZEN), list(CITIZEN.values())], **sheets}
    write_workbook(feed / "udtræk.xlsx", **sheets)
    return take_feeds([feed], tmp_path, vendor=small_map())


def medicine(**cells):
    return [list(ORDER), list({**ORDER, **cells}.values())]


def rewrite(path, change):
    """Change the XML of a workbook's sheets, as no library would write it."""
    other = path.with_suffix(".tmp")
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(other, "w") as made:
        for item in given.infolist():
            content = given.read(item)
            is_sheet = item.filename.startswith("xl/worksheets/")
            made.writestr(item, change(content) if is_sheet else content)
    shutil.move(other, path)


def test_dates_and_numbers_of_excel_are_read_as_what_they_are(tmp_path):
    taken = take_sheets(
        tmp_path,
        medicin=medicine(Dato=dt.date(2026, 11, 1), Morgen=1, PN=False),
        besoeg=[
            list(VISIT),
            [1, dt.date(2026, 11, 24), dt.time(8), dt.time(8, 30), "Bad", None],
        ],
    )

    assert taken.messages == ""
    order = taken.one(MedicationOrder)
    assert order.ordered_on == dt.date(2026, 11, 1)
    assert order.dosage.grid.morning == "1"
    assert taken.one(Visit).starts_at.isoformat() == "2026-11-24T07:00:00+00:00"
    assert taken.one(Visit).citizen_id == IDS.citizen("1")


def test_midnight_is_a_time_when_the_cell_shows_one(tmp_path):
    day, length = dt.date(2026, 11, 24), dt.timedelta(minutes=90)
    taken = take_sheets(tmp_path, besoeg=[list(VISIT), ["1", day, dt.time(0), length, "", ""]])

    assert taken.one(Visit).starts_at.isoformat() == "2026-11-23T23:00:00+00:00"
    assert taken.one(Visit).minutes == 90


@pytest.mark.parametrize(("value", "shown"), [(0.1 + 0.2, "0,3"), (1.0, "1"), (2, "2")])
def test_amounts_are_shown_without_the_noise_of_binary_numbers(tmp_path, value, shown):
    taken = take_sheets(tmp_path, medicin=medicine(Morgen=value, Dosering=""))

    assert taken.one(MedicationOrder).dosage.grid.morning == shown


def test_range_that_excel_made_a_date_of_is_not_a_dose(tmp_path):
    taken = take_sheets(tmp_path, medicin=medicine(Morgen=dt.date(2026, 2, 1), Dosering=""))

    order = taken.one(MedicationOrder)
    assert order.dosage.text is None
    assert Gap("dosage", "unreadable") in order.gaps
    assert "medicin.Morgen: is a date in Excel; was it a range such as 1-2?" in taken.messages


def test_cpr_as_a_number_has_lost_its_zero_and_gets_it_back_when_it_is_sure(tmp_path):
    people = [list(CITIZEN), list({**CITIZEN, "CPR": 201439990}.values())]
    taken = take_sheets(tmp_path, borgere=people)

    assert taken.one(Citizen).cpr == "0201439990"
    assert "had lost its first zero; put back" in taken.messages


def test_cpr_as_a_number_shown_with_ten_digits_has_lost_nothing(tmp_path):
    feed = tmp_path / "feed"
    feed.mkdir()
    path = write_workbook(
        feed / "borgere.xlsx",
        Ark1=[list(CITIZEN), list({**CITIZEN, "CPR": 201439990, "Født": None}.values())],
    )
    book = openpyxl.load_workbook(path)
    book["Ark1"]["B2"].number_format = "000000-0000"
    book.save(path)
    taken = take_feeds([feed], tmp_path, vendor=small_map())

    assert taken.one(Citizen).cpr == "0201439990"


def test_formula_nobody_worked_out_is_a_fault_of_its_cell(tmp_path):
    taken = take_sheets(tmp_path, medicin=medicine(Navn='="Pa"&"mol"', Dato="=TODAY()"))

    order = taken.one(MedicationOrder)
    assert order.brand is None
    assert {Gap("brand", "unreadable"), Gap("ordered_on", "unreadable")} <= set(order.gaps)
    assert "medicin.Navn: holds a formula without a worked-out value" in taken.messages


def test_formula_counts_by_the_value_excel_worked_out_and_is_pointed_out(tmp_path):
    feed = tmp_path / "feed"
    feed.mkdir()
    (feed / "borgere.csv").write_bytes(csv_bytes([CITIZEN]))
    path = write_workbook(feed / "medicin.xlsx", Ark1=medicine(Navn="=A1"))
    unknown, known = b'"><f>A1</f><v /></c>', b'" t="str"><f>A1</f><v>Pamol</v></c>'
    rewrite(path, lambda xml: xml.replace(unknown, known))
    taken = take_feeds([feed], tmp_path, vendor=small_map())

    assert taken.one(MedicationOrder).brand == "Pamol"
    assert "medicin.xlsx:2: warning: medicin: holds a formula" in taken.messages


def test_excel_error_is_a_fault_of_its_cell(tmp_path):
    taken = take_sheets(tmp_path, besoeg=[list(VISIT), ["1", "#N/A", "08:00", "", "", ""]])

    assert taken.verdicts("besoeg") == (0, 0, 0, 1)
    assert "holds an Excel error (expected a value)" in taken.messages


def test_faulty_key_of_a_row_rejects_it(tmp_path):
    taken = take_sheets(tmp_path, medicin=medicine(Id="#REF!"))

    assert taken.verdicts("medicin") == (0, 0, 0, 1)


def test_title_and_headers_on_two_rows_are_found(tmp_path):
    feed = tmp_path / "feed"
    feed.mkdir()
    (feed / "borgere.csv").write_bytes(csv_bytes([CITIZEN]))
    names = list(ORDER)
    upper = [name if at < 6 or at > 10 else ("Dosis" if at == 6 else None)
             for at, name in enumerate(names)]  # fmt: skip
    lower = [name if 6 <= at <= 10 else None for at, name in enumerate(names)]
    rows = [["Medicinliste, taget 23-11-2026 02:05"], [], upper, lower, list(ORDER.values())]
    path = write_workbook(feed / "medicin.xlsx", Ark1=rows)
    book = openpyxl.load_workbook(path)
    book["Ark1"].merge_cells("A1:O1")
    book["Ark1"].merge_cells("G3:K3")
    book["Ark1"].merge_cells("A3:A4")
    book.save(path)
    vendor = small_map(head="[as_of]\nheader_line = 'taget (.+)'\n")
    taken = take_feeds([feed], tmp_path, vendor=vendor)

    assert taken.one(MedicationOrder).dosage.grid.morning == "1"
    assert taken.verdicts("medicin") == (1, 0, 0, 0)


def test_cells_beyond_the_headers_are_said_and_cost_nothing(tmp_path):
    rows = medicine()
    rows[1].append("husk Karen")
    taken = take_sheets(tmp_path, medicin=[*rows, [], [None, None]])

    assert taken.verdicts("medicin") == (1, 0, 0, 0)
    assert "udtræk.xlsx[medicin]:2: warning: medicin: has cells beyond" in taken.messages


def test_short_rows_of_a_sheet_are_whole(tmp_path):
    taken = take_sheets(tmp_path, medicin=[list(ORDER), ["1", None, "m1", "Aktiv", "Pamol"]])

    assert taken.one(MedicationOrder).brand == "Pamol"


def test_line_breaks_of_excel_stay_line_breaks(tmp_path):
    taken = take_sheets(tmp_path, medicin=medicine(Dosering="Mandag: 1_x000D_\nTirsdag: 2"))

    assert taken.one(MedicationOrder).dosage.text == "Mandag: 1\nTirsdag: 2"


def test_sheet_nobody_asked_for_is_named(tmp_path):
    taken = take_sheets(tmp_path, medicin=medicine(), Diagram=[["x"]])

    assert "udtræk.xlsx[Diagram]: warning: file: is no list" in taken.messages


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a workbook", b"<html></html>"])
def test_file_that_is_no_workbook_blocks(tmp_path, content):
    feed = tmp_path / "feed"
    feed.mkdir()
    (feed / "borgere.csv").write_bytes(csv_bytes([CITIZEN]))
    (feed / "medicin.xlsx").write_bytes(content)
    taken = take_feeds([feed], tmp_path, vendor=small_map())

    assert "medicin.xlsx: blocking: file: medicin.xlsx: not a workbook" in taken.messages


def test_sheet_damaged_half_way_blocks_with_the_rows_before_counted(tmp_path):
    feed = tmp_path / "feed"
    feed.mkdir()
    (feed / "borgere.csv").write_bytes(csv_bytes([CITIZEN]))
    rows = [list(order_with(Ordination=f"m{number}").values()) for number in range(500)]
    path = write_workbook(feed / "medicin.xlsx", Ark1=[list(ORDER), *rows])
    rewrite(path, lambda xml: xml[: xml.index(b'<row r="400"') + 5])
    taken = take_feeds([feed], tmp_path, vendor=small_map())

    assert taken.report.counts["medicin"].used > 300
    assert "medicin.xlsx: stopped after row" in taken.messages
    assert not taken.report.is_clean


def test_workbook_far_too_large_unpacked_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("provisioning.sources.lists.excel._LARGEST_UNPACKED", 100)
    taken = take_sheets_beside_csv(tmp_path)

    assert "larger than 100 bytes unpacked" in taken.messages


def test_workbook_far_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("provisioning.sources.lists.excel._LARGEST", 100)
    taken = take_sheets_beside_csv(tmp_path)

    assert "larger than 100 bytes" in taken.messages


def take_sheets_beside_csv(tmp_path):
    feed = tmp_path / "feed"
    feed.mkdir()
    (feed / "borgere.csv").write_bytes(csv_bytes([CITIZEN]))
    write_workbook(feed / "medicin.xlsx", Ark1=medicine())
    return take_feeds([feed], tmp_path, vendor=small_map())


@pytest.mark.parametrize(
    ("name", "first", "cut"),
    [("borgere", CITIZEN, 400), ("medicin", {"Id": "1", "Navn": "x"}, 400), ("medicin", ORDER, 2)],
)
def test_damage_is_found_in_any_list_and_at_any_row(tmp_path, name, first, cut):
    feed = tmp_path / "feed"
    feed.mkdir()
    (feed / "borgere.csv").write_bytes(csv_bytes([CITIZEN]))
    path = write_workbook(feed / f"{name}.xlsx", Ark1=[list(first), *[list(first.values())] * 500])
    rewrite(path, lambda xml: xml[: xml.index(f'<row r="{cut}"'.encode()) + 5])
    taken = take_feeds([feed], tmp_path, vendor=small_map())

    assert f"{name}.xlsx: stopped after row" in taken.messages
    assert "a" in {str(unit) for unit in taken.night.units}
    assert not taken.report.is_clean


def test_workbook_in_a_zip_is_read_in_place(tmp_path):
    take_sheets(tmp_path, medicin=medicine())
    with zipfile.ZipFile(tmp_path / "feed.zip", "w") as packed:
        packed.write(tmp_path / "feed" / "udtræk.xlsx", "lister/udtræk.xlsx")
    taken = take_feeds([tmp_path / "feed.zip"], tmp_path, vendor=small_map())

    assert taken.report.total.used == 2
