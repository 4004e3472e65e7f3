"""Read the codes of a printed page as a phone would: from a coarse picture of it."""

import subprocess
from pathlib import Path

from tests.appliance.paper.pages import need


def codes_on(pdf: bytes, folder: Path, *, dpi: int = 100) -> set[str]:
    """Return what every code on the pages says."""
    need("pdftoppm")
    need("zbarimg")
    (folder / "scanned.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-gray", "-png", "scanned.pdf", "scanned"],
        cwd=folder,
        check=True,
    )
    pictures = sorted(path.name for path in folder.glob("scanned*.png"))
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", *pictures],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return set(read.stdout.splitlines())
