"""Word what `nodboks printer` prints: one line per printer, queue, page and finding. Pure.

What is wrong takes its sentence and next step from the reason; what a person with a keyboard can
type stands here. Called by `printer`.
"""

from collections.abc import Iterator, Sequence

from appliance.health.printer_test import PrinterTest
from printers.cups_queues import Queue
from printers.discovery import FoundPrinter, why_not
from printers.findings import Finding
from printers.known_models import KnownModel, judge
from printers.reasons import PrinterReason

# The words for people without a keyboard are the reason's own.
_TRY = {
    PrinterReason.QUEUE_MISSING: "nodboks printer add --found",
    PrinterReason.STOPPED: "nodboks printer add --found",
    PrinterReason.USB_STUCK: "nodboks printer recover",
    PrinterReason.SERVICE_DOWN: "systemctl restart cups",
    PrinterReason.JOB_UNKNOWN: "nodboks printer test",
    PrinterReason.JOB_ABORTED: "nodboks printer test",
}


def line_of_printer(found: FoundPrinter, models: Sequence[KnownModel]) -> str:
    """Say what a printer is, and what is known of it or why it cannot be used."""
    called = f"{found.make_and_model or 'without a name'} ({found.usb_id})"
    error = why_not(found, models)
    if error is not None:
        return f"{called}: {error.sentence} {error.detail}"
    judgement = _judgement(judge(models, found.make_and_model, found.usb_id))
    return f"{called} at {found.uri}: answers; {judgement}"


def _judgement(model: KnownModel | None) -> str:
    if model is None:
        return "not on the list of known printers"
    remarks = (f"known as {model.name}; tested {model.tested}", model.quirk, model.advice)
    return "; ".join(text for text in remarks if text)


def line_of_queue(queue: Queue, mine: str) -> str:
    """Say where a queue prints, and whether it is the box's own."""
    state = "stopped" if queue.is_stopped else "takes jobs"
    whose = ", this box's" if queue.name == mine else ""
    return f"{queue.name}{whose}: {queue.uri}, {state}"


def line_of_page(test: PrinterTest) -> str:
    """Say how far a test page has come."""
    out = f"{test.pages_out} of {test.pages} out"
    return f"{test.serial}: {test.stage.value}, {out} {test.problem}".rstrip()


def lines_of_finding(finding: Finding) -> Iterator[str]:
    """Say what a check found; what is wrong gets a second line with what to do."""
    line = f"{finding.verdict:<11} {finding.check}"
    reason = finding.reason
    if reason is None:
        yield f"{line}: {finding.detail}"
        return
    detail = f" ({finding.detail})" if finding.detail else ""
    yield f"{line}: {reason.code} {reason.sentence}{detail}"
    command = f" · {_TRY[reason]}" if reason in _TRY else ""
    yield f"{'':<11} hint: {reason.next_step}{command}"
