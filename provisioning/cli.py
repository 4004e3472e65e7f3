"""`nodboks-provision`: what municipal IT runs on the hub.

Thin: each command calls one function and prints what came of it. Errors end in
`command_line.run_program`: a code, a sentence, a hint, never a traceback.
"""

import functools
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import tomli_w

from appliance.clock import SystemClock
from appliance.command_line import DONE, FAILED, explain, run_program, say
from appliance.files import write_atomically
from appliance.version import version
from provisioning.box_commands import accept, revoke
from provisioning.certificates.commands import certificate
from provisioning.checking import ReportForms, check_feeds
from provisioning.errors import FleetError, PublishError
from provisioning.fetch_command import fetch
from provisioning.fleet import load_fleet
from provisioning.mirroring.commands import export_usb
from provisioning.moments import Moment
from provisioning.night_report import books_lines, box_lines, proof_lines
from provisioning.progress_shown import shown_progress
from provisioning.publish import PublishOrder
from provisioning.publish import publish as publish_night
from provisioning.reading import Reading
from provisioning.reconciliation.commands import journal
from provisioning.releases import release as release_boxes
from provisioning.root_ceremony.commands import root
from provisioning.root_ceremony.keys import short
from provisioning.sealed_log.commands import log
from provisioning.signing import create_trust, load_signer
from provisioning.sources.fhir.code_words import load_code_tables
from provisioning.sources.lists.columns import load_column_map

NAME = "nodboks-provision"
_STARTER = """
# One [[box]] for each box; every key is explained in provisioning/FLEET.md.
#
# [[box]]
# id = "solgaarden-1"
# name = "Solgården, medicinrum"
# recipient = "age1…"                  # `nodboks-provision accept` writes all this
# units = ["Plejecenter Solgården"]    # names or ids as in the feed, or ["*"]
"""

_EXISTING = click.Path(exists=True, path_type=Path)
_EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_TARGET = click.Path(dir_okay=False, allow_dash=True, path_type=Path)


@dataclass(frozen=True, slots=True)
class _Given:
    """The feeds a command is given, and how they are to be read."""

    feeds: list[Path]
    reading: Reading


