"""Measure the room between the lines of a printed page, as somebody with a ruler would."""

import itertools
import subprocess
from pathlib import Path

from tests.appliance.paper.pages import layout, need

_DPI = 100
_MM_PER_PIXEL = 25.4 / _DPI
_POINTS_PER_PIXEL = 72 / _DPI
_DARK = 140


def writing_room_mm(pdf: bytes, folder: Path, *, below: str, at_mm: float) -> list[float]:
    """Return the distances between the lines that cross a point, where nothing is printed.

    On the first page, from the word `below` to the end mark.
    """
    rows = _pixels(pdf, folder)
    words = layout(pdf, folder)[0]
    top = next(word.top for word in words if word.text == below and word.top > _HEAD_PT)
    end = next((word.top for word in words if word.text == "Slut"), _FOOT_PT)
    left = at_mm / 25.4 * 72
    near = [word for word in words if word.left < left + _REACH_PT and word.right > left]
    lines = [y for y in _lines(rows, at_mm) if top < y < end]
    return [
        round((lower - upper) / 72 * 25.4, 1)
        for upper, lower in itertools.pairwise(lines)
        if not any(word.bottom > upper + 2 and word.top < lower - 2 for word in near)
    ]


_HEAD_PT, _FOOT_PT = 80.0, 765.0
_REACH_PT = 8 / 25.4 * 72


def _lines(rows: list[bytes], at_mm: float) -> list[float]:
    """Return where lines are, in points: dark for 8 mm to the right; no letter is."""
    column = round(at_mm / _MM_PER_PIXEL)
    reach = range(column, column + round(8 / _MM_PER_PIXEL))
    dark = [number for number, row in enumerate(rows) if all(row[x] < _DARK for x in reach)]
    return [y * _POINTS_PER_PIXEL for y in dark if y - 1 not in dark]


def _pixels(pdf: bytes, folder: Path) -> list[bytes]:
    need("pdftoppm")
    (folder / "ruled.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-r", str(_DPI), "-gray", "-l", "1", "ruled.pdf"]
    picture = subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout
    _magic, size, _deepest, pixels = picture.split(b"\n", 3)
    width, height = (int(part) for part in size.split())
    return [pixels[start : start + width] for start in range(0, width * height, width)]
