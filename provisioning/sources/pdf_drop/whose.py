"""Tell from a file's path whose document it is, and how to speak of it without naming anybody.

`<unit>/file.pdf` is about a unit; a CPR number in the file's or a folder's name makes it a
citizen's. What looks like a CPR number never leaves here but as `cpr`: not in a title, not in what
a report shows. Pure. Called by `drop`.
"""

from dataclasses import dataclass
from pathlib import PurePosixPath

from provisioning.attachments.titles import cprs_in, has_number, title_of

_CITIZEN = "(citizen)"
_SHOWN_ENDINGS = (
    ".pdf", ".jpg", ".jpeg", ".png", ".docx", ".doc", ".txt", ".tif", ".tiff", ".xml", ".json",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Whose:
    """What a path says: the folder of a unit, the CPR numbers in it, and the file's own words."""

    unit: str | None
    cprs: tuple[str, ...]
    title: str


def read_path(name: str) -> Whose:
    """Take a file's path in the feed apart."""
    *folders, file = PurePosixPath(name).parts
    cprs = dict.fromkeys(cpr for part in (*folders, file) for cpr in cprs_in(part))
    unit = folders[0] if folders and not has_number(folders[0]) else None
    return Whose(unit, tuple(cprs), title_of(PurePosixPath(file).stem))


def shown_name(name: str, number: int) -> str:
    """Return how a report names a file: its folder, and its place among the files in there.

    Files are named after people, and a report is mailed around.
    """
    *folders, file = PurePosixPath(name).parts
    # Only the first folder can be a unit's; below it anybody may have one.
    shown = [_CITIZEN if has_number(part) else part for part in folders[:1]]
    ending = PurePosixPath(file).suffix.lower()
    return "/".join([*shown, f"#{number}{ending if ending in _SHOWN_ENDINGS else ''}"])
