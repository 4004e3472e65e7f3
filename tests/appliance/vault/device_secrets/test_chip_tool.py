from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.errors import SlotMissingError
from appliance.vault.device_secrets import chip_tool
from appliance.vault.device_secrets.chip_tool import ToolError, errand, is_installed
from appliance.vault.device_secrets.remembered import identity_of


def script(folder, text):
    path = folder / "tool"
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def run(program, given=b"", **environment):
    with errand(SystemClock(), 10, environment) as tools:
        return tools.run((program,), given)


def test_tool_gets_what_it_is_given_by_pipe_and_nothing_of_our_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("NODBOKS_TOLD", "nobody")
    tool = script(tmp_path, "cat; env")

    assert run(tool, b"given\n").startswith(b"given\n")
    assert b"NODBOKS_TOLD" not in run(tool)
    assert b"ASKED=yes" in run(tool, ASKED="yes")


def test_tool_works_in_a_folder_of_its_own_in_ram_that_is_gone_afterwards(tmp_path):
    folder = Path(run(script(tmp_path, "pwd")).decode().strip())

    assert folder.parent == Path("/dev/shm")
    assert not folder.exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [("echo ERROR: no such chip >&2; echo more >&2; exit 1", "tool: no such chip"),
     ("exit 3", "tool: 3")],
)  # fmt: skip
def test_what_a_tool_complains_of_first_is_kept(tmp_path, text, words):
    with pytest.raises(ToolError) as failed:
        run(script(tmp_path, text))

    assert str(failed.value).endswith(words)


def test_all_runs_of_an_errand_share_one_time_limit(tmp_path, clock):
    tool = script(tmp_path, "exec sleep 600")
    with errand(clock, 10, {}) as tools:
        clock.ticks_s += 10

        with pytest.raises(SlotMissingError, match="no answer from the chip in time"):
            tools.run((tool,))


def test_missing_tool_and_missing_ram_are_named(tmp_path, monkeypatch):
    assert not is_installed("no-such-tool")
    with pytest.raises(SlotMissingError, match="no-such-tool is not installed"):
        run("no-such-tool")

    monkeypatch.setattr(chip_tool, "_RAM", tmp_path / "none")
    with pytest.raises(SlotMissingError, match="No such file"):
        run("true")


def test_answer_of_the_wrong_size_is_no_secret():
    with pytest.raises(SlotMissingError, match="31 bytes, not 32"):
        identity_of(bytes(31))
