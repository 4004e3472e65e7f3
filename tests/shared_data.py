"""Find the real data nobody here wrote; tests skip with a reason where it is absent."""

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def folder(name: str) -> Path:
    """Return a folder (or file) of the shared real data, or skip the test."""
    path = SHARED_DATA / name
    if not path.exists():
        pytest.skip(f"real data {name!r} is not beside this checkout (../shared/data)")
    return path
