"""The box's own cupsd configuration, run: it prints, keeps nothing, and has one door."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from printers.cups_printer import CupsPrinter, connect
from printers.models import JobStage
from printers.reasons import PrinterReason
from tests.real.job_steps import NEEDS_CUPS, QUEUE, job, wait_for_reason, wait_until_over, words
from tests.simulators.cups_lab import CupsLab, LabPrinter
from tests.simulators.lab_tools import program, wait_until

pytestmark = NEEDS_CUPS
ROOT = Path(__file__).resolve().parents[2]
SYSTEMD = ROOT / "systemd"
NOBODY = 65534
# What anybody else on the box tries; the arguments are the socket, the number of somebody's job,
# the queue, and where pycups can be read. First under his own name, then calling himself root.
AS_ANYBODY = f"""
import os
import sys
sys.path.insert(0, sys.argv[4])
import cups
os.setgroups([])
os.setgid({NOBODY})
os.setuid({NOBODY})
server, number, queue = sys.argv[1], int(sys.argv[2]), sys.argv[3]
def told(what, *arguments):
    try:
        answer = what(*arguments)
        return "done" if answer is None else str(answer)
    except cups.IPPError as error:
        return f"refused 0x{{error.args[0]:04x}}"
for name in ("nobody", "root"):
    cups.setUser(name)
    connection = cups.Connection(host=server)
    print(told(connection.cancelJob, number))
    print(told(connection.deletePrinter, queue))
    print(told(connection.addPrinter, "mine"))
    print(told(connection.disablePrinter, queue))
    print(told(connection.getJobAttributes, number))
    print(told(connection.enablePrinter, queue))
    print(told(connection.acceptJobs, queue))
cups.setUser("nobody")
print(told(cups.Connection(host=server).getJobs))
"""
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")


def production(base: Path, name: str) -> str:
    """Return a file of ours with its places moved below the lab's folder."""
    text = (SYSTEMD / name).read_text(encoding="utf-8")
    for place, moved in (("/run/cups/", "run/"), ("/run/nodboks-spool", "spool")):
        text = text.replace(place, f"{base}/{moved}")
    return text


def under_production(lab: CupsLab) -> None:
    """Put the box's configuration in place of the lab's, keeping only where things lie."""
    etc = lab.base / "etc"
    (etc / "cupsd.conf").write_text(production(lab.base, "cupsd.conf"))
    ours = production(lab.base, "cups-files.conf")
    named = set(re.findall(r"^(\w+)", ours, re.MULTILINE))
    # Logs go to the lab and not to this machine's syslog; an ordinary user is no lpadmin.
    keep = {"AccessLog", "ErrorLog", "PageLog"} | (set() if os.geteuid() == 0 else {"SystemGroup"})
    lines = (etc / "cups-files.conf").read_text().splitlines()
    rest = [line for line in lines if line.split()[0] not in named - keep]
    kept = [line for line in ours.splitlines() if line and line.split()[0] not in keep]
    (etc / "cups-files.conf").write_text("\n".join([*rest, *kept]) + "\n")


@pytest.fixture
def lab() -> Iterator[CupsLab]:
    made = CupsLab()
    under_production(made)
    with made:
        yield made


def test_cupsd_accepts_every_line(lab: CupsLab) -> None:
    etc = lab.base / "etc"
    command = [program("cupsd"), "-t", "-c", etc / "cupsd.conf", "-s", etc / "cups-files.conf"]

    checked = subprocess.run(command, capture_output=True, text=True, check=False)

    # Filters are missing where only cups-daemon is installed; nothing else may be remarked on.
    remarks = [line for line in checked.stderr.splitlines() if not line.startswith("Filter ")]
    assert (checked.returncode, remarks) == (0, [])
    assert checked.stdout.count("is OK.") == 2


def test_a_line_cupsd_does_not_know_would_be_seen(lab: CupsLab) -> None:
    etc = lab.base / "etc"
    (etc / "cupsd.conf").write_text((etc / "cupsd.conf").read_text() + "Browzing No\n")
    command = [program("cupsd"), "-t", "-c", etc / "cupsd.conf", "-s", etc / "cups-files.conf"]

    checked = subprocess.run(command, capture_output=True, text=True, check=False)

    assert "Browzing" in checked.stderr


