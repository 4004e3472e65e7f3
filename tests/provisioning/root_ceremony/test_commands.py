"""What the two people type, and what they read."""

from pathlib import Path

import pytest

from provisioning.signing import load_trust
from tests.provisioning.root_ceremony.conftest import Run


@pytest.fixture
def trust(run: Run, tmp_path: Path) -> Path:
    """A trust folder as `init` leaves it, its root keys moved to a safe."""
    run("init", "--out", tmp_path)
    (tmp_path / "trust" / "offline").rename(tmp_path / "safe")
    return tmp_path / "trust"


@pytest.fixture
def safe(trust: Path) -> Path:
    return trust.with_name("safe")


@pytest.fixture
def draft(run: Run, trust: Path) -> Path:
    path = trust.with_name("root.draft")
    run("root", "draft", "--trust", trust, "--out", path, "--replace-online")
    return path


def test_show_ends_with_0_when_nothing_is_to_be_done(run: Run, trust: Path):
    code, out, err = run("root", "show", "--trust", trust)

    assert (code, err) == (0, "")
    assert "2 of 3 must sign" in out


def test_show_ends_with_1_for_a_monitor(run: Run, trust: Path, safe: Path):
    safe.rename(trust / "offline")

    code, _, err = run("root", "show", "--trust", trust)

    assert code == 1
    assert "warning: " in err


def key_in(run: Run, path: Path) -> str:
    """The id a person reads."""
    _, out, _ = run("root", "key-id", path)
    return out.rpartition(f"{path.name} is root key ")[2].strip()


def test_a_file_is_known_by_the_id_that_the_root_shows(run: Run, trust: Path, safe: Path):
    _, shown, _ = run("root", "show", "--trust", trust)

    ids = [key_in(run, safe / f"root-{number}.pem") for number in (1, 2, 3)]

    assert {len(one) for one in ids} == {16}
    assert all(one in shown for one in ids)


def test_a_damaged_key_is_found_out_before_it_is_needed(run: Run, safe: Path):
    (safe / "root-1.pem").write_bytes(b"worn")

    code, _, err = run("root", "key-id", safe / "root-1.pem")

    assert code == 1
    assert "root-1.pem" in err


def test_init_says_what_to_write_on_the_envelopes(run: Run, tmp_path: Path):
    _, out, _ = run("init", "--out", tmp_path / "hub")

    assert [f"root-{number}.pem is root key " in out for number in (1, 2, 3)] == [True] * 3


def test_a_draft_says_in_words_what_would_change(run: Run, trust: Path):
    path = trust.with_name("root.draft")

    code, out, _ = run("root", "draft", "--trust", trust, "--out", path, "--replace-online")

    assert code == 0
    assert "root 1 is followed by root 2" in out
    assert "is REPLACED by" in out
    assert "0 of 2 signatures by the keys of root 1: 2 missing" in out


def test_a_draft_is_never_written_over(run: Run, trust: Path, draft: Path):
    before = draft.read_bytes()

    code, _, err = run("root", "draft", "--trust", trust, "--out", draft)

    assert (code, draft.read_bytes()) == (1, before)
    assert "N-730" in err


def test_who_signs_reads_the_changes_first_and_may_say_no(run: Run, safe: Path, draft: Path):
    before = draft.read_bytes()
    words = ("root", "sign", "--key", safe / "root-1.pem", draft)

    code, out, _ = run(*words, answer="n\n")

    assert (code, draft.read_bytes()) == (1, before)
    assert "is REPLACED by" in out


def test_two_signatures_make_a_root_that_can_be_installed(
    run: Run, trust: Path, safe: Path, draft: Path
):
    _, first, _ = run("root", "sign", "--key", safe / "root-1.pem", draft, answer="y\n")
    _, second, _ = run("root", "sign", "--key", safe / "root-3.pem", draft, "--yes")
    code, out, _ = run("root", "install", draft, "--trust", trust)
    again, repeated, _ = run("root", "install", draft, "--trust", trust)

    assert "1 of 2 signatures by the keys of root 2: 1 missing" in first
    assert "complete" in second
    assert (code, again) == (0, 0)
    assert "root 2 is installed" in out
    assert "was installed already" in repeated
    assert len(load_trust(trust).roots) == 2


def test_signing_needs_nothing_but_the_draft_and_one_key(
    run: Run, trust: Path, safe: Path, draft: Path
):
    trust.rename(trust.with_name("far away"))

    code, out, _ = run("root", "sign", "--key", safe / "root-1.pem", draft, "--yes")

    assert code == 0
    assert "signed with root key" in out


def test_who_signs_may_hold_the_draft_against_a_copy_of_the_root(
    run: Run, trust: Path, safe: Path, draft: Path
):
    words = ("root", "sign", "--key", safe / "root-1.pem", "--yes", draft, "--trusted")
    other = trust.with_name("other.json")
    other.write_bytes(b"{}")

    assert run(*words, trust / "root.json")[0] == 0
    code, _, err = run(*words, other)
    assert code == 1
    assert "your copy" in err


def test_one_signature_installs_nothing(run: Run, trust: Path, safe: Path, draft: Path):
    run("root", "sign", "--key", safe / "root-1.pem", draft, "--yes")

    code, _, err = run("root", "install", draft, "--trust", trust)

    assert code == 1
    assert "1 of 2 signatures by the keys of root 1: 1 missing" in err
    assert "hint: " in err


def test_a_new_key_takes_the_place_of_a_lost_one(run: Run, trust: Path, safe: Path):
    _, made, _ = run("root", "new-key", "--out", safe, "--name", "root-4")
    lost = key_in(run, safe / "root-3.pem")
    path = trust.with_name("root.draft")
    where = ("--trust", trust, "--out", path)

    code, out, _ = run("root", "draft", *where, "--remove", lost, "--add", safe / "root-4.pub")

    assert code == 0
    assert f"root key {lost} is REMOVED" in out
    assert out.count(made.partition("root key ")[2][:16]) >= 2


@pytest.mark.parametrize(
    "words",
    [
        ("root", "draft", "--out", "x"),
        ("root", "sign", "nowhere"),
        ("root", "show", "--trust", "nowhere"),
        ("root", "new-key"),
        ("root", "key-id"),
        ("root", "install"),
    ],
)
def test_wrong_use_is_code_2(run: Run, words: tuple[str, ...]):
    assert run(*words)[0] == 2
