"""Fail when a part of the code is tested less than promised; run by `make test` after pytest.

Reads the coverage of the whole run, subprocesses included. What this machine could not run is
left out of its gate by name and said aloud: a CUPS queue needs a cupsd.
"""

import io
import shutil
import sys
from importlib.util import find_spec

import coverage

# Part → percent of lines and branches that must be covered.
GATES = {
    "appliance/sealed_log": 100.0,
    "appliance/snapshot": 100.0,
    "appliance/sync": 100.0,
    "appliance/vault": 100.0,
    "printers": 100.0,
    "appliance": 95.0,
    "provisioning": 95.0,
}
# File → (whether this machine can run it, what is missing otherwise).
CUPS = (
    find_spec("cups") is not None
    and shutil.which("cupsd", path="/usr/sbin:/sbin:/usr/bin") is not None,
    "pycups and cups-daemon",
)
NEEDS = {
    "printers/cups_printer.py": CUPS,
    "printers/cups_or_ipp_printer.py": CUPS,
    "printers/cups_queues.py": CUPS,
    "printers/examination.py": CUPS,
    "printers/queue_setup.py": CUPS,
}


def main() -> int:
    """Print one line per gate; return 1 if one does not hold."""
    measured = coverage.Coverage()
    measured.load()
    missing = [path for path, (can_run, _) in NEEDS.items() if not can_run]
    for path in missing:
        print(f"coverage: {path} is not judged here: {NEEDS[path][1]} missing")
    return max(judge(measured, part, wanted, missing) for part, wanted in GATES.items())


def judge(measured: coverage.Coverage, part: str, wanted: float, left_out: list[str]) -> int:
    """Print how one part does, and what it lacks; return 1 if it is too little."""
    # A stricter gate inside this part judges its own files.
    stricter = [f"{other}/*" for other in GATES if other.startswith(f"{part}/")]
    omit = [*stricter, *left_out]
    text = io.StringIO()
    percent = measured.report(include=[f"{part}/*"], omit=omit, file=text)
    holds = percent >= wanted
    print(f"coverage: {part}: {percent:.2f} % of {wanted:.0f} %{'' if holds else ': TOO LITTLE'}")
    if not holds:
        print(text.getvalue())
    return int(not holds)


if __name__ == "__main__":
    sys.exit(main())
