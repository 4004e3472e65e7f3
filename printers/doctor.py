"""Judge a printer and everything in front of it: one pure function per check.

The order is that of the way to paper, so the first WRONG is the one to mend first. Refuses to mend
anything. Called by `nodboks printer doctor`; the facts come from `examination.py`.
"""

from collections.abc import Callable, Iterable

from printers.cups_reasons import A4, LONG_EDGE, endpoint
from printers.discovery import choose
from printers.errors import PrinterError
from printers.examination import Facts
from printers.findings import Finding
from printers.known_models import Counts, KnownModel, judge
from printers.reasons import PrinterReason

# Printers without one of these cannot show what the box sends.
_FORMATS = frozenset({"application/pdf", "image/urf", "image/pwg-raster"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_FIRST_IPP_USB_PORT = 60000


def diagnose(facts: Facts) -> tuple[Finding, ...]:
    """Return what every check found, in the order of the way to paper."""
    return tuple(check(facts) for check in CHECKS)


def check_service(facts: Facts) -> Finding:
    """Judge whether the print service answers."""
    if facts.service is not None:
        return Finding.of("print service", facts.service)
    return Finding.ok("print service", f"answers on {facts.site.server}")


def check_queue(facts: Facts) -> Finding:
    """Judge whether our queue is there and takes jobs."""
    name = facts.site.queue
    if facts.service is not None:
        return Finding.not_checked("queue", "the print service does not answer")
    if facts.queue is None:
        return Finding.wrong("queue", PrinterReason.QUEUE_MISSING, f"no queue {name}")
    if facts.queue.is_stopped:
        return Finding.wrong("queue", PrinterReason.STOPPED, f"{name} is stopped or refuses jobs")
    return Finding.ok("queue", f"{name} takes jobs for {facts.queue.uri}")


def check_driver(facts: Facts) -> Finding:
    """Judge what stands between the queue and the printer."""
    if facts.queue is None:
        return Finding.not_checked("driver", "there is no queue")
    if facts.queue.is_driverless:
        return Finding.ok("driver", "none needed: IPP Everywhere")
    called = facts.queue.make_and_model
    if not called or "Raw" in called:
        # A queue without a description prints PDF source as text on many printers.
        return Finding.wrong("driver", PrinterReason.WRONG_SETUP, "a raw queue")
    return Finding.ok("driver", f"{called}; progress is not as sure as with IPP")


def check_printer(facts: Facts) -> Finding:
    """Judge whether the printer itself answers."""
    if not facts.uri:
        return _nothing_to_reach(facts)
    if not facts.reached:
        return Finding.wrong("printer", PrinterReason.UNREACHABLE, f"nothing at {facts.uri}")
    if not facts.said.is_askable:
        return Finding.ok("printer", f"something listens; {facts.said.silence}")
    if not facts.said.has_answered:
        # Some printers talk to one at a time: while it prints, silence is no sign of a fault.
        reason = PrinterReason.BUSY if facts.jobs else PrinterReason.USB_STUCK
        return Finding.wrong("printer", reason, facts.said.silence)
    if not _FORMATS & set(facts.said.formats):
        told = ", ".join(facts.said.formats) or "no format at all"
        return Finding.wrong("printer", PrinterReason.UNSUPPORTED, f"it takes {told}")
    return Finding.ok("printer", f"answers at {facts.uri}")


def _nothing_to_reach(facts: Facts) -> Finding:
    """Say why no address is known: nothing is plugged in, or nothing of it can be used."""
    try:
        found = choose(facts.attached.printers, facts.models)
    except PrinterError as error:
        return Finding.of("printer", error)
    return Finding.not_checked("printer", f"{found.make_and_model} came while this was looked at")


def check_a4(facts: Facts) -> Finding:
    """Judge whether the printer takes A4."""
    if not facts.said.has_answered:
        return Finding.not_checked("a4", facts.said.silence)
    if facts.said.media and A4 not in facts.said.media:
        return Finding.wrong("a4", PrinterReason.MEDIA, f"it takes {', '.join(facts.said.media)}")
    return Finding.ok("a4", "taken")


def check_state(facts: Facts) -> Finding:
    """Judge paper, jam, toner and doors, as the printer tells them now."""
    if not facts.said.has_answered:
        return Finding.not_checked("paper and toner", facts.said.silence)
    blocking = [reason for reason in facts.said.reasons if reason.blocks]
    if blocking:
        rest = ", ".join(reason.code for reason in blocking[1:])
        return Finding.wrong("paper and toner", blocking[0], f"and {rest}" if rest else "")
    notes = " ".join(f"{reason.sentence} {reason.next_step}" for reason in facts.said.reasons)
    return Finding.ok("paper and toner", notes or "nothing to do")


def check_duplex(facts: Facts) -> Finding:
    """Tell whether the printer turns the sheet; the box prints either way."""
    if not facts.said.has_answered:
        return Finding.not_checked("duplex", facts.said.silence)
    if LONG_EDGE not in facts.said.sides:
        return Finding.ok("duplex", "no; sheets come out one-sided")
    model = _model(facts)
    if model is not None and model.counts is Counts.SHEETS:
        return Finding.ok("duplex", "yes, but it counts sheets: two-sided jobs stay unknown")
    return Finding.ok("duplex", "yes")


def check_model(facts: Facts) -> Finding:
    """Judge the printer by the list of known ones."""
    called = _called(facts)
    if not called:
        return Finding.not_checked("model", "the printer does not say what it is")
    model = _model(facts)
    if model is None:
        return Finding.ok("model", f"{called}: not on the list; print a test page and count")
    if not model.prints_lists:
        return Finding.wrong("model", PrinterReason.UNSUPPORTED, f"{called}: {model.advice}")
    remarks = [f"{called}: tested {model.tested}", model.quirk, model.advice]
    return Finding.ok("model", "; ".join(text for text in remarks if text))


def check_ipp_usb(facts: Facts) -> Finding:
    """Judge the service that puts USB printers on loopback ports, where one is used."""
    if not _needs_ipp_usb(facts):
        return Finding.ok("ipp-usb", "not used")
    problems = [each.problem for each in facts.attached.printers if each.problem]
    if problems:
        return Finding.wrong("ipp-usb", PrinterReason.USB_STUCK, problems[0])
    # It ends by itself when no printer is plugged in: then it is the printer that is missing.
    if not facts.attached.is_ipp_usb_running and facts.attached.printers:
        return Finding.wrong("ipp-usb", PrinterReason.USB_STUCK, "not running")
    return Finding.ok("ipp-usb", "runs" if facts.attached.is_ipp_usb_running else "no printer")


def _needs_ipp_usb(facts: Facts) -> bool:
    """Tell whether the queue's address is one of ipp-usb's, or a printer waits for it."""
    host, port = endpoint(facts.uri) or ("", 0)
    is_its_port = host in _LOOPBACK and port >= _FIRST_IPP_USB_PORT
    return is_its_port or any(each.speaks_ipp for each in facts.attached.printers)


def check_spool(facts: Facts) -> Finding:
    """Judge whether documents wait in RAM, and leave nothing behind."""
    spool = facts.spool
    if not spool.exists:
        told = f"{spool.folder} is not there; is systemd/cups-files.conf installed?"
        return Finding.wrong("spool", PrinterReason.WRONG_SETUP, told)
    if not spool.is_in_ram:
        return Finding.wrong(
            "spool", PrinterReason.WRONG_SETUP, f"{spool.folder} is on a disk, not on a tmpfs"
        )
    if spool.documents is None:
        return Finding.not_checked("spool", "only root may look into it")
    if spool.documents and not facts.jobs:
        told = f"{spool.documents} documents left behind; a restart of the print service empties it"
        return Finding.wrong("spool", PrinterReason.WRONG_SETUP, told)
    return Finding.ok("spool", f"in RAM, {spool.documents} documents, {facts.jobs} jobs")


def _called(facts: Facts) -> str:
    """Return what the printer is: its own word, else that of the bus or of ipp-usb.

    The queue's name for it is no help: CUPS leaves the make out (measured on 2.4.2).
    """
    if facts.said.make_and_model:
        return facts.said.make_and_model
    return next((each.make_and_model for each in facts.attached.printers), "")


def _model(facts: Facts) -> KnownModel | None:
    return judge(facts.models, _called(facts))


CHECKS: tuple[Callable[[Facts], Finding], ...] = (
    check_service,
    check_queue,
    check_driver,
    check_printer,
    check_a4,
    check_state,
    check_duplex,
    check_model,
    check_ipp_usb,
    check_spool,
)


def wrong(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings somebody has to act on."""
    return tuple(each for each in findings if each.reason is not None)
