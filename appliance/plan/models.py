"""Name everything a response plan says. Values only; no file is read here.

The plan is a municipality's own: what is written here is only its shape. It holds nothing of any
citizen, so it lies in the clear and is read while the box is locked. `FORMAT.md` is the same shape
as files. Called by the loader, the sheets and, later, the screens.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

_DAY = 24
# When a stage is reached, for one and for several; in other languages a day is not like days.
WHEN = _AT_ONCE, _AFTER_HOURS, _AFTER_DAYS = (
    ("Straks", "Straks"),
    ("Efter {n} time", "Efter {n} timer"),
    ("Efter {n} døgn", "Efter {n} døgn"),
)
# Long enough to fetch a director from home, as the Danish plan has it.
_WARN_HOURS = 2
# The contact type whose number the box may know from its own settings.
IT_ON_DUTY = "it"


def place_key(name: str) -> str:
    """Return what a place of the contact round is called in the log, however it is capitalised."""
    return hashlib.sha256(name.casefold().encode()).hexdigest()[:12]


class BlockKind(StrEnum):
    """What a block of text is; nothing else can be written."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    BULLET = "bullet"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line. With a `field` its text is put in on paper: a number, a time, a name."""

    text: str = ""
    is_bold: bool = False
    field: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or one point of a list; `number` is the step's own."""

    kind: BlockKind
    spans: tuple[Span, ...]
    number: int = 0

    @property
    def text(self) -> str:
        """Return the words alone, with fields as they are written in the file."""
        return "".join(f"{{{span.field}}}" if span.field else span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Passage:
    """What stands under one heading; the first of a text may have none."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A chapter, an action card or a letter: one Markdown file. `to` is whom a letter is for."""

    id: str
    title: str
    blocks: tuple[Block, ...] = ()
    to: str = ""

    def passages(self) -> Iterator[Passage]:
        """Yield the text heading by heading."""
        title, gathered = "", list[Block]()
        for block in self.blocks:
            if block.kind is BlockKind.HEADING:
                if title or gathered:
                    yield Passage(title, tuple(gathered))
                title, gathered = block.text, []
            else:
                gathered.append(block)
        if title or gathered:
            yield Passage(title, tuple(gathered))


@dataclass(frozen=True, slots=True)
class Stage:
    """What is due when the outage has lasted so long.

    One with decisions is warned of `warn_hours_before`: not at all with nought, and none given is
    two hours.
    """

    id: str
    after_hours: int
    title: str
    text: str
    warn_hours_before: int | None = None

    @property
    def warned_after_hours(self) -> int:
        """Return how long the outage has lasted when the decisions of this stage are warned of."""
        before = _WARN_HOURS if self.warn_hours_before is None else self.warn_hours_before
        return max(self.after_hours - before, 0)

    @property
    def when(self) -> str:
        """Say when the stage is reached: "Straks", "Efter 8 timer", "Efter 3 døgn"."""
        (one, several), number = self.when_words
        return (one if number == 1 else several).format(n=number)

    @property
    def when_words(self) -> tuple[tuple[str, str], int]:
        """Return one of `WHEN` and its number, for whoever says it in another language."""
        days, rest = divmod(self.after_hours, _DAY)
        if not self.after_hours:
            return _AT_ONCE, 0
        if days and not rest:
            return _AFTER_DAYS, days
        return _AFTER_HOURS, self.after_hours


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One thing to be done and signed for; `contact_type` is whom it takes a call to."""

    id: str
    stage_id: str
    text: str
    contact_type: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A question that leaders must answer at a stage, with names and time."""

    id: str
    stage_id: str
    question: str
    options: tuple[str, ...]
    by: str


@dataclass(frozen=True, slots=True)
class ContactType:
    """A kind of contact; those in the round are asked whether they are hit, too.

    Of a vital one somebody must have the number before the night: a locked box has no other.
    """

    id: str
    title: str
    is_in_round: bool = False
    is_vital: bool = False


@dataclass(frozen=True, slots=True)
class PlanContact:
    """Somebody to phone; without a number the paper has a line to write it on.

    `box` is the id of the box that speaks for them in the contact round, where there is one.
    """

    type_id: str
    name: str
    phone: str = ""
    note: str = ""
    box: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """What was changed in the plan, when and by whom."""

    version: str
    on: date
    by: str
    what: str


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Who answers for the plan and how long it counts."""

    version: str
    owner: str
    author: str = ""
    approver: str = ""
    approved_on: date | None = None
    next_review: date | None = None
    revisions: tuple[Revision, ...] = ()

    @property
    def is_approved(self) -> bool:
        """Tell whether somebody has put their name to it."""
        return bool(self.approver and self.approved_on)

    def is_review_overdue(self, today: date) -> bool:
        """Tell whether the plan should have been gone through by now."""
        return self.next_review is not None and today > self.next_review


@dataclass(frozen=True, slots=True)
class Changed:
    """What reads otherwise than in an earlier version, a sentence each."""

    since_version: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResponsePlan:
    """A municipality's plan for an IT outage.

    `is_stand_in` says that it is the shipped plan in place of one that could not be read, `changed`
    what differs from the version before it, where its folder holds that.
    """

    title: str
    municipality: str
    responsibility: Responsibility
    chapters: tuple[Text, ...] = ()
    cards: tuple[Text, ...] = ()
    letters: tuple[Text, ...] = ()
    stages: tuple[Stage, ...] = ()
    checklist: tuple[ChecklistItem, ...] = ()
    decisions: tuple[Decision, ...] = ()
    contact_types: tuple[ContactType, ...] = ()
    contacts: tuple[PlanContact, ...] = ()
    systems: tuple[str, ...] = ()
    reply_phone: str = ""
    is_stand_in: bool = False
    changed: Changed | None = None

    def with_help_phone(self, phone: str) -> "ResponsePlan":
        """Return the plan with the number of IT on duty that the box itself knows.

        A number in the plan counts before it: the plan is newer than the box's settings.
        """
        own = self.contacts_of(IT_ON_DUTY)
        title = next((each.title for each in self.contact_types if each.id == IT_ON_DUTY), "")
        if not phone or not title or any(contact.phone for contact in own):
            return self
        first = own[0] if own else PlanContact(IT_ON_DUTY, title)
        others = [contact for contact in self.contacts if contact is not first]
        return replace(self, contacts=(replace(first, phone=phone), *others))

    def contacts_of(self, type_id: str) -> tuple[PlanContact, ...]:
        """Return the contacts of one type, in the order of the file."""
        return tuple(contact for contact in self.contacts if contact.type_id == type_id)

    def stage(self, stage_id: str) -> Stage:
        """Return a stage by its id; the plan was checked, so it is there."""
        return next(stage for stage in self.stages if stage.id == stage_id)
