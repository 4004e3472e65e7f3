"""`nodboks-provision journal`: what was noted on the boxes goes back into the care record.

Thin: reads the logs, lets `choice` decide, writes one folder and says what stayed out and why. One
box's log that is missing or broken holds nobody else's. Registered by `cli`.
"""

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from appliance.clock import SystemClock
from appliance.command_line import say
from appliance.errors import StorageError
from appliance.files import explaining_disk_errors
from provisioning.errors import SealedLogError
from provisioning.fleet import Fleet, FleetBox, load_fleet
from provisioning.intake import private_folder
from provisioning.moments import Moment
from provisioning.reconciliation.box_journal import BoxJournal, take_journal
from provisioning.reconciliation.bundles import bundles
from provisioning.reconciliation.choice import Chosen, Wanted, choose
from provisioning.reconciliation.folder import ids_sent, write_folder
from provisioning.reconciliation.listed import listed
from provisioning.reconciliation.people import NOBODY, Known, look_up
from provisioning.sealed_log.reading import open_log, read_identity, read_log
from provisioning.sealed_log.shown import Form, written
from provisioning.sealed_log.told import NAME, ended, tell
from provisioning.sealed_log.verify import verify

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class _Logs:
    """The logs that were gathered, one folder a box, and the key that opens them.

    `strays` are folders of no box: of one that left the fleet, or of a name mistyped. `kept` is
    the hub's memory of the units.
    """

    folder: Path
    fleet: Fleet
    boxes: tuple[FleetBox, ...]
    identity: str
    kept: Path
    strays: tuple[str, ...] = ()


def _takes_logs(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the logs of the boxes that are meant, as one argument."""

    @click.argument("logs", type=_FOLDER, metavar="LOGS")
    @click.option("--fleet", "fleet_file", type=_FILE, required=True, help="The list of boxes.")
    @click.option("--identity", type=_FILE, required=True, help="The audit key: offline/audit.key.")
    @click.option("--box", "box_ids", multiple=True, help="Only this box. May be repeated.")
    @click.option(
        "--kept", type=_FOLDER, help="What the hub keeps of each unit, for names and dwellings:"
        " `kept` beside the folder boxes fetch from. Without it, `kept` beside the list of boxes.",
    )  # fmt: skip
    @functools.wraps(command)
    def run(logs: Path, kept: Path | None, **given: Any) -> int:
        fleet, box_ids = load_fleet(given.pop("fleet_file")), given.pop("box_ids")
        fleet.check_ids(box_ids)
        boxes = tuple(box for box in fleet.boxes if not box_ids or box.id in box_ids)
        strays = () if box_ids else _strays(logs, fleet)
        identity = read_identity(given.pop("identity"))
        memory = kept or fleet.folder / "kept"
        return command(_Logs(logs, fleet, boxes, identity, memory, strays), **given)

    return run


def _takes_wanted(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command what is asked for, as one argument."""

    @click.option("--unit", "units", multiple=True, help="Only this unit's id. May be repeated.")
    @click.option("--since", type=Moment(), help="Only what was noted or changed since then.")
    @click.option(
        "--sent", "earlier", type=_FOLDER, multiple=True, help="Folder of an earlier run that was"
        " sent: what was struck since is taken back. May be repeated.",
    )  # fmt: skip
    @click.option("--all", "with_entered", is_flag=True, help="Also what was typed in by hand.")
    @click.option("--unsure-clock", "with_unsure_clock", is_flag=True, help="Also what was noted"
                  " while the box's clock was unsure: look at the times first.")  # fmt: skip
    @functools.wraps(command)
    def run(*arguments: Any, earlier: tuple[Path, ...], out: Path, **given: Any) -> int:
        sent = frozenset().union(*map(ids_sent, earlier))
        return command(*arguments, Wanted(sent=sent, **given), out=out)

    return run


@click.command()
@_takes_logs
@_takes_wanted
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="New folder (0700) for the list and the Bundles: personal data, so in RAM or encrypted.",
)
def journal(logs: _Logs, wanted: Wanted, out: Path) -> int:
    """Write what was noted on the boxes in an outage as a list and as FHIR Bundles.

    LOGS holds one folder a box, named by its id. What was struck or typed in by hand stays out of
    the Bundles, and so does everything of a log that is not whole; the list has it and says why.

    Example: nodboks-provision journal logs --fleet hub/fleet.toml --identity audit.key
    --out /dev/shm/journal

    Exit codes: 0 written, 1 a log is missing or not whole (the rest is written), 2 wrong use.
    """
    boxes = tuple(box for each in logs.boxes if (box := _box_journal(logs, each)))
    chosen = choose(boxes, wanted)
    known = _known(logs, chosen, out)
    made = tuple(bundles(chosen, SystemClock().now(), known))
    write_folder(out, written(listed(chosen, known), Form.CSV), made)
    for line in (*_lines_of_boxes(boxes), *_lines_of_fates(chosen)):
        say(NAME, line)
    say(NAME, f"{out.name}: {len(chosen)} entries in the list, {len(made)} bundles")
    for line in _lines_of_unknown(chosen, known):
        say(NAME, line, error=True)
    for name in logs.strays:
        say(NAME, f"{name}: no box of the fleet, so nothing of it is here", error=True)
    is_complete = len(boxes) == len(logs.boxes) and not logs.strays
    return ended(is_whole=is_complete and all(box.is_whole for box in boxes))


