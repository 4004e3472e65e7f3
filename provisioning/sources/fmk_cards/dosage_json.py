"""Turn a card's dosage into the JSON that `fmk.structures.read_dosage` reads.

So there is one logic for dosages, however they came. Only spells the same thing in the other way:
nothing is judged, completed or left out but what FMK itself worked out from the rest. What cannot
be spelled stays as it is, and the reader refuses it. Called by `card_dosage`.
"""

import re
from collections.abc import Iterator
from typing import Any

from provisioning.sources.fmk_cards import names
from provisioning.sources.fmk_cards.nodes import Node

_WHOLE = re.compile(r"\d{1,9}")
_NUMBER = re.compile(r"\d{1,12}(?:\.\d{1,15})?")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.0+)?)?")
# The translator's own JSON (E2) has no names of its own that FMK's XML has.
_TRANSLATORS = frozenset({"structures", "freeText", "administrationAccordingToSchema"})
Json = dict[str, Any]


def dosage_json(node: Node) -> Any:
    """Return a dosage as JSON; whatever cannot be spelled makes it unreadable, never shorter."""
    if isinstance(node.raw, dict) and _TRANSLATORS & node.raw.keys():
        return {key: value for key, value in node.raw.items() if key != names.DOSAGE_TYPE}
    structured = [one for name in names.OLD_STRUCTURES for one in node.all(name)]
    if structured:
        return _old(node)
    return {key: value for key, value in _object(node).items() if key != names.DOSAGE_TYPE}


# --- the older shape: days counted from a date ----------------------------------------------------


def _old(node: Node) -> Json:
    periods = [
        _old_period(period, is_as_needed=is_as_needed)
        for name, is_as_needed in names.OLD_STRUCTURES.items()
        for group in node.all(name)
        for period in group.children
        if period.name not in names.ANSWER_ONLY
    ]
    known = {*names.OLD_STRUCTURES, *names.ANSWER_ONLY, names.DOSAGE_TYPE, "UnitText", "UnitTexts"}
    # An element without a meaning here goes along, and the reader refuses the whole.
    unknown = {one.name: one.plain() or "" for one in node.children if one.name not in known}
    return {"structures": {"unitOrUnits": _old_unit(node), "structures": periods}, **unknown}


def _old_unit(node: Node) -> Json:
    given = {
        "unit": node.at("UnitText"),
        "unitSingular": node.at("UnitTexts/Singular"),
        "unitPlural": node.at("UnitTexts/Plural"),
    }
    return {key: one.text for key, one in given.items() if one}


def _old_period(period: Node, *, is_as_needed: bool) -> Json:
    found: Json = {"days": []}
    if period.name == "EmptyStructure":
        found["iterationInterval"] = 1
    elif period.name != "Structure":
        found[period.name] = ""  # a period without a meaning here
    for one in period.children:
        if one.name in ("Day", "AnyDay"):
            found["days"].append(_old_day(one, is_as_needed=is_as_needed))
        elif one.name == "NotIterated":
            found["iterationInterval"] = 0
        elif one.name in _OLD_PERIOD:
            key = _OLD_PERIOD[one.name]
            found[key] = [one.text] if key in found else _leaf(one)
        elif one.name not in (*names.ANSWER_ONLY, "DosageEndingUndetermined"):
            found[one.name] = one.plain() or ""
    return found


_OLD_PERIOD = {
    "IterationInterval": "iterationInterval",
    "StartDate": "startDate",
    "EndDate": "endDate",
    "SupplementaryText": "supplText",
}


def _leaf(node: Node) -> Any:
    is_whole = node.name == "IterationInterval" and _WHOLE.fullmatch(node.text)
    return int(node.text) if is_whole else node.text


def _old_day(day: Node, *, is_as_needed: bool) -> Json:
    number = day.at("Number")
    doses = [_old_dose(one, is_as_needed=is_as_needed) for one in day.all("Dose")]
    rest = [one for one in day.children if one.name not in ("Number", "Dose")]
    found: Json = {"dayNumber": 0 if day.name == "AnyDay" else None, "allDoses": doses}
    if number:
        found["dayNumber"] = _number(number.text)
    return {**found, **{one.name: one.plain() or "" for one in rest}}


