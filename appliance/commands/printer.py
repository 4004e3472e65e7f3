"""`nodboks printer`: what is attached, the queue, a test page, a doctor, a way out when it hangs.

Thin: reads `box.toml`, asks `printers/` and `printing/printer_test.py`, prints lines. The machine's
own places (USB bus, ipp-usb, spool) can be given as Click's `obj`; tests do. What makes the page is
imported by the command that needs it, since `cli` registers all of this at every start.
"""

import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from appliance.box_clock.clock import BoxClock
from appliance.command_line import FAILED, TAKES_CONFIG, say
from appliance.commands.printer_lines import (
    line_of_page,
    line_of_printer,
    line_of_queue,
    lines_of_finding,
)
from appliance.config import PRINTS_ON_PAPER, BoxConfig, load_config
from appliance.health.printer_checks import check_last_test, check_settings
from appliance.health.printer_test import AskedBy, PrinterTest, read_test
from appliance.paper.output import printer_from
from printers.asking import ask
from printers.cups_printer import connect
from printers.cups_queues import queues, usb_devices
from printers.discovery import FoundPrinter, Places, look, why_not
from printers.doctor import diagnose, wrong
from printers.errors import error_for
from printers.examination import Site, Surroundings, examine
from printers.known_models import load_models
from printers.models import JobStage
from printers.queue_setup import address_of, set_up, wait_for_printer
from printers.reasons import PrinterReason
from printers.recovery import RootHands, Standing, climb
from printers.usb_bus import usb_printers

if TYPE_CHECKING:
    from appliance.printing.printer_test import PrinterTester

NAME = "nodboks"
_LOOK_EVERY_S = 0.5
# What ipp-usb and a printer need to come back after a restart or a reset.
_SETTLE_S = 10.0


@click.group()
def printer() -> None:
    """Look after the printer: attach it, try it, find out what is wrong with it.

    Example: nodboks printer doctor
    """


@printer.command("list")
@TAKES_CONFIG
@click.pass_obj
def list_printers(around: Surroundings | None, config_path: Path) -> None:
    """Print what is attached, which queue has it, and what is known of the model.

    Example: nodboks printer list --config /etc/nodboks/box.toml
    """
    config, models = load_config(config_path), load_models()
    attached = look((around or Surroundings()).places)
    for each in attached.printers:
        say(NAME, f"printer {line_of_printer(each, models)}")
    if not attached.printers:
        say(NAME, "no printer on the USB bus")
    connection = connect(str(config.printer.cups_socket))
    for queue in queues(connection):
        say(NAME, f"queue {line_of_queue(queue, config.printer.queue)}")
    for device in usb_devices(connection):
        say(NAME, f"device {device.uri} ({device.make_and_model})")


@printer.command()
@TAKES_CONFIG
@click.argument("uri", required=False)
@click.option("--found", is_flag=True, help="Use the printer that is plugged in.")
@click.option(
    "--wait",
    "wait_s",
    type=click.FloatRange(0, 600),
    default=30.0,
    show_default=True,
    help="With --found: seconds to wait for a printer that is waking up.",
)
@click.pass_obj
def add(
    around: Surroundings | None,
    config_path: Path,
    uri: str | None,
    found: bool,  # noqa: FBT001  (Click passes flags by name)
    wait_s: float,
) -> None:
    """Make the queue for a printer, and wait until paper can come out of it.

    Example: nodboks printer add --found

    Example: nodboks printer add ipp://10.10.1.7/ipp/print

    Exit codes: 0 the queue is ready, 1 no printer, or one the box cannot use, 2 wrong use.
    """
    if bool(uri) == found:
        raise click.UsageError("give the printer's address, or --found")
    config, places = load_config(config_path), (around or Surroundings()).places
    _attach(config, _given(uri) if uri else _waited_for(config, places, wait_s))
    if config.printer.kind != PRINTS_ON_PAPER:
        say(NAME, f'hint: printer.kind is "{config.printer.kind}" in box.toml; set it to "cups"')


@printer.command()
@TAKES_CONFIG
@click.option(
    "--wait",
    "wait_s",
    type=click.FloatRange(1, 600),
    default=120.0,
    show_default=True,
    help="Seconds to wait for the page before it is taken back.",
)
@click.option(
    "--seen",
    type=click.Choice(["whole", "missing"]),
    help="Print nothing; note what you saw of the last page.",
)
@click.pass_context
def test(context: click.Context, config_path: Path, wait_s: float, seen: str | None) -> None:
    """Print the test page, follow it, and ask whether all of it is there.

    Example: nodboks printer test

    Exit codes: 0 the page came out, 1 it did not or nobody can say, 2 wrong use.
    """
    from appliance.printing.printer_test import PrinterTester

    config = load_config(config_path)
    tester = PrinterTester(config, printer_from(config.printer), BoxClock(config.box.ram_dir))
    if seen is None:
        ended = _follow(tester, timedelta(seconds=wait_s))
        seen = _ask_person(ended)
    if seen is not None:
        noted = tester.answer(is_whole=seen == "whole")
        if noted is None:
            raise click.UsageError("no test page has been printed yet")
        say(NAME, f"{noted.serial}: noted as {seen}")
        context.exit(0 if seen == "whole" else FAILED)


