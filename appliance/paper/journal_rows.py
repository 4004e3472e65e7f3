"""Tell what was noted of citizens in an outage as rows of a sheet: all of it, struck entries too.

Paper cannot be struck through by a later hand that knows less: a struck entry says so in capitals
before its own words. Codes of doors are hidden as everywhere. Pure. Called by the sheets.
"""

from collections.abc import Callable, Iterator

from appliance.care_journal import words
from appliance.care_journal.events import JournalEvent
from appliance.care_journal.state import Correction, Entry
from appliance.paper import frame
from appliance.paper.document import View
from appliance.paper.listing import Column, Style
from appliance.records.age import show_date_time

WHEN = Column("when", "Hvornår", 34, Style.BOLD)
KIND = Column("kind", "Art", 26)
WHAT = Column("what", "Hvad")
BY = Column("by", "Af", 16)
DONE = Column("done", "Tastet ind", 34, Style.FILL)
SIGN_HERE = "kl., init."
STRUCK = "STREGET OVER – GÆLDER IKKE"
EFFECT_WAITED_FOR = "EFFEKT SKAL SKRIVES"
UNSURE = "BOKSENS UR VAR USIKKERT – TJEK DAG OG TID"
CORRECTIONS = {
    Correction.DELETE: "SLET DET I OMSORGSSYSTEMET: DET ER TASTET IND",
    Correction.ADD_EFFECT: "KUN EFFEKTEN MANGLER: RESTEN ER TASTET IND",
    Correction.CHANGE_EFFECT: "RET EFFEKTEN I OMSORGSSYSTEMET: DER ER SKREVET EN ANDEN",
    Correction.DELETE_EFFECT: "SLET EFFEKTEN I OMSORGSSYSTEMET: DEN ER STREGET OVER",
}
_LOUD = (STRUCK, EFFECT_WAITED_FOR, UNSURE, *CORRECTIONS.values())


def row_of(entry: Entry, shown: Callable[[str], str]) -> View:
    """Return one entry; `shown` hides in a text what must not stand beside a home."""
    lines = [frame.one_line(shown(line)) for line in _lines(entry)]
    row: View = {
        "when": show_date_time(entry.event.happened_at),
        "kind": words.kind_of(entry.event.what),
        "what": lines,
        "by": entry.event.by,
        "done": _done(entry),
        "loud": [line for line in lines if line.startswith(_LOUD)],
    }
    return row if row["done"] else {**row, "blank": {"done": SIGN_HERE}}


def in_one_line(entry: Entry) -> str:
    """Return an entry in a few words, with its effect."""
    about, rest = words.in_short(entry.event.what)
    told = [": ".join(filter(None, (about, rest)))]
    if entry.effect is not None:
        told.append(_effect(entry))
    elif entry.effect_due_at is not None:
        told.append(_waited_for(entry))
    return " · ".join(told)


def _lines(entry: Entry) -> Iterator[str]:
    if entry.struck is not None:
        said = f"{STRUCK} ({_said_by(entry.struck)})"
        yield ": ".join(filter(None, (said, _text(entry.struck, "reason"))))
    if entry.correction is not None:
        yield CORRECTIONS[entry.correction]
    if not entry.is_clock_sure:
        yield UNSURE
    facts = words.facts_of(entry.event.what)
    for label, text in facts:
        is_note = label == words.NOTE
        yield from text.split("\n") if is_note else [f"{label}: {text}"]
    if entry.effect is not None:
        yield _effect(entry)
    elif entry.effect_due_at is not None:
        yield _waited_for(entry)


def _effect(entry: Entry) -> str:
    effect = entry.effect
    if effect is None:
        return ""
    seen = f"{effect.by}, {show_date_time(effect.happened_at)}"
    return f"{words.EFFECT} ({seen}): {_text(effect, 'text')}"


def _waited_for(entry: Entry) -> str:
    return f"{EFFECT_WAITED_FOR}: {show_date_time(entry.effect_due_at)}"


def _said_by(event: JournalEvent) -> str:
    return f"{event.by}, {show_date_time(event.written_at)}"


def _text(event: JournalEvent, name: str) -> str:
    return str(getattr(event.what, name, ""))


def _done(entry: Entry) -> str:
    """Return who typed it in; a struck one is not to be, and nothing is written there."""
    if entry.needs_entering:
        return ""
    return _said_by(entry.entered) if entry.entered else "–"
