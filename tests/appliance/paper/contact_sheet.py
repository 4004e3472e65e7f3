"""`make sheets`: print every specimen, as PDF and as pictures, and all of them side by side.

Writes `build/sheets/*.pdf`, a PNG of each page, and `contact-01.png` … with eight pages each: at
arm's length, what is it, whose is it, what must not be given? Says which sheets changed since they
were last looked at; with `--accept` the tests take them as they are now.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.appliance.paper.specimens import read_accepted, specimens, write_accepted
from tests.contact_prints import write_contacts

_OUT = Path("build/sheets")
_PAGE_DPI = 100
# Large enough that each page of paper stands there at its own size.
_PAGE_MM = (205, 290)


def main(arguments: list[str]) -> int:
    """Write the pictures; return 0."""
    if shutil.which("pdftoppm") is None:
        print("sheets: pdftoppm is missing (Debian: poppler-utils)")
        return 1
    shutil.rmtree(_OUT, ignore_errors=True)
    _OUT.mkdir(parents=True)
    digests = dict(_write_specimens())
    pages = sorted(path.stem for path in _OUT.glob("*.png"))
    contacts = write_contacts(_OUT, pages, columns=4, size_mm=_PAGE_MM)
    before = read_accepted()
    changed = sorted(name for name in {*digests, *before} if digests.get(name) != before.get(name))
    print(f"sheets: {len(digests)} sheets, {len(pages)} pages, {contacts} contact sheets in {_OUT}")
    for name in changed:
        print(f"sheets: changed since somebody looked: {name}")
    if "--accept" in arguments:
        write_accepted(digests)
        print("sheets: taken as they are now")
    return 0


def _write_specimens() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        for each in specimens(Path(folder)):
            target = _OUT / f"{each.name}.pdf"
            target.write_bytes(each.document.pdf)
            subprocess.run(
                ["pdftoppm", "-png", "-r", str(_PAGE_DPI), target, target.with_suffix("")],
                check=True,
            )
            yield each.name, each.digest


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
