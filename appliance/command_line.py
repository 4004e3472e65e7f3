"""End a program the same way everywhere: one line of what went wrong, one line of what to do.

The edge where errors are caught for `nodboks` and `nodboks-provision`. Exit codes: 0 done,
1 failed, 2 wrong use. Never a traceback for something a person can act on.
"""

import logging
import sys
from pathlib import Path

import click

from appliance.errors import NodboksError
from printers.errors import PrinterError

DONE, FAILED, WRONG_USE = 0, 1, 2
TAKES_CONFIG = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    default=Path("/etc/nodboks/box.toml"),
    show_default=True,
    help="The box's settings.",
)


def run_program(group: click.Group, name: str) -> None:
    """Run a Click program and exit with its code."""
    try:
        result = group.main(prog_name=name, standalone_mode=False)
        code = result if isinstance(result, int) else DONE
    except (NodboksError, PrinterError) as error:
        explain(name, error)
        code = FAILED
    except click.ClickException as error:
        error.show()
        code = WRONG_USE
    except click.Abort:
        say(name, "stopped", error=True)
        code = FAILED
    sys.exit(code)


def explain(name: str, error: NodboksError | PrinterError) -> None:
    """Say an error as its code, sentence, detail and next step, on standard error."""
    detail = str(error)
    more = f" ({detail})" if detail and detail != error.sentence else ""
    say(name, f"error {error.code}: {error.sentence}{more}", error=True)
    say(name, f"hint: {error.next_step}", error=True)


def say(name: str, line: str, *, error: bool = False) -> None:
    """Print one line the way every line of ours looks."""
    click.echo(f"{name}: {line}", err=error)


def log_to_stderr(level: int = logging.INFO) -> None:
    """Send log lines to standard error, where systemd's journal picks them up."""
    logging.basicConfig(level=level, format="%(name)s: %(message)s", stream=sys.stderr)
