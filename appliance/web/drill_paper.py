"""Keep the paper of a drill out of the way of a real outage.

The drill pack is offered while no real outage is on, and stopped in the middle when one begins,
whoever began it: nobody waits for invented citizens. Called by the screens and, every second, in
the print desk's thread.
"""

import logging

from appliance.errors import StorageError
from appliance.outage.journal import OutageJournal
from appliance.paper.drill_pack import SHEET
from appliance.paper.sheet_kind import SheetKind
from appliance.printing.print_queue import PrintQueue

_log = logging.getLogger(__name__)


def is_offered(kind: SheetKind, outage: OutageJournal) -> bool:
    """Tell whether a sheet may be ordered now."""
    return kind.name != SHEET or not _is_real(outage)


def stop_drill_paper(outage: OutageJournal, queue: PrintQueue) -> None:
    """Stop what is left of drill packs; a disk that refuses is logged."""
    try:
        waiting = [job for job in queue.ledger.open_jobs() if job.order.kind == SHEET]
        if waiting and _is_real(outage):
            for job in waiting:
                queue.stop(job)
    except StorageError as error:
        _log.warning("outage: %s %s", error.code, error.detail)


def _is_real(outage: OutageJournal) -> bool:
    """Tell whether a real outage is on; a log that cannot be read says nothing of one."""
    try:
        now = outage.outage()
    except StorageError:
        return False
    return now.is_on and not now.is_drill
