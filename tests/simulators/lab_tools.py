"""Find the programs a lab of real processes needs, and wait for them.

Refuses to install anything: it names the packages. Called by `cups_lab.py` and by the tests that
skip themselves without it.
"""

import os
import shutil
import socket
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

PROGRAMS = {
    "cupsd": "cups-daemon",
    "ippeveprinter": "cups-ipp-utils",
    "dbus-daemon": "dbus",
    "pdftotext": "poppler-utils",
}
# Debian keeps daemons here, and an ordinary user's PATH does not.
SEARCH = os.environ.get("PATH", "") + os.pathsep + "/usr/sbin" + os.pathsep + "/sbin"
# Page filters of the package cups-filters; without them no PDF reaches a printer.
PDF_FILTER = Path("/usr/lib/cups/filter/pdftopdf")


def missing_tools() -> str:
    """Name what to install before the lab can run, or return an empty string."""
    packages = [p for name, p in PROGRAMS.items() if shutil.which(name, path=SEARCH) is None]
    if not PDF_FILTER.exists():
        packages.append("cups-filters")
    wanted = [f"apt install {' '.join(packages)}"] if packages else []
    if find_spec("cups") is None:
        wanted.append("pip install pycups (needs libcups2-dev gcc python3-dev)")
    return "; ".join(wanted)


def program(name: str) -> str:
    """Return a program's path, as an ordinary user may start it too."""
    return shutil.which(name, path=SEARCH) or name


def wait_until(is_true: Callable[[], bool], what: str, timeout_s: float = 90) -> None:
    """Poll a condition; a lab that hangs should say what it was waiting for."""
    deadline = time.monotonic() + timeout_s
    while not is_true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout_s} s for {what}")
        time.sleep(0.02)


def free_port() -> int:
    """Ask the kernel for a free loopback port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    """Tell whether somebody listens there."""
    with socket.socket(family) as probe:
        return probe.connect_ex(address) == 0
