"""Name everything that can go wrong at a printer, as exceptions with words a person needs.

Printers know nothing of the box, so this tree has its own root; the box shows its errors the same
way, by `code`, `sentence` and `next_step`. The words live in `reasons.py`. Where the standard
library has a class for the same thing, ours is one of those too.

    PrinterError                        N-800
    ├── NoPaperError                    N-801  nurse: fill the tray
    ├── JammedError                     N-802  nurse: pull the paper out
    ├── CoverOpenError                  N-803  nurse: close the door
    ├── TonerEmptyError                 N-804  nurse: change the toner
    ├── PrinterUnreachableError         N-806  nurse: power and cable (ConnectionError)
    ├── PrintServiceDownError           N-807  wait: cupsd is dead or starting (ConnectionError)
    ├── PrintServiceMissingError        N-808  IT: pycups is not installed (ImportError)
    ├── PrinterStoppedError             N-809  nurse: off and on
    ├── QueueMissingError               N-810  IT: no such queue (LookupError)
    ├── WrongMediaError                 N-811  IT: a printer without A4 (ValueError)
    ├── JobRefusedError                 N-812  the print service would not take the job
    ├── JobAbortedError                 N-813  the printer gave up
    ├── JobUnknownError                 N-814  nobody knows whether the pages came out (LookupError)
    ├── FolderFullError                 N-815  IT: disk or spool is full (OSError)
    ├── OutputFullError                 N-816  nurse: take the sheets
    ├── JobHeldError                    N-817  nurse: count, print what is missing
    ├── PrinterNeedsHelpError           N-819  nurse: look at the printer's display
    ├── FolderUnusableError             N-820  IT: the folder cannot be written (OSError)
    ├── PrinterBusyError                N-821  wait: it talks to somebody else (ConnectionError)
    ├── NoPrinterError                  N-830  whoever stands there: cable and power (LookupError)
    ├── UnsupportedPrinterError         N-831  IT: another printer (ValueError)
    ├── WrongSetupError                 N-832  IT: queue, spool or print service set up wrongly
    ├── UsbStuckError                   N-833  nurse: off, ten seconds, on (ConnectionError)
    └── ModelListError                  N-834  IT: models.toml is damaged (ValueError)
"""

from typing import ClassVar

from printers.reasons import PrinterReason


class PrinterError(Exception):
    """Something at the printer a person can act on; `detail` says exactly what, in English."""

    reason: ClassVar[PrinterReason] = PrinterReason.UNUSABLE
    code: ClassVar[str] = reason.code
    sentence: ClassVar[str] = reason.sentence
    next_step: ClassVar[str] = reason.next_step

    def __init_subclass__(cls) -> None:
        """Take the words from the class's reason, so that they are written once."""
        cls.code = cls.reason.code
        cls.sentence = cls.reason.sentence
        cls.next_step = cls.reason.next_step

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or type(self).sentence)
        self.detail = detail


class NoPaperError(PrinterError):
    """The tray is empty."""

    reason = PrinterReason.PAPER


class JammedError(PrinterError):
    """Paper is stuck."""

    reason = PrinterReason.JAM


class CoverOpenError(PrinterError):
    """A door or cover is open."""

    reason = PrinterReason.DOOR


class TonerEmptyError(PrinterError):
    """There is no toner left."""

    reason = PrinterReason.TONER


class PrinterUnreachableError(PrinterError, ConnectionError):
    """The printer is off, unplugged or behind a dead cable."""

    reason = PrinterReason.UNREACHABLE


class PrintServiceDownError(PrinterError, ConnectionError):
    """The print service (cupsd) does not answer; it may be restarting."""

    reason = PrinterReason.SERVICE_DOWN


class PrintServiceMissingError(PrinterError, ImportError):
    """The Python side of the print service is not installed."""

    reason = PrinterReason.SERVICE_MISSING


class PrinterStoppedError(PrinterError):
    """The queue is stopped and starting it again did not help."""

    reason = PrinterReason.STOPPED


class QueueMissingError(PrinterError, LookupError):
    """No queue of this name exists."""

    reason = PrinterReason.QUEUE_MISSING


class WrongMediaError(PrinterError, ValueError):
    """The printer does not take A4."""

    reason = PrinterReason.MEDIA


class JobRefusedError(PrinterError):
    """The print service would not take or change the job."""

    reason = PrinterReason.JOB_REFUSED


class JobAbortedError(PrinterError):
    """The printer or a filter gave the job up; some pages may have come out."""

    reason = PrinterReason.JOB_ABORTED


class JobUnknownError(PrinterError, LookupError):
    """Nobody can say what became of the job: the service or the printer was restarted."""

    reason = PrinterReason.JOB_UNKNOWN


class FolderFullError(PrinterError, OSError):
    """The disk that takes printed files is full, or the print service's spool."""

    reason = PrinterReason.FOLDER_FULL


class OutputFullError(PrinterError):
    """The output tray is full."""

    reason = PrinterReason.OUTPUT_FULL


class JobHeldError(PrinterError):
    """The job was held, nothing would have released it, and it has been stopped."""

    reason = PrinterReason.HELD


class PrinterNeedsHelpError(PrinterError):
    """The printer reports a fault we have no words for."""

    reason = PrinterReason.ATTENTION


class FolderUnusableError(PrinterError, OSError):
    """The folder for printed files cannot be made or written."""

    reason = PrinterReason.FOLDER_UNUSABLE


class PrinterBusyError(PrinterError, ConnectionError):
    """The printer is there and has no time: it prints or talks for somebody else."""

    reason = PrinterReason.BUSY


class NoPrinterError(PrinterError, LookupError):
    """No printer is attached, or none answers."""

    reason = PrinterReason.NO_PRINTER


class UnsupportedPrinterError(PrinterError, ValueError):
    """The printer is one that cannot print from the box."""

    reason = PrinterReason.UNSUPPORTED


class WrongSetupError(PrinterError):
    """Queue, spool or print service are not as the box needs them."""

    reason = PrinterReason.WRONG_SETUP


class UsbStuckError(PrinterError, ConnectionError):
    """The printer is on the USB bus, but nothing gets through to it."""

    reason = PrinterReason.USB_STUCK


class ModelListError(PrinterError, ValueError):
    """The list of known printers cannot be used; `detail` names file, key and what was expected."""

    reason = PrinterReason.MODEL_LIST


_BY_REASON: dict[PrinterReason, type[PrinterError]] = {
    kind.reason: kind for kind in PrinterError.__subclasses__()
}


def error_for(reason: PrinterReason, detail: str = "") -> PrinterError:
    """Make the exception that says this; a mere warning gives the root class."""
    return _BY_REASON.get(reason, PrinterError)(detail)