def test_pages_come_out_in_order_and_nothing_of_them_is_kept(
    lab: CupsLab, printer: CupsPrinter, eve: LabPrinter
) -> None:
    state = wait_until_over(printer, printer.submit(job(3)))
    connection = connect(lab.socket)
    files = [
        path for path in lab.base.rglob("*") if path.is_file() and "printers" not in path.parts
    ]

    assert state.stage is JobStage.DONE
    assert eve.words() == words(3)
    assert list(lab.spool.glob("d*")) == []
    assert [path for path in files if b"%PDF-" in path.read_bytes()] == []
    assert len(connection.getJobs(which_jobs="all")) == 1


def test_the_only_door_is_the_socket(lab: CupsLab) -> None:
    assert lab.cupsd is not None
    mine = set()
    for entry in Path(f"/proc/{lab.cupsd.pid}/fd").iterdir():
        found = re.fullmatch(r"socket:\[(\d+)\]", str(entry.readlink()))
        mine |= {found[1]} if found else set()
    listening = [
        line.split()
        for table in ("tcp", "tcp6", "udp", "udp6")
        for line in Path(f"/proc/{lab.cupsd.pid}/net/{table}").read_text().splitlines()[1:]
    ]

    assert [line for line in listening if line[9] in mine] == []


def test_the_socket_shows_no_web_pages(lab: CupsLab) -> None:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(90)
        line.connect(lab.socket)
        line.sendall(b"GET /printers/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b"".join(iter(lambda: line.recv(4096), b""))  # head and page may come apart

    assert b"Web Interface is Disabled" in answer


@needs_root
def test_others_may_start_a_stopped_queue_and_nothing_else(
    lab: CupsLab, printer: CupsPrinter, eve: LabPrinter
) -> None:
    """The screens run as a user of their own, and start a stopped queue again at night."""
    eve.set("jam_at", 1)
    handle = printer.submit(job(1, "7F3A"))
    wait_for_reason(printer, handle, PrinterReason.JAM)
    folder = lab.base / "cups-for-anybody"
    folder.mkdir(mode=0o755)
    module = Path(sys.modules["cups"].__file__ or "")
    (folder / module.name).write_bytes(module.read_bytes())
    tried = _as_anybody(folder, lab.socket, handle.number)

    eve.cure("jam_at")

    forbidden, started = ["refused"] * 5, ["done"] * 2
    assert [line.partition(" ")[0] for line in tried[:-1]] == [*forbidden, *started] * 2
    assert "7F3A" not in tried[-1]
    assert "root" not in tried[-1]
    assert wait_until_over(printer, handle).stage is JobStage.DONE


def _as_anybody(folder: Path, server: str, number: int) -> list[str]:
    """Run the tries in a process that gave root away; the interpreter itself is root's only."""
    command = [sys.executable, "-c", AS_ANYBODY, server, str(number), QUEUE, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd="/")
    return done.stdout.splitlines()


def test_a_crash_with_the_box_s_own_clean_up_prints_nothing_twice(
    lab: CupsLab, printer: CupsPrinter, eve: LabPrinter
) -> None:
    eve.set("jam_at", 2)
    handle = printer.submit(job(3))
    wait_for_reason(printer, handle, PrinterReason.JAM)
    wait_until((lab.base / "etc/printers.conf").exists, "the queue on the disk")
    lab.stop_cupsd(signal.SIGKILL)
    left = list(lab.spool.glob("d*"))

    for command in clean_up_lines():
        subprocess.run(command.replace("/run/nodboks-spool", str(lab.spool)).split(), check=True)
    emptied = [path for path in lab.spool.iterdir() if path.is_file()]
    eve.cure("jam_at")
    lab.start_cupsd()
    # The print service has forgotten the job; the printer has not, and is asked.
    after = wait_until_over(printer, handle)
    again = wait_until_over(printer, printer.submit(job(1, "NEW")))

    assert left
    assert emptied == []
    assert (lab.spool / "tmp").is_dir()
    assert after.stage is JobStage.DONE
    assert again.stage is JobStage.DONE
    assert eve.words().count("Side 1 af 3") == 1


def clean_up_lines() -> list[str]:
    """Return what systemd runs before each start of cupsd."""
    text = (SYSTEMD / "cups-nodboks.conf").read_text(encoding="utf-8")
    found = re.findall(r"^ExecStartPre=(.*)$", text, re.MULTILINE)
    assert found
    return found
