"""Lay out the copies of one night in every way, and open each several times, by turns."""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import fields
from pathlib import Path

from tests.appliance.vault.boxes import make_box
from tests.bench import cpu_quota
from tests.bench.copies import restic, sqlcipher
from tests.bench.copies.nights import Nights
from tests.bench.copies.opening import Opening

_RAM = Path("/dev/shm")
_RAM_FOLDER = "ram"


def lay_out(nights: Nights, room: Path) -> dict[str, tuple[str, Path]]:
    """Return for each copy that can be opened here: which way, and the folder it lies in."""
    copies = {
        "base": ("keeper", _box(nights, room / "base", is_later=False)),
        "delta": ("keeper", _box(nights, room / "delta", is_later=True)),
    }
    if not restic.lacking():
        copies["restic"] = ("restic", _repository(nights, room / "restic"))
    if not sqlcipher.lacking():
        for way in ("sqlcipher", "sqlcipher-key"):
            (room / way).mkdir()
            encrypted = room / way / "records.db"
            sqlcipher.encrypt(
                nights.night, encrypted, is_key_known=way == "sqlcipher-key", search=True
            )
            copies[way] = (way, room / way)
    return copies


def _box(nights: Nights, folder: Path, *, is_later: bool) -> Path:
    """Enrol a box and install the base, and the night's delta to it if that is wanted."""
    folder.mkdir()
    box = make_box(folder, _ram_of(folder))
    box.install(1, nights.base)
    if is_later:
        box.install_delta(2, nights.base, nights.night)
    (folder / "code").write_text(box.code, encoding="ascii")
    return folder


def _repository(nights: Nights, folder: Path) -> Path:
    folder.mkdir()
    restic.back_up(restic.make(folder / "repository"), nights.night)
    _ram_of(folder)
    return folder


def _ram_of(folder: Path) -> Path:
    """Return a folder in RAM that is found again as `folder / ram`."""
    ram = Path(tempfile.mkdtemp(prefix="nodboks-bench-", dir=_RAM))
    (folder / _RAM_FOLDER).symlink_to(ram)
    return ram


def clear(room: Path) -> None:
    """Remove the folders in RAM."""
    for link in room.glob(f"*/{_RAM_FOLDER}"):
        shutil.rmtree(link.resolve())


def open_all(
    copies: dict[str, tuple[str, Path]], rounds: int, percent: int | None = None
) -> tuple[dict[str, Opening], str]:
    """Return the medians of several openings of each copy, and how the processor was held back."""
    seen: dict[str, list[Opening]] = {name: [] for name in copies}
    how = ""
    for _ in range(rounds):
        for name, (way, folder) in copies.items():
            opening, how = open_once(way, folder, percent)
            seen[name].append(opening)
    return {name: median(each) for name, each in seen.items()}, how


def open_once(way: str, folder: Path, percent: int | None = None) -> tuple[Opening, str]:
    """Open one copy in a process of its own, held to a share of a core if one is given."""
    command = [sys.executable, "-m", "tests.bench.copies.opening", way, str(folder)]
    how = ""
    with ExitStack() as stack:
        process = stack.enter_context(
            subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                start_new_session=True,
            )
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        if percent is not None:
            how = stack.enter_context(cpu_quota.held_to(percent, process.pid))
        process.stdin.write("go\n")
        process.stdin.flush()
        told = process.stdout.readline()
        process.wait()
    return Opening(**json.loads(told)), how


def median(openings: Sequence[Opening]) -> Opening:
    """Return the median of each figure."""
    return Opening(
        *(
            statistics.median(getattr(opening, each.name) for opening in openings)
            for each in fields(Opening)
        )
    )
