"""`nodboks plan`: try a municipality's response plan by day, and see what a revision changes.

Thin: reads folders, prints what was found. Whether a card fits its page is known only once it is
typeset, so `check` does that, too, and loads the typesetting only then. Registered by `cli`.
"""

from collections.abc import Iterator
from pathlib import Path

import click

from appliance.clock import DANISH_TIME, SystemClock
from appliance.command_line import FAILED, say
from appliance.errors import PlanError
from appliance.plan.checking import notices, warnings
from appliance.plan.differences import UNCHANGED, differences
from appliance.plan.loader import PREVIOUS, load_plan, read_plan

NAME = "nodboks"
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def plan() -> None:
    """Look after the response plan of a municipality.

    Example: nodboks plan check plan/
    """


@plan.command("check")
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option("--strict", "is_strict", is_flag=True, help="Fail on warnings, too.")
def check_plan(folder: Path, *, is_strict: bool) -> None:
    """Read a plan and print all that is wrong with it, file by file, and what is still missing.

    Example: nodboks plan check /media/usb/plan

    Exit codes: 0 it can be used, 1 something is wrong (with --strict also a
    number that would be missed first), 2 wrong use. With error N-103 a box
    would use the plan that ships in its place; with any other it uses this one.
    """
    from appliance.paper.plan_sheets.fitting import unfit_texts

    now = SystemClock().now()
    reading = read_plan(folder)
    findings = reading.findings
    if reading.plan is not None:
        findings = tuple(unfit_texts(reading.plan, now))
    for finding in findings:
        say(NAME, f"plan: {finding}")
    if reading.plan is None:
        raise PlanError(f"{len(findings)} found in {folder}")
    warned = list(warnings(reading.plan))
    for warning in warned:
        say(NAME, f"plan: warning: {warning}")
    if findings or (warned and is_strict):
        told = f"{len(findings)} found, {len(warned)} warnings in {folder}"
        say(NAME, f"plan: {told}; a box uses this plan as it is, so mend it first", error=True)
        raise click.exceptions.Exit(FAILED)
    today = now.astimezone(DANISH_TIME).date()
    for notice in (*_unshown_changes(folder), *notices(reading.plan, today)):
        say(NAME, f"plan: note: {notice}")
    counts = f"{len(reading.plan.chapters)} chapters, {len(reading.plan.cards)} action cards"
    version = reading.plan.responsibility.version
    say(NAME, f"plan: version {version} can be used: {counts}, {len(reading.plan.letters)} letters")


def _unshown_changes(folder: Path) -> Iterator[str]:
    """Yield why no box can show what has changed, where the version before is there."""
    before = folder / PREVIOUS
    for finding in read_plan(before).findings if before.is_dir() else ():
        yield f"{PREVIOUS}/{finding} (so no box can show what has changed)"


@plan.command("diff")
@click.argument("old", type=_FOLDER)
@click.argument("new", type=_FOLDER)
def diff_plans(old: Path, new: Path) -> None:
    """Print in words what a new revision of a plan changes, for whoever approves it.

    Example: nodboks plan diff plan-1.0/ plan-1.1/
    """
    changes = differences(load_plan(old), load_plan(new))
    for change in changes or (UNCHANGED,):
        click.echo(change)
