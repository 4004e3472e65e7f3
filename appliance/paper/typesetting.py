"""Typeset a view with a template: strictly first, then repaired, then leniently, then plainly.

The only importer of typst. Data travels as ONE JSON string; a template is never built from
strings, so "#panic()" in a record is just text. Strict means PDF/A-2u, where a missing character
is an error that names it; without it typst prints nothing in its place and says nothing. Refuses
to give up: whatever fails, there is paper, and the paper says what is wrong with it. Called by
the sheets; writes nothing to disk and logs nothing of a person.
"""

import json
import logging
import re
import threading
import warnings
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from appliance.errors import PaperError
from appliance.paper import plain_pdf
from appliance.paper.document import Flaw, Typeset, View
from appliance.paper.printable import (
    accented,
    flaws_sentence,
    is_refused,
    merged,
    missing_characters,
    replace_characters,
)
from appliance.paper.qr import page_codes
from appliance.paper.word_widths import word_widths

try:
    import typst
except ImportError:  # a broken or missing wheel must not cost the night its paper
    typst = None  # type: ignore[assignment]

_FOLDER = Path(__file__).parent
_PAGES = re.compile(rb"/Type/Pages/Count (\d+)")
# Of a complaint only the place in the template is logged: the rest may quote the record.
_PLACE = re.compile(r"┌─ (\S+)")
# typst keeps what the last ten documents needed: 60 MB of lists nobody asks for again. Each blank
# document counts as one, costs 0.02 ms, and makes it forget the sheets before (measured: 121 MB
# after 60 lists without, 83 MB with three, for the same processor time).
_BLANKS = 3
# What `stop-if-below` of page.typ says when a row runs off its page.
_BELOW = "below the page"
_log = logging.getLogger(__name__)

UNPROVEN = "Arket er sat uden kontrol af tegn. Sammenlign med skærmen."
PLAIN = "Arket er sat med reserveudskriften. Det ser anderledes ud, men alt er med."


class TypesettingWarning(UserWarning):
    """The template works, but not as meant (an unknown font, say); an error in tests."""


class EngineError(PaperError):
    """The engine refused; `complaint` is its full text."""

    def __init__(self, complaint: str) -> None:
        super().__init__("the typesetting engine refused the sheet")
        self.complaint = complaint


class Engine(Protocol):
    """Something that turns a template and its JSON into a PDF."""

    def compile(self, template: str, payload: str, made_at: datetime, *, is_strict: bool) -> bytes:
        """Return the PDF.

        Raises:
            EngineError: the engine refused.

        """
        ...


class TypstEngine:
    """The engine of the box: one typst compiler per thread and template.

    A compiler shared between threads raises "Already borrowed" (measured: 7 of 8 threads).
    """

    def __init__(self, library: Any = typst) -> None:
        self._library = library
        self._local = threading.local()

    def compile(self, template: str, payload: str, made_at: datetime, *, is_strict: bool) -> bytes:
        """Return the PDF; untagged, because tags make it 8 times larger and some printers balk.

        Raises:
            EngineError: typst is not here, refused, or broke down.

        """
        if self._library is None:
            raise EngineError("typst cannot be imported")
        try:
            pdf, remarks = self._compiler(template).compile_with_warnings(
                format="pdf",
                sys_inputs={"view": payload},
                pdf_standards=["a-2u"] if is_strict else [],
                timestamp=int(made_at.timestamp()),
                pdf_tags=False,
            )
        except self._library.TypstError as error:
            raise EngineError(str(error.diagnostic)) from error
        except BaseException as error:
            # A crash inside Rust arrives as PanicException, which is no Exception.
            if type(error).__name__ != "PanicException":
                raise
            self._local = threading.local()
            raise EngineError("typst broke down") from error
        self._forget_earlier_sheets()
        for remark in remarks:
            warnings.warn(remark.message, TypesettingWarning, stacklevel=2)
        return bytes(pdf)

    def _forget_earlier_sheets(self) -> None:
        """Let typst age its memory of what it has set."""
        for _ in range(_BLANKS):
            self._compiler("blank.typ").compile(format="pdf", timestamp=0)

    def _compiler(self, template: str) -> Any:
        compilers: dict[str, Any] = self._local.__dict__.setdefault("compilers", {})
        if template not in compilers:
            compilers[template] = self._library.Compiler(
                _FOLDER / "templates" / template,
                font_paths=[_FOLDER / "fonts"],
                ignore_system_fonts=True,
            )
        return compilers[template]


