"""`nodboks`: every program and command of the box.

Thin: each command reads `box.toml`, calls one function and prints one line. Heavy parts (Flask,
APScheduler, typst, the demo's town) are imported by the command that needs them, so that
`nodboks unlock` at 03:00 does not wait for them. Errors end in `command_line.run_program`.
"""

import contextlib
import os
import sys
from pathlib import Path

import click

from appliance.box_clock.clock import BoxClock
from appliance.clock import ClockLevel, SystemClock, format_time
from appliance.command_line import TAKES_CONFIG, log_to_stderr, run_program, say
from appliance.commands.certificate import certificate
from appliance.commands.config import config_group
from appliance.commands.keys import (
    CARD_OPTION,
    check_card_file,
    keys,
    say_keys,
    write_card,
    write_enrolment,
)
from appliance.commands.outage import outage
from appliance.commands.plan import plan
from appliance.commands.printer import printer
from appliance.commands.printing import print_group, prove
from appliance.commands.readiness import readiness_command
from appliance.commands.runner import runner
from appliance.config import PRINTS_ON_PAPER, BoxConfig, load_config
from appliance.errors import KeeperDownError, NodboksError
from appliance.files import explaining_disk_errors
from appliance.health.printer_test import read_test, sentences
from appliance.snapshot.installed import Installed
from appliance.vault.keeper_client import KeeperClient
from appliance.vault.users import KEEPER_USER, user_exists
from appliance.version import version

NAME = "nodboks"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version(), prog_name=NAME)
def nodboks() -> None:
    """Run the emergency box, or ask it something.

    Example: nodboks status --config /etc/nodboks/box.toml
    """


@nodboks.command()
@TAKES_CONFIG
def keeper(config_path: Path) -> None:
    """Run the keeper, the only process that ever holds a key.

    Example: nodboks keeper --config /etc/nodboks/box.toml
    """
    from appliance.keeper import run_keeper

    log_to_stderr()
    config = load_config(config_path)
    run_keeper(config, BoxClock(config.box.ram_dir))


@nodboks.command()
@TAKES_CONFIG
def web(config_path: Path) -> None:
    """Serve the screens to the phones on the hotspot.

    Example: nodboks web --config /etc/nodboks/box.toml
    """
    from appliance.web.server import run_web

    log_to_stderr()
    config = load_config(config_path)
    run_web(config, BoxClock(config.box.ram_dir))


@nodboks.command()
@TAKES_CONFIG
def worker(config_path: Path) -> None:
    """Run the timetable that fetches the newest snapshot.

    Example: nodboks worker --config /etc/nodboks/box.toml
    """
    from appliance.worker import run_worker

    log_to_stderr()
    config = load_config(config_path)
    run_worker(config, BoxClock(config.box.ram_dir))


@nodboks.command()
@TAKES_CONFIG
def panel(config_path: Path) -> None:
    """Show on the lamp of the box how it is; without a lamp in box.toml it ends at once.

    Example: nodboks panel --config /etc/nodboks/box.toml
    """
    from appliance.panel.program import run_panel

    log_to_stderr()
    config = load_config(config_path)
    run_panel(config, BoxClock(config.box.ram_dir))


@nodboks.command()
@TAKES_CONFIG
@click.option(
    "--trust",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder with the municipality's root.json, recovery.pub and audit.pub.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("enrolment.json"),
    show_default=True,
    help="File to bring to the hub.",
)
@click.option(
    "--device-secret",
    "choice",
    type=click.Choice(["auto", "tpm", "otp", "file"]),
    default="auto",
    show_default=True,
    help="Where the box keeps its own secret: the best there is, or just this.",
)
@CARD_OPTION
def enrol(config_path: Path, trust: Path, out: Path, choice: str, card_file: Path | None) -> None:
    """Make this box's keys; print, once, the code of its emergency card; write a file for the hub.

    With tls.names in box.toml it also asks for the certificate of the screens.

    Example: nodboks enrol --trust /media/usb/trust
    """
    from appliance.certificates.own_key import make_request
    from appliance.vault.card_code import format_card_code
    from appliance.vault.device_secret import WORTH, Choice, chosen_device_secret
    from appliance.vault.enrolment import enrolling, for_hub

    _refuse_root()
    config = load_config(config_path)
    check_card_file(config, card_file)
    trusted_root = _read(trust / "root.json")
    recipients = [_read(trust / name).decode().strip() for name in ("recovery.pub", "audit.pub")]
    state_dir = config.box.state_dir
    if config.tls.names:  # before anything is shown only once
        make_request(state_dir, config.tls.names)
    secret = chosen_device_secret(state_dir, Choice(choice))
    keys_of = enrolling(state_dir, trusted_root, recipients[0], recipients[1], secret)
    with keys_of as made:  # a file that cannot be written leaves the box as it was
        write_enrolment(for_hub(config, made), out)
        if card_file:
            write_card(config, made.card_name, made.card_code, card_file)
    say(NAME, f"box {config.box.id} is enrolled")
    say(NAME, f"device secret: {WORTH[secret.kind]}")
    if not card_file:
        say(NAME, f"card code, shown only now: {format_card_code(made.card_code)}")
        say(NAME, f"write on its envelope what it is called here: {made.card_name}")