def _strays(folder: Path, fleet: Fleet) -> tuple[str, ...]:
    known = {box.id for box in fleet.boxes}
    with explaining_disk_errors(f"reading {folder.name}"):
        found = {path.name for path in folder.iterdir() if path.is_dir()}
    return tuple(sorted(name for name in found - known if not name.startswith(".")))


def _box_journal(logs: _Logs, box: FleetBox) -> BoxJournal | None:
    """Return what was noted on a box; None, after saying why, where there is no log to read."""
    if not box.log_key:
        say(NAME, f"box {box.id}: no log_key in the fleet, so nothing of it is here", error=True)
        return None
    try:
        segments, heads = read_log(logs.folder / box.id)
    except SealedLogError as error:
        say(NAME, f"box {box.id}: {error.detail}", error=True)
        return None
    verified = verify(segments, heads, bytes.fromhex(box.log_key))
    opened = open_log(verified.lines, logs.identity)
    found = (*verified.findings, *opened.findings)
    # With no signed head at all nobody knows whether a strike at the end is missing.
    is_whole = bool(heads) and not any(one.is_fault for one in found)
    taken = take_journal(box.id, opened, is_whole=is_whole)
    findings = (*found, *taken.unread)
    if findings:
        say(NAME, f"box {box.id}:", error=True)
        tell(findings, error=True)
    return taken


def _known(logs: _Logs, chosen: Sequence[Chosen], out: Path) -> Known:
    """Look up whom the list is about; records are opened where the list itself is to lie.

    Without names the list is poorer, and the Bundles are the same but for the orders' identifiers.
    """
    with explaining_disk_errors(f"making {out.parent.name}"):
        out.parent.mkdir(parents=True, exist_ok=True)
    try:
        with private_folder(out.parent) as folder:
            return look_up(chosen, logs.kept, logs.fleet.municipality.trust, folder)
    except StorageError as error:
        say(NAME, f"no names in the list: {error}", error=True)
        return NOBODY


def _lines_of_unknown(chosen: Sequence[Chosen], known: Known) -> Iterator[str]:
    for unit in known.unread:
        yield f"unit {unit}: what the hub keeps of it cannot be opened"
    if number := known.lacks(chosen):
        yield f"{number} citizens stand without a name: the hub does not know them, ask their unit"


def _lines_of_boxes(boxes: Iterable[BoxJournal]) -> Iterator[str]:
    """Say of each box what there is, and what is of no use to the care system."""
    for box in boxes:
        told = box.journal
        yield f"box {box.box_id}: {len(told.entries)} entries, {len(told.ticks)} ticks on boards"
        if told.unknown:
            yield f"box {box.box_id}: {told.unknown} speak of an entry that is not in the log"


def _lines_of_fates(chosen: Sequence[Chosen]) -> Iterator[str]:
    for fate, number in Counter(one.fate for one in chosen).items():
        yield f"{number} {fate.word}"
