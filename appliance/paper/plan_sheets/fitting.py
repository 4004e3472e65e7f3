"""Find, by day, the texts of a plan that would not print well by night.

A card or a letter is one page: whether it is, is known only once it is typeset. A character no font
can show would be a box; it is told with the file and the field it stands in. Called by `nodboks
plan check`; takes no serial numbers.
"""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

from appliance.paper.document import PrintContext
from appliance.paper.plan_sheets import action_cards, letters
from appliance.paper.plan_sheets.plan_frame import document
from appliance.paper.printable import MARK, is_refused, missing_characters
from appliance.paper.sheet_kind import Material, Subject, Wanted
from appliance.paper.typesetting import ENGINE, EngineError
from appliance.plan.findings import Finding
from appliance.plan.loader import PLAN_FILE
from appliance.plan.models import ResponsePlan, Text

# As long as the name of a box gets, so that a card that fits here fits everywhere.
_LONG_NAME = "Plejecenter og hjemmeplejegruppe " * 2
_TRIED = "000-00000"
_WORDS_SHOWN = 40
_TABLES = ("stages", "checklist", "decisions", "contact_types", "contacts")
_T = TypeVar("_T")


class NoSerials:
    """A sheet that is only tried takes no number."""

    def take(self, count: int = 1) -> list[str]:
        """Return numbers that stand on no paper."""
        return [_TRIED] * count


def unfit_texts(plan: ResponsePlan, made_at: datetime) -> Iterator[Finding]:
    """Yield what is longer than its page, or has characters no font can show.

    Tried as it is at its longest: with a clock nobody trusts and in the place of a broken plan.
    """
    odd = _unseen(plan, made_at)
    for file, field, text in _texts(plan):
        for character in (each for each in dict.fromkeys(text) if each in odd):
            shown = f"{character} (U+{ord(character):04X})"
            yield Finding(file, f"{field}: {shown} is a character no font of the box can show")
    yield from _too_long(_marked(plan, odd), made_at)


def _too_long(plan: ResponsePlan, made_at: datetime) -> Iterator[Finding]:
    context = PrintContext("–", made_at, _LONG_NAME, NoSerials(), is_clock_trusted=False)
    wanted, material = Wanted(Subject.NOBODY), Material(plan=plan)
    drafts = {
        **_named("cards", plan.cards, action_cards.drafts(material, wanted, context)),
        **_named("letters", plan.letters, letters.drafts(material, wanted, context)),
    }
    for place, draft in drafts.items():
        if document(draft, plan, context, _TRIED).pages > 1:
            told = "does not fit on one page, not even in the smallest type: shorten it"
            yield Finding(place, told)


def _named(folder: str, texts: tuple[Text, ...], drafts: Any) -> dict[str, Any]:
    return {f"{folder}/{text.id}.md": draft for text, draft in zip(texts, drafts, strict=True)}


def _unseen(plan: ResponsePlan, made_at: datetime) -> frozenset[str]:
    """Return the characters of a plan that no font has."""
    used = {each for _, _, text in _texts(plan) for each in text if not each.isascii()}
    return frozenset(each for each in used if is_refused(each) or _is_missing(each, made_at))


def _is_missing(character: str, made_at: datetime) -> bool:
    try:
        ENGINE.compile("probe.typ", json.dumps(character), made_at, is_strict=True)
    except EngineError as error:
        return bool(missing_characters(error.complaint))
    return False


def _texts(plan: ResponsePlan) -> Iterator[tuple[str, str, str]]:
    """Yield every text of a plan as paper takes it, with its file and the field it stands in."""
    for file, field, text in (*_of_tables(plan), *_of_prose(plan)):
        yield file, field, unicodedata.normalize("NFC", text)


def _of_tables(plan: ResponsePlan) -> Iterator[tuple[str, str, str]]:
    for field, text in (*_fields(plan), *_fields(plan.responsibility)):
        yield PLAN_FILE, field, text
    for revision in plan.responsibility.revisions:
        yield from _table("revisions", revision.version, revision)
    for table in _TABLES:
        for each in getattr(plan, table):
            yield from _table(table, each.name if table == "contacts" else each.id, each)
    for letter in plan.letters:
        yield PLAN_FILE, f"[[letters]] {letter.id} to", letter.to


def _of_prose(plan: ResponsePlan) -> Iterator[tuple[str, str, str]]:
    for folder in ("chapters", "cards", "letters"):
        for text in getattr(plan, folder):
            file = f"{folder}/{text.id}.md"
            yield file, "title", text.title
            for words in (block.text for block in text.blocks):
                yield file, f'"{words[:_WORDS_SHOWN]}"', words


def _table(table: str, name: str, each: object) -> Iterator[tuple[str, str, str]]:
    for field, text in _fields(each):
        yield PLAN_FILE, f"[[{table}]] {name} {field}", text


def _fields(thing: object) -> Iterator[tuple[str, str]]:
    """Yield the fields of a thing that are texts, or lists of them."""
    for each in fields(thing):  # type: ignore[arg-type]
        value = getattr(thing, each.name)
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str):
                yield each.name, text


def _marked(thing: _T, odd: frozenset[str]) -> _T:
    """Return the same with the mark that paper shows in the place of every such character."""
    found: Any = thing
    if isinstance(thing, str) and not isinstance(thing, Enum):
        found = "".join(MARK if each in odd else each for each in thing)
    elif isinstance(thing, tuple):
        found = tuple(_marked(each, odd) for each in thing)
    elif is_dataclass(thing) and not isinstance(thing, type):
        changed = {each.name: _marked(getattr(thing, each.name), odd) for each in fields(thing)}
        found = replace(thing, **changed)
    return found  # type: ignore[no-any-return]
