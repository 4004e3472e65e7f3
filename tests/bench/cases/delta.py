"""Tonight's database as a delta to the base: how much travels, and how long both ends work."""

import json
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from tests.bench.harness import Case, Goal, Skipped, Work
from tests.bench.tools import missing

_QUARTER = timedelta(minutes=15)
_NIGHT = timedelta(days=1)
_RAM = Path("/dev/shm")


def databases(folder: Path) -> tuple[Path, Path]:
    """Write a care centre's database (96 citizens), and how it is a night later; seal them once.

    Says how much travels; a quarter of an hour brings a note to every twentieth citizen.
    """
    room = folder / "delta"
    base, quarter, night = (room / f"{seconds}.db" for seconds in (0, 900, 86400))
    if room.exists():
        return base, night
    from appliance.snapshot.packing import pack
    from tests.provisioning.deltas.later_nights import TOWN, centre_database, with_notes

    room.mkdir()
    centre_database(room, timedelta(0), TOWN)
    centre_database(room, _QUARTER, with_notes(TOWN, 1, share=0.05))
    centre_database(room, _NIGHT, with_notes(TOWN, 1))
    recipient = (folder / "recipient.txt").read_text(encoding="ascii")
    whole = pack(base, room / "base.age", recipient)
    packed = [
        pack(later, room / "delta.age", recipient, against=base) for later in (quarter, night)
    ]
    for name, one in zip(("a quarter of an hour", "a night"), packed, strict=True):
        size, share = one.sealed_size, 100 * one.sealed_size / whole.sealed_size
        print(f"bench: {name}: {size} of {whole.sealed_size} bytes, {share:.1f} %", file=sys.stderr)
    signed = [(one.plain_sha256, one.plain_size) for one in (whole, packed[-1])]
    (room / "signed.json").write_text(json.dumps(signed), encoding="ascii")
    return base, night


def make_delta(folder: Path) -> Work:
    """Seal a night in which every citizen has a new note, as the hub does."""
    from appliance.snapshot.packing import pack

    base, night = databases(folder)
    recipient = (folder / "recipient.txt").read_text(encoding="ascii")
    return lambda: pack(night, folder / "ours.age", recipient, against=base)


def make_with_stock_tools(folder: Path) -> Work:
    """Make it with Debian's own programs at the same level."""
    if reason := missing("age", "zstd"):
        raise Skipped(reason)
    base, night = databases(folder)
    recipient = (folder / "recipient.txt").read_text(encoding="ascii")
    command = (
        f"zstd -qq -12 --patch-from={base} -c {night} | age -r {recipient} -o stock.age"
        " && sync stock.age"
    )
    return lambda: subprocess.run(command, shell=True, check=True, cwd=folder)  # noqa: S602


def open_delta(folder: Path) -> Work:
    """Open base and delta into RAM, and check both against what was signed."""
    from appliance.snapshot.packing import SealedPart, unpack_delta

    databases(folder)
    identity = (folder / "key.txt").read_text(encoding="ascii").strip()
    first, second = json.loads((folder / "delta" / "signed.json").read_bytes())
    base = SealedPart(folder / "delta" / "base.age", *first)
    delta = SealedPart(folder / "delta" / "delta.age", *second)
    room = tempfile.TemporaryDirectory(dir=_RAM)
    target = Path(room.name) / "records.db"
    return lambda: (unpack_delta(base, delta, identity, target), room)


def open_with_stock_tools(folder: Path) -> Work:
    """Do it by hand, as FORMAT.md says; nothing is checked."""
    if reason := missing("age", "zstd"):
        raise Skipped(reason)
    databases(folder)
    room = tempfile.TemporaryDirectory(dir=_RAM)
    command = (
        f"age -d -i key.txt delta/base.age | zstd -q -d -f -o {room.name}/base.db && "
        f"age -d -i key.txt delta/delta.age | zstd -q -d -f --patch-from={room.name}/base.db"
        f" -o {room.name}/records.db"
    )

    def work() -> object:
        subprocess.run(command, shell=True, check=True, cwd=folder)  # noqa: S602
        return room

    return work


CASES = (
    Case(
        "delta",
        "zstd --patch-from | age",
        "the programs that must be able to read it, two processes on two cores",
        make_delta,
        make_with_stock_tools,
        time_goal=Goal(3),
        memory_goal=Goal(128, is_ratio=False),
        peer_is_program=True,
    ),
    Case(
        "delta-open",
        "age -d | zstd -d, twice",
        "the way without this software, with nothing checked",
        open_delta,
        open_with_stock_tools,
        time_goal=Goal(2),
        memory_goal=Goal(96, is_ratio=False),
        peer_is_program=True,
    ),
)
