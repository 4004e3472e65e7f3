import subprocess
import sys
from pathlib import Path

import pytest
import tomli_w
from click.testing import CliRunner

import provisioning
from appliance import crypto
from provisioning.cli import NAME, main, provision
from provisioning.signing import create_trust
from tests.appliance.snapshot.town import days_ago
from tests.provisioning.feeds import about, organization, patient, write_feed

pytestmark = pytest.mark.slow  # seconds, not milliseconds


@pytest.fixture
def run(capsys, monkeypatch):
    """Run the program as a person does; return exit code, output and errors."""

    def run_with(*words):
        monkeypatch.setattr(sys, "argv", [NAME, *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        return ended.value.code, shown.out, shown.err

    return run_with


def test_init_makes_keys_and_a_first_fleet(run, tmp_path):
    code, out, _ = run("init", "--out", tmp_path / "hub", "--name", "Prøve Kommune")

    assert code == 0
    assert (tmp_path / "hub" / "trust" / "root.json").is_file()
    assert 'name = "Prøve Kommune"' in (tmp_path / "hub" / "fleet.toml").read_text()
    assert all(line.startswith(f"{NAME}: ") for line in out.splitlines())


def test_init_never_writes_over_a_fleet_or_keys(run, tmp_path):
    run("init", "--out", tmp_path)
    root = (tmp_path / "trust" / "root.json").read_bytes()
    code, _, err = run("init", "--out", tmp_path)
    (tmp_path / "fleet.toml").unlink()
    again, _, keys = run("init", "--out", tmp_path)

    assert (code, again) == (1, 1)
    assert "N-711" in err
    assert "hint: " in err
    assert "not empty" in keys
    assert (tmp_path / "trust" / "root.json").read_bytes() == root


def test_starter_fleet_asks_for_boxes(run, tmp_path):
    run("init", "--out", tmp_path)
    feed = write_feed(tmp_path / "feed", [organization(), patient()])
    words = (
        "publish",
        "--feed",
        feed,
        "--fleet",
        tmp_path / "fleet.toml",
        "--out",
        tmp_path / "out",
    )
    code, _, err = run(*words)

    assert code == 1
    assert "there is no [[box]]" in err


def test_publish_warns_of_a_root_that_soon_expires(run, tmp_path):
    create_trust(tmp_path / "trust", days_ago(3 * 365 - 30))
    recipient = crypto.recipient_of(crypto.new_identity())
    box = {"id": "b1", "name": "B", "recipient": recipient, "units": ["*"]}
    fleet = {"municipality": {"name": "Prøve", "trust": "trust", "help_phone": ""}, "box": [box]}
    (tmp_path / "fleet.toml").write_text(tomli_w.dumps(fleet))
    feed = write_feed(tmp_path / "feed", [organization(), patient()])
    where = ("--fleet", tmp_path / "fleet.toml", "--out", tmp_path / "out")

    code, _, err = run("publish", "--feed", feed, "--quiet", *where)

    assert code == 0
    assert "warning: root 1 expires in " in err


def test_check_prints_the_table_and_the_units(run, tmp_path):
    feed = write_feed(tmp_path / "feed", [organization(), patient()])
    code, out, err = run("check", "--feed", feed)

    assert (code, err) == (0, "")
    assert "accepted 2 + rejected 0 = read 2" in out
    assert f"{NAME}: unit solgaarden: Solgården" in out


def test_check_of_a_feed_with_faults_fails_with_file_line_and_hint(run, tmp_path):
    feed = write_feed(
        tmp_path / "feed", [organization(), patient(), about("Flag", citizen="nobody")]
    )
    code, out, err = run("check", "--feed", feed)

    assert code == 1
    assert "Flag.ndjson:1: error" in out
    assert "error N-713" in err
    assert "hint: " in err


def test_missing_manifest_names_the_folder_and_the_way_out(run, tmp_path):
    feed = write_feed(tmp_path / "eksport", [organization(), patient()], night=None)
    code, _, err = run("check", "--feed", feed)

    assert code == 1
    assert "N-701" in err
    assert "eksport" in err
    assert "--as-of" in err
    assert run("check", "--feed", feed, "--as-of", "2026-11-23T02:00")[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        ("check",),
        ("check", "--feed", "nowhere"),
        ("check", "--feed", ".", "--as-of", "i nat"),
        ("publish", "--feed", "."),
        ("publish", "--feed", ".", "--fleet", "nowhere.toml", "--out", "x"),
        ("check", "--fed", "."),
        ("chek",),
    ],
)
def test_wrong_use_is_code_2(run, words):
    code, _, err = run(*words)

    assert code == 2
    assert "Error:" in err


def test_publish_prints_every_box_and_where_the_report_is(run, hub):
    code, out, _ = run("publish", "--feed", hub.feed, "--fleet", hub.fleet, "--out", hub.public)

    assert code == 0
    assert f"{NAME}: box boks-a: published version 1" in out
    assert f"{NAME}: report: {hub.folder / 'reports'}" in out


def test_publish_with_a_held_box_fails_with_a_hint(run, hub):
    (hub.feed / "b" / "Patient.ndjson").unlink()
    code, out, err = run("publish", "--feed", hub.feed, "--fleet", hub.fleet, "--out", hub.public)

    assert code == 1
    assert "box boks-a: published" in out
    assert "hint: " in err


def test_release_of_a_box_nobody_has_is_wrong_use(run, hub):
    words = ["publish", "--feed", hub.feed, "--fleet", hub.fleet, "--out", hub.public]
    code, _, err = run(*words, "--release", "boks-c")

    assert code == 2
    assert "did you mean boks-" in err


def test_options_reach_the_run(run, hub):
    (hub.feed / "b" / "manifest.json").unlink()
    words = ["publish", "--feed", hub.feed, "--fleet", hub.fleet, "--out", hub.public]
    code, out, _ = run(*words, "--publish-incomplete", "--release", "boks-b")

    assert code == 1
    assert "box boks-b: published" in out


def test_program_runs_as_a_module_and_tells_its_version():
    shown = subprocess.run(
        [sys.executable, "-m", "provisioning", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert shown.stdout.startswith("nodboks-provision, version ")


def test_help_tells_the_exit_codes(run):
    code, out, _ = run("--help")

    assert code == 0
    assert "Exit codes" in out


@pytest.mark.parametrize("name", sorted(provision.commands))
def test_every_command_has_help_example_and_exit_codes_and_is_in_the_readme(name):
    shown = CliRunner().invoke(provision, [name, "--help"]).output
    readme = (Path(provisioning.__file__).parent / "README.md").read_text(encoding="utf-8")

    assert f"Example: nodboks-provision {name}" in shown
    assert "Exit codes: 0" in shown
    assert f"nodboks-provision {name}" in readme
    options = [opt for param in provision.commands[name].params for opt in param.opts
               if opt.startswith("-")]  # fmt: skip
    assert [option for option in options if option not in readme] == []