@printer.command()
@TAKES_CONFIG
@click.pass_context
def doctor(context: click.Context, config_path: Path) -> None:
    """Check everything between the box and the paper, and say what to do about it.

    Example: nodboks printer doctor; run it as root, so that it may look everywhere

    Exit codes: 0 nothing is wrong, 1 something is, 2 wrong use.
    """
    config = load_config(config_path)
    around = context.obj or Surroundings()
    site = Site(config.printer.queue, str(config.printer.cups_socket), around)
    last = read_test(config.box.state_dir)
    now = BoxClock(config.box.ram_dir).now()
    findings = (
        check_settings(config.printer), *diagnose(examine(site)), check_last_test(last, now),
    )  # fmt: skip
    for finding in findings:
        for line in lines_of_finding(finding):
            say(NAME, line)
    context.exit(FAILED if wrong(findings) else 0)


@printer.command()
@TAKES_CONFIG
@click.pass_obj
def recover(around: Surroundings | None, config_path: Path) -> None:
    """Bring a printer back that hangs: ask again, restart ipp-usb, reset the USB port; as root.

    A printer that answers is left alone. The queue that could not be made while it hung is made.

    Example: nodboks printer recover --config /etc/nodboks/box.toml

    Exit codes: 0 it answers, 1 somebody has to switch it off and on, 2 wrong use.
    """
    config, here = load_config(config_path), around or Surroundings()
    climb(_hands(here), lambda line: say(NAME, line))
    say(NAME, "the printer answers")
    _attach(config, _waited_for(config, here.places, wait_s=0))


def _attach(config: BoxConfig, chosen: FoundPrinter) -> None:
    """Give the box's queue to a printer."""
    made = set_up(connect(str(config.printer.cups_socket)), config.printer.queue, chosen)
    done = "was right already" if made.was_right else "is ready"
    say(NAME, f"queue {config.printer.queue} {done}: {made.make_and_model} at {made.uri}")


def _waited_for(config: BoxConfig, places: Places, wait_s: float) -> FoundPrinter:
    """Return the printer that is plugged in, once it has woken up."""
    current = address_of(connect(str(config.printer.cups_socket)), config.printer.queue)
    return wait_for_printer(lambda: look(places), load_models(), current, wait_s)


def _hands(around: Surroundings) -> RootHands:
    places = around.places

    def standing() -> Standing:
        is_plugged = any(each.speaks_ipp for each in usb_printers(places.sysfs))
        found = [each for each in look(places).printers if each.uri]
        return Standing(is_plugged, any(ask(each.uri).has_answered for each in found))

    def node() -> Path | None:
        plugged = (each.node for each in usb_printers(places.sysfs) if each.speaks_ipp)
        return next(plugged, None)

    return RootHands(standing, node, _SETTLE_S)


def _given(uri: str) -> FoundPrinter:
    """Describe the printer at an address a person gave.

    Raises: UnsupportedPrinterError, PrinterUnreachableError: no queue can be made on it.
    """
    said = ask(uri)
    if said.is_askable and not said.has_answered:
        raise error_for(PrinterReason.UNREACHABLE, f"{uri}: {said.silence}")
    printer_there = FoundPrinter(said.make_and_model, "", uri, answers=True)
    error = why_not(printer_there, load_models())
    if error is not None:
        raise error
    return printer_there


def _follow(tester: "PrinterTester", patience: timedelta) -> PrinterTest:
    """Print a page and tell each change, until the printer is done with it.

    Raises: PrinterError: it did not come out, or nobody can say.
    """
    now = tester.start(AskedBy.PERSON)
    say(NAME, f"{now.serial}: handed over, {now.pages} page")
    told = ""
    while now.is_under_way:
        now = tester.follow(now, patience)
        line = line_of_page(now)
        if line != told:
            say(NAME, line)
        told = line
        time.sleep(_LOOK_EVERY_S if now.is_under_way else 0)
    if now.stage is not JobStage.DONE:
        known = {reason.code: reason for reason in PrinterReason}
        raise error_for(known.get(now.problem, PrinterReason.JOB_ABORTED), now.serial)
    return now


def _ask_person(test: PrinterTest) -> str | None:
    """Ask whoever stands beside the printer; without a keyboard, say how to answer later."""
    if not sys.stdin.isatty():
        say(NAME, f"{test.serial}: look at the page, then: nodboks printer test --seen whole")
        return None
    question = "Are all 12 lines and the whole frame on the paper?"
    return "whole" if click.confirm(question, err=True) else "missing"