def _takes_feeds(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command `--feed` and what says how feeds are read, as one argument."""

    @click.option(
        "--feed", "feeds", type=_EXISTING, multiple=True, required=True, help="Folder or zip."
    )
    @click.option(
        "--as-of",
        type=Moment(),
        help="When the data was true, for a feed without a manifest (2026-11-23T02:00).",
    )
    @click.option(
        "--column-map",
        type=_EXISTING_FILE,
        help="Column map of the vendor's lists; it counts before one in the delivery.",
    )
    @click.option(
        "--code-table",
        "code_tables",
        type=_EXISTING_FILE,
        multiple=True,
        help="Words for codes: CSV (system;code;display) or a FHIR CodeSystem. May be repeated.",
    )
    @click.option("--quiet", is_flag=True, help="Show no progress.")
    @functools.wraps(command)
    def run(feeds: tuple[Path, ...], *, quiet: bool, **more: Any) -> int:
        as_of, column_map = more.pop("as_of"), more.pop("column_map")
        reading = Reading(
            as_of,
            load_column_map(column_map) if column_map else None,
            load_code_tables(more.pop("code_tables")),
        )
        with shown_progress(NAME, sys.stderr, SystemClock(), quiet=quiet) as progress:
            given = _Given(list(feeds), replace(reading, progress=progress))
            return command(given, **more)

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version(), prog_name=NAME)
def provision() -> None:
    """Make the municipality's snapshots and publish them to its boxes.

    Example: nodboks-provision check --feed export/

    Exit codes: 0 done, 1 failed, 2 wrong use.
    """


@provision.command()
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder to make them in."
)
@click.option("--name", default="Kommune", show_default=True, help="Name of the municipality.")
@click.option("--help-phone", default="", help="Phone of the IT duty desk; travels to the boxes.")
def init(out: Path, name: str, help_phone: str) -> None:
    """Make the municipality's keys and a first fleet.toml.

    Example: nodboks-provision init --out hub --name "Viborg Kommune"

    Exit codes: 0 made, 1 the folder is in use or the disk refused, 2 wrong use.
    """
    fleet = out / "fleet.toml"
    if fleet.exists():
        raise FleetError(f"{fleet} is there already; init never writes over a fleet")
    trust = out / "trust"
    create_trust(trust, SystemClock())
    starter = tomli_w.dumps(
        {"municipality": {"name": name, "trust": "trust", "help_phone": help_phone}}
    )
    write_atomically(fleet, (starter + _STARTER).encode(), mode=0o644)
    say(NAME, f"keys made in {trust}; move {trust / 'offline'} to USB sticks in two safes")
    for path in sorted((trust / "offline").glob("root-*.pem")):
        say(NAME, f"{path.name} is root key {short(load_signer(path).public_key.keyid)}")
    say(NAME, f"list your boxes in {fleet}")


@provision.command()
@_takes_feeds
@click.option("--json", "json_file", type=_TARGET, help="Write the books as JSON; - is the screen.")
@click.option("--html", "html_file", type=_TARGET, help="Write the books as a page for the vendor.")
def check(given: _Given, json_file: Path | None, html_file: Path | None) -> int:
    """Read a feed without publishing and say what would be used, kept and rejected.

    Example: nodboks-provision check --feed export/ --html report.html

    Exit codes: 0 nothing wrong, 1 something was rejected or is wrong, 2 wrong use.
    """
    forms = ReportForms(json_file, html_file)
    report = check_feeds(given.feeds, given.reading, SystemClock(), forms)
    # What goes through a pipe as JSON is JSON only.
    for line in books_lines(report.books):
        click.echo(line, err=forms.uses_screen)
    for unit in report.units:
        say(NAME, f"unit {unit.id}: {unit.name}", error=forms.uses_screen)
    for line in proof_lines(report.proof):
        say(NAME, line, error=forms.uses_screen)
    return _end(is_clean=report.is_clean, detail="the feed is not clean")


@provision.command()
@_takes_feeds
@click.option("--fleet", "fleet_file", type=_EXISTING, required=True, help="The list of boxes.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder the boxes fetch from."
)
@click.option("--release", "released", multiple=True, metavar="BOX", help="Let BOX lose data.")
@click.option(
    "--publish-incomplete",
    is_flag=True,
    help="Publish units with faults, their sections marked incomplete.",
)
def publish(
    given: _Given,
    fleet_file: Path,
    out: Path,
    released: tuple[str, ...],
    publish_incomplete: bool,  # noqa: FBT001  (Click passes flags by name)
) -> int:
    """Seal and sign tonight's snapshot for every box.

    Example: nodboks-provision publish --feed export/ --fleet hub/fleet.toml --out hub/public

    Exit codes: 0 every box published, 1 anything rejected, held or failed, 2 wrong use.
    """
    fleet = load_fleet(fleet_file)
    try:
        fleet.check_ids(released)
    except FleetError as error:
        raise click.BadParameter(str(error), param_hint="--release") from error
    order = PublishOrder(
        given.feeds,
        fleet,
        out,
        None,
        frozenset(released),
        publishes_incomplete=publish_incomplete,
        reading=given.reading,
    )
    report = publish_night(order, SystemClock())
    for line in books_lines(report.books):
        click.echo(line)
    for line in (*box_lines(report), *proof_lines(report.proof)):
        say(NAME, line)
    for line in report.warnings:
        say(NAME, f"warning: {line}", error=True)
    say(NAME, f"report: {report.path}")
    return _end(is_clean=report.is_clean, detail="see the boxes and problems above")


@provision.command()
@click.argument("boxes", nargs=-1, required=True, metavar="BOX...")
@click.option("--fleet", "fleet_file", type=_EXISTING, required=True, help="The list of boxes.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder the boxes fetch from."
)
def release(boxes: tuple[str, ...], fleet_file: Path, out: Path) -> None:
    """Let a box through the loss guard the next time it is published, once.

    For the morning after: the report says that a box was held because it would lose more than a
    fifth of its citizens or medicines, or that a unit is gone, and that is right.

    Example: nodboks-provision release solgaarden-1 --fleet hub/fleet.toml --out hub/public

    Exit codes: 0 noted, 1 the disk refused, 2 wrong use.
    """
    try:
        load_fleet(fleet_file).check_ids(boxes)
    except FleetError as error:
        raise click.BadParameter(str(error), param_hint="BOX") from error
    release_boxes(out, boxes)
    say(NAME, f"the next publish may let data go in: {', '.join(boxes)}")


def _end(*, is_clean: bool, detail: str) -> int:
    """Return the exit code, with a hint when something needs a person."""
    if is_clean:
        return DONE
    explain(NAME, PublishError(detail))
    return FAILED


def _stop(*_: object) -> None:
    """End like Ctrl-C does, so that the temporary folder with the records is removed."""
    raise KeyboardInterrupt


provision.add_command(accept)
provision.add_command(certificate)
provision.add_command(export_usb)
provision.add_command(fetch)
provision.add_command(journal)
provision.add_command(log)
provision.add_command(revoke)
provision.add_command(root)


def main() -> None:
    """Run `nodboks-provision` and exit with its code."""
    signal.signal(signal.SIGTERM, _stop)
    run_program(provision, NAME)
