"""What CupsPrinter does with a real cupsd is in tests/real/test_cups_printer.py."""

import subprocess
import sys

# A process of its own: the module decides at import, and the others must keep their pycups.
WITHOUT_PYCUPS = """
import sys
sys.modules["cups"] = None
from printers.cups_printer import CupsPrinter
from printers.errors import PrintServiceMissingError
try:
    CupsPrinter("nodboks").state()
except PrintServiceMissingError as error:
    print(error.code, error)
"""


def test_missing_pycups_is_named_with_what_to_install() -> None:
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_PYCUPS], capture_output=True, text=True, check=True
    )

    assert run.stdout.startswith("N-808 pycups is not installed")
    assert "nodboks[cups]" in run.stdout
    assert "python3-cups" in run.stdout
