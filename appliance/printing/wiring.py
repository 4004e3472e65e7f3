"""Join the queue and the making of sheets to what one box has: its settings, clock, log and RAM.

Every program that makes paper is joined here, so that none of them knows another plan, other
numbers or other earlier papers than the rest. Called by the web, `box_desk` and `direct`.
"""

from collections.abc import Callable, Sequence

from appliance.beacon.told import BoxWords
from appliance.care_journal.state import Journal
from appliance.clock import JudgedClock
from appliance.config import BoxConfig
from appliance.outage.journal import OnPaper, box_journal
from appliance.outage.report_shelf import box_shelf
from appliance.paper.place import place_of
from appliance.paper.serial import SerialBook
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


def box_maker(
    config: BoxConfig,
    clock: JudgedClock,
    log: LogSender,
    open_store: Callable[[], RecordStore],
    queue: Callable[[], PrintQueue],
) -> SheetMaker:
    """Return what makes the sheets of the box; `open_store` is as `SheetMaker` says.

    `queue` is asked when a sheet needs to know of earlier paper.
    """
    plan, outage = plan_in_force(config.box.plan_dir), box_journal(config, clock)

    def journal(on_paper: OnPaper) -> Journal | None:
        # Read for each order: between two the box may have been locked.
        return OpenJournal(config.records_dir).if_read(is_drill=on_paper.is_drill)

    return SheetMaker(
        open_store=open_store,
        serials=SerialBook(config.box.state_dir / "serials"),
        clock=clock,
        place=place_of(config),
        log=log,
        papers=lambda unit_id: queue().papers(unit_id),
        plan=plan,
        outage=outage.on_paper,
        report=box_shelf(config, plan).latest,
        journal=journal,
        numbered=lambda: numbered_paper(queue(), outage, journal(outage.on_paper())),
        told=BoxWords(config, clock).on_paper,
    )
