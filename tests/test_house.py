"""Keep the house in order: locks, Debian packages, make targets."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = sorted(ROOT.glob("requirements*.lock"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
LOCKED_IN = {
    "requirements.lock": [
        *PROJECT["project"]["dependencies"],
        *EXTRAS["test"],
        *EXTRAS["dev"],
        *PROJECT["build-system"]["requires"],
    ],
    "requirements-bench.lock": EXTRAS["bench"],
    "requirements-cups.lock": EXTRAS["cups"],
}


def pins(path: Path) -> dict[str, str]:
    """Return the version each package is locked to."""
    found = re.findall(
        r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE
    )
    return {canonicalize_name(name): version for name, version in found}


@pytest.mark.parametrize("name", LOCKED_IN)
def test_the_lock_is_not_behind_the_project(name: str) -> None:
    locked = pins(ROOT / name)

    wanted = [Requirement(text) for text in LOCKED_IN[name]]
    behind = [
        str(each)
        for each in wanted
        if not each.specifier.contains(locked.get(canonicalize_name(each.name), "0"))
    ]

    assert behind == [], "run: make lock"


@pytest.mark.parametrize("name", LOCKED_IN)
def test_a_package_wanted_with_an_extra_is_locked_with_it(name: str) -> None:
    # Else pip before 23.3 takes the newest release of it, which has no hash in the lock.
    text = (ROOT / name).read_text(encoding="utf-8")

    wanted = [each for each in map(Requirement, LOCKED_IN[name]) if each.extras]

    for each in wanted:
        extras = ",".join(sorted(each.extras))
        assert re.search(rf"(?mi)^{re.escape(each.name)}\[{extras}\]==", text), each


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_locked_package_has_hashes_and_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[\w.,\[\]-]+==)", text, flags=re.MULTILINE)

    assert len(blocks) > 1
    assert all("--hash=sha256:" in block for block in blocks[1:])
    assert not re.search(r"://|--(extra-)?index-url|--find-links|^-f", text, re.MULTILINE)


def test_the_libraries_of_two_locks_never_disagree() -> None:
    main = pins(ROOT / "requirements.lock")
    bench = pins(ROOT / "requirements-bench.lock")

    assert [name for name in main.keys() & bench.keys() if main[name] != bench[name]] == []


@pytest.mark.parametrize("folder", ["tests", "tests/bench"])
def test_every_debian_package_says_what_needs_it(folder: str) -> None:
    lines = (ROOT / folder / "debian-packages.txt").read_text(encoding="utf-8").splitlines()

    packages = [line for line in lines if line and not line.startswith("#")]

    assert packages
    assert [line for line in packages if not re.fullmatch(r"[a-z0-9.+-]+ +# \S.*", line)] == []


def test_every_target_a_person_calls_has_its_line_of_help() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    explained = set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.MULTILINE))

    assert explained == {
        "help", "venv", "demo", "check", "test", "bench", "sheets", "screens", "deep",
        "fresh-test", "lock",
    }  # fmt: skip
