"""`nodboks keys`: list, issue, revoke and replace what opens the box.

Thin: asks the keeper, prints what came of it. A new key's secret is shown or written once, where
the person asked for it, and kept nowhere. Registered by `cli`.
"""

import os
from collections.abc import Callable
from pathlib import Path

import click

from appliance.box_clock.clock import BoxClock
from appliance.clock import reckoned_now
from appliance.command_line import TAKES_CONFIG, say
from appliance.config import BoxConfig, load_config
from appliance.files import explaining_disk_errors, write_atomically
from appliance.vault.card_code import format_card_code
from appliance.vault.enrolment import enrolment_of
from appliance.vault.enrolment_file import EnrolmentFile
from appliance.vault.keeper_client import KeeperClient
from appliance.vault.key_slots import SlotKind
from appliance.vault.protocol import IssuedKey, SlotStatus
from appliance.vault.ram_folder import read_memory_facts, why_unsafe
from appliance.vault.usb_key import format_usb_key, usb_key_name

NAME = "nodboks"
# Given to every command that issues a card.
CARD_OPTION = click.option(
    "--card",
    "card_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the card as a PDF to print instead of showing its code; a file in RAM, such as"
    " /run/card.pdf, since what is deleted from an SD card can be read again.",
)


@click.group()
def keys() -> None:
    """Look after what opens the box; as root, on the box.

    Example: nodboks keys list
    """


@keys.command("list")
@TAKES_CONFIG
def list_keys(config_path: Path) -> None:
    """Print every key of the box, and when a card was first used.

    Example: nodboks keys list --config /etc/nodboks/box.toml
    """
    for slot in _keeper(load_config(config_path)).status().slots:
        say(NAME, f"{slot.name} ({slot.kind}){_use_of(slot)}")


@keys.command()
@TAKES_CONFIG
@click.argument("kind", type=click.Choice(["card", "usb", "hub"]))
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path),
    help="usb: where the stick is mounted. hub: the file to bring to the hub.",
)
@CARD_OPTION
def issue(config_path: Path, kind: str, target: Path | None, card_file: Path | None) -> None:
    """Make a new key while the box is open; the old ones go on working.

    Example: nodboks keys issue card --card /run/card.pdf

    Exit codes: 0 made, 1 the box is locked or the disk refused, 2 wrong use.
    """
    if (target is None) != (kind == SlotKind.CARD):
        raise click.UsageError("usb and hub need --to; a card is shown on the screen, or --card")
    if card_file and kind != SlotKind.CARD:
        raise click.UsageError(f"--card is for a card; {kind} needs --to only")
    config = load_config(config_path)
    check_card_file(config, card_file)
    keeper = _keeper(config)
    issued = keeper.issue(kind)
    try:
        _hand_over(config, issued, card_file or target)
    except BaseException:
        keeper.revoke(issued.name)  # nobody will ever have it
        raise


@keys.command()
@TAKES_CONFIG
@click.argument("name", metavar="NAME")
def revoke(config_path: Path, name: str) -> None:
    """Forget a key, so that it opens nothing here any more; names are those of `list`.

    Example: nodboks keys revoke usb-0011223344556677

    Exit codes: 0 revoked, 1 there is no such key or it is the last one, 2 wrong use.
    """
    _keeper(load_config(config_path)).revoke(name)
    say(NAME, f"{name} is revoked")


@keys.command()
@TAKES_CONFIG
@CARD_OPTION
def replace(config_path: Path, card_file: Path | None) -> None:
    """Make a new emergency card and revoke every used one, once the new one is in its envelope.

    Example: nodboks keys replace --config /etc/nodboks/box.toml

    Exit codes: 0 replaced, 1 no card was used, called off or the box is locked, 2 wrong use.
    """
    config = load_config(config_path)
    check_card_file(config, card_file)
    keeper = _keeper(config)
    used = [slot.name for slot in keeper.status().slots if slot.used_at]
    if not used:
        say(NAME, "no card has been used")
        raise click.exceptions.Exit(1)
    issued = keeper.issue(SlotKind.CARD)
    try:
        _hand_over(config, issued, card_file)
        click.confirm("is the new card in its sealed envelope?", err=True, abort=True)
    except BaseException:
        keeper.revoke(issued.name)  # a line that broke, Ctrl-C, no: nobody knows who read the code
        say(NAME, "called off: the new card opens nothing, destroy it")
        say(NAME, f"{', '.join(used)} still works")
        _delete(card_file)
        raise
    for name in used:
        keeper.revoke(name)
        say(NAME, f"{name} is revoked")
    _delete(card_file)