def _old_dose(dose: Node, *, is_as_needed: bool) -> Json:
    found: Json = {"isAccordingToNeed": is_as_needed, "type": "PlainDoseWrapper"}
    for one in dose.children:
        if one.name in _AMOUNTS:
            key = _AMOUNTS[one.name]
            found[key] = [one.text] if key in found else _number(one.text)
        elif one.name == "Time" and "time" not in found and found["type"].startswith("Plain"):
            found.update(_old_time(one))
        else:
            found[one.name] = one.plain() or ""
    return found


_AMOUNTS = {
    "Quantity": "doseQuantity",
    "MinimalQuantity": "minimalDoseQuantity",
    "MaximalQuantity": "maximalDoseQuantity",
}


def _old_time(node: Node) -> Json:
    part = names.PARTS_OF_DAY.get(node.text)
    if part:
        return {"type": f"{part}DoseWrapper"}
    return {"type": "TimedDoseWrapper", "time": _clock(node)}


# --- the newer shape: periods by length -----------------------------------------------------------


def _object(node: Node) -> Json:
    found: Json = {}
    for one in node.children:
        if one.name in names.ANSWER_ONLY or _is_worked_out(node, one):
            continue
        name = _new_name(node, one)
        value = _value(one)
        if name in names.NEW_LISTS:
            found.setdefault(name, []).append(value)
        elif name in found:
            found[name] = [found[name], value]  # twice where once is meant: nobody can choose
        else:
            found[name] = value
    return found


def _is_worked_out(above: Node, one: Node) -> bool:
    """Tell whether FMK only repeats what the rest says: the last day of a period by length."""
    is_period_end = above.name == names.NEW_STRUCTURE and one.name == "EndDate"
    return is_period_end or one.name == "DosageStartedPreviously"


def _new_name(above: Node, one: Node) -> str:
    """Return the JSON's name: an as-needed day without a number is any day."""
    is_any_day = above.name == "PRN" and one.name == "Day" and not one.all("Index")
    return "UnspecifiedDay" if is_any_day else one.name


def _value(node: Node) -> Any:
    if node.name == "Time":
        return _clock(node)
    if node.name in names.NEW_FLAGS and not node.children:
        return {"true": True, "": True, "false": False}.get(node.text, node.text)
    if node.name in names.NEW_NUMBERS:
        return _number(node.text)
    if node.name == "Instruction" and [one.name for one in node.children] == [names.FREE_TEXT]:
        return node.children[0].text
    is_week_without_doses = node.name == "Week" and not node.text
    return _object(node) if node.children or is_week_without_doses else node.text


def _clock(node: Node) -> Any:
    """Return a time of day; one that came as an object of JSON is one already."""
    if node.children:
        return {one.name.lower(): _number(one.text) for one in node.children}
    found = _CLOCK.fullmatch(node.text)
    if found is None:
        return node.text
    hour, minute, second = found.groups()
    return {"hour": int(hour), "minute": int(minute), "second": int(second or 0)}


def _number(said: str) -> Any:
    """Return a number as it stands; anything else stays a text, which the reader refuses."""
    if _WHOLE.fullmatch(said):
        return int(said)
    return float(said) if _NUMBER.fullmatch(said) else said


def words_of(node: Node) -> str | None:
    """Return the dosage in words as the card carries it; None where they may not be the whole."""
    combined = {_long(one) for one in _below(node) if one.name == names.ALL_TEXT}
    if combined:
        return combined.pop() if len(combined) == 1 else None
    below = list(_below(node))
    # Words of one period say nothing of the one before it, or of none being given in between.
    if len(node.all(names.NEW_STRUCTURE)) > 1 or any(one.name == "EmptyStructure" for one in below):
        return None
    found = [_long(one.one(names.PART_TEXT)) for one in below if one.name in _WITH_WORDS]
    said = [words for words in found if words]
    return "\n\n".join(said) if said and len(said) == len(found) else None


_WITH_WORDS = ("Structure", "Fixed", "PRN")


def _long(node: Node | None) -> str | None:
    found = node.one(names.LONG_TEXT) if node else None
    return found.text or None if found else None


def _below(node: Node) -> Iterator[Node]:
    for one in node.children:
        yield one
        yield from _below(one)
