"""Strict, repaired, lenient, plain: there is always paper, and it says what is wrong with it."""

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from appliance.errors import PaperError
from appliance.paper import frame
from appliance.paper.document import Flaw, Typeset
from appliance.paper.listing import Column, Style, listing
from appliance.paper.typesetting import (
    ENGINE,
    PLAIN,
    UNPROVEN,
    EngineError,
    TypesettingWarning,
    TypstEngine,
    count_pages,
    typeset,
)
from tests.appliance.paper.pages import bare, lost_words, texts
from tests.appliance.paper.people import NIGHT, context, whole_sections

TEMPLATE = "pack_cover.typ"


class RefusingEngine:
    """An engine that refuses the first `times` and then does its work."""

    def __init__(self, times, complaint="error: something else"):
        self.left = times
        self.complaint = complaint

    def compile(self, template, payload, made_at, *, is_strict):
        if self.left:
            self.left -= 1
            raise EngineError(self.complaint)
        return ENGINE.compile(template, payload, made_at, is_strict=is_strict)


class BrokenLibrary:
    """A typst that breaks down as Rust does, with an error that is no Exception."""

    class TypstError(RuntimeError):
        """What typst raises of its own accord."""

    def __init__(self, kind):
        self.kind = kind

    def Compiler(self, *_args, **_options):  # noqa: N802  (typst's own name)
        raise self.kind


def _view(name="Afsnit Syd"):
    states = [("Medicin", next(whole_sections()))]
    return {
        **frame.basic_view("Nødpakke", context()),
        "header": {"name": name, "unit": "Boks", "alerts": []},
        "footer": frame.footer(context(), "900-00001", states),
        "notices": ["Kopi"],
        "ending": ["Slut"],
        "likely_pages": 1,
    }


def test_ordinary_sheet_is_strict():
    sheet = typeset(TEMPLATE, _view(), NIGHT)

    assert sheet.typeset is Typeset.STRICT
    assert sheet.pages == 1


def test_refusal_without_a_reason_leads_to_a_lenient_sheet_that_says_so():
    sheet = typeset(TEMPLATE, _view(), NIGHT, RefusingEngine(2))

    assert sheet.typeset is Typeset.LENIENT
    assert UNPROVEN in texts(sheet.pdf)[0]


def test_engine_that_always_refuses_leads_to_the_plain_sheet():
    sheet = typeset(TEMPLATE, _view(), NIGHT, RefusingEngine(99))

    assert sheet.typeset is Typeset.PLAIN
    assert PLAIN in " ".join(texts(sheet.pdf))
    assert "Afsnit Syd" in texts(sheet.pdf)[0]


def test_missing_character_is_repaired_and_named():
    sheet = typeset(TEMPLATE, _view("Afsnit 漢"), NIGHT)

    assert sheet.typeset is Typeset.REPAIRED
    assert "Afsnit ▯" in texts(sheet.pdf)[0]
    assert "i Navn (U+6F22)" in texts(sheet.pdf)[0]


def test_missing_accent_does_not_cost_the_letter():
    sheet = typeset(TEMPLATE, _view("Axe x\u1dfaøx"), NIGHT)

    text = texts(sheet.pdf)[0]
    assert "Axe x" in text
    assert "øx" in text


def test_missing_character_with_an_accent_is_repaired_too():
    # typst itself is silent about it, and prints an empty box.
    sheet = typeset(TEMPLATE, _view("Afsnit 漢\u030a ě\u030a"), NIGHT)

    assert sheet.typeset is Typeset.REPAIRED
    assert sheet.flaws == (Flaw("Navn", ("U+6F22",)),)
    assert "Afsnit ▯" in texts(sheet.pdf)[0]


