"""Whatever stands in a list, the reading ends, the books balance and nobody sees a traceback."""

import csv
import functools
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provisioning.errors import ColumnMapError, UnreadableFeedError
from tests.provisioning.lists.lists import (
    CITIZEN,
    ORDER,
    VISIT,
    csv_bytes,
    small_map,
    take_feeds,
    write_lists,
    write_workbook,
)

pytestmark = pytest.mark.slow  # seconds, not milliseconds

# The profile says how many examples; `make deep` digs for hours.
FUZZ = settings(suppress_health_check=list(HealthCheck))
TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
CELLS = TEXT | st.sampled_from(
    ["1", "01-01-2026", "1-2", "0,5", "=A1", "Ja", '"', "\r", "\n", "0201439990", "201439990"]
)
VALUES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.datetimes() | st.dates()
    | st.times() | st.timedeltas() | st.sampled_from(["=1/0", "#N/A", "1", "Aktiv", "0201439990"])
    | st.text("abcæøå 0123456789,.-\n", max_size=8)
)  # fmt: skip
VENDOR = small_map()
LISTS = {"borgere": CITIZEN, "medicin": ORDER, "besoeg": VISIT}


def check(feed: Path, folder: Path):
    """Take it in; the sums are proven on the way. A feed may be refused as a whole, by name."""
    try:
        taken = take_feeds([feed], folder, vendor=VENDOR)
    except UnreadableFeedError:
        return None
    total = taken.report.total
    assert total.accepted + total.rejected == total.read
    return taken


@FUZZ
@given(st.dictionaries(st.sampled_from(sorted(LISTS)), st.binary(max_size=400)))
def test_any_bytes(lists):
    with tempfile.TemporaryDirectory() as folder:
        check(write_lists(Path(folder) / "feed", **lists), Path(folder))


@FUZZ
@given(st.sampled_from(sorted(LISTS)), st.lists(st.lists(CELLS, max_size=16), max_size=6))
def test_any_rows_below_good_headers(name, rows):
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, delimiter=";")
    writer.writerows([list(LISTS[name]), list(LISTS[name].values()), *rows])
    with tempfile.TemporaryDirectory() as folder:
        check(write_lists(Path(folder) / "feed", **{name: sink.getvalue().encode()}), Path(folder))


@FUZZ
@given(st.data())
def test_good_rows_survive_any_line_put_among_them(data):
    junk = data.draw(st.text(st.characters(codec="cp1252", exclude_characters="\r\n"), min_size=1))
    rows = [{**ORDER, "Ordination": f"m{number}"} for number in range(4)]
    lines = csv_bytes(rows).decode().splitlines(keepends=True)
    lines.insert(data.draw(st.integers(1, 5)), junk + "\r\n")
    with tempfile.TemporaryDirectory() as folder:
        content = "".join(lines).encode()
        taken = check(write_lists(Path(folder) / "feed", medicin=content), Path(folder))

    assert taken.report.counts["medicin"].used >= 4


@FUZZ
@given(st.sampled_from(sorted(LISTS)), st.lists(st.lists(VALUES, max_size=16), max_size=5))
def test_any_cells_of_a_sheet(name, rows):
    with tempfile.TemporaryDirectory() as folder:
        feed = write_lists(Path(folder) / "feed")
        write_workbook(feed / f"{name}.xlsx", Ark1=[list(LISTS[name]), *rows])
        check(feed, Path(folder))


@functools.cache
def workbook_bytes() -> bytes:
    """One workbook for every example: it holds the time it was saved, so no two are alike."""
    with tempfile.TemporaryDirectory() as folder:
        sheets = {"Ark1": [list(ORDER), list(ORDER.values())]}
        return write_workbook(Path(folder) / "medicin.xlsx", **sheets).read_bytes()


@FUZZ
@given(st.data())
def test_workbook_with_any_byte_changed(data):
    with tempfile.TemporaryDirectory() as folder:
        feed = write_lists(Path(folder) / "feed")
        path = feed / "medicin.xlsx"
        content = bytearray(workbook_bytes())
        for _ in range(3):
            at = data.draw(st.integers(0, 10**6)) % len(content)
            content[at] = data.draw(st.integers(0, 255))
        path.write_bytes(content)
        check(feed, Path(folder))


@FUZZ
@given(TEXT)
def test_any_column_map(text):
    try:
        small_map(text)
    except ColumnMapError:
        return
