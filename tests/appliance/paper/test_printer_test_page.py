"""The test page, read back from the paper."""

import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from appliance.paper import printer_test_page
from appliance.paper.document import Typeset
from appliance.paper.printer_test_page import LINES, PrintingBox, new_serial, render_test_page
from appliance.paper.typesetting import EngineError, typeset
from appliance.records.alerts import CLOCK_UNSURE
from printers.models import PrintJob
from tests.appliance.paper.pages import layout, need, overprinted, texts

BOX = PrintingBox(
    "Plejecenter Lindehuset", "nodboks", datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
    help_phone="87 00 00 00",
)  # fmt: skip
SERIAL = "T-048-15937"


def page_of(box: PrintingBox = BOX) -> str:
    (page,) = texts(render_test_page(box, SERIAL).pdf)
    return page


def test_the_page_says_which_box_when_and_which_print() -> None:
    page = page_of()

    assert "Testside" in page
    assert "Plejecenter Lindehuset" in page
    assert page.count("tirs. 24. nov. 2026 kl. 10.00") == 2
    assert f"Udskrift {SERIAL}" in page
    assert "Side 1 af 1" in page
    assert "Kø: nodboks" in page
    assert "IT-vagten: 87 00 00 00" in page


def test_every_line_to_count_is_there_with_the_letters_of_danish_medicine() -> None:
    page = page_of()

    for number in range(1, LINES + 1):
        assert f"Linje {number} af 12 · ÆØÅ æøå" in page
    assert page.count("0,5 mg · 1.000 enheder") == LINES
    assert "Slut på testsiden: 12 linjer" in page


def test_it_is_one_strict_page_and_says_that_no_citizen_is_on_it() -> None:
    document = render_test_page(BOX, SERIAL)

    assert (document.pages, document.typeset) == (1, Typeset.STRICT)
    assert document.citizen_id is None
    assert page_of().count("Ingen oplysninger om borgere") == 2


def test_no_word_lies_on_another(tmp_path) -> None:
    long_name = replace(BOX, name="Plejecenter " + "Nørre Snede Østergårde " * 5)

    for box in (BOX, long_name):
        (words,) = layout(render_test_page(box, SERIAL).pdf, tmp_path)

        assert overprinted(words) == []


def test_a_clock_nobody_trusts_is_not_printed() -> None:
    page = page_of(replace(BOX, is_clock_trusted=False, help_phone=""))

    assert "2026" not in page
    assert CLOCK_UNSURE in page
    assert "IT-vagten: " not in page


def test_the_frame_stands_six_millimetres_inside_the_paper(tmp_path) -> None:
    need("pdftoppm")
    (tmp_path / "page.pdf").write_bytes(render_test_page(BOX, SERIAL).pdf)
    command = ["pdftoppm", "-r", "254", "-gray", "page.pdf", "page"]  # ten dots a millimetre
    subprocess.run(command, check=True, cwd=tmp_path)
    (image,) = tmp_path.glob("*.pgm")
    header, _, rest = image.read_bytes().partition(b"\n255\n")
    width, height = map(int, header.split()[-2:])
    rows = [rest[at : at + width] for at in range(0, width * height, width)]
    dark_columns = [x for x in range(width) if rows[height // 2 + 300][x] < 128]
    dark_rows = [y for y in range(height) if rows[y][width // 3] < 128]

    assert (dark_columns[0], width - dark_columns[-1]) == pytest.approx((60, 60), abs=3)
    assert (dark_rows[0], height - dark_rows[-1]) == pytest.approx((60, 60), abs=3)


def test_the_code_on_the_page_reads_back(tmp_path) -> None:
    need("zbarimg")
    need("pdftoppm")
    (tmp_path / "page.pdf").write_bytes(render_test_page(BOX, SERIAL).pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-png", "page.pdf", "p"], check=True, cwd=tmp_path)
    (image,) = tmp_path.glob("p*.png")

    command = ["zbarimg", "-q", "--raw", image]
    read = subprocess.run(command, capture_output=True, text=True, check=True)

    assert read.stdout.strip() == f"NB1:{SERIAL}-1"


def test_its_number_is_none_of_a_real_sheet_and_safe_as_a_job_name() -> None:
    serial = new_serial(lambda most: most - 1)

    assert serial == "T-999-99999"
    assert PrintJob(serial, b"%PDF-1.7", 1).print_id == serial
    assert len({new_serial() for _ in range(100)}) > 95


def test_the_same_page_is_the_same_bytes() -> None:
    assert render_test_page(BOX, SERIAL).pdf == render_test_page(BOX, SERIAL).pdf


class BrokenEngine:
    """A typst that cannot."""

    def compile(self, *_: object, **__: object) -> bytes:
        raise EngineError("broken")


def test_without_typst_the_spare_renderer_prints_every_line() -> None:
    view = printer_test_page._view(BOX, SERIAL)

    sheet = typeset(printer_test_page.TEMPLATE, view, BOX.printed_at, BrokenEngine())
    page = " ".join(texts(sheet.pdf))

    assert sheet.typeset is Typeset.PLAIN
    assert all(f"Linje {number} af 12" in page for number in range(1, LINES + 1))
    assert f"Udskrift {SERIAL}" in page
