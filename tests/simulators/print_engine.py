"""Print one job sheet by sheet, as the engine inside a simulated printer; started by ippeveprinter.

What "came out on paper" is appended to `sheets.jsonl` in the control folder, one line per sheet
side with the words on it, so that a test can tell a reversed or missing page from a good one.
Faults are files in the same folder: `jam_at`, `empty_at`, `door_at`, `toner_at` hold a page number
and the engine waits there until the file is gone; `abort_at` makes it give up; `speed` is seconds
per page. Refuses to know anything of CUPS. Called by `tests/simulators/cups_lab.py`.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

# File in the control folder -> printer-state-reasons keyword of PWG 5100.9.
FAULTS = {
    "jam_at": "media-jam",
    "empty_at": "media-empty",
    "door_at": "cover-open",
    "toner_at": "toner-empty",
}


def setting(folder: Path, name: str, default: float) -> float:
    """Read a number from a control file, or take the default where there is none."""
    try:
        return float((folder / name).read_text())
    except (OSError, ValueError):
        return default


def tell(line: str) -> None:
    """Send STATE: or ATTR: to ippeveprinter, which reads them from standard error."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def words_of_pages(document: Path) -> list[str]:
    """Return the text of every page; pdftotext ends each page with a form feed."""
    run = subprocess.run(["pdftotext", "-layout", document, "-"], capture_output=True, check=True)
    return [" ".join(page.split()) for page in run.stdout.decode().split("\f")[:-1]]


def wait_for_cure(folder: Path, page: int) -> None:
    """Stand still while a fault file names this page."""
    for name, keyword in FAULTS.items():
        if setting(folder, name, 0) != page:
            continue
        tell(f"STATE: +{keyword}-error")
        while (folder / name).exists():
            time.sleep(0.02)
        tell(f"STATE: -{keyword}-error")


def put_out(folder: Path, sheet: dict[str, object]) -> None:
    """Record one printed side at once: a killed printer has printed what is in the file."""
    with (folder / "sheets.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(sheet, ensure_ascii=False) + "\n")


def print_document(folder: Path, document: Path) -> int:
    """Print every page in the order the printer received them; return the exit code."""
    pages = words_of_pages(document)
    tell(f"ATTR: job-impressions={len(pages)}")
    for page, words in enumerate(pages, start=1):
        wait_for_cure(folder, page)
        if setting(folder, "abort_at", 0) == page:
            tell("ERROR: firmware fault")
            return 1
        time.sleep(setting(folder, "speed", 0.05))
        put_out(
            folder,
            {
                "job": document.name,
                "page": page,
                "of": len(pages),
                "words": words,
                "sides": os.environ.get("IPP_SIDES", ""),
                "media": os.environ.get("IPP_MEDIA", ""),
                "at_s": time.monotonic(),
            },
        )
        tell(f"ATTR: job-impressions-completed={page}")
    return 0


if __name__ == "__main__":
    sys.exit(print_document(Path(os.environ["NODBOKS_ENGINE_FOLDER"]), Path(sys.argv[1])))
