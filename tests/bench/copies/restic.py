"""restic, Debian's package: a repository with a password, as anyone would set it up."""

import os
import re
import subprocess
from pathlib import Path

from tests.bench.tools import missing

_PASSWORD = "48215937048215937045"
_NAME = "records"


def lacking() -> str:
    """Say what must be installed for it, or nothing."""
    return missing("restic")


def version() -> str:
    """Return `restic 0.14.0`."""
    told = subprocess.run(["restic", "version"], capture_output=True, text=True, check=True).stdout
    return " ".join(told.split()[:2])


def make(repository: Path) -> Path:
    """Make an empty repository."""
    _run(repository, "init")
    return repository


def back_up(repository: Path, file: Path) -> None:
    """Back a file up, always under one name, compressed as well as restic can."""
    with file.open("rb") as content:
        subprocess.run(
            [*command(repository), "backup", "--compression=max", "--stdin",
             f"--stdin-filename={_NAME}"],
            stdin=content, env=environment(), check=True, capture_output=True,
        )  # fmt: skip


def restore_command(repository: Path, target: Path) -> list[str]:
    """Return the command that restores the newest copy; the file is `target / restored`."""
    return [*command(repository), "restore", "latest", f"--target={target}"]


def key_command(repository: Path) -> list[str]:
    """Return a command that needs the key and nothing else.

    What the key costs was set by the speed of the machine that made the repository: about half a
    second of that one.
    """
    return [*command(repository), "cat", "config"]


def restored(target: Path) -> Path:
    """Return where `restore_command` leaves the file."""
    return target / _NAME


def command(repository: Path) -> list[str]:
    """Return restic with what every call needs; its cache would be on the SD card, so none."""
    return ["restic", "--quiet", "--no-cache", f"--repo={repository}"]


def environment() -> dict[str, str]:
    """Return this process's environment with the password."""
    return {**os.environ, "RESTIC_PASSWORD": _PASSWORD}


def _run(repository: Path, *words: str) -> None:
    done = subprocess.run(
        [*command(repository), *words], env=environment(), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, re.sub(r"\s+", " ", done.stderr)
