"""List the numbers of IPP that this package uses, by their names in the standards."""

from enum import IntEnum


class Operation(IntEnum):
    """What a printer may be asked to do (RFC 8011 §5.4.15)."""

    PRINT_JOB = 0x0002
    VALIDATE_JOB = 0x0004
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B


class Tag(IntEnum):
    """Delimiters of groups and kinds of values (RFC 8010 §3.5)."""

    OPERATION = 0x01
    JOB = 0x02
    END = 0x03
    PRINTER = 0x04
    UNSUPPORTED = 0x05
    NO_VALUE = 0x13
    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    COLLECTION = 0x34
    TEXT_WITH_LANGUAGE = 0x35
    NAME_WITH_LANGUAGE = 0x36
    END_COLLECTION = 0x37
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49
    MEMBER_NAME = 0x4A


class JobStatus(IntEnum):
    """A job's state as the printer tells it (RFC 8011 §5.3.7)."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELLED = 7
    ABORTED = 8
    COMPLETED = 9


# printer-state (RFC 8011 §5.4.11).
PRINTER_STOPPED = 5

# Status codes (RFC 8011 appendix B). Below this one, the printer did what it was asked for.
FIRST_ERROR = 0x0100
NOT_POSSIBLE = 0x0404
NOT_FOUND = 0x0406
GONE = 0x0407
FORMAT_NOT_SUPPORTED = 0x040A
ATTRIBUTES_NOT_SUPPORTED = 0x040B
OPERATION_NOT_SUPPORTED = 0x0501
SERVICE_UNAVAILABLE = 0x0502
DEVICE_ERROR = 0x0504
NOT_ACCEPTING = 0x0506
BUSY = 0x0507
