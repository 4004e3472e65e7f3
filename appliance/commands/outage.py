"""`nodboks outage`: read the reports of drills and outages that are over, for evidence and records.

Thin, and only reads: works on a locked box and beside the running programs. Registered by `cli`.
"""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import click

from appliance.clock import format_time
from appliance.command_line import FAILED, TAKES_CONFIG, say
from appliance.config import load_config
from appliance.outage.answer_words import duration
from appliance.outage.report import Deed, Report
from appliance.outage.report_shelf import ReportShelf, box_shelf, encoded
from appliance.outage.timeline import Elapsed
from appliance.plan.shipped import plan_in_force

NAME = "nodboks"
_BOX = "the box"


@click.group()
def outage() -> None:
    """Look at what came of drills and outages.

    Example: nodboks outage report --number 3
    """


@outage.command()
@TAKES_CONFIG
@click.option("--number", "--drill", type=int, help="Which drill or outage; else the last one.")
@click.option("--list", "is_list", is_flag=True, help="Name all that are kept, the newest first.")
@click.option("--json", "is_json", is_flag=True, help="Print JSON (appliance/outage/FORMAT.md).")
def report(config_path: Path, number: int | None, *, is_list: bool, is_json: bool) -> None:
    """Print the timed report of a drill or an outage that is over. No citizen is in it.

    Example: nodboks outage report --drill 3 --json

    Exit codes: 0 done, 1 there is no such report, 2 wrong use.
    """
    config = load_config(config_path)
    shelf = box_shelf(config, plan_in_force(config.box.plan_dir))
    reports = list(_wanted(shelf, number, is_list=is_list))
    if is_json:
        told = [encoded(each) for each in reports]
        click.echo(json.dumps(told if is_list else next(iter(told), None), ensure_ascii=False))
    else:
        for each in reports:
            for line in [summary(each)] if is_list else lines_of(each):
                say(NAME, f"outage: {line}")
    if not reports:
        say(NAME, "outage: there is no such report; see: nodboks outage report --list", error=True)
        raise click.exceptions.Exit(FAILED)


def _wanted(shelf: ReportShelf, number: int | None, *, is_list: bool) -> Iterator[Report]:
    if number is None:
        return islice(shelf.reports(), None if is_list else 1)
    return filter(None, [shelf.report(number)])


def summary(found: Report) -> str:
    """Say one report in one line."""
    what = "drill" if found.is_drill else "outage"
    began = format_time(found.began_at) if found.began_at else "an unsure time"
    done = f"{len(found.done)} of {len(found.points)} points done"
    return f"{what} {found.number}: began {began}, lasted {_time(found.lasted)}, {done}"


def lines_of(found: Report) -> Iterator[str]:
    """Say a whole report."""
    yield summary(found)
    yield f"begun by {found.held_by or _BOX}, ended by {found.ended_by or _BOX}"
    yield f"plan of {found.municipality}, version {found.plan_version}"
    paper = f"after {_time(found.first_paper)}" if found.first_paper else "not known to have come"
    yield f"first paper: {paper}"
    yield from (f"stage reached: {stage}" for stage in found.stages)
    named = {
        "point": found.points,
        "round": found.called,
        "decision": found.decisions,
        "told": found.told,
        "called in": found.staff,
    }
    for name, deeds in named.items():
        yield from (f"{name}: {_deed(deed)}" for deed in deeds)
    yield f"taken back {found.undone}, power cuts {found.restarts}, damaged lines {found.damaged}"


def _deed(deed: Deed) -> str:
    words = " – ".join(filter(None, (deed.what, deed.answer, deed.who)))
    if deed.after is None:
        return f"NOT DONE: {words}"
    return f"{words} ({deed.by or _BOX}, after {_time(deed.after)})"


def _time(elapsed: Elapsed) -> str:
    return f"{'' if elapsed.is_sure else 'at least '}{duration(elapsed.time)}"
