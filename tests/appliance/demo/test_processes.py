"""What runs once is not started beside itself, and is stopped with the rest."""

import signal

import pytest

from appliance.demo.processes import Programs

pytestmark = pytest.mark.slow


def test_program_that_is_still_at_it_is_not_started_beside_itself(tmp_path):
    programs = Programs(tmp_path / "none.toml", tmp_path / "log")

    programs.run_once_more("prove", "--background")
    first = programs.once["prove"]
    first.send_signal(signal.SIGSTOP)  # else it may have ended by itself
    programs.run_once_more("prove", "--background")
    is_same = programs.once["prove"] is first
    first.send_signal(signal.SIGCONT)
    first.wait()
    programs.run_once_more("prove", "--background")

    assert is_same
    assert programs.once["prove"] is not first
    programs.stop()
    assert programs.once["prove"].returncode is not None
    assert "none.toml" in (tmp_path / "log" / "prove.log").read_text(encoding="utf-8")
