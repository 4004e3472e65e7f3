"""The box's own checks of its printer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.config import PrinterSection
from appliance.health.printer_checks import check_last_test, check_settings
from appliance.health.printer_test import PrinterTest
from printers.findings import Verdict
from printers.models import JobStage
from printers.reasons import PrinterReason
from tests.appliance.health.test_printer_test import TEST, TUESDAY


def test_a_box_that_prints_into_a_folder_is_set_wrongly_for_paper() -> None:
    paper, folder = check_settings(PrinterSection(kind="cups")), check_settings(PrinterSection())

    assert (paper.verdict, paper.reason) == (Verdict.OK, None)
    assert (folder.verdict, folder.reason) == (Verdict.WRONG, PrinterReason.WRONG_SETUP)
    assert 'printer.kind is "folder"' in folder.detail


@pytest.mark.parametrize(
    ("last", "verdict", "told"),
    [
        (None, Verdict.WRONG, "none has been printed"),
        (TEST, Verdict.OK, "nobody has confirmed it"),
        (replace(TEST, is_whole=True), Verdict.OK, "seen by a person"),
        (replace(TEST, is_whole=False), Verdict.WRONG, "not whole"),
        (replace(TEST, stage=JobStage.FAILED), Verdict.WRONG, "failed"),
        (replace(TEST, stage=JobStage.UNKNOWN), Verdict.WRONG, "unknown"),
        (replace(TEST, stage=JobStage.PRINTING), Verdict.NOT_CHECKED, "on its way"),
        (replace(TEST, asked_at=TUESDAY + timedelta(days=2)), Verdict.WRONG, "the last one is of"),
        (replace(TEST, asked_at=TUESDAY - timedelta(days=15)), Verdict.WRONG, "the last one is of"),
    ],
)
def test_the_last_test_page_is_judged(
    last: PrinterTest | None, verdict: Verdict, told: str
) -> None:
    found = check_last_test(last, TUESDAY + timedelta(hours=3))

    assert found.verdict is verdict
    assert told in found.detail
