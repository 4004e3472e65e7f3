"""Each check on facts of its own; the whole doctor on a real cupsd is in tests/real."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from printers.asking import Said
from printers.cups_queues import Queue
from printers.cups_reasons import A4, LONG_EDGE
from printers.discovery import Attached, FoundPrinter
from printers.doctor import (
    CHECKS,
    check_a4,
    check_driver,
    check_duplex,
    check_ipp_usb,
    check_model,
    check_printer,
    check_queue,
    check_service,
    check_spool,
    check_state,
    diagnose,
    wrong,
)
from printers.errors import PrintServiceDownError
from printers.examination import Facts, Site
from printers.findings import Verdict
from printers.known_models import Counts, load_models
from printers.reasons import PrinterReason
from printers.spool import Spool

MODELS = load_models()
M404 = "HP LaserJet Pro M404dn"
URI = "ipp://localhost:60000/ipp/print"
PLUGGED = FoundPrinter(M404, "03f0:df2a", URI, answers=True)
HEALTHY = Facts(
    site=Site("nodboks", "/run/cups/cups.sock"),
    service=None,
    queue=Queue("nodboks", URI, f"{M404} - IPP Everywhere", is_stopped=False),
    jobs=0,
    uri=URI,
    reached=True,
    said=Said(M404, (), (A4, "iso_a5_148x210mm"), ("one-sided", LONG_EDGE), ("application/pdf",)),
    attached=Attached((PLUGGED,), is_ipp_usb_running=True),
    spool=Spool(Path("/run/nodboks-spool"), exists=True, is_in_ram=True, documents=0),
    models=MODELS,
)
SILENT = replace(HEALTHY, said=Said(silence="timed out"))
NOTHING = replace(
    HEALTHY,
    queue=None,
    uri="",
    reached=False,
    said=Said(silence="no address to ask"),
    attached=Attached((), is_ipp_usb_running=False),
)


def seen(**changes: Any) -> Facts:
    return replace(HEALTHY, **changes)


def spool(**changes: Any) -> Facts:
    return seen(spool=replace(HEALTHY.spool, **changes))


def said(**changes: Any) -> Facts:
    return seen(said=replace(HEALTHY.said, **changes))


def test_a_healthy_box_passes_every_check() -> None:
    assert {each.verdict for each in diagnose(HEALTHY)} == {Verdict.OK}
    assert wrong(diagnose(HEALTHY)) == ()


def test_every_check_has_a_name_of_its_own() -> None:
    names = [each.check for each in diagnose(HEALTHY)]

    assert len(set(names)) == len(names) == len(CHECKS)


@pytest.mark.parametrize(
    ("check", "facts", "reason", "told"),
    [
        (check_service, seen(service=PrintServiceDownError("gone")), "SERVICE_DOWN", "gone"),
        (check_queue, NOTHING, "QUEUE_MISSING", "no queue nodboks"),
        (check_queue, seen(queue=Queue("nodboks", URI, "", True)), "STOPPED", "refuses jobs"),
        (check_driver, seen(queue=Queue("nodboks", URI, "", False)), "WRONG_SETUP", "raw"),
        (
            check_driver,
            seen(queue=Queue("nodboks", URI, "Local Raw Printer", False)),
            "WRONG_SETUP",
            "raw",
        ),
        (check_printer, NOTHING, "NO_PRINTER", "USB bus"),
        (check_printer, seen(reached=False), "UNREACHABLE", URI),
        (check_printer, SILENT, "USB_STUCK", "timed out"),
        (check_printer, replace(SILENT, jobs=1), "BUSY", "timed out"),
        (check_printer, said(formats=("image/jpeg",)), "UNSUPPORTED", "image/jpeg"),
        (check_printer, said(formats=()), "UNSUPPORTED", "no format at all"),
        (check_a4, said(media=("na_letter_8.5x11in",)), "MEDIA", "na_letter"),
        (check_state, said(reasons=(PrinterReason.JAM,)), "JAM", ""),
        (
            check_state,
            said(reasons=(PrinterReason.DOOR, PrinterReason.PAPER, PrinterReason.TONER_LOW)),
            "DOOR",
            "and N-801",
        ),
        (check_model, said(make_and_model="Canon LBP2900"), "UNSUPPORTED", "Canon har intet"),
        (check_model, said(make_and_model="DYMO LabelWriter 450"), "UNSUPPORTED", "labelprinter"),
        (
            check_ipp_usb,
            seen(attached=Attached((replace(PLUGGED, problem="init timeout"),), True)),
            "USB_STUCK",
            "init timeout",
        ),
        (check_ipp_usb, seen(attached=Attached((PLUGGED,), False)), "USB_STUCK", "not running"),
        (check_spool, spool(exists=False), "WRONG_SETUP", "cups-files.conf"),
        (check_spool, spool(is_in_ram=False), "WRONG_SETUP", "on a disk"),
        (check_spool, spool(documents=2), "WRONG_SETUP", "2 documents"),
    ],
)
def test_what_is_wrong_is_named_with_its_words(
    check: Any, facts: Facts, reason: str, told: str
) -> None:
    found = check(facts)

    assert found.verdict is Verdict.WRONG
    assert found.reason is PrinterReason[reason]
    assert told in found.detail


@pytest.mark.parametrize(
    ("check", "facts"),
    [
        (check_queue, seen(service=PrintServiceDownError())),
        (check_driver, NOTHING),
        (check_a4, SILENT),
        (check_state, SILENT),
        (check_duplex, SILENT),
        (check_model, NOTHING),
        (check_spool, spool(documents=None)),
        (check_printer, replace(NOTHING, attached=HEALTHY.attached)),
    ],
)
def test_what_cannot_be_checked_is_neither_right_nor_wrong(check: Any, facts: Facts) -> None:
    found = check(facts)

    assert found.verdict is Verdict.NOT_CHECKED
    assert found.reason is None
    assert found.detail


@pytest.mark.parametrize(
    ("check", "facts", "told"),
    [
        (check_driver, seen(queue=Queue("nodboks", URI, "Brother HL, brlaser", False)), "brlaser"),
        (check_a4, said(media=()), "taken"),
        (
            check_printer,
            seen(said=Said(silence="cannot be asked directly", is_askable=False)),
            "something listens; cannot be asked directly",
        ),
        (check_state, said(reasons=(PrinterReason.TONER_LOW,)), "Toneren er næsten tom."),
        (check_duplex, said(sides=("one-sided",)), "no; sheets come out one-sided"),
        (check_model, said(make_and_model="Ukendt 1"), "not on the list"),
        (check_model, seen(said=Said(silence="busy")), "never on hardware"),
        (
            check_ipp_usb,
            seen(uri="ipp://10.0.0.9/ipp/print", attached=NOTHING.attached),
            "not used",
        ),
        (check_ipp_usb, seen(attached=NOTHING.attached), "no printer"),
        (check_spool, replace(spool(documents=1), jobs=1), "1 documents, 1 jobs"),
    ],
)
def test_what_is_only_worth_knowing_is_told_and_not_called_wrong(
    check: Any, facts: Facts, told: str
) -> None:
    found = check(facts)

    assert found.verdict is Verdict.OK
    assert told in found.detail


def test_a_printer_that_counts_sheets_is_told_under_duplex() -> None:
    models = tuple(replace(each, counts=Counts.SHEETS) for each in MODELS)

    assert "it counts sheets" in check_duplex(seen(models=models)).detail