@nodboks.command()
@TAKES_CONFIG
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
    with contextlib.suppress(KeeperDownError):  # then the next unlock opens it
        _keeper(config).refresh()


@nodboks.command()
@TAKES_CONFIG
@click.option("--usb", is_flag=True, help="Use the USB key that is in the box.")
@click.option(
    "--recovery",
    type=click.Path(path_type=Path),
    help="Use the municipality's recovery key in this file.",
)
def unlock(config_path: Path, usb: bool, recovery: Path | None) -> None:  # noqa: FBT001  (Click)
    """Open the records with the code of the emergency card; the code is asked for, never shown.

    Example: nodboks unlock --usb
    """
    if usb and recovery:
        raise click.UsageError("--usb and --recovery are two different keys; give one")
    keeper = _keeper(load_config(config_path))
    if usb:
        status = keeper.unlock_usb()
    elif recovery:
        status = keeper.unlock_recovery(_identity_in(_read(recovery)))
    else:
        code = click.prompt("card code", hide_input=sys.stdin.isatty(), err=True)
        status = keeper.unlock(code)
    say(NAME, f"unlocked, snapshot {status.version}")


@nodboks.command()
@TAKES_CONFIG
def lock(config_path: Path) -> None:
    """Wipe the records from memory and forget the key.

    Example: nodboks lock --config /etc/nodboks/box.toml
    """
    _keeper(load_config(config_path)).lock()
    say(NAME, "locked")


@nodboks.command()
@TAKES_CONFIG
def status(config_path: Path) -> None:
    """Say whether the box is open and how old its data is.

    Example: nodboks status --config /etc/nodboks/box.toml
    """
    from appliance.vault.device_secret import WORTH

    config = load_config(config_path)
    state = _keeper(config).status()
    say(NAME, "locked" if state.locked else "unlocked")
    if state.signed_at is not None:
        say(NAME, f"snapshot {state.version}, signed {format_time(state.signed_at)}")
    _say_installed(config, state.version)
    hint = " (set it on the page /ur, or wait for the network)"
    say(NAME, f"clock: {state.clock}{hint if state.clock is ClockLevel.UNSURE else ''}")
    say(NAME, f"device secret: {WORTH.get(state.device_secret, state.device_secret)}")
    if state.open_until is not None:
        say(NAME, f"locks itself after {format_time(state.open_until)}, when nobody is at it")
    say_keys(state.slots, lambda line: say(NAME, line))
    _say_last_test(config)
    _say_proof(config, state.version)
    _say_lamp(config)


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


for _command in (
    certificate,
    config_group,
    keys,
    printer,
    plan,
    outage,
    runner,
    print_group,
    prove,
    readiness_command,
):
    nodboks.add_command(_command)


def main() -> None:
    """Run `nodboks` and exit with its code."""
    run_program(nodboks, NAME)


def _keeper(config: BoxConfig) -> KeeperClient:
    return KeeperClient(config.keeper_socket)


def _say_installed(config: BoxConfig, opened: int | None) -> None:
    """Tell what is on the disk if another copy is open; a bad disk hides nothing else."""
    try:
        with explaining_disk_errors("reading what is installed"):
            floor = Installed(config.box.state_dir).floor()
    except NodboksError as error:
        say(NAME, f"installed: {error.code} {error.detail}")
        return
    if floor is not None and floor.version != opened:
        say(NAME, f"installed: snapshot {floor.version}, signed {format_time(floor.signed_at)}")


def _say_last_test(config: BoxConfig) -> None:
    """Tell how the last test page went, on a box that prints on paper."""
    if config.printer.kind == PRINTS_ON_PAPER:
        last = read_test(config.box.state_dir)
        for line in sentences(last, BoxClock(config.box.ram_dir).now()):
            say(NAME, line)


def _say_proof(config: BoxConfig, opened: int | None) -> None:
    """Tell whether the sheets of the open copy have been tried; a proof of another says nothing."""
    from appliance.paper.proof import proof_line, read_proof

    proof = read_proof(config.web_dir)
    if proof is not None and proof.version == opened:
        hint = "; see: nodboks prove" if proof.not_strict else ""
        say(NAME, f"{proof_line(proof)}{hint}")
    elif opened is not None:
        say(NAME, f"proof: the sheets of snapshot {opened} have not been tried yet")


def _say_lamp(config: BoxConfig) -> None:
    """Tell what the lamp should show, in both languages; where there is none, what it would."""
    from appliance.health.lamp_reading import LampReading

    shown = LampReading(config, BoxClock(config.box.ram_dir)).state()
    without = "" if config.panel.lamp else " (box.toml names no pins for it)"
    say(NAME, f"lamp: {shown.in_english}{without}")
    say(NAME, f"lampe: {shown.sentence}")


def _refuse_root() -> None:
    """Keep root from making keys the keeper's user could not read."""
    if os.geteuid() == 0 and user_exists(KEEPER_USER):
        raise click.UsageError(f"run it as the keeper's user: runuser -u {KEEPER_USER} -- …")


def _identity_in(content: bytes) -> str:
    """Return the key in an age identity file, which may hold comments."""
    lines = content.decode("utf-8", "replace").splitlines()
    return next((line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")), "")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror}") from error