def test_typst_that_cannot_be_imported_costs_no_paper():
    program = (
        "import sys; sys.modules['typst'] = None\n"
        "from tests.appliance.paper.test_typesetting import TEMPLATE, _view\n"
        "from tests.appliance.paper.people import NIGHT\n"
        "from appliance.paper.typesetting import typeset\n"
        "print(typeset(TEMPLATE, _view(), NIGHT).typeset)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "plain"


def test_breakdown_of_typst_is_an_engine_error():
    panic = type("PanicException", (BaseException,), {})

    with pytest.raises(EngineError):
        TypstEngine(BrokenLibrary(panic)).compile(TEMPLATE, "{}", NIGHT, is_strict=True)


def test_an_interrupt_is_not_mistaken_for_a_breakdown():
    engine = TypstEngine(BrokenLibrary(KeyboardInterrupt))

    with pytest.raises(KeyboardInterrupt):
        engine.compile(TEMPLATE, "{}", NIGHT, is_strict=True)


def test_template_warning_is_an_error_in_tests():
    remark = SimpleNamespace(message="unknown font family: nix")
    compiler = SimpleNamespace(
        compile_with_warnings=lambda **_: (b"%PDF", [remark]), compile=lambda **_: b""
    )
    library = SimpleNamespace(Compiler=lambda *_a, **_o: compiler, TypstError=RuntimeError)

    with pytest.raises(TypesettingWarning, match="unknown font"):
        TypstEngine(library).compile(TEMPLATE, "{}", NIGHT, is_strict=True)


def test_log_names_the_place_but_nothing_of_the_record(caplog):
    typeset(TEMPLATE, _view("Hemmelige 漢"), NIGHT)

    assert "pack_cover.typ refused" in caplog.text
    assert "Hemmelige" not in caplog.text


def test_sheet_with_more_pages_than_guessed_gets_a_code_on_each():
    sheet = typeset(TEMPLATE, {**_view(), "notices": ["Kopi"] * 120}, NIGHT)

    assert sheet.pages > 1


def test_file_of_other_making_is_not_counted():
    with pytest.raises(PaperError):
        count_pages(b"%PDF-1.7 nothing")


def _tall_view(lines: int, *, may_break: bool):
    text = "\n".join(f"linje{number}" for number in range(lines))
    table = listing("Prøve", (Column("text", "Tekst"),), [{"text": text}])
    table["rows"][0]["is_long"] = may_break
    return {**_view(), "sections": [table]}


@pytest.mark.parametrize("lines", [46, 50, 60, 200])
def test_row_taller_than_its_page_is_broken_and_nothing_of_it_is_lost(tmp_path, lines):
    sheet = typeset("unit_list.typ", _tall_view(lines, may_break=False), NIGHT)

    assert sheet.typeset is Typeset.STRICT
    assert lost_words(sheet.pdf, tmp_path) == []
    assert " ".join(texts(sheet.pdf)).count("linje") == lines


def test_row_that_fits_its_page_stays_whole():
    whole = typeset("unit_list.typ", _tall_view(40, may_break=False), NIGHT)
    broken = typeset("unit_list.typ", {**_tall_view(40, may_break=True)}, NIGHT)

    assert whole.pages == broken.pages == 1


def test_engine_refuses_what_would_run_off_the_paper():
    payload = json.dumps({**_tall_view(60, may_break=False), "codes": []})

    with pytest.raises(EngineError) as refused:
        ENGINE.compile("unit_list.typ", payload, NIGHT, is_strict=False)

    assert "below the page" in refused.value.complaint


def test_text_that_can_neither_stand_nor_break_comes_plainly():
    words = " ".join(f"ord{number:04}" for number in range(3000))
    # A head is repeated on each page and never breaks.
    columns = (Column("text", words, None, Style.WRITE),)

    sheet = typeset("unit_list.typ", {**_view(), "sections": [listing("x", columns, [{}])]}, NIGHT)

    assert sheet.typeset is Typeset.PLAIN
    text = bare("".join(texts(sheet.pdf)))
    assert "ord0000" in text
    assert "ord2999" in text
