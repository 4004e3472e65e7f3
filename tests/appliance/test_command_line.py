import click
import pytest

from appliance.command_line import run_program
from appliance.errors import HubUnreachableError
from printers.errors import NoPaperError


def program(action) -> click.Group:
    group = click.Group("program")
    group.add_command(click.Command("go", callback=action))
    return group


def run(action, monkeypatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["nodboks", *arguments])
    with pytest.raises(SystemExit) as stopped:
        run_program(program(action), "nodboks")
    return stopped.value.code


def test_a_command_that_is_done_ends_with_0(monkeypatch):
    assert run(lambda: None, monkeypatch, "go") == 0


def test_a_command_may_end_with_a_code_of_its_own(monkeypatch):
    assert run(lambda: 1, monkeypatch, "go") == 1


@pytest.mark.parametrize("error", [HubUnreachableError("port 9 refused"), NoPaperError("tray 1")])
def test_a_failure_shows_code_sentence_detail_and_next_step(monkeypatch, capsys, error):
    def fail():
        raise error

    code = run(fail, monkeypatch, "go")

    shown = capsys.readouterr().err
    assert code == 1
    assert f"nodboks: error {error.code}: {error.sentence} ({error})" in shown
    assert f"nodboks: hint: {error.next_step}" in shown


def test_wrong_use_ends_with_2_and_no_traceback(monkeypatch, capsys):
    code = run(lambda: None, monkeypatch, "og")

    assert code == 2
    assert "No such command" in capsys.readouterr().err


def test_a_person_who_stops_the_program_gets_a_line_and_1(monkeypatch, capsys):
    def stop():
        raise click.Abort

    code = run(stop, monkeypatch, "go")

    assert code == 1
    assert capsys.readouterr().err == "nodboks: stopped\n"