ENGINE: Engine = TypstEngine()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A typeset sheet, before it is known as a document."""

    pdf: bytes
    pages: int
    typeset: Typeset
    flaws: tuple[Flaw, ...] = ()


def typeset(template: str, view: View, made_at: datetime, engine: Engine = ENGINE) -> Sheet:
    """Return the sheet as PDF, by the best way that works. `view` must have header and footer."""
    view, flaws = replace_characters(view, is_refused)
    view, more = replace_characters(view, _unseen(view, made_at, engine).__contains__)
    flaws += more
    for is_strict in (True, True, False):
        shown = _warned(view, flaws, "" if is_strict else UNPROVEN)
        try:
            pdf = _compile(template, shown, (made_at, engine), is_strict=is_strict)
        except EngineError as error:
            missing = missing_characters(error.complaint)
            view, more = replace_characters(view, missing.__contains__)
            flaws += more
            places = ", ".join(_PLACE.findall(error.complaint)) or "no place given"
            _log.warning("%s refused at %s, %d characters", template, places, len(missing))
        else:
            grade = _grade(flaws, is_strict=is_strict)
            return Sheet(pdf, count_pages(pdf), grade, tuple(merged(flaws)))
    _log.error("%s cannot be typeset; the plain renderer is used", template)
    pdf, pages = plain_pdf.render(_warned(view, flaws, PLAIN), made_at)
    return Sheet(pdf, pages, Typeset.PLAIN, tuple(merged(flaws)))


def _unseen(view: View, made_at: datetime, engine: Engine) -> frozenset[str]:
    """Return the characters no font has that typst would not complain of: those with an accent.

    Measured with typst 0.15.2: a missing "漢" is an error, with a ring over it an empty box.
    """
    return frozenset(
        character for character in accented(view) if not _is_shown(character, made_at, engine)
    )


def _is_shown(character: str, made_at: datetime, engine: Engine) -> bool:
    try:
        engine.compile("probe.typ", json.dumps(character), made_at, is_strict=True)
    except EngineError as error:
        return not missing_characters(error.complaint)
    return True


def _grade(flaws: list[Flaw], *, is_strict: bool) -> Typeset:
    if not is_strict:
        return Typeset.LENIENT
    return Typeset.REPAIRED if flaws else Typeset.STRICT


def _warned(view: View, flaws: list[Flaw], sentence: str) -> View:
    """Return the view with its flaws among the alerts that stand on every page."""
    header = view["header"]
    told = [flaws_sentence(merged(flaws))] if flaws else []
    told += [sentence] if sentence else []
    return {**view, "header": {**header, "alerts": [*header["alerts"], *told]}}


def _compile(template: str, view: View, how: tuple[datetime, Engine], *, is_strict: bool) -> bytes:
    """Compile; once more with rows that may break where one would run off the paper."""
    try:
        return _compile_once(template, view, how, is_strict=is_strict)
    except EngineError as error:
        if _BELOW not in error.complaint:
            raise
    _log.warning("%s had a row that is taller than its page", template)
    return _compile_once(template, _breakable(view), how, is_strict=is_strict)


def _breakable(view: View) -> View:
    """Return the view with rows that may all break: better in two pieces than off the paper."""
    sections = [
        {
            **section,
            "rows": [{**row, "is_long": True, "must_break": True} for row in section["rows"]],
        }
        for section in view["sections"]
    ]
    return {**view, "sections": sections}


def _compile_once(
    template: str, view: View, how: tuple[datetime, Engine], *, is_strict: bool
) -> bytes:
    """Compile with a code for every page; a second time if there are more pages than guessed."""
    made_at, engine = how
    pages = int(view.get("likely_pages", 2))
    words = word_widths(view)
    while True:
        codes = page_codes(view["footer"]["serial"], pages)
        payload = json.dumps({**view, "codes": codes, "words": words}, ensure_ascii=False)
        pdf = engine.compile(template, payload, made_at, is_strict=is_strict)
        counted = count_pages(pdf)
        if counted <= pages:
            return pdf
        pages = counted


def count_pages(pdf: bytes) -> int:
    """Return how many pages a PDF of our own making has.

    Raises:
        PaperError: it is not one of ours.

    """
    found = _PAGES.search(pdf)
    if not found:
        raise PaperError("a PDF without a page tree")
    return int(found[1])
