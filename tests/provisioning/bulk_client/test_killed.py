"""kill -9 in the middle of a fetch; the next run goes on with the same export."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from provisioning.bulk_client import download
from tests.provisioning.bulk_client import fetch_child
from tests.provisioning.bulk_client.conftest import PATIENTS, Lab
from tests.simulators.bulk_server import Fault, as_usual, many

pytestmark = pytest.mark.slow

BIG = PATIENTS * (2 * download._CHECKPOINT // len(PATIENTS) + 200)


@contextmanager
def child(lab: Lab) -> Iterator["subprocess.Popen[str]"]:
    arguments = [sys.executable, "-m", fetch_child.__name__, lab.server.url, str(lab.out)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.wait(200)


def killing(process: "subprocess.Popen[str]", after: int, is_dead: threading.Event) -> Fault:
    """Send some of the file, let it arrive, and kill the one who asked."""

    def kill(handler: Any) -> None:
        content, headers = handler._content()
        handler.send(200, content, headers, cut_after=after)
        handler.wfile.flush()
        os.kill(process.pid, signal.SIGKILL)
        is_dead.set()

    return kill


def answering_once(is_dead: threading.Event) -> Fault:
    """Answer only when the one who asked first is dead, however slow the killing is."""

    def answer(handler: Any) -> None:
        is_dead.wait(120)
        as_usual(handler)

    return answer


@pytest.mark.parametrize("after", [0, 100, download._CHECKPOINT + 4000, len(BIG)])
def test_a_fetch_killed_in_a_file_goes_on_with_the_same_export(lab: Lab, after: int):
    units = lab.server.files.pop("output/Organization/0")
    lab.server.files |= {"output/MedicationStatement/0": BIG, "output/Organization/0": units}
    is_dead = threading.Event()
    faults: list[Fault] = []
    lab.server.faults["MedicationStatement"] = faults
    lab.server.faults["Organization"] = many(answering_once(is_dead))
    with child(lab) as process:
        faults.append(killing(process, after, is_dead))
    assert process.returncode == -signal.SIGKILL
    assert not lab.out.exists()

    with child(lab) as again:
        pass

    assert again.returncode == 0
    assert (lab.out / "MedicationStatement.001.ndjson").read_bytes() == BIG
    assert len(lab.server.paths("$export")) == 1
    assert len(lab.server.paths("/files/0/output/Patient")) == 1
    assert not (lab.working / "all").exists()


def test_a_fetch_killed_while_it_waits_looks_at_the_same_job_again(lab: Lab):
    faults: list[Fault] = []
    lab.server.faults["/jobs/"] = faults
    with child(lab) as process:
        faults.append(lambda _: os.kill(process.pid, signal.SIGKILL))
    assert process.returncode == -signal.SIGKILL

    with child(lab) as again:
        pass

    assert again.returncode == 0
    assert len(lab.server.paths("$export")) == 1


def test_fetches_killed_at_many_moments_never_leave_a_mixed_folder(lab: Lab):
    with child(lab) as first:
        pass
    assert first.returncode == 0

    for number in range(12):
        marked = PATIENTS.replace(b"Holm", f"Holm{number}".encode())
        lab.server.files = {f"output/Patient/{part}": marked for part in range(3)}
        lab.server.seen.clear()
        with child(lab) as process:
            while len(lab.server.seen) < 2 + number % 7 and process.poll() is None:
                pass
            process.kill()
        lab.fetch(afresh=True)

        found = {path.read_bytes() for path in lab.out.glob("Patient.*")}
        assert found == {marked}
