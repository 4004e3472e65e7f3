"""`check`: the forms of the report, the options, and never a traceback whatever is delivered."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import orjson
import pytest

import provisioning
from appliance.records.terms import Section
from provisioning.sources.base import MOST_PROBLEMS
from tests.provisioning.feeds import about, condition, organization, patient, statement, write_feed
from tests.provisioning.lists.lists import CITIZEN, csv_bytes, write_lists

pytestmark = pytest.mark.slow  # seconds, not milliseconds

AS_OF = ("--as-of", "2026-11-23T02:00")
TOP_KEYS = {
    "format", "format_version", "program", "started_at", "finished_at", "feeds", "error",
    "is_clean", "types", "total", "left_out", "unread", "problem_totals", "problems", "units",
    "boxes", "kept_units",
}  # fmt: skip


@pytest.fixture
def check():
    """Run the program as a process; return exit code, output and errors."""

    def run(*words, **more):
        command = [sys.executable, "-m", "provisioning", "check", *map(str, words)]
        done = subprocess.run(command, capture_output=True, check=False, timeout=180, **more)
        out, err = done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in out + err
        return done.returncode, out, err

    return run


@pytest.fixture
def feed(tmp_path):
    given = [organization(), patient(), condition(stage=[]), about("Flag", citizen="nobody")]
    return write_feed(tmp_path / "feed", given)


def test_forms_say_the_same_as_the_table(check, feed, tmp_path):
    code, out, _ = check(
        "--feed", feed, "--json", tmp_path / "r.json", "--html", tmp_path / "r.html"
    )
    said = orjson.loads((tmp_path / "r.json").read_bytes())
    page = (tmp_path / "r.html").read_text(encoding="utf-8")

    assert code == 1
    assert set(said) >= TOP_KEYS
    assert (said["format"], said["format_version"]) == ("nodboks-feed-report", 1)
    assert said["total"] == {"read": 4, "used": 3, "kept": 0, "unknown": 0, "rejected": 1}
    assert said["unread"] == [{"type": "Condition", "field": "stage", "number": 1}]
    assert "unread: Condition.stage × 1" in out
    assert "1 post af 4 er afvist" in page
    assert "Flag.ndjson:1" in page


def test_every_key_of_the_report_is_documented(check, feed):
    said = orjson.loads(check("--feed", feed, "--json", "-")[1])
    page = (Path(provisioning.__file__).parent / "REPORT.md").read_text(encoding="utf-8")
    inner = [key for name in ("problems", "units", "unread") for key in said[name][0]]

    assert [key for key in (*said, *inner) if not re.search(rf"\b{key}\b", page)] == []


def test_report_tells_the_units_and_the_age_of_each_section(check, feed, tmp_path):
    check("--feed", feed, "--json", tmp_path / "r.json")
    (unit,) = orjson.loads((tmp_path / "r.json").read_bytes())["units"]

    assert (unit["id"], unit["name"], unit["citizens"]) == ("solgaarden", "Solgården", 1)
    assert set(unit["sections"]) == {section.value for section in Section}
    assert unit["sections"]["citizens"] == {
        "as_of": "2026-11-23T01:05:00Z",
        "is_delivered": True,
        "is_complete": True,
    }


def test_dash_is_standard_output_and_nothing_else_goes_there(check, feed):
    _, out, err = check("--feed", feed, "--json", "-")

    assert orjson.loads(out)["feeds"] == ["feed"]
    assert "accepted 3 + rejected 1 = read 4" in err
    assert check("--feed", feed, "--html", "-")[1].startswith("<!doctype html>")


def test_feed_that_cannot_be_read_has_a_report_that_says_why(check, tmp_path):
    feed = write_feed(tmp_path / "feed", [patient()], night=None)
    code, _, err = check(
        "--feed", feed, "--json", tmp_path / "r.json", "--html", tmp_path / "r.html"
    )
    said = orjson.loads((tmp_path / "r.json").read_bytes())

    assert code == 1
    assert "N-701" in err
    assert said["error"].startswith("N-701: feed: no manifest.json")
    assert said["is_clean"] is False
    assert "Eksporten kunne ikke bruges" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_form_that_cannot_be_written_is_an_error_with_a_name(check, feed):
    code, _, err = check("--feed", feed, "--json", "/proc/nowhere/r.json")

    assert code == 1
    assert "r.json" in err


def test_problems_that_hold_a_box_are_listed_before_all_others(check, tmp_path):
    odd = [statement(f"m{number}", status="x") for number in range(MOST_PROBLEMS + 10)]
    feed = write_feed(tmp_path / "feed", [organization(), patient(), *odd])
    with (feed / "MedicationStatement.ndjson").open("ab") as file:
        file.write(b"{\n")
    (feed / "manifest.json").unlink()
    check("--feed", feed, *AS_OF, "--json", tmp_path / "r.json")
    problems = orjson.loads((tmp_path / "r.json").read_bytes())["problems"]

    assert problems[0]["severity"] == "blocking"
    assert len(problems) == MOST_PROBLEMS


# --- options --------------------------------------------------------------------------------


def test_column_map_is_used_before_the_one_in_the_delivery(check, tmp_path):
    renamed = {("Ident" if key == "Borger" else key): value for key, value in CITIZEN.items()}
    feed = write_lists(tmp_path / "feed", borgere=csv_bytes([CITIZEN]))
    good, wrong = tmp_path / "kort.toml", tmp_path / "forkert.toml"
    good.write_text('[lists.borgere]\nkind = "citizens"\n[lists.borgere.columns]\ncitizen = "CPR"\n'
                    'family_name = "Efternavn"\n', encoding="utf-8")  # fmt: skip
    wrong.write_text("[lists.borgere]\nkind = 'citicens'\n", encoding="utf-8")
    (feed / "kolonner.toml").write_text("[", encoding="utf-8")

    own, _, own_error = check("--feed", feed, *AS_OF)
    broken, _, error = check("--feed", feed, *AS_OF, "--column-map", wrong)
    missing, _, _ = check("--feed", feed, "--column-map", tmp_path / "x.toml")
    _, out, _ = check("--feed", feed, *AS_OF, "--column-map", good)

    assert renamed
    assert (own, broken, missing) == (1, 1, 2)
    assert "N-708" in own_error
    assert "kolonner.toml" in own_error
    assert "N-708" in error
    assert "did you mean citizens" in error
    assert "borgere" in out


def test_column_map_for_a_feed_without_lists_is_refused(check, feed, tmp_path):
    path = tmp_path / "kort.toml"
    path.write_text('[lists.borgere]\nkind = "citizens"\n[lists.borgere.columns]\ncitizen = "CPR"\n'
                    'family_name = "Efternavn"\n', encoding="utf-8")  # fmt: skip
    code, _, err = check("--feed", feed, "--column-map", path)

    assert code == 1
    assert "no feed is made of lists" in err


def test_code_tables_reach_the_reading(check, tmp_path):
    code = {"coding": [{"system": "urn:x", "code": "J1"}]}
    feed = write_feed(tmp_path / "feed", [organization(), patient(), condition(code=code)])
    (tmp_path / "k.csv").write_text("system;code;display\nurn:x;J1;Pleje\n", encoding="utf-8")
    (tmp_path / "wrong.csv").write_text("a;b\n", encoding="utf-8")

    assert "1 code of urn:x without words" in check("--feed", feed)[1]
    assert "without words" not in check("--feed", feed, "--code-table", tmp_path / "k.csv")[1]
    code, _, err = check("--feed", feed, "--code-table", tmp_path / "wrong.csv")
    assert code == 1
    assert "N-709" in err
    assert check("--feed", feed, "--code-table", tmp_path / "nowhere.csv")[0] == 2


# --- whatever is delivered --------------------------------------------------------------------


def junk(folder):
    """Make everything that is no feed; return it by name."""
    folder.mkdir()
    (folder / "empty").mkdir()
    (folder / "empty.zip").write_bytes(b"")
    (folder / "junk.zip").write_bytes(os.urandom(5000))
    (folder / "plain.txt").write_text("hej")
    with zipfile.ZipFile(folder / "cut.zip", "w") as packed:
        packed.writestr("Patient.ndjson", b'{"resourceType":"Patient"}\n' * 2000)
    content = (folder / "cut.zip").read_bytes()
    (folder / "cut.zip").write_bytes(content[: len(content) // 2])
    broken = bytearray(content)
    broken[40:60] = b"\0" * 20
    (folder / "broken.zip").write_bytes(broken)
    with zipfile.ZipFile(folder / "outside.zip", "w") as packed:
        packed.writestr("../../Patient.ndjson", b"{}")
    os.mkfifo(folder / "fifo")
    (folder / "binary").mkdir()
    (folder / "binary" / "Patient.ndjson").write_bytes(os.urandom(20000))
    (folder / "binary" / "Flag.ndjson.gz").write_bytes(os.urandom(2000))
    (folder / "binary" / "manifest.json").write_bytes(os.urandom(200))
    (folder / "binary" / "liste.xlsx").write_bytes(os.urandom(2000))
    (folder / "dangling").symlink_to(folder / "nowhere")
    return sorted(path.name for path in folder.iterdir())


JUNK = ("binary", "broken.zip", "cut.zip", "dangling", "empty", "empty.zip", "fifo", "junk.zip",
        "outside.zip", "plain.txt")  # fmt: skip


@pytest.mark.parametrize("name", [*JUNK, "/dev/null", "/dev/zero"])
def test_what_is_no_feed_is_an_error_with_a_hint(check, tmp_path, name):
    assert tuple(junk(tmp_path / "junk")) == JUNK
    code, _, err = check("--feed", tmp_path / "junk" / name, *AS_OF, "--json", tmp_path / "r.json")

    assert code == (2 if name == "dangling" else 1)
    assert ("hint: " in err) or code == 2
    if code == 1:
        assert orjson.loads((tmp_path / "r.json").read_bytes())["is_clean"] is False


def test_loop_of_folders_a_pipe_and_a_device_in_a_feed_are_passed_over(check, feed):
    (feed / "loop").symlink_to(feed)
    (feed / "again").symlink_to(feed.parent)
    (feed / "nul").symlink_to("/dev/zero")
    os.mkfifo(feed / "pipe")
    code, out, _ = check("--feed", feed)

    assert code == 1
    assert "accepted 3 + rejected 1 = read 4" in out


# The program itself may lie where nobody may look: it is loaded first.
AS_NOBODY = """
import os, sys
from provisioning.cli import main
os.setgroups([]); os.setgid(65534); os.setuid(65534)
sys.argv = ["nodboks-provision", "check", "--feed", sys.argv[1]]
main()
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become somebody else")
@pytest.mark.parametrize("locked", [".", "inside", "Patient.ndjson"])
def test_what_may_not_be_read_is_never_passed_over_in_silence(feed, tmp_path, locked):
    (feed / "inside").mkdir()
    (feed / "inside" / "x.txt").write_text("x")
    for folder in (feed, *feed.parents):
        if tmp_path.parents[1] in (folder, *folder.parents):
            folder.chmod(0o755)
    (feed / locked).chmod(0)
    # Nobody may not write into this folder, so the child is not measured by coverage.
    own = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")}
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(feed)],
        capture_output=True, check=False, timeout=180, text=True,
        env={**own, "TMPDIR": "/tmp", "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    (feed / locked).chmod(0o755)

    assert done.returncode in (1, 2), done.stderr
    assert "Traceback" not in done.stderr
    assert "ermission denied" in done.stdout + done.stderr or done.returncode == 2
