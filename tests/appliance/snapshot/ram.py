"""A temp folder in RAM where there is one: these tests fsync thousands of times."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_RAM = Path("/dev/shm")


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    folder = tempfile.mkdtemp(prefix="nodboks-", dir=_RAM if _RAM.is_dir() else None)
    yield Path(folder)
    shutil.rmtree(folder)
