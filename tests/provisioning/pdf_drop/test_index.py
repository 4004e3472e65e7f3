import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from provisioning.sources.feed_store import FolderStore, ZipStore
from provisioning.sources.pdf_drop.index import IndexFault, IndexRow, read_index


def read(tmp_path: Path, content: str, encoding: str = "utf-8") -> list[IndexRow | IndexFault]:
    (tmp_path / "index.csv").write_bytes(content.encode(encoding))
    return list(read_index(FolderStore(tmp_path), "index.csv"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_an_index_is_read_as_tolerantly_as_a_list(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    rows = [["Titel", "FIL", "Cpr-nr.", "Dato", "ukendt"],
            ["Sår på hæl", "sår.jpg", "010130-1234", "20-11-2026", "?"]]  # fmt: skip
    content = "\r\n".join(delimiter.join(row) for row in rows)

    (row,) = read(tmp_path, content, encoding)

    date = datetime(2026, 11, 19, 23, tzinfo=UTC)
    assert row == IndexRow(2, "sår.jpg", "0101301234", None, "Sår på hæl", date)


def test_files_are_named_from_where_the_index_lies(tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "Index.CSV").write_text("fil;borger\n.\\a\\b.pdf;17\n")

    (row,) = read_index(FolderStore(tmp_path), "drop/Index.CSV")

    assert row == IndexRow(2, "drop/a/b.pdf", citizen="17")


@pytest.mark.parametrize(
    ("line", "field", "reason"),
    [
        (";0101301234;", "file", "is empty"),
        ("a.pdf;123;", "cpr", "is no CPR number"),
        ("a.pdf;;i går", "date", "is not a date"),
        ('"a.pdf;;', "", "a quote is not closed"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_by_its_line(
    tmp_path: Path, line: str, field: str, reason: str
) -> None:
    (fault,) = read(tmp_path, f"fil;cpr;dato\n{line}\n")

    assert isinstance(fault, IndexFault)
    assert (fault.line, fault.field) == (2, field)
    assert reason in fault.reason


@pytest.mark.parametrize("content", ["", "navn;adresse\na;b\n"])
def test_an_index_without_files_says_what_it_should_hold(tmp_path: Path, content: str) -> None:
    (fault,) = read(tmp_path, content)

    assert fault == IndexFault(None, "file", "there is no such column", "file;cpr;citizen;title")


def test_an_index_that_is_damaged_is_a_fault(tmp_path: Path) -> None:
    packed = tmp_path / "drop.zip"
    with zipfile.ZipFile(packed, "w") as target:
        target.writestr("index.csv", "fil;cpr\na.pdf;0101301234\n")
    content = bytearray(packed.read_bytes())
    content[45] ^= 1
    packed.write_bytes(content)

    (fault,) = read_index(ZipStore(packed), "index.csv")

    assert isinstance(fault, IndexFault)
    assert "stops half-way" in fault.reason
