"""What `nodboks printer` prints, line by line."""

from datetime import UTC, datetime

from appliance.commands.printer_lines import (
    line_of_page,
    line_of_printer,
    line_of_queue,
    lines_of_finding,
)
from appliance.health.printer_test import AskedBy, PrinterTest
from printers.cups_queues import Queue
from printers.discovery import FoundPrinter
from printers.findings import Finding
from printers.known_models import load_models
from printers.models import JobStage
from printers.reasons import PrinterReason

MODELS = load_models()
URI = "ipp://localhost:60000/ipp/print"


def test_a_printer_is_told_with_what_is_odd_about_it_and_who_has_tried_it() -> None:
    line = line_of_printer(FoundPrinter("HP LaserJet M605", "03f0:1", URI, answers=True), MODELS)

    assert line.startswith(
        f"HP LaserJet M605 (03f0:1) at {URI}: answers; known as HP LaserJet M605"
    )
    assert "tested never on hardware" in line
    assert line.endswith("Går den i stå: sluk printeren, vent 10 sekunder, og tænd den.")


def test_a_printer_that_cannot_be_used_is_told_with_why() -> None:
    line = line_of_printer(FoundPrinter("", "03f0:1", problem="init timeout"), MODELS)

    assert line.startswith("without a name (03f0:1): Forbindelsen til printeren er gået i stå.")
    assert line.endswith("init timeout")


def test_only_the_box_s_own_queue_is_called_so() -> None:
    queue = Queue("nodboks", URI, "Printer - IPP Everywhere", is_stopped=False)

    assert line_of_queue(queue, "nodboks") == f"nodboks, this box's: {URI}, takes jobs"
    assert line_of_queue(queue, "other") == f"nodboks: {URI}, takes jobs"


def test_a_page_is_told_with_the_code_of_what_stops_it() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    page = PrinterTest(now, AskedBy.PERSON, "T-1-2", 1, JobStage.BLOCKED, problem="N-802")

    assert line_of_page(page) == "T-1-2: blocked, 0 of 1 out N-802"


def test_what_is_wrong_has_a_second_line_with_what_to_do_and_to_type() -> None:
    stuck = list(lines_of_finding(Finding.wrong("printer", PrinterReason.USB_STUCK, "quiet")))
    jam = list(lines_of_finding(Finding.wrong("paper and toner", PrinterReason.JAM)))

    assert stuck == [
        "WRONG       printer: N-833 Forbindelsen til printeren er gået i stå. (quiet)",
        f"{'':<11} hint: {PrinterReason.USB_STUCK.next_step} · nodboks printer recover",
    ]
    assert jam[1] == "            hint: Åbn lågen, træk papiret ud, luk."


def test_what_is_right_or_was_not_checked_has_one_line() -> None:
    right = list(lines_of_finding(Finding.ok("a4", "taken")))
    skipped = list(lines_of_finding(Finding.not_checked("a4", "no answer")))

    assert right == ["ok          a4: taken"]
    assert skipped == ["not checked a4: no answer"]
