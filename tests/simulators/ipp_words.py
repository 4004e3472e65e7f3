"""Say what a small printer would say: the groups of its answers, to be given to `IppStranger`.

`HEALTHY` is a printer that takes A4 and PDF; `job_group` is one of its jobs. Used by the tests of
the printers above the IPP client.
"""

from printers.ipp.attributes import attribute, keyword
from printers.ipp.codes import JobStatus, Tag
from printers.ipp.message import Group

HEALTHY = Group(
    Tag.PRINTER,
    (
        keyword("media-supported", "iso_a4_210x297mm"),
        attribute(Tag.MIME_TYPE, "document-format-supported", "application/pdf"),
        attribute(Tag.BOOLEAN, "printer-is-accepting-jobs", True),
        attribute(Tag.ENUM, "printer-state", 3),
        keyword("printer-state-reasons", "none"),
        attribute(Tag.INTEGER, "printer-up-time", 100),
        keyword("sides-supported", "one-sided"),
    ),
)


def job_group(
    number: int, name: str = "7F3A", status: JobStatus = JobStatus.PROCESSING, counted: int = 0
) -> Group:
    """Return one job as the printer lists it."""
    return Group(
        Tag.JOB,
        (
            attribute(Tag.INTEGER, "job-id", number),
            attribute(Tag.NAME, "job-name", name),
            attribute(Tag.URI, "job-uuid", f"urn:uuid:{number}"),
            attribute(Tag.ENUM, "job-state", status),
            keyword("job-state-reasons", "none"),
            attribute(Tag.INTEGER, "job-impressions-completed", counted),
            attribute(Tag.INTEGER, "time-at-creation", 30),
        ),
    )