def write_enrolment(found: EnrolmentFile, target: Path) -> None:
    """Write the file for the hub and say its fingerprint.

    Raises:
        StorageError: the disk refused.

    """
    write_atomically(target, found.to_bytes(), mode=0o644)
    say(
        NAME,
        f"bring {target} to the hub: nodboks-provision accept {target.name} --fleet hub/fleet.toml"
        " --name NAME --unit UNIT",
    )
    say(NAME, f"its fingerprint, to compare there: {found.fingerprint}")


def check_card_file(config: BoxConfig, card_file: Path | None) -> None:
    """Keep a card from being written where it could be read again after it was deleted.

    Raises:
        click.UsageError: the file would lie on a disk, or in memory that may be swapped to one, or
            there is such a file already.

    """
    if card_file is None:
        return
    if card_file.exists():
        raise click.UsageError(f"--card {card_file} exists already")
    folder = card_file.parent.resolve()
    is_allowed = config.memory.allow_disk_swap
    reason = why_unsafe(folder, read_memory_facts(), allow_disk_swap=is_allowed)
    if reason:
        raise click.UsageError(f"--card must lie in RAM, such as /run/card.pdf: {reason}")


def write_card(config: BoxConfig, name: str, secret: str, card_file: Path) -> None:
    """Write a new card as a sheet to print, for its owner's eyes only.

    Raises:
        StorageError: the file could not be written.

    """
    # typst and the fonts, which no other command here needs.
    from appliance.paper.document import PrintContext
    from appliance.paper.forms.envelope_card import Card, OwnNumber, render_envelope_card
    from appliance.paper.place import place_of

    clock = BoxClock(config.box.ram_dir)
    context = PrintContext(
        printed_by=NAME,
        printed_at=reckoned_now(clock),
        box_name=config.box.name,
        serials=OwnNumber(name),
        is_clock_trusted=clock.judged().is_trusted,
    )
    card = Card(name, format_card_code(secret))
    document = render_envelope_card(card, place_of(config), context)
    write_atomically(card_file, document.pdf)
    say(NAME, f"{name}: the card is in {card_file}; print it, seal it, then delete the file")
    say(NAME, "whoever has that file opens the box")


def say_keys(slots: tuple[SlotStatus, ...], tell: Callable[[str], None]) -> None:
    """Tell which cards have been used and should be replaced."""
    for slot in slots:
        if slot.used_at:
            tell(f"{slot.name}{_use_of(slot)}; make a new card: nodboks keys replace")


def _hand_over(config: BoxConfig, issued: IssuedKey, target: Path | None) -> None:
    """Give a new key to the person who asked for it."""
    if issued.kind == SlotKind.CARD and target is not None:
        write_card(config, issued.name, issued.secret, target)
    elif issued.kind == SlotKind.CARD:
        code = format_card_code(issued.secret)
        say(NAME, f"{issued.name}: card code, shown only now: {code}")
    elif issued.kind == SlotKind.USB and target is not None:
        content = format_usb_key(config.box.id, config.box.name, issued.name, issued.secret)
        _write_on_stick(target / usb_key_name(config.box.id), content)
        say(NAME, f"{issued.name}: written to {target}; unmount it before you take it out")
    elif target is not None:
        write_enrolment(enrolment_of(config, issued.object()), target)


def _delete(card_file: Path | None) -> None:
    if card_file is not None and card_file.exists():
        with explaining_disk_errors(f"deleting {card_file.name}"):
            card_file.unlink()
        say(NAME, f"{card_file} is deleted")


def _write_on_stick(path: Path, content: bytes) -> None:
    """Write a file on FAT, which knows no modes."""
    with explaining_disk_errors(f"writing {path.name}"), path.open("wb") as sink:
        sink.write(content)
        sink.flush()
        os.fsync(sink.fileno())


def _use_of(slot: SlotStatus) -> str:
    return f", used {slot.used_at}" if slot.used_at else ""


def _keeper(config: BoxConfig) -> KeeperClient:
    return KeeperClient(config.keeper_socket)
