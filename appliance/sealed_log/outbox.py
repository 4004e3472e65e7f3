"""Say where the sealed log lies and what of it is to be sent to the hub.

The keeper writes the folder, the sync only reads it: segments of ciphertext in order, then the
signed head, so that what the head speaks of has arrived before it. Holds and needs no key. Called
by the keeper, and by the sync when it uploads.
"""

from pathlib import Path

from appliance.sealed_log.chain import HEAD_NAME, segment_name, segment_numbers


def log_folder(state_dir: Path) -> Path:
    """Return the folder of the box's sealed log."""
    return state_dir / "outbox" / "log"


def segments_in(folder: Path) -> list[Path]:
    """Return the segments of a log in order."""
    names = [path.name for path in folder.glob("*")]
    return [folder / segment_name(number) for number in segment_numbers(names)]


def files_to_send(folder: Path) -> list[Path]:
    """Return what goes to the hub, in the order in which it must arrive."""
    head = folder / HEAD_NAME
    return [*segments_in(folder), *([head] if head.exists() else [])]
