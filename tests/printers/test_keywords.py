import pytest

from printers.keywords import reasons_from
from printers.reasons import PrinterReason


@pytest.mark.parametrize(
    ("keyword", "reason"),
    [
        ("media-empty-warning", PrinterReason.PAPER),
        ("media-empty-error", PrinterReason.PAPER),
        ("media-needed", PrinterReason.PAPER),
        ("media-low-report", PrinterReason.PAPER_LOW),
        ("media-jam-warning", PrinterReason.JAM),
        ("cover-open-warning", PrinterReason.DOOR),
        ("door-open-error", PrinterReason.DOOR),
        ("toner-empty-warning", PrinterReason.TONER),
        ("marker-supply-empty-error", PrinterReason.TONER),
        ("toner-low-warning", PrinterReason.TONER_LOW),
        ("output-area-full-error", PrinterReason.OUTPUT_FULL),
        ("offline-report", PrinterReason.UNREACHABLE),
        ("paused", PrinterReason.STOPPED),
        ("fuser-over-temp-error", PrinterReason.ATTENTION),
        ("fuser-over-temp-warning", PrinterReason.ATTENTION),
        ("other", PrinterReason.ATTENTION),
    ],
)
def test_keyword_becomes_a_reason(keyword: str, reason: PrinterReason) -> None:
    assert reasons_from([keyword]) == (reason,)


@pytest.mark.parametrize(
    "keyword",
    [
        "none",
        "cups-waiting-for-job-completed",
        "cups-ipp-missing-job-history",
        "connecting-to-device",
        "warming-up-report",
        "never-heard-of-report",
    ],
)
def test_normal_condition_is_no_reason(keyword: str) -> None:
    assert reasons_from([keyword]) == ()


def test_each_reason_comes_once_and_what_blocks_comes_first() -> None:
    keywords = ["toner-low-warning", "media-empty-warning", "media-needed-error", "door-open"]

    reasons = reasons_from(keywords)

    assert reasons == (PrinterReason.PAPER, PrinterReason.DOOR, PrinterReason.TONER_LOW)
