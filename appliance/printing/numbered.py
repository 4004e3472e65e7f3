"""Join what the box knows of its numbered paper: what came out, in which outage, what was said.

A log of the plan that cannot be read hides no sheet: then all paper the box remembers is asked for.
What came out before a power cut may be unread: then nobody can say that this is all of it.
Called by the screens that account for paper and by what makes its list.
"""

import logging

from appliance.care_journal.numbered_paper import NumberedPaper, numbered, since_when
from appliance.care_journal.state import Journal
from appliance.errors import StorageError
from appliance.outage.journal import OutageJournal
from appliance.printing.papers_out import CONTINUED
from appliance.printing.print_queue import PrintQueue

_LOG = logging.getLogger(__name__)


def numbered_paper(
    queue: PrintQueue, outage: OutageJournal, journal: Journal | None
) -> NumberedPaper:
    """Return every number of the outage; with no journal to be read, nothing was said of any."""
    known = journal or Journal()
    try:
        since = since_when(outage.beginnings(), known.signed_off, outage.reading().at)
    except StorageError as error:
        _LOG.warning("numbered paper: %s %s", error.code, error.detail)
        since = None
    papers, is_whole = queue.papers_out()
    return NumberedPaper(numbered(papers, known, since, CONTINUED), is_whole)
