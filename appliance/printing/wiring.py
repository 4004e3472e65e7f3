"""Join the queue and the making of sheets to what one box has: its settings, clock, log and RAM.

Every program that makes paper is joined here, so that none of them knows another plan, other
numbers or other earlier papers than the rest. Called by the web, `box_desk` and `direct`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from appliance.beacon.told import BoxWords
from appliance.care_journal.state import Journal
from appliance.clock import JudgedClock
from appliance.config import BoxConfig
from appliance.outage.journal import OnPaper, OutageJournal, box_journal
from appliance.outage.report_shelf import ReportShelf, box_shelf
from appliance.paper.place import place_of
from appliance.paper.serial import SerialBook
from appliance.plan.models import ResponsePlan
from appliance.plan.shipped import plan_in_force
from appliance.printing.ledger import PrintLedger
from appliance.printing.numbered import numbered_paper
from appliance.printing.print_memory import PrintMemory
from appliance.printing.print_queue import PrintQueue
from appliance.printing.sheet_maker import SheetMaker
from appliance.records.store import RecordStore
from appliance.vault.log_sender import LogSender
from appliance.vault.open_journal import OpenJournal
from appliance.vault.print_note import PrintNote, read_notes


def box_queue(
    config: BoxConfig, clock: JudgedClock, keep_prints: Callable[[Sequence[PrintNote]], object]
) -> PrintQueue:
    """Return the one queue of the box; `keep_prints` is how the keeper is told what came out.

    Raises:
        StorageError: the RAM folder refused.

    """
    ledger = PrintLedger(config.web_dir)
    memory = PrintMemory(keep_prints)
    return PrintQueue(ledger, clock, memory, lambda: read_notes(config.records_dir))


@dataclass(frozen=True, slots=True)
class Around:
    """What one box knows besides its records; joined once a program, for its screens and paper."""

    config: BoxConfig
    clock: JudgedClock
    plan: ResponsePlan
    outage: OutageJournal
    reports: ReportShelf
    journal: OpenJournal
    told: BoxWords


def box_around(config: BoxConfig, clock: JudgedClock) -> Around:
    """Return what a box knows; whoever has it lets go of `journal` when the box is locked."""
    plan = plan_in_force(config.box.plan_dir).with_help_phone(config.box.help_phone)
    return Around(
        config,
        clock,
        plan,
        box_journal(config, clock),
        box_shelf(config, plan),
        OpenJournal(config.records_dir),
        BoxWords(config, clock),
    )


def box_maker(
    around: Around,
    log: LogSender,
    open_store: Callable[[], RecordStore],
    queue: Callable[[], PrintQueue],
) -> SheetMaker:
    """Return what makes the sheets of the box; `open_store` is as `SheetMaker` says.

    `queue` is asked when a sheet needs to know of earlier paper.
    """
    outage = around.outage

    def journal(on_paper: OnPaper) -> Journal | None:
        return around.journal.if_read(is_drill=on_paper.is_drill)

    return SheetMaker(
        open_store=open_store,
        serials=SerialBook(around.config.box.state_dir / "serials"),
        clock=around.clock,
        place=place_of(around.config),
        log=log,
        papers=lambda unit_id: queue().papers(unit_id),
        plan=around.plan,
        outage=outage.on_paper,
        report=around.reports.latest,
        journal=journal,
        numbered=lambda: numbered_paper(queue(), outage, journal(outage.on_paper())),
        told=around.told.on_paper,
    )
