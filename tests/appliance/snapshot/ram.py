"""A temp folder in RAM where there is one, since these tests fsync thousands of times; a peak."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_RAM = Path("/dev/shm")


def peak_kib() -> int:
    """Return the most memory this program ever had; getrusage would count its parent's too."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM")))


@contextlib.contextmanager
def ram_folder() -> Iterator[Path]:
    """Give a folder for the block, where a fixture would be shared by all examples of a test."""
    folder = tempfile.mkdtemp(prefix="nodboks-", dir=_RAM if _RAM.is_dir() else None)
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    with ram_folder() as folder:
        yield folder
