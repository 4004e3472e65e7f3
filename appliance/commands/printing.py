"""`nodboks print` and `nodboks prove`: sheets on paper or as files, or only tried.

Thin, and light: what makes sheets is loaded by the command that needs it, because every program of
the box passes through here. Registered by `cli`; the work is in `shell_printing` and `proof_run`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from appliance.box_clock.clock import BoxClock
from appliance.command_line import TAKES_CONFIG
from appliance.config import load_config

PRINTER = "printer"


def _takes_how(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options every print has."""
    options = (
        TAKES_CONFIG,
        click.option(
            "--to",
            "target",
            metavar="DIR|PRINTER",
            default=PRINTER,
            show_default=True,
            help='The word "printer" is the printer of box.toml; anything else is a folder.',
        ),
        click.option("--by", "asked_by", default="", help="Your initials, for sheet and log."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group("print")
def print_group() -> None:
    """Print sheets, or write them as PDF files.

    Example: nodboks print pack "Plejecenter Solgården" --by AB
    """


@print_group.command()
@click.argument("unit", metavar="UNIT")
@_takes_how
def pack(unit: str, **how: Any) -> None:
    """Print a unit's emergency pack; UNIT is its name or id.

    Example: nodboks print pack solgaarden --to /run/nodboks/web/pack

    Exit codes: 0 handed over, 1 the box is locked or something refused, 2 wrong use.
    """
    _print("pack", about=unit, **how)


@print_group.command("list")
@click.argument("whose", metavar="[CITIZEN_OR_DWELLING]", required=False)
@click.option("--unit", help="Unit the dwelling is in, where several have one of that name.")
@_takes_how
def list_(whose: str | None, unit: str | None, **how: Any) -> None:
    """Print a citizen's medication list; without a citizen, list every sheet there is.

    A citizen is named by id or dwelling, never by name or CPR number: a shell remembers.

    Example: nodboks print list 101 --unit solgaarden --by AB

    Exit codes: 0 handed over, 1 the box is locked or something refused, 2 wrong use.
    """
    if whose is None:
        from appliance.commands.shell_printing import list_sheets

        list_sheets()
    else:
        _print("medication_list", about=whose, unit=unit, **how)


@print_group.command()
@click.argument("name", metavar="NAME")
@click.option("--about", metavar="UNIT|CITIZEN|DWELLING", help="What the sheet is about.")
@click.option("--unit", help="Unit the dwelling is in, where several have one of that name.")
@click.option("--copies", type=click.IntRange(1), default=1, help="How many of a blank form.")
@click.option(
    "--english", "is_bilingual", is_flag=True, help="English headings beside the Danish ones."
)
@_takes_how
def sheet(name: str, **given: Any) -> None:
    """Print any sheet by its NAME; `nodboks print list` names them all.

    A sheet about nobody comes out of a locked box too.

    Example: nodboks print sheet life_critical --about solgaarden --to printer

    Exit codes: 0 handed over, 1 the box is locked or something refused, 2 wrong use.
    """
    _print(name, **given)


@click.command()
@TAKES_CONFIG
@click.option("--background", is_flag=True, help="Only when nothing else runs; a lock ends it.")
def prove(config_path: Path, background: bool) -> int:  # noqa: FBT001  (Click)
    """Try every sheet of every citizen, and say which cannot be shown as the record has it.

    Nothing is printed. After each new copy the box does this by itself; `nodboks status` tells.

    Example: nodboks prove --config /etc/nodboks/box.toml

    Exit codes: 0 every sheet is strict, 1 one is not or the box is locked, 2 wrong use.
    """
    from appliance.commands.proof_run import prove_by_hand, prove_in_background

    config = load_config(config_path)
    run = prove_in_background if background else prove_by_hand
    return run(config, BoxClock(config.box.ram_dir))


def _print(name: str, *, config_path: Path, target: str, asked_by: str, **what: Any) -> None:
    from appliance.commands.shell_printing import Way, What, print_sheets

    folder = None if target == PRINTER else Path(target)
    print_sheets(What(name, **what), Way(config_path, folder, asked_by))
