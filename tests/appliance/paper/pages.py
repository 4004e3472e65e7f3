"""Read a printed document back: its texts, and where each word stands on the page."""

import io
import re
import shutil
import subprocess
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import RectangleObject

# Ink of neighbours may touch by a hair; more than this is one word on top of another.
_TOUCH_PT = 0.8
_MARGIN_PT = 12 * 72 / 25.4
_SAME_LINE_PT = 1.2
# How far outside the page words are looked for: a row of some pages, all in one piece.
_AROUND_PT = 4000.0
# No letter of a sheet is as tall as one of those that say that it is a drill.
_SMALLEST_MARK_PT = 50


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its box in points from the top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def is_over(self, other: "Word") -> bool:
        """Tell whether the two words lie on top of each other."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        # The box is the font's, with room for accents; the letters fill its middle.
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide > _TOUCH_PT and high > 0.35 * min(self.height, other.height)

    def is_within(self, width: float, height: float) -> bool:
        """Tell whether all of the word is on a page of that size."""
        is_across = self.left >= 0 and self.right <= width
        return is_across and self.top >= 0 and self.bottom <= height

    @property
    def height(self) -> float:
        """Return the height of the box."""
        return self.bottom - self.top


def texts(pdf: bytes) -> list[str]:
    """Return the text of every page, with one ordinary space between words."""
    return [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def squeezed(text: str) -> str:
    """Return the text with ordinary single spaces and no breaks inside long words."""
    return re.sub(r"\s+", " ", re.sub("[\u200b\u00ad]", "", text))


def bare(text: str) -> str:
    """Return the text without any spaces: line breaks inside long words do not matter then."""
    return re.sub(r"[\s\u200b\u00ad]+", "", text)


def layout(pdf: bytes, folder: Path) -> list[list[Word]]:
    """Return the words of every page with their boxes, as poppler sees them.

    Poppler leaves out what lies outside the page, and that is what a test must see: so the page is
    made larger first, on all sides.
    """
    need("pdftotext")
    source, target = folder / "page.pdf", folder / "page.html"
    source.write_bytes(_with_surroundings(pdf))
    subprocess.run(["pdftotext", "-bbox-layout", source, target], check=True)
    # Control characters cannot stand in XML; poppler writes them all the same.
    text = re.sub(r"[\x00-\x08\x0b-\x1f]", "", target.read_text())
    pages = [node for node in ET.fromstring(text).iter() if node.tag.endswith("}page")]  # noqa: S314
    return [[_word(node) for node in page.iter() if node.tag.endswith("}word")] for page in pages]


def lost_words(pdf: bytes, folder: Path) -> list[str]:
    """Return the words that lie outside their page, or in its foot without belonging there."""
    found: list[str] = []
    sizes = [page.mediabox for page in PdfReader(io.BytesIO(pdf)).pages]
    for size, words in zip(sizes, layout(pdf, folder), strict=True):
        width, height = float(size.width), float(size.height)
        found += [word.text for word in words if not word.is_within(width, height)]
        found += below_the_body(words)
    return found


def below_the_body(words: list[Word]) -> list[str]:
    """Return the words in the foot that are none of it.

    The foot begins with "Side 1 af 2" at its right. Its other lines begin at the margin, where no
    cell of a table has its text.
    """
    pages = [word for word, after in pairwise(words) if _is_page_number(word, after)]
    if not pages:
        return []
    foot = max(pages, key=lambda word: word.top)
    low = [word for word in words if word.bottom > foot.top + _TOUCH_PT]
    serials = [word.left for word in low if word.text == "Udskrift" and word.top > foot.top]
    right = min([foot.left, *serials]) - _TOUCH_PT
    starts = [word.top for word in low if abs(word.left - _MARGIN_PT) < _TOUCH_PT]
    return [
        word.text
        for word in low
        if word.left < right and not any(abs(word.top - top) < _SAME_LINE_PT for top in starts)
    ]


def _is_page_number(word: Word, after: Word) -> bool:
    return word.text == "Side" and after.text.isdigit()


def _with_surroundings(pdf: bytes) -> bytes:
    writer = PdfWriter(io.BytesIO(pdf))
    for page in writer.pages:
        left, bottom, right, top = (float(edge) for edge in page.mediabox)
        around = (left - _AROUND_PT, bottom - _AROUND_PT, right + _AROUND_PT, top + _AROUND_PT)
        page.mediabox = page.cropbox = RectangleObject(around)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def overprinted(words: list[Word]) -> list[tuple[str, str]]:
    """Return the pairs of words that lie on top of each other."""
    found, near = [], []
    for word in sorted(words, key=lambda word: word.top):
        near = [other for other in near if other.bottom > word.top]
        found += [(other.text, word.text) for other in near if word.is_over(other)]
        near.append(word)
    return found


def without_drill_mark(words: list[Word]) -> list[Word]:
    """Return the words of a page but for the letters of the drill's word, which lies across it."""
    return [
        word
        for word in words
        if word.bottom - word.top < _SMALLEST_MARK_PT or not set(word.text) <= set("ØVELSE")
    ]


def need(program: str) -> None:
    """Skip the test, saying why, where a program is not installed."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed (Debian: poppler-utils, zbar-tools)")


def _word(node: ET.Element) -> Word:
    edges = (float(node.attrib[key]) - _AROUND_PT for key in ("xMin", "yMin", "xMax", "yMax"))
    left, top, right, bottom = edges
    return Word(node.text or "", left, top, right, bottom)
