"""Play one night from export to paper: town, hub, box, card, print.

`run_once` does it without serving and ends with the path of the paper; `run_demo` leaves the box
running for a person with a browser. Both use the programs and files of the real thing. Called by
`nodboks demo`; refuses a folder that is not its own.
"""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from appliance import crypto
from appliance.box_clock.clock import BoxClock
from appliance.clock import Clock, ClockLevel, format_time
from appliance.command_line import say
from appliance.config import BoxConfig
from appliance.demo.box import BOX_NAME, BoxFolder, ram_folder
from appliance.demo.documents import write_pdf_drop
from appliance.demo.feed_fhir import write_fhir_feed
from appliance.demo.feed_fmk import write_fmk_cards
from appliance.demo.feed_messages import write_messages
from appliance.demo.folder import claim_folder
from appliance.demo.hub import Hub, serving
from appliance.demo.pack_printing import print_pack, print_plan_set
from appliance.demo.processes import Programs, programs_running, run_program
from appliance.demo.town import make_town
from appliance.demo.town_models import Town
from appliance.errors import ClockNotSetError, KeeperDownError
from appliance.files import stamp_of
from appliance.sealed_log.entry import Action, Entry, When
from appliance.vault.card_code import format_card_code
from appliance.vault.enrolment import for_hub
from appliance.vault.keeper_client import KeeperClient
from appliance.vault.opened import POINTER

T = TypeVar("T")

SEED = 2026
NURSE, LEADER = "AHO", "BKR"
_UP_WITHIN_S = 90.0


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that stands ready: the town, the hub that serves, and an enrolled box."""

    town: Town
    config: BoxConfig
    config_path: Path
    card_code: str
    logs: Path


def run_once(out: Path, clock: Clock) -> Path:
    """Do it all once and return the path of the printed pack.

    Raises:
        NodboksError: a step failed; the message names it.

    """
    with staged(out, 8080, clock) as stage, _programs(stage, "keeper"):
        _step("box: fetched and verified", _sync_with(stage))
        client = wait_for_keeper(stage.config)
        _vouch_for_the_clock(client, clock)
        _step("box: unlocked with the card code", lambda: client.unlock(stage.card_code))
        unit = next(iter(stage.town.units)).unit
        _step("box: printed the plan set", lambda: print_plan_set(*_by_nurse(stage)))
        name = f"box: printed the pack of {unit.name}"
        return _step(name, lambda: print_pack(*_by_nurse(stage)))


def run_demo(out: Path, port: int, clock: Clock) -> None:
    """Serve the whole box until somebody presses Ctrl-C."""
    with (
        staged(out, port, clock, units=2) as stage,
        _programs(stage, "keeper", "web", "worker") as programs,
    ):
        _vouch_for_the_clock(wait_for_keeper(stage.config), clock)
        _tell_the_visitor(stage)
        stop = threading.Event()
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, lambda *_: stop.set())
        # A signal that lands just before a wait without an end would be seen at the next one only.
        opened = None
        while not stop.wait(1):
            # What a path unit of systemd does on the box.
            before, opened = opened, stamp_of(stage.config.records_dir / POINTER)
            if opened != before:
                programs.run_once_more("prove", "--background")
    say("nodboks", "demo: stopped, the records are gone from memory")


@contextlib.contextmanager
def staged(out: Path, port: int, clock: Clock, units: int = 1) -> Iterator[Stage]:
    """Make the town and its feed, publish it, and enrol a box for some units beside a hub."""
    claim_folder(out)
    town = _step("town: invented", lambda: make_town(SEED, night=clock.now()))
    feeds = _deliver(town, out)
    hub = Hub(out / "hub")
    _step("hub: keys made", hub.create)
    box = BoxFolder(out / "box", out / "paper")
    with ram_folder() as ram, serving(hub.public) as url:
        config = box.write_config(url, ram, port)
        enrolment = _step("box: enrolled", lambda: box.enrol(config, hub.trust))
        served = [each.unit.name for each in town.units[:units]]
        told = for_hub(config, enrolment)
        _step("hub: accepted the box", lambda: hub.accept(told, BOX_NAME, *served))
        _step("hub: published", lambda: hub.publish(*feeds))
        yield Stage(town, config, box.config_path, enrolment.card_code, out / "box" / "log")


def _deliver(town: Town, out: Path) -> list[Path]:
    """Write what four systems deliver; return the feeds, the care system's first."""
    care, cards, mail, drop = (out / name for name in ("feed", "fmk", "beskeder", "dokumenter"))
    _step("town: exported as FHIR", lambda: write_fhir_feed(town, care, crypto.hash_login_code))
    _step("town: medicine cards", lambda: write_fmk_cards(town, cards, town.units[0].slug))
    _step("town: messages", lambda: write_messages(town, mail))
    _step("town: prints dropped as PDF", lambda: write_pdf_drop(town, drop))
    return [care, cards, mail, drop]


def _vouch_for_the_clock(keeper: KeeperClient, clock: Clock) -> None:
    """Set the box's clock by this machine's where nothing keeps it, as in a container."""
    if keeper.status().clock is not ClockLevel.UNSURE:
        return
    now = clock.now()
    entry = Entry(Action.CLOCK_SET, When(now, clock.monotonic()), about=format_time(now))
    with contextlib.suppress(ClockNotSetError):  # the demo then shows an unsure clock
        keeper.set_clock(now, entry)


def wait_for_keeper(config: BoxConfig) -> KeeperClient:
    """Return a client of the keeper, once it answers.

    Raises:
        KeeperDownError: it did not come up in time.

    """
    client = KeeperClient(config.keeper_socket)
    deadline = time.monotonic() + _UP_WITHIN_S
    while True:
        try:
            client.status()
        except KeeperDownError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return client


def _programs(stage: Stage, *names: str) -> contextlib.AbstractContextManager[Programs]:
    return programs_running(stage.config_path, stage.logs, *names)


def _sync_with(stage: Stage) -> Callable[[], str]:
    return lambda: run_program("appliance", "sync", "--config", str(stage.config_path))


def _by_nurse(stage: Stage) -> tuple[BoxConfig, BoxClock, str]:
    return stage.config, BoxClock(stage.config.box.ram_dir), NURSE


def _step(what: str, do: Callable[[], T]) -> T:
    started = time.monotonic()
    result = do()
    say("nodboks", f"demo: {what} ({time.monotonic() - started:.1f} s)")
    return result


def _tell_the_visitor(stage: Stage) -> None:
    for line in (
        f"open http://127.0.0.1:{stage.config.web.port}",
        f"card code: {format_card_code(stage.card_code)}",
        f"nurse login: initials {NURSE}, code {stage.town.login_codes[NURSE]}",
        f"her leader: initials {LEADER}, code {stage.town.login_codes[LEADER]}",
        f"paper lands in {stage.config.printer.folder}",
        "every citizen is invented; stop with Ctrl-C",
    ):
        say("nodboks", f"demo: {line}")
