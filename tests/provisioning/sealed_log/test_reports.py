import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest

from appliance import crypto
from appliance.sealed_log.entry import Action, ClockTrust, Entry, When, Who
from provisioning.errors import SealedLogError
from provisioning.sealed_log import reports
from provisioning.sealed_log.findings import Kind
from provisioning.sealed_log.reading import OpenedEntry, open_log, read_identity, read_log
from provisioning.sealed_log.shown import ACTIONS, Form, Sheet, when, written
from provisioning.sealed_log.verify import verify
from tests.appliance.sealed_log.logs import (
    AASE,
    AGNES,
    AUDIT_IDENTITY,
    EGON,
    NIGHT,
    BoxLog,
    entry,
)

BENT = Who("BEN", "s-bent", "nurse", "10.77.0.30")


def numbered(*entries: Entry) -> list[OpenedEntry]:
    return [OpenedEntry("000001.log", number, one) for number, one in enumerate(entries, 1)]


def test_access_report_tells_who_saw_or_printed_one_citizen_and_nothing_of_others():
    log = numbered(
        entry(),
        entry(minute=1, whom=(EGON,)),
        entry(Action.SEARCH, 2, whom=(EGON, AASE), text="Egon"),
        entry(Action.PRINT_ORDERED, 3, about="pack", who=BENT, whom=(AASE, EGON)),
        entry(Action.LOGIN, 4, whom=()),
    )

    sheet = reports.access_report(log, " 010130-1234 ")

    assert [row[0] for row in sheet.rows] == ["1", "3", "4"]
    assert sheet.rows[0] == (
        "1", "23.11.2026 kl. 03.00.00", "AGN · s-agnes · nurse", "Så medicinlisten", "10.77.0.21",
    )  # fmt: skip
    assert sheet.rows[2][2:4] == ("BEN · s-bent · nurse", "Bestilte udskrift (pack)")
    assert "2412381177" not in str(sheet)
    assert "Egon" not in str(sheet)


def test_citizen_nobody_saw_has_an_empty_report():
    assert reports.access_report(numbered(entry(whom=())), "0101301234").rows == ()


def test_spot_check_draws_the_same_with_the_same_key_and_others_with_another():
    log = numbered(*(entry(minute=minute) for minute in range(200)))

    first = reports.spot_check(log, (2026, 11), 20, "a key")

    assert first.rows == reports.spot_check(log, (2026, 11), 20, "a key").rows
    assert first.rows != reports.spot_check(log, (2026, 11), 20, "another").rows
    assert len(first.rows) == 20
    assert "20 af 200 opslag i 11.2026, trukket med nøglen a key." in first.notes


def test_spot_check_draws_looks_of_the_month_only_and_no_more_than_there_are():
    log = numbered(
        entry(),
        entry(Action.LOGIN, 1),
        entry(Action.SHEET_MADE, 2),
        entry(minute=60 * 24 * 30),
    )

    sheet = reports.spot_check(log, (2026, 11), 20, "key")

    assert [row[0] for row in sheet.rows] == ["1"]


def test_every_look_is_as_likely_to_be_drawn():
    log = numbered(*(entry(minute=minute) for minute in range(50)))
    drawn = [0] * 51
    for seed in range(400):
        for row in reports.spot_check(log, (2026, 11), 10, str(seed)).rows:
            drawn[int(row[0])] += 1

    assert min(drawn[1:]) > 40  # 80 each on average
    assert max(drawn) < 130


def test_broken_glass_is_listed_with_reason_and_what_was_looked_at_in_the_hour():
    log = numbered(
        entry(minute=1),
        entry(Action.BREAK_GLASS, 2, text="Kaldt til naboafsnit", whom=()),
        entry(minute=3, whom=(EGON,)),
        entry(minute=4, who=BENT),
        entry(Action.SHOW_CPR, 61, whom=(AASE,)),
        entry(minute=63, whom=(AASE,)),
    )

    (row,) = reports.break_glass(log).rows

    assert row[5:8] == ("Kaldt til naboafsnit", "2", "0101301234, 2412381177")


