"""The moment the card code is typed: sealed snapshot → records in RAM, checked and readable."""

import subprocess
import tempfile
from pathlib import Path

from tests.bench.harness import Case, Goal, Skipped, Work
from tests.bench.stage import packed
from tests.bench.tools import missing

_RAM = Path("/dev/shm")


def with_keeper_code(folder: Path) -> Work:
    """Decrypt, unpack, check the signed hash, open and refuse what cannot be read."""
    from appliance.records.store import RecordStore
    from appliance.snapshot.packing import unpack

    identity = (folder / "key.txt").read_text(encoding="ascii").strip()
    signed = packed(folder)
    room = tempfile.TemporaryDirectory(dir=_RAM)
    target = Path(room.name) / "records.db"

    def unlock() -> object:
        unpack(folder / "sealed.age", identity, target, signed.plain_sha256, signed.plain_size)
        return RecordStore(target).meta(), room

    return unlock


def with_stock_tools(folder: Path) -> Work:
    """Decrypt and unpack with Debian's own programs; nothing is checked or opened."""
    if reason := missing("age", "zstd"):
        raise Skipped(reason)
    room = tempfile.TemporaryDirectory(dir=_RAM)
    command = f"age -d -i key.txt sealed.age | zstd -q -d -f -o {room.name}/records.db"

    def unlock() -> object:
        subprocess.run(command, shell=True, check=True, cwd=folder)  # noqa: S602
        return room

    return unlock


def with_card_code(folder: Path) -> Work:
    """Derive the slot's key from a card code: what makes guessing dear makes this slow."""
    from appliance import crypto

    return lambda: crypto.identity_from_code("48215937048215937045", folder.name.encode()[:16])


CASES = (
    Case(
        "unlock",
        "age -d | zstd -d",
        "the same bytes by the stock programs our files must open with, on two cores",
        with_keeper_code,
        with_stock_tools,
        time_goal=Goal(1.5),
        memory_goal=Goal(64, is_ratio=False),
        peer_is_program=True,
    ),
    Case(
        "card-code",
        "nothing",
        "the nurse waits for this once; 64 MiB and three passes are chosen, not inherited",
        with_card_code,
        None,
        time_goal=Goal(1000, is_ratio=False),
        memory_goal=Goal(160, is_ratio=False),
        rounds=5,
    ),
)
