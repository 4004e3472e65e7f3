"""Write the town as the folder of lists that any care system can export on the first day.

One `.csv` file per list, with Danish headers and dates, in the encoding and with the delimiter the
vendor at hand uses. Refuses a character the encoding lacks rather than replace it: a changed name
is a wrong name. Called by the demo, tests and benches.
"""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from appliance.demo.csv_lists import LISTS, CsvList
from appliance.demo.town_models import Town
from appliance.files import write_atomically


def write_csv_folder(
    town: Town,
    folder: Path,
    encoding: str = "utf-8",
    delimiter: str = ";",
    hash_code: Callable[[str], str] | None = None,
) -> None:
    """Write every list; without `hash_code` the staff have no login codes, as most vendors send.

    Raises:
        StorageError: the disk refused or is full.
        UnicodeEncodeError: the encoding lacks a character.

    """
    town = _with_codes(town, hash_code) if hash_code else town
    for name, content in csv_files(town, encoding, delimiter).items():
        write_atomically(folder / name, content)


def csv_files(town: Town, encoding: str = "utf-8", delimiter: str = ";") -> Mapping[str, bytes]:
    """Make every list, by file name."""
    return {
        f"{listed.name}.csv": _write(town, listed, delimiter).encode(encoding) for listed in LISTS
    }


def _write(town: Town, listed: CsvList, delimiter: str) -> str:
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(listed.columns)
    writes = tuple(listed.columns.values())
    writer.writerows([write(row) for write in writes] for row in listed.rows(town))
    return sink.getvalue()


def _with_codes(town: Town, hash_code: Callable[[str], str]) -> Town:
    staff = tuple(
        replace(member, login_code_phc=hash_code(town.login_codes[member.initials]))
        for member in town.staff
    )
    return replace(town, staff=staff)
