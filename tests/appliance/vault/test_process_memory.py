"""What the keeper does to its own process is done to a process of its own here."""

import json
import resource
import subprocess
import sys
from types import SimpleNamespace

import pytest

from appliance.vault.process_memory import lock_memory, refuse_debuggers

PROTECT = """\
import ctypes, json, logging, os, resource
from appliance.vault.process_memory import protect_process
logging.basicConfig()
protect_process()
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(json.dumps({
    "dumpable": ctypes.CDLL(None).prctl(3, 0, 0, 0, 0),
    "core": resource.getrlimit(resource.RLIMIT_CORE),
    "umask": os.umask(0),
    "locked_kb": int(status["VmLck"].split()[0]),
}))
"""


def protected():
    ended = subprocess.run(
        [sys.executable, "-c", PROTECT], capture_output=True, text=True, check=True
    )
    return json.loads(ended.stdout), ended.stderr


@pytest.mark.slow
def test_process_cannot_be_dumped_or_read_by_a_debugger():
    state, _ = protected()

    assert state["dumpable"] == 0
    assert state["core"] == [0, 0]
    assert state["umask"] == 0o027


@pytest.mark.slow
def test_memory_is_locked_or_the_log_says_that_it_is_not():
    state, log = protected()

    assert state["locked_kb"] > 0 or "memory" in log


def test_memory_is_locked_as_it_is_touched_now_and_later():
    asked = []
    libc = SimpleNamespace(mlockall=lambda flags: asked.append(flags) or 0)

    assert lock_memory(libc, resource.RLIM_INFINITY)
    assert asked == [1 | 2 | 4]


def test_limited_allowance_is_not_used_up_but_warned_of(caplog):
    libc = SimpleNamespace(mlockall=lambda _: pytest.fail("Argon2 would run out of memory"))

    assert not lock_memory(libc, 64 * 1024**2)
    assert "LimitMEMLOCK is 67108864 bytes" in caplog.text


def test_refusal_of_the_kernel_is_logged_and_not_fatal(caplog):
    stubborn = SimpleNamespace(prctl=lambda *_: -1)

    assert not refuse_debuggers(stubborn)
    assert "non-dumpable was refused" in caplog.text