def test_unit_taken_in_from_a_neighbour_is_among_them_with_its_reason():
    taken = entry(Action.RUNNER_TAKEN, text="Solgården har ingen strøm", about="a.runner")
    log = numbered(replace(taken, unit_id=""))

    (row,) = reports.break_glass(log).rows

    assert row[4:6] == ("a.runner", "Solgården har ingen strøm")


def test_every_action_has_its_danish_words():
    assert set(ACTIONS) == set(Action)


def test_time_of_a_clock_nobody_trusted_says_so_and_the_box_itself_has_no_initials():
    one = Entry(Action.START, When(NIGHT, 0.0, ClockTrust.UNSURE))

    (row,) = reports.all_entries(numbered(one)).rows

    assert row[1] == when(one) == "23.11.2026 kl. 03.00.00 (uret var usikkert)"
    assert row[2] == "boksen"


SHEET = Sheet("Prøve", ("En note.",), ("A", "B"), (("=1+1", "x;\ny"), ("<b>", "å")))


def test_table_lines_up_and_keeps_a_cell_on_its_line():
    assert written(SHEET, Form.TABLE).splitlines() == [
        "Prøve", "En note.", "", "A     B", "-------", "=1+1  x; y", "<b>   å",
    ]  # fmt: skip


def test_csv_opens_in_excel_and_no_cell_is_a_formula():
    text = written(SHEET, Form.CSV)

    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert text.startswith("\ufeff")
    assert rows == [["A", "B"], ["'=1+1", "x;\ny"], ["<b>", "å"]]


def test_page_shows_what_was_typed_as_text():
    page = written(SHEET, Form.HTML)

    assert "&lt;b&gt;" in page
    assert "<b>" not in page


def test_entry_that_was_sent_twice_is_one_and_what_does_not_open_is_named(tmp_path):
    box = BoxLog(tmp_path / "log")
    box.add(entry(), entry(), entry(minute=1))
    box.log.append(
        [crypto.encrypt(b"x", crypto.recipient_of(crypto.new_identity()))], is_durable=True
    )
    box.log.append([crypto.encrypt(b"{}", crypto.recipient_of(AUDIT_IDENTITY))], is_durable=True)
    box.log.lose(1)
    box.add(entry(minute=2, who=AGNES))
    box.log.close()
    segments, heads = read_log(box.folder)

    opened = open_log(verify(segments, heads, box.public_key).lines, AUDIT_IDENTITY)

    minutes = [one.entry.when.at - NIGHT for one in opened.entries]
    assert minutes == [timedelta(minutes=minute) for minute in range(3)]
    assert [finding.kind for finding in opened.findings] == [Kind.TAMPERED, Kind.TAMPERED]
    assert "does not open with this key" in opened.findings[0].text


@pytest.mark.parametrize("content", ["", "age1xyz", "AGE-SECRET-KEY-1BROKEN"])
def test_file_without_an_identity_is_refused_and_not_repeated(tmp_path, content):
    path = tmp_path / "audit.key"
    path.write_text(content)

    with pytest.raises(SealedLogError) as refused:
        read_identity(path)

    assert "BROKEN" not in str(refused.value)


def test_identity_is_found_among_the_comments_of_age_keygen(tmp_path):
    path = tmp_path / "audit.key"
    path.write_text(f"# created: 2026\n# public key: age1x\n{AUDIT_IDENTITY}\n")

    assert read_identity(path) == AUDIT_IDENTITY


def test_folder_without_a_log_and_file_that_is_gone_are_named(tmp_path):
    with pytest.raises(SealedLogError, match="no segment"):
        read_log(tmp_path)
    (tmp_path / "000001.log").mkdir()
    with pytest.raises(SealedLogError, match="Is a directory"):
        read_log(tmp_path)
