"""Gather what a box knows of its own readiness: files, keeper, open records, printer.

Only reads, and takes no records out: of the open copy only how old each section is. What cannot be
asked is a fact to report, never a reason to report nothing. Called by `readiness`.
"""

from contextlib import closing

from appliance.clock import JudgedClock
from appliance.config import PRINTS_ON_PAPER, BoxConfig
from appliance.errors import (
    KeeperDownError,
    LockedError,
    SnapshotError,
    StorageError,
    VaultError,
)
from appliance.health.copy_age import copied_at
from appliance.health.printer_checks import check_settings
from appliance.health.printer_test import read_test
from appliance.health.readiness import Facts, Proven
from appliance.outage.report import Report
from appliance.outage.report_shelf import ReportShelf, box_shelf
from appliance.paper.plan_sheets.from_record import whole_state
from appliance.paper.proof import read_proof
from appliance.plan.shipped import plan_in_force
from appliance.printing.box_desk import OpenNow
from appliance.records.alerts import SECTION_NAMES
from appliance.records.models import SectionState
from appliance.vault.keeper_client import KeeperClient
from appliance.vault.protocol import KeeperStatus
from printers.doctor import diagnose
from printers.examination import Site, Surroundings, examine
from printers.findings import Finding


def gather(config: BoxConfig, clock: JudgedClock, around: Surroundings) -> Facts:
    """Return what is known now; the printer is asked while one waits."""
    plan, keeper = plan_in_force(config.box.plan_dir), _keeper(config)
    prints_on_paper = config.printer.kind == PRINTS_ON_PAPER
    return Facts(
        now=clock.now(),
        clock=clock.judged().level,
        plan=plan,
        prints_on_paper=prints_on_paper,
        drill=last_drill(box_shelf(config, plan)),
        test=read_test(config.box.state_dir),
        doctor=_examined(config, around) if prints_on_paper else (check_settings(config.printer),),
        proof=_proof(config, keeper),
        copied_at=copied_at(config.box.state_dir, keeper),
        sections=_sections(config),
        slots=keeper.slots if keeper else None,
    )


def last_drill(shelf: ReportShelf) -> Report | None:
    """Return the last drill that was held, whatever outages there have been since."""
    try:
        return next((each for each in shelf.reports() if each.is_drill), None)
    except StorageError:
        return None


def _keeper(config: BoxConfig) -> KeeperStatus | None:
    try:
        return KeeperClient(config.keeper_socket).status()
    except KeeperDownError:
        return None


def _examined(config: BoxConfig, around: Surroundings) -> tuple[Finding, ...]:
    site = Site(config.printer.queue, str(config.printer.cups_socket), around)
    return diagnose(examine(site))


def _proof(config: BoxConfig, keeper: KeeperStatus | None) -> Proven | None:
    """Return the proof of the copy that is open; that of another copy says nothing."""
    proof = read_proof(config.web_dir)
    if proof is None or keeper is None or proof.version != keeper.version:
        return None
    return Proven(proof.proven_at, proof.sheets, proof.not_strict)


def _sections(config: BoxConfig) -> tuple[SectionState, ...] | None:
    with closing(OpenNow(config.records_dir)) as opened:
        try:
            store = opened.store()
        except (LockedError, VaultError, SnapshotError):
            return None
        return tuple(whole_state(store, section, has_any=False) for section in SECTION_NAMES)
