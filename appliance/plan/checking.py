"""Find what does not hang together in a plan that could be read. Pure.

Findings are mistakes: a stage out of order, a card without its five headings, a contact of a type
that is not there. Warnings are numbers that would be missed first. Notices are what a municipality
has yet to fill in: they hold nothing up, but IT should know of them before the night. Called by the
loader, by `nodboks plan check` and by the hub's night.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from appliance.config import BOX_ID
from appliance.plan.fields import LETTER_FIELDS
from appliance.plan.findings import Finding
from appliance.plan.models import IT_ON_DUTY, ResponsePlan, Responsibility, Text
from appliance.settings_file import did_you_mean

# What every action card answers, in these words: a person looks for them at night.
FIRST, THEN, CALL, HAND_OVER, DO_NOT = CARD_HEADINGS = (
    "De første fem minutter",
    "Derefter",
    "Ring til",
    "Overlevering",
    "Gør ikke",
)
_FEWEST_OPTIONS = 2


def check(plan: ResponsePlan) -> Iterator[Finding]:
    """Yield every mistake."""
    for found in (
        _emptiness(plan),
        _doubles(plan),
        _stages(plan),
        _references(plan),
        _decisions(plan),
        _boxes(plan),
        _approval(plan),
        _field_names(plan),
    ):
        yield from (Finding("plan.toml", message) for message in found)
    for folder, texts in _texts(plan):
        for text in texts:
            place = f"{folder}/{text.id}.md"
            yield from (Finding(place, message) for message in _text(text, folder))


def notices(plan: ResponsePlan, today: date) -> Iterator[str]:
    """Yield what is still to be filled in or gone through; nothing here stops the plan."""
    yield from duty_notices(plan.responsibility, today)
    if bare := [contact.name for contact in plan.contacts if not contact.phone]:
        yield f"{len(bare)} contacts have no number yet: {'; '.join(bare)}"
    if not plan.reply_phone:
        yield "no reply_phone: letters will have a line to write it on"


def duty_notices(duty: Responsibility, today: date) -> Iterator[str]:
    """Yield what whoever answers for the plan has yet to do."""
    if not duty.is_approved:
        yield "nobody has approved it yet (approver, approved_on)"
    if duty.next_review is None:
        yield "no next_review is set"
    elif duty.is_review_overdue(today):
        yield f"next review is overdue since {duty.next_review.isoformat()}"


def warnings(plan: ResponsePlan) -> Iterator[str]:
    """Yield what would leave the sheets of a locked box without a number that must be there."""
    vital = [each for each in plan.contact_types if each.is_vital]
    if not vital:
        yield "no contact type is vital: nobody can check that the most important numbers are there"
    for each in vital:
        if not any(contact.phone for contact in plan.contacts_of(each.id)):
            unless = ", unless a box has a help_phone" if each.id == IT_ON_DUTY else ""
            yield f"no number for {each.title}: a locked box prints an empty line for it{unless}"


def _emptiness(plan: ResponsePlan) -> Iterator[str]:
    for key in ("chapters", "cards", "letters", "stages", "checklist", "systems", "contact_types"):
        if not getattr(plan, key):
            yield f"{key}: there must be at least one"


def _doubles(plan: ResponsePlan) -> Iterator[str]:
    named: dict[str, Iterable[str]] = {
        **{folder: (text.id for text in texts) for folder, texts in _texts(plan)},
        "stages": (stage.id for stage in plan.stages),
        "checklist": (item.id for item in plan.checklist),
        "decisions": (decision.id for decision in plan.decisions),
        "contact_types": (each.id for each in plan.contact_types),
        "contacts": (f"{each.name} ({each.type_id})" for each in plan.contacts),
        "revisions": (each.version for each in plan.responsibility.revisions),
    }
    for key, ids in named.items():
        yield from (f"{key}: {name!r} stands twice" for name, times in Counter(ids).items()
                    if times > 1)  # fmt: skip


def _stages(plan: ResponsePlan) -> Iterator[str]:
    hours = [stage.after_hours for stage in plan.stages]
    if hours and hours[0] != 0:
        yield "stages: the first must be after_hours = 0, when it begins"
    for earlier, later in zip(plan.stages, plan.stages[1:], strict=False):
        if later.after_hours <= earlier.after_hours:
            yield f"stages: {later.id!r} must come after {earlier.id!r}, in more hours"
    asked = {decision.stage_id for decision in plan.decisions}
    for stage in (each for each in plan.stages if each.warn_hours_before is not None):
        if stage.id not in asked:
            yield f"stages {stage.id!r}: warn_hours_before, but no decision is due there"
        elif (stage.warn_hours_before or 0) > stage.after_hours:
            yield f"stages {stage.id!r}: warn_hours_before must not be more than after_hours"


def _references(plan: ResponsePlan) -> Iterator[str]:
    stages = [stage.id for stage in plan.stages]
    types = [each.id for each in plan.contact_types]
    named = [
        *((f"checklist {item.id!r}: stage", item.stage_id, stages) for item in plan.checklist),
        *((f"decisions {each.id!r}: stage", each.stage_id, stages) for each in plan.decisions),
        *((f"contacts {each.name!r}: type", each.type_id, types) for each in plan.contacts),
        *(
            (f"checklist {item.id!r}: contact_type", item.contact_type, types)
            for item in plan.checklist
            if item.contact_type
        ),
    ]
    for where, name, known in named:
        if name not in known:
            yield f"{where} {name!r} does not exist{did_you_mean(name, known)}"


def _decisions(plan: ResponsePlan) -> Iterator[str]:
    for decision in plan.decisions:
        if len(decision.options) < _FEWEST_OPTIONS:
            yield f"decisions {decision.id!r}: options must be two or more"


def _boxes(plan: ResponsePlan) -> Iterator[str]:
    """Yield boxes that could never speak in the contact round."""
    rung = [each.id for each in plan.contact_types if each.is_in_round]
    for contact in (each for each in plan.contacts if each.box):
        if not BOX_ID.fullmatch(contact.box):
            yield f"contacts {contact.name!r}: box {contact.box!r} may hold a–z, digits and - only"
        if contact.type_id not in rung:
            yield f"contacts {contact.name!r}: has a box, but its type is not in_round"


def _approval(plan: ResponsePlan) -> Iterator[str]:
    duty = plan.responsibility
    if bool(duty.approver) != bool(duty.approved_on):
        yield "approver and approved_on go together"
    if duty.approved_on and duty.next_review and duty.next_review <= duty.approved_on:
        yield "next_review must be after approved_on"


def _field_names(plan: ResponsePlan) -> Iterator[str]:
    for each in plan.contact_types:
        if each.id in LETTER_FIELDS:
            yield f"contact_types: {each.id!r} is the name of a field of letters; choose another"


def _texts(plan: ResponsePlan) -> tuple[tuple[str, tuple[Text, ...]], ...]:
    return (("chapters", plan.chapters), ("cards", plan.cards), ("letters", plan.letters))


def _text(text: Text, folder: str) -> Iterator[str]:
    passages = {passage.title: passage for passage in text.passages()}
    if not passages:
        yield "has a title and nothing else"
    for title, passage in passages.items():
        if not passage.blocks:
            yield f'nothing stands under "## {title}"'
    for heading in CARD_HEADINGS if folder == "cards" else ():
        if heading not in passages:
            yield f'the heading "## {heading}" is missing{did_you_mean(heading, passages)}'
