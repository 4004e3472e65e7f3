"""`nodboks`: every program and command of the box.

Thin: each command reads `box.toml`, calls one function and prints one line. Heavy parts (Flask,
APScheduler, typst, the demo's town) are imported by the command that needs them, so that
`nodboks unlock` at 03:00 does not wait for them. Errors end in `command_line.run_program`.
"""

import sys
from pathlib import Path

import click

from appliance.box_clock.clock import BoxClock
from appliance.clock import SystemClock, format_time
from appliance.command_line import log_to_stderr, run_program, say
from appliance.config import BoxConfig, describe, load_config
from appliance.vault.keeper_client import KeeperClient
from appliance.version import version

NAME = "nodboks"
_CONFIG = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    default=Path("/etc/nodboks/box.toml"),
    show_default=True,
    help="The box's settings.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version(), prog_name=NAME)
def nodboks() -> None:
    """Run the emergency box, or ask it something.

    Example: nodboks status --config /etc/nodboks/box.toml
    """


@nodboks.command()
@_CONFIG
def keeper(config_path: Path) -> None:
    """Run the keeper, the only process that ever holds a key.

    Example: nodboks keeper --config /etc/nodboks/box.toml
    """
    from appliance.keeper import run_keeper

    log_to_stderr()
    config = load_config(config_path)
    run_keeper(config, BoxClock(config.box.ram_dir))


@nodboks.command()
@_CONFIG
def web(config_path: Path) -> None:
    """Serve the screens to the phones on the hotspot.

    Example: nodboks web --config /etc/nodboks/box.toml
    """
    from appliance.web.server import run_web

    log_to_stderr()
    run_web(load_config(config_path))


@nodboks.command()
@_CONFIG
def worker(config_path: Path) -> None:
    """Run the timetable that fetches the newest snapshot.

    Example: nodboks worker --config /etc/nodboks/box.toml
    """
    from appliance.worker import run_worker

    log_to_stderr()
    config = load_config(config_path)
    run_worker(config, BoxClock(config.box.ram_dir))


@nodboks.command()
@_CONFIG
@click.option("--root", type=click.Path(path_type=Path), required=True, help="Trusted root.json.")
@click.option(
    "--recovery",
    type=click.Path(path_type=Path),
    required=True,
    help="File with the municipality's recovery recipient (age1…).",
)
@click.option(
    "--audit",
    type=click.Path(path_type=Path),
    required=True,
    help="File with the municipality's audit recipient (age1…): who may read the sealed log.",
)
def enrol(config_path: Path, root: Path, recovery: Path, audit: Path) -> None:
    """Make this box's keys; print its recipient and, once, the code of its emergency card.

    Example: nodboks enrol --root root.json --recovery recovery.pub --audit audit.pub
    """
    from appliance.vault.card_code import format_card_code
    from appliance.vault.enrolment import enrol as make_keys

    config = load_config(config_path)
    trusted_root = _read(root)
    recipients = [_read(path).decode().strip() for path in (recovery, audit)]
    made = make_keys(config.box.state_dir, trusted_root, *recipients)
    say(NAME, f"box {config.box.id} is enrolled")
    say(NAME, f"recipient for fleet.toml: {made.recipient}")
    say(NAME, f"log_key for fleet.toml: {made.log_key}")
    say(NAME, f"card code, shown only now: {format_card_code(made.card_code)}")


@nodboks.command()
@_CONFIG
@click.option(
    "--from",
    "folder",
    type=click.Path(path_type=Path),
    help="Take it from a USB stick mounted here, instead of the hub.",
)
def sync(config_path: Path, folder: Path | None) -> None:
    """Fetch and install the newest snapshot now.

    Example: nodboks sync --from /media/usb
    """
    from appliance.sync.stick import StickSource
    from appliance.sync.update import sync as fetch

    config = load_config(config_path)
    source = StickSource(folder) if folder else None
    say(NAME, f"sync: {fetch(config, BoxClock(config.box.ram_dir), source)}")


@nodboks.command()
@_CONFIG
def unlock(config_path: Path) -> None:
    """Open the records with the code of the emergency card; the code is asked for, never shown.

    Example: nodboks unlock --config /etc/nodboks/box.toml
    """
    code = click.prompt("card code", hide_input=sys.stdin.isatty(), err=True)
    status = _keeper(load_config(config_path)).unlock(code)
    say(NAME, f"unlocked, snapshot {status.version}")


@nodboks.command()
@_CONFIG
def lock(config_path: Path) -> None:
    """Wipe the records from memory and forget the key.

    Example: nodboks lock --config /etc/nodboks/box.toml
    """
    _keeper(load_config(config_path)).lock()
    say(NAME, "locked")


@nodboks.command()
@_CONFIG
def status(config_path: Path) -> None:
    """Say whether the box is open and how old its data is.

    Example: nodboks status --config /etc/nodboks/box.toml
    """
    state = _keeper(load_config(config_path)).status()
    say(NAME, "locked" if state.locked else "unlocked")
    if state.signed_at is not None:
        say(NAME, f"snapshot {state.version}, signed {format_time(state.signed_at)}")
    say(NAME, f"clock: {state.clock}")


@nodboks.group()
def config() -> None:
    """Look at the settings.

    Example: nodboks config show
    """


@config.command("show")
@_CONFIG
def config_show(config_path: Path) -> None:
    """Print every key, its value and where it came from.

    Example: nodboks config show --config /etc/nodboks/box.toml
    """
    for key, value, origin in describe(load_config(config_path)):
        click.echo(f"{key} = {value}  # {origin}")


@nodboks.command()
@click.option("--once", is_flag=True, help="Do it all without serving, then stop.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("build/demo"),
    show_default=True,
    help="Folder for the hub, the box and its paper.",
)
@click.option("--port", default=8080, show_default=True, help="Port of the screens.")
def demo(once: bool, out: Path, port: int) -> None:  # noqa: FBT001  (Click passes flags by name)
    """Run an invented municipality, its hub and a whole box in one folder.

    Example: nodboks demo --once --out build/demo
    """
    from appliance.demo.night import run_demo, run_once

    if once:
        paper = run_once(out, SystemClock())
        say(NAME, f"paper: {paper}")
    else:
        run_demo(out, port, SystemClock())


def main() -> None:
    """Run `nodboks` and exit with its code."""
    run_program(nodboks, NAME)


def _keeper(config: BoxConfig) -> KeeperClient:
    return KeeperClient(config.keeper_socket)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror}") from error
