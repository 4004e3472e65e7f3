"""Read a printed document back: its texts, and where each word stands on the page."""

import io
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pypdf import PdfReader

# Ink of neighbours may touch by a hair; more than this is one word on top of another.
_TOUCH_PT = 0.8


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

    @property
    def height(self) -> float:
        """Return the height of the box."""
        return self.bottom - self.top


def texts(pdf: bytes) -> list[str]:
    """Return the text of every page, with one ordinary space between words."""
    return [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def squeezed(text: str) -> str:
    """Return the text with ordinary single spaces and no breaks inside long words."""
    return re.sub(r"\s+", " ", text.replace("\u200b", ""))


def bare(text: str) -> str:
    """Return the text without any spaces: line breaks inside long words do not matter then."""
    return re.sub(r"[\s\u200b]+", "", text)


def layout(pdf: bytes, folder: Path) -> list[list[Word]]:
    """Return the words of every page with their boxes, as poppler sees them."""
    need("pdftotext")
    source, target = folder / "page.pdf", folder / "page.html"
    source.write_bytes(pdf)
    subprocess.run(["pdftotext", "-bbox-layout", source, target], check=True)
    # Control characters cannot stand in XML; poppler writes them all the same.
    text = re.sub(r"[\x00-\x08\x0b-\x1f]", "", target.read_text())
    pages = [node for node in ET.fromstring(text).iter() if node.tag.endswith("}page")]  # noqa: S314
    return [[_word(node) for node in page.iter() if node.tag.endswith("}word")] for page in pages]


def overprinted(words: list[Word]) -> list[tuple[str, str]]:
    """Return the pairs of words that lie on top of each other."""
    found, near = [], []
    for word in sorted(words, key=lambda word: word.top):
        near = [other for other in near if other.bottom > word.top]
        found += [(other.text, word.text) for other in near if word.is_over(other)]
        near.append(word)
    return found


def need(program: str) -> None:
    """Skip the test, saying why, where a program is not installed."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed (Debian: poppler-utils, zbar-tools)")


def _word(node: ET.Element) -> Word:
    left, top, right, bottom = (float(node.attrib[key]) for key in ("xMin", "yMin", "xMax", "yMax"))
    return Word(node.text or "", left, top, right, bottom)
