"""`nodboks runner`: hand one unit to a neighbour box on a USB stick, and take one in.

Thin: asks the keeper, as the screens do, and enters who asked. Registered by `cli`.
"""

from pathlib import Path

import click

from appliance.box_clock.clock import BoxClock
from appliance.clock import format_time
from appliance.command_line import TAKES_CONFIG, say
from appliance.config import BoxConfig, load_config
from appliance.policy import LONGEST_INITIALS
from appliance.sealed_log.entry import Action, Entry, When, Who
from appliance.vault.keeper_client import KeeperClient
from appliance.vault.protocol import RunnerStatus

NAME = "nodboks"
_DEVICE = "shell"
_TAKES_INITIALS = click.option("--by", "asked_by", required=True, help="Your initials.")


@click.group()
def runner() -> None:
    """Carry one unit to a neighbour box on a USB stick; the box must be open.

    Example: nodboks runner list
    """


@runner.command("list")
@TAKES_CONFIG
def list_packs(config_path: Path) -> None:
    """Print the packs in this box, then those on the stick that are for it.

    Example: nodboks runner list
    """
    packs = _keeper(load_config(config_path)).runners()
    for pack in packs:
        say(NAME, f"{'in this box' if pack.is_kept else 'on the stick'}: {_shown(pack)}")
    if not packs:
        say(NAME, "no runner pack in this box, and none for it on a stick")


@runner.command()
@TAKES_CONFIG
@click.argument("unit_id", metavar="UNIT")
@click.option("--for", "to_box", required=True, help="The id of the neighbour box.")
@_TAKES_INITIALS
def make(config_path: Path, unit_id: str, to_box: str, asked_by: str) -> None:
    """Write one unit, by its id, to the stick for a neighbour box.

    Example: nodboks runner make solgaarden --for box-18 --by AB

    Exit codes: 0 written, 1 there is no stick, unit or box, or the box is locked, 2 wrong use.
    """
    config = load_config(config_path)
    entry = _entry(config, Action.RUNNER_MADE, asked_by, about=to_box)
    say(NAME, f"written: {_keeper(config).make_runner(unit_id, to_box, entry).file}")


@runner.command()
@TAKES_CONFIG
@click.argument("file")
@click.option("--because", "reason", required=True, help="Why; it stands in the log.")
@_TAKES_INITIALS
def take(config_path: Path, file: str, reason: str, asked_by: str) -> None:
    """Take a unit in from the stick; FILE is the name that `list` shows.

    Example: nodboks runner take nodboks-box-17-box-18-20261126T030000Z.runner --by AB --because ild

    Exit codes: 0 taken in, 1 it is not for this box or no longer good, 2 wrong use.
    """
    config = load_config(config_path)
    entry = _entry(config, Action.RUNNER_TAKEN, asked_by, about=file, text=reason)
    say(NAME, f"in this box: {_shown(_keeper(config).take_runner(file, entry))}")


@runner.command()
@TAKES_CONFIG
@click.argument("key")
@_TAKES_INITIALS
def drop(config_path: Path, key: str, asked_by: str) -> None:
    """Forget a unit that was taken in; KEY is what `list` shows in brackets.

    Example: nodboks runner drop 00112233445566aa --by AB

    Exit codes: 0 forgotten, 1 there is no such pack, 2 wrong use.
    """
    config = load_config(config_path)
    _keeper(config).drop_runner(key, _entry(config, Action.RUNNER_DROPPED, asked_by, about=key))
    say(NAME, f"{key} is forgotten")


def _shown(pack: RunnerStatus) -> str:
    where = f"[{pack.key}]" if pack.is_kept else pack.file
    return f"{pack.unit} of {pack.from_name}, made {format_time(pack.made_at)} {where}"


def _entry(
    config: BoxConfig, action: Action, asked_by: str, *, about: str, text: str = ""
) -> Entry:
    if len(asked_by) > LONGEST_INITIALS:
        raise click.UsageError(f"--by takes initials of at most {LONGEST_INITIALS} characters")
    when = When.by(BoxClock(config.box.ram_dir))
    return Entry(action, when, Who(initials=asked_by, device=_DEVICE), about=about, text=text)


def _keeper(config: BoxConfig) -> KeeperClient:
    return KeeperClient(config.keeper_socket)
