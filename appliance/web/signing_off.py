"""Vouch for it that all of an outage is in the care system: one way, from whichever page.

Refused while anything is open anywhere in the box, also on units the visitor may not see, or while
nobody can tell what is. Called by the pages of the entries and of the paper.
"""

from dataclasses import dataclass

from appliance.care_journal.events import JournalEvent, SignedOff
from appliance.care_journal.numbered_paper import NumberedPaper, count
from appliance.care_journal.state import Journal
from appliance.web import audit, journal_desk, paper_view, typed_forms
from appliance.web.errors import NOT_ALL_ENTERED, PAPER_LEFT, PAPER_UNREAD
from appliance.web.journal_desk import ToNote
from appliance.web.typed_forms import FormProblem
from appliance.words import Words


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in the way of the whole box; `effects` are doses nobody has looked at since.

    `by` is who has signed for all of it, and None once something came after.
    """

    to_enter: int
    papers: int
    is_paper_known: bool
    effects: int
    by: JournalEvent | None

    @property
    def problem(self) -> Words | None:
        """Return why nobody can sign off yet."""
        if self.to_enter:
            return NOT_ALL_ENTERED
        if not self.is_paper_known:
            return PAPER_UNREAD
        return PAPER_LEFT if self.papers else None


def standing(journal: Journal, paper: NumberedPaper) -> Standing:
    """Return how things stand."""
    return Standing(
        to_enter=len(journal.to_enter),
        papers=count(paper.sheets).open,
        is_paper_known=paper.is_whole,
        effects=len(journal.effects_awaited),
        by=journal.signed_off if journal.is_signed_for else None,
    )


def sign_off() -> None:
    """Note that the visitor vouches for it. Shows nobody.

    Raises:
        FormProblem: something is open, or nobody has said who signs.
        JournalError, LogNotKeptError, KeeperDownError: as `journal_desk.write` says.

    """
    journal = journal_desk.journal()
    problem = standing(journal, paper_view.everything(journal)).problem
    if problem is not None:
        raise FormProblem(problem)
    audit.saw(())
    journal_desk.write([ToNote(SignedOff(), typed_forms.initials())])
