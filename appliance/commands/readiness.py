"""`nodboks readiness`: one page that shows whether the box is ready, for whoever must be able to.

Thin: gathers, judges, writes. What asks records and printer is loaded only when it runs.
Registered by `cli`.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from appliance.box_clock.clock import BoxClock
from appliance.clock import format_time
from appliance.command_line import DONE, FAILED, TAKES_CONFIG, say
from appliance.config import BoxConfig, load_config
from appliance.files import write_atomically
from appliance.health.readiness import Light, Line, readiness, worst

if TYPE_CHECKING:
    from printers.examination import Surroundings

NAME = "nodboks"
# A key that is added leaves it; one that goes or changes its meaning raises it.
FORMAT, FORMAT_VERSION = "nodboks-readiness", 1
_READABLE_BY_ALL = 0o644  # it holds no citizen, and is there to be shown


@click.command("readiness")
@TAKES_CONFIG
@click.option(
    "--html",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write one page for people to, in Danish.",
)
@click.option("--json", "is_json", is_flag=True, help="Print JSON instead of lines.")
@click.pass_obj
def readiness_command(
    around: "Surroundings | None", config_path: Path, page: Path | None, *, is_json: bool
) -> int:
    """Say what was practised, tested, proven and approved, when, and how it came out.

    Run it as root, so that it may look everywhere. No citizen is in it. The ages of the sections
    are told while the box is open.

    Example: nodboks readiness --html readiness.html

    Exit codes: 0 nothing is red, 1 something is, 2 wrong use.
    """
    from appliance.commands.readiness_facts import gather
    from appliance.commands.readiness_page import readiness_page
    from printers.examination import Surroundings

    config = load_config(config_path)
    facts = gather(config, BoxClock(config.box.ram_dir), around or Surroundings())
    lines = readiness(facts)
    if page is not None:
        write_atomically(page, readiness_page(config.box.name, facts, lines), _READABLE_BY_ALL)
    if is_json:
        click.echo(json.dumps(told(config, facts.now, lines), ensure_ascii=False, indent=1))
    else:
        for line in lines:
            at = f" ({_text(line.at)})" if line.at else ""
            say(NAME, f"readiness: {line.light.value}: {line.title}{at}: {line.said}")
        say(NAME, f"readiness: the whole is {worst(lines).value}")
    return FAILED if worst(lines) is Light.RED else DONE


def told(config: BoxConfig, now: datetime, lines: Iterable[Line]) -> dict[str, Any]:
    """Return the report as what JSON can carry."""
    every = list(lines)
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "box": config.box.id,
        "made_at": format_time(now),
        "light": worst(every).value,
        "lines": [
            {
                "name": line.name,
                "light": line.light.value,
                "at": _text(line.at),
                "title": line.title,
                "said": line.said,
            }
            for line in every
        ],
    }


def _text(at: datetime | date | None) -> str | None:
    if at is None:
        return None
    return format_time(at) if isinstance(at, datetime) else at.isoformat()
