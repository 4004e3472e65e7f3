"""Name what can go wrong in a talk with a printer, by what it says about the printer.

For programs, not for people: `ipp_printer.py` and `device.py` turn these into `PrinterError`s,
which carry the words.

    IppError
    ├── IppUnreachableError   nobody is there: refused, no route (ConnectionError)
    │   └── IppHungUpError    somebody was there and went in the middle of the talk
    ├── IppBusyError          somebody is there and has no time for us (TimeoutError)
    ├── IppHttpError          somebody is there who does not speak IPP
    ├── IppFormatError        the bytes are no IPP message (ValueError)
    └── IppStatusError        the printer understood and said no
"""


class IppError(Exception):
    """The printer could not be asked, or did not do what it was asked for."""


class IppUnreachableError(IppError, ConnectionError):
    """Nobody is there."""


class IppHungUpError(IppUnreachableError):
    """The connection broke in the middle: a printer going off, or one that has no line free."""


class IppBusyError(IppError, TimeoutError):
    """The connection stands but no answer came in time, or the answer was "not now"."""


class IppHttpError(IppError):
    """The answer was an HTTP error: a web server, or a printer that wants a login or TLS."""

    def __init__(self, http_status: int) -> None:
        super().__init__(f"HTTP status {http_status}")
        self.http_status = http_status


class IppFormatError(IppError, ValueError):
    """What came is not a whole IPP message, or what should go cannot be written as one."""


class IppStatusError(IppError):
    """The printer refused; `status` is a code of RFC 8011 appendix B."""

    def __init__(self, status: int, message: str = "") -> None:
        super().__init__(f"IPP status 0x{status:04x} {message}".rstrip())
        self.status = status
