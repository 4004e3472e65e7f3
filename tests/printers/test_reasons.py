from pathlib import Path

from printers.reasons import PrinterReason


def test_every_reason_has_a_code_of_its_own() -> None:
    codes = [reason.code for reason in PrinterReason]

    assert len(codes) == len(set(codes)) == len(list(PrinterReason))
    assert all(code.startswith("N-8") for code in codes)


def test_words_are_short_calm_sentences() -> None:
    words = [text for reason in PrinterReason for text in (reason.sentence, reason.next_step)]

    assert [text for text in words if len(text) >= 60] == []
    assert [text for text in words if not text.endswith((".", "?"))] == []
    assert [text for text in words if "!" in text or "fejl" in text.lower()] == []


def test_only_warnings_let_the_paper_go_on() -> None:
    harmless = {reason for reason in PrinterReason if not reason.blocks}

    assert harmless == {PrinterReason.TONER_LOW, PrinterReason.PAPER_LOW}


def test_readme_lists_every_code_with_its_reason_and_sentence() -> None:
    readme = (Path(__file__).parents[2] / "printers" / "README.md").read_text(encoding="utf-8")
    rows = {
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in readme.splitlines()
        if line.startswith("| N-8")
    }

    expected = {
        (r.code, f"`{r.name}`" + ("" if r.blocks else " (warning)"), r.sentence)
        for r in PrinterReason
    }
    assert rows == expected
