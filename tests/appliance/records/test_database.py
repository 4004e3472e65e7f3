import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from appliance.records.database import ReadOnlyDatabase


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "letters.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE letters AS SELECT 'æ' AS letter")
    connection.commit()
    connection.close()
    return path


def is_open(path: Path) -> bool:
    """Tell whether this process still holds the file, unlinked or not."""
    handles = Path("/proc/self/fd").iterdir()
    return any(str(path) in str(handle.readlink()) for handle in handles if handle.is_symlink())


def test_a_query_answers_with_rows_by_name(path: Path) -> None:
    database = ReadOnlyDatabase(path)

    (row,) = database.execute("SELECT letter FROM letters WHERE letter = ?", ("æ",))

    assert row["letter"] == "æ"


def test_nothing_can_be_written(path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        ReadOnlyDatabase(path).execute("DELETE FROM letters")


@pytest.fixture
def other_thread() -> Iterator[ThreadPoolExecutor]:
    """Return a thread that stays alive between two pieces of work, as a web server's do."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        yield thread


def test_a_closed_database_lets_go_of_a_wiped_file_in_every_thread(
    path: Path, other_thread: ThreadPoolExecutor
) -> None:
    database = ReadOnlyDatabase(path)
    other_thread.submit(lambda: database.execute("SELECT 1").fetchone()).result()
    path.unlink()
    assert is_open(path)

    database.close()

    assert not is_open(path)


def test_a_dropped_database_lets_go_of_a_wiped_file_in_every_thread(
    path: Path, other_thread: ThreadPoolExecutor
) -> None:
    databases = [ReadOnlyDatabase(path)]
    other_thread.submit(lambda: databases[0].execute("SELECT 1").fetchone()).result()
    path.unlink()
    assert is_open(path)

    databases.clear()

    assert not is_open(path)


def test_a_closed_database_opens_again_when_asked(path: Path) -> None:
    database = ReadOnlyDatabase(path)
    database.execute("SELECT 1")
    database.close()

    assert database.execute("SELECT letter FROM letters").fetchone()[0] == "æ"
