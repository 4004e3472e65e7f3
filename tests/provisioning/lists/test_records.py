"""What a cell says is in the record; what it says unreadably is in the report."""

import re
import sqlite3
from contextlib import closing

import pytest

from appliance.records.models import Gap, MedicationOrder, Note, OtherItem, SectionState, Visit
from appliance.records.terms import MedicationStatus
from provisioning.errors import Severity
from provisioning.sources.lists.columns import read_column_map
from tests.provisioning.lists.lists import (
    ORDER,
    SMALL,
    VISIT,
    blocked,
    csv_bytes,
    order_with,
    small_map,
    take_small,
)


def test_wrong_date_of_a_medicine_is_a_gap_and_an_error_with_what_was_expected(tmp_path):
    taken = take_small(tmp_path, medicin=[order_with(Dato="31-02-2026")])

    assert "medicin.Dato: cannot be read (expected a date such as 23-11-2026)" in taken.messages
    assert Gap("ordered_on", "unreadable") in taken.one(MedicationOrder).gaps
    assert taken.one(MedicationOrder).ordered_on is None
    assert not taken.report.is_clean


@pytest.mark.parametrize("cells", [{"Dato": "32-11-2026"}, {"Fra": ""}, {"Fra": "kl. 25"}])
def test_visit_at_no_time_is_rejected(tmp_path, cells):
    taken = take_small(tmp_path, besoeg=[VISIT, {**VISIT, **cells}])

    assert taken.verdicts("besoeg") == (1, 0, 0, 1)
    assert re.search(
        r"besoeg\.csv:3: blocking: besoeg\.Dato \+ Fra: cannot be read", taken.messages
    )
    assert blocked(taken) == {"a"}


def test_row_that_says_nothing_is_carried_along_and_blocks_nobody(tmp_path):
    taken = take_small(tmp_path, besoeg=[{**VISIT, "Dato": "", "Fra": "", "Til": ""}])

    assert taken.verdicts("besoeg") == (0, 1, 0, 0)
    assert taken.one(OtherItem).type == "besoeg"
    assert blocked(taken) == set()
    assert "is empty; the row is kept as it is" in taken.messages


def test_visit_that_ends_before_it_begins_has_no_length(tmp_path):
    taken = take_small(tmp_path, besoeg=[{**VISIT, "Til": "07:00"}])

    assert taken.one(Visit).minutes is None
    assert "is not after the start" in taken.messages


def test_unknown_status_is_no_reason_to_give_the_medicine(tmp_path):
    taken = take_small(tmp_path, medicin=[order_with(Status="Måske")])

    assert taken.one(MedicationOrder).status is MedicationStatus.UNKNOWN
    assert "medicin.Status: cannot be read (expected aktiv, pauseret)" in taken.messages
    assert "Måske" not in taken.messages


def test_identical_rows_are_one_record_and_counted(tmp_path):
    taken = take_small(tmp_path, medicin=[ORDER, ORDER])

    assert taken.verdicts("medicin") == (1, 1, 0, 0)
    assert taken.report.left_out["medicin delivered twice, identical"] == 1


def test_two_versions_of_one_order_block_the_unit(tmp_path):
    taken = take_small(tmp_path, medicin=[ORDER, order_with(Morgen="2")])

    assert "delivered before with other content; which is right?" in taken.messages
    assert blocked(taken) == {"a"}


def test_control_characters_are_taken_out_and_said(tmp_path):
    taken = take_small(tmp_path, medicin=[order_with(Navn="Pa\u202emol\x07 C:\\build")])

    assert taken.one(MedicationOrder).brand == "Pamol C:\\build"
    assert "control or text-direction characters were removed" in taken.messages


def test_rejected_row_of_a_list_about_nobody_is_an_error_and_blocks_nobody(tmp_path):
    vendor = small_map("[lists.personale]\nkind='staff'\n[lists.personale.columns]\n"
                       "staff='Nr'\ninitials='Init'\nrole='Rolle'\nvalid_until='Til'\n"
                       "units='Enheder'\n")  # fmt: skip
    rows = b"Nr;Init;Rolle;Til;Enheder\r\n1;ab;nurse;;a\r\n2;cd\r\n3;;nurse;;\r\n4;ef;konge;;c\r\n"
    taken = take_small(tmp_path, vendor, personale=rows)

    assert blocked(taken) == set()
    assert taken.verdicts("personale") == (2, 1, 0, 1)
    assert taken.report.totals[Severity.ERROR] == 3
    assert "says no role we know; IT, which sees no citizen, is used" in taken.messages
    assert "names a unit that is not in the delivery" in taken.messages


def test_note_keeps_the_vendors_words(tmp_path):
    vendor = small_map("[lists.notater]\nkind='notes'\n[lists.notater.columns]\n"
                       "citizen='Id'\ntext='Notat'\n")  # fmt: skip
    taken = take_small(tmp_path, vendor, notater=[{"Id": "1", "Notat": 'Siger "nej" ; 5" sår'}])

    assert taken.one(Note).text == 'Siger "nej" ; 5" sår'


def test_order_without_a_day_is_carried_along_and_one_with_a_wrong_day_rejected(tmp_path):
    more = "[lists.mad]\nkind='meals'\n[lists.mad.columns]\ncitizen='Id'\ndue_on='Dato'\n"
    rows = [{"Id": "1", "Dato": ""}, {"Id": "1", "Dato": "i morgen"}]
    taken = take_small(tmp_path, small_map(more), mad=rows)

    assert taken.verdicts("mad") == (0, 1, 0, 1)


def test_medicine_is_no_newer_than_its_oldest_line(tmp_path):
    vendor = read_column_map(
        SMALL.replace('brand = "Navn"', 'brand = "Navn"\nread_at = "FMK"').encode(), "x.toml"
    )
    rows = [
        {**order_with(Ordination=str(number)), "FMK": said}
        for number, said in enumerate(("22-11-2026 08:00", "21-11-2026 08:00", "", "22-11-2026"))
    ]
    taken = take_small(tmp_path, vendor, medicin=rows)

    (own,) = [one for one in taken.all_of(SectionState) if one.citizen_id]
    assert own.as_of.isoformat() == "2026-11-21T07:00:00+00:00"


def test_columns_of_one_name_are_both_kept_beside_the_record(tmp_path):
    content = csv_bytes([ORDER]).replace(b";Dato\r\n", b";Dato;Ekstra;Ekstra\r\n", 1)
    content = content[:-2] + b";en;to\r\n"
    taken = take_small(tmp_path, medicin=content)

    with closing(sqlite3.connect(taken.night.staging)) as database:
        ((original,),) = database.execute("SELECT original FROM medication").fetchall()
    assert '"Ekstra":"en"' in original
    assert '"Ekstra (17)":"to"' in original
