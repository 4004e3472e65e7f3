"""A small snapshot, opened: two units, three citizens."""

from pathlib import Path

import pytest

from appliance.records.store import RecordStore
from appliance.records.writer import RecordWriter
from tests.appliance.records.invented import AASE, BENT, CARL, LINDEHUSET, SOLSIDEN


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return where the test writes its snapshot."""
    return tmp_path / "records.sqlite"


@pytest.fixture
def writer(database: Path) -> RecordWriter:
    """Return a writer that already holds the units and the citizens."""
    writer = RecordWriter(database)
    for record in (LINDEHUSET, SOLSIDEN, AASE, BENT, CARL):
        writer.add(record)
    return writer


@pytest.fixture
def store(writer: RecordWriter, database: Path) -> RecordStore:
    """Return the small snapshot, opened for reading."""
    with writer:
        pass
    return RecordStore(database)
