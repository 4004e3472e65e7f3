"""Say in Danish what a new revision of a plan changes. Pure.

For whoever approves it: what is new, what went, what reads otherwise, line by line, and nothing of
what stayed. Called by `nodboks plan diff` and where the plan in force is
found, for the screens.
"""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from appliance.plan.models import ContactType, ResponsePlan, Stage, Text

UNCHANGED = "Planerne er ens."
_NONE = "ikke udfyldt"


def differences(old: ResponsePlan, new: ResponsePlan) -> tuple[str, ...]:
    """Return one sentence for every difference; none when the plans say the same."""
    return (
        *_changed("Planen", _facts(old), _facts(new)),
        *_changed("Trin", _stages(old), _stages(new)),
        *_changed("Tjekliste", _checklist(old), _checklist(new)),
        *_changed("Beslutning", _decisions(old), _decisions(new)),
        *_changed("Kontakttype", _contact_types(old), _contact_types(new)),
        *_changed("Kontakt", _contacts(old), _contacts(new)),
        *_texts("Afsnit", old.chapters, new.chapters),
        *_texts("Aktionskort", old.cards, new.cards),
        *_texts("Brev", old.letters, new.letters),
        *_changed("Ændring", _revisions(old), _revisions(new)),
    )


def _changed(what: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for name in (name for name in old if name not in new):
        yield f"{what} »{name}« er fjernet: {old[name]}"
    for name, value in new.items():
        if name not in old:
            yield f"{what} »{name}« er ny: {value}"
        elif old[name] != value:
            yield f"{what} »{name}« er ændret fra »{old[name]}« til »{value}«"
    yield from _reordered(what, old, new)


def _reordered(what: str, old: Iterable[str], new: Iterable[str]) -> Iterator[str]:
    """Say that what stayed stands in another order: on paper that is what is done first."""
    before, after = list(old), list(new)
    if [name for name in before if name in after] != [name for name in after if name in before]:
        yield f"{what}: rækkefølgen er ændret"


def _facts(plan: ResponsePlan) -> dict[str, str]:
    duty = plan.responsibility
    facts = {
        "titel": plan.title,
        "kommune": plan.municipality,
        "version": duty.version,
        "ejer": duty.owner,
        "forfatter": duty.author,
        "godkendt af": duty.approver,
        "godkendt den": _day(duty.approved_on),
        "næste gennemgang": _day(duty.next_review),
        "svarnummer i breve": plan.reply_phone,
        "systemer": ", ".join(plan.systems),
    }
    return {name: value or _NONE for name, value in facts.items()}


def _stages(plan: ResponsePlan) -> dict[str, str]:
    return {
        stage.id: f"{stage.when}: {stage.title}. {stage.text}{_warning(stage)}"
        for stage in plan.stages
    }


def _warning(stage: Stage) -> str:
    hours = stage.warn_hours_before
    return "" if hours is None else f" (varsles {hours} timer før)"


def _checklist(plan: ResponsePlan) -> dict[str, str]:
    return {
        item.id: " · ".join(filter(None, (item.text, f"trin {item.stage_id}", item.contact_type)))
        for item in plan.checklist
    }


def _decisions(plan: ResponsePlan) -> dict[str, str]:
    return {
        each.id: f"{each.question} {' / '.join(each.options)} ({each.by}, trin {each.stage_id})"
        for each in plan.decisions
    }


def _contact_types(plan: ResponsePlan) -> dict[str, str]:
    return {each.id: " ".join((each.title, *_properties(each))) for each in plan.contact_types}


def _properties(each: ContactType) -> Iterator[str]:
    if each.is_in_round:
        yield "(i kontaktrunden)"
    if each.is_vital:
        yield "(skal have nummer)"


def _revisions(plan: ResponsePlan) -> dict[str, str]:
    return {
        each.version: f"{each.what} ({each.by}, {_day(each.on)})"
        for each in plan.responsibility.revisions
    }


def _contacts(plan: ResponsePlan) -> dict[str, str]:
    return {
        f"{each.name} ({each.type_id})": " · ".join(
            filter(None, (each.phone or _NONE, each.note, each.box and f"boks {each.box}"))
        )
        for each in plan.contacts
    }


def _texts(what: str, old: tuple[Text, ...], new: tuple[Text, ...]) -> Iterator[str]:
    before, after = ({text.id: text for text in texts} for texts in (old, new))
    for name, text in before.items():
        if name not in after:
            yield f"{what} »{text.title}« er fjernet"
    for name, text in after.items():
        if name not in before:
            yield f"{what} »{text.title}« er nyt"
        else:
            yield from _lines(f"{what} »{text.title}«", before[name], text)
    yield from _reordered(what, before, after)


def _lines(where: str, old: Text, new: Text) -> Iterator[str]:
    if (old.title, old.to) != (new.title, new.to):
        yield (
            f"{where} hed før »{old.title}«"
            if old.title != new.title
            else (f"{where} er nu til {new.to}")
        )
    before, after = ([block.text for block in text.blocks] for text in (old, new))
    for line in difflib.ndiff(before, after):
        if line.startswith("- "):
            yield f"{where}, udgået: {line[2:]}"
        elif line.startswith("+ "):
            yield f"{where}, nyt: {line[2:]}"


def _day(day: date | None) -> str:
    return f"{day.day:02}.{day.month:02}.{day.year}" if day else ""
