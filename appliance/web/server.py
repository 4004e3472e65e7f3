"""Run the web: gunicorn with one process and threads, from `box.toml` alone.

One process because sessions, notes and the print desk live in it, and so does the one view of the
records in RAM. Writes no access log: addresses hold ids, and what is not written cannot leak.
Called by the command line.
"""

import contextlib
import logging
import os
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from appliance.attempts import Lasting
from appliance.certificates.kept import CertificateWatch
from appliance.clock import JudgedClock
from appliance.config import BoxConfig
from appliance.errors import NodboksError
from appliance.files import explaining_disk_errors
from appliance.health.lamp_reading import LampReading
from appliance.line_status import UPLOAD, read_status
from appliance.paper.output import printer_from
from appliance.paper.proof import read_proof
from appliance.printing.desk import PrintDesk
from appliance.printing.paper_teller import PaperTeller
from appliance.printing.wiring import box_around, box_maker, box_queue
from appliance.snapshot.neighbours import read_neighbours
from appliance.vault.broken_glass import BrokenGlass
from appliance.vault.keeper_client import KeeperClient
from appliance.vault.log_sender import LogSender
from appliance.vault.login_delay import LoginDelay
from appliance.vault.sessions import Sessions
from appliance.vault.shift_codes import ShiftCodes
from appliance.web.app import create_app
from appliance.web.clock_proposals import ClockProposals
from appliance.web.drill_paper import stop_drill_paper
from appliance.web.installed_age import InstalledAge
from appliance.web.notes import Notes
from appliance.web.outage_watch import OutageWatch, SuspicionReader
from appliance.web.portal.guests import Guests
from appliance.web.practice.room import Practice
from appliance.web.reading import OpenRecords
from appliance.web.services import Keeper, Services

_log = logging.getLogger(__name__)
_THREADS = 8  # a unit's phones and a laptop; pages take milliseconds
_STOP_WITHIN_S = 10
# Longer than the keeper needs for the slowest unlock on the smallest Pi.
_SILENT_WORKER_S = 120
_LONGEST_ADDRESS = 2048
_MOST_HEADERS = 60
_OWNER_ONLY = 0o077


def build_services(config: BoxConfig, clock: JudgedClock, keeper: Keeper | None = None) -> Services:
    """Join the web to the keeper (the real one if none is given), printer and records.

    Raises:
        StorageError: the RAM folder refused.

    """
    keeper = keeper or KeeperClient(config.keeper_socket)
    log = LogSender(keeper.log)

    def forget_everybody() -> None:
        services.forget_everybody()

    records = OpenRecords(config.records_dir, forget_everybody)
    around = box_around(config, clock)
    queue = box_queue(config, clock, keeper.keep_prints)
    maker = box_maker(around, log, lambda: records.require().store, lambda: queue)
    printer = printer_from(config.printer)
    suspicion = SuspicionReader(config, clock)
    practice = Practice(around, lambda: services)
    watch = OutageWatch(
        around.outage, suspicion.now, practice.beside(queue), around.reports, config.outage.start
    )

    paper_of_drill = partial(stop_drill_paper, around.outage, queue)
    teller = PaperTeller(config.panel_dir, queue.ledger, clock, lambda: desk.watch.view)
    look = _each_round(
        lambda: _let_go(records), watch.look, paper_of_drill, practice.look, teller.look
    )
    desk = PrintDesk(printer, maker.documents, queue, clock, look)
    desk.is_two_sided = config.printer.two_sided
    services = Services(
        clock=clock,
        keeper=keeper,
        sessions=Sessions(clock),
        delay=LoginDelay(clock),
        notes=Notes(clock),
        glass=BrokenGlass(clock),
        shift_codes=ShiftCodes(clock),
        records=records,
        journal=around.journal,
        desk=desk,
        log=log,
        installed_at=InstalledAge(config.box.state_dir).signed_at,
        fetched=lambda: read_status(config.box.state_dir),
        sent=lambda: read_status(config.box.state_dir, UPLOAD),
        clock_proposals=ClockProposals(),
        guests=Guests(clock),
        plan=around.plan,
        outage=around.outage,
        reports=around.reports,
        suspicion=suspicion.now,
        certificate=CertificateWatch(config.box.state_dir, config.https_names).now,
        proof=lambda: read_proof(config.web_dir),
        neighbours=lambda: read_neighbours(config.box.state_dir),
        told=around.told.of,
        lamp=LampReading(config, clock, keeper.status).state,
        practice=practice,
    )
    return services


def _each_round(*steps: Callable[[], None]) -> Callable[[], None]:
    """Return what does all steps; a fault in one costs none of the others."""
    lasting = [(Lasting(_log, "looking around"), step) for step in steps]

    def look_around() -> None:
        for each, step in lasting:
            each.do(step, None)

    return look_around


def _let_go(records: OpenRecords) -> None:
    """Let go of the records of a locked box, though nobody asks for a page."""
    # What is wrong with the records is told to whoever asks for a page; paper goes on without.
    with contextlib.suppress(NodboksError, sqlite3.Error):
        records.current()


def run_web(config: BoxConfig, clock: JudgedClock) -> None:
    """Serve until SIGTERM; requests under way are answered first.

    Raises:
        StorageError: the RAM folder refused.

    """
    os.umask(_OWNER_ONLY)  # gunicorn's setting comes too late for the print jobs
    folder = config.web_dir
    with explaining_disk_errors("making the web's folder"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _Server(config, folder, clock).run()


class _Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn, told everything here and nothing by files or the environment."""

    def __init__(self, config: BoxConfig, folder: Path, clock: JudgedClock) -> None:
        self._config = config
        self._folder = folder
        self._clock = clock
        self._services: Services | None = None
        super().__init__()

    def load_config(self) -> None:
        """Hand gunicorn its settings."""
        for name, value in server_settings(self._config, self._folder, self._stop_desk).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build the application inside the worker: threads and open files do not survive a fork."""
        self._services = build_services(self._config, self._clock)
        app = create_app(self._config, self._services)
        self._services.desk.start()
        return app

    def _stop_desk(self, _arbiter: object, _worker: object) -> None:
        if self._services is not None:
            self._services.desk.stop()
            self._services.log.stop()


def server_settings(
    config: BoxConfig, folder: Path, on_exit: Callable[[object, object], None]
) -> dict[str, Any]:
    """Return gunicorn's settings."""
    return {
        "bind": f"{config.web.host}:{config.web.port}",
        "workers": 1,
        "worker_class": "gthread",
        "threads": _THREADS,
        "worker_tmp_dir": str(folder),
        "timeout": _SILENT_WORKER_S,
        "graceful_timeout": _STOP_WITHIN_S,
        "limit_request_line": _LONGEST_ADDRESS,
        "limit_request_fields": _MOST_HEADERS,
        "umask": _OWNER_ONLY,
        "loglevel": "warning",
        # Who asked, and how, is believed of one front only, and there in one place: `create_app`.
        "forwarded_allow_ips": "",
        "secure_scheme_headers": {},
        "control_socket_disable": True,
        "worker_exit": on_exit,
    }
