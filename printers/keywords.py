"""Translate the keywords of printer-state-reasons into what a person can do about them.

The same keywords come from CUPS and from a printer asked directly over IPP (RFC 8011 §5.4.12,
PWG 5100.9). Refuses to decide what they mean for a job: `cups_reasons.py` does.
"""

from collections.abc import Iterable

from printers.reasons import PrinterReason

# printer-state-reasons without severity.
_MEANINGS = {
    "media-empty": PrinterReason.PAPER,
    "media-needed": PrinterReason.PAPER,
    "input-tray-missing": PrinterReason.PAPER,
    "media-low": PrinterReason.PAPER_LOW,
    "media-jam": PrinterReason.JAM,
    "cover-open": PrinterReason.DOOR,
    "door-open": PrinterReason.DOOR,
    "interlock-open": PrinterReason.DOOR,
    "toner-empty": PrinterReason.TONER,
    "marker-supply-empty": PrinterReason.TONER,
    "developer-empty": PrinterReason.TONER,
    "toner-low": PrinterReason.TONER_LOW,
    "marker-supply-low": PrinterReason.TONER_LOW,
    "developer-low": PrinterReason.TONER_LOW,
    "output-area-full": PrinterReason.OUTPUT_FULL,
    "output-tray-missing": PrinterReason.OUTPUT_FULL,
    "offline": PrinterReason.UNREACHABLE,
    "shutdown": PrinterReason.UNREACHABLE,
    "timed-out": PrinterReason.UNREACHABLE,
    "paused": PrinterReason.STOPPED,
    "moving-to-paused": PrinterReason.STOPPED,
    "stopped-partly": PrinterReason.STOPPED,
}
# Normal conditions: nothing for a person to do.
_HARMLESS = {
    "none",
    "connecting-to-device",
    "output-area-almost-full",
    "marker-waste-almost-full",
    "opc-near-eol",
    "power-save",
    "resuming",
    "standby",
    "warming-up",
}
_SEVERITIES = ("-error", "-warning", "-report")


def reasons_from(keywords: Iterable[str]) -> tuple[PrinterReason, ...]:
    """Translate printer-state-reasons, each reason once, what blocks first.

    CUPS hands on every fault as a "-warning", so the severity says nothing; only a "-report" is
    never more than information. A keyword without words here is still worth a look at the printer.
    """
    found = dict.fromkeys(_reason_of(word) for word in keywords if not word.startswith("cups-"))
    return tuple(
        sorted((reason for reason in found if reason is not None), key=lambda r: not r.blocks)
    )


def _reason_of(keyword: str) -> PrinterReason | None:
    severity = next((end for end in _SEVERITIES if keyword.endswith(end)), "")
    name = keyword.removesuffix(severity)
    if name in _MEANINGS:
        return _MEANINGS[name]
    if name in _HARMLESS or severity == "-report":
        return None
    return PrinterReason.ATTENTION
