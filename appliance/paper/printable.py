"""Find characters that cannot or must not reach paper, and put a visible mark in their place.

A missing character must never vanish: "Ŀ" lost from a name is a nuisance, lost from a dose it is
dangerous. So it becomes "▯" and the sheet says which character in which field. Control and
direction characters are removed at import; they are caught again here, because U+202E once
turned "50 mg" into "gm 05". Pure; called by the typesetting.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from appliance.errors import UnprintableError
from appliance.paper.document import Flaw, View

MARK = "▯"
_MOST_CODES = 3
# What the keys of a view are called on paper; also the labels of the plain renderer.
FIELD_NAMES = {
    "name": "Navn", "cpr": "CPR", "born": "Født", "dwelling": "Bolig", "unit": "Afsnit",
    "gp": "Egen læge", "cave": "CAVE", "brand": "Præparat", "generic": "Indholdsstof",
    "strength": "Styrke", "form": "Form", "route": "Vej", "dosage": "Dosering",
    "times": "Tidspunkt",
    "amount": "Dosis", "single": "Enkeltdosis", "most": "Højst pr. døgn", "daily": "Døgndosis",
    "instruction": "Sådan gives den", "indication": "Behandles for", "ordered": "Ordineret",
    "ends": "Slutdato", "ended": "Stoppet", "notices": "Bemærk", "weekday": "Dage",
    "needs": "Behov og fravalg", "phones": "Telefon", "seen": "Set til",
    "given": "Givet", "why": "Hvorfor", "next": "Næste gang", "said": "Bemærk",
    "doses": "Gives", "text": "Gives", "product": "Præparat", "detail": "Form og brug",
    "words": "Bemærk",
    "new": "Ny udskrift", "shred": "Afløst",
    "printed": "Udskrevet", "box": "Boks", "counts": "Antal", "number": "Nr.",
    "serial": "Udskrift", "marks": "Vigtigt", "first_marks": "Vigtigt",
    "choices": "Sæt kryds", "blanks": "Skrives i hånden",
    "label": "Spørgsmål", "title": "Overskrift", "alerts": "Pas på",
    "relatives": "Pårørende", "news": "Siden sidst", "agreed": "Aftaler", "when": "Tid",
    "address": "Adresse", "access": "Adgang", "tasks": "Opgaver", "done": "Udført",
    "window": "Tidsrum", "diet": "Kost", "items": "Indhold", "remark": "Bemærkning",
    "kind": "Opgave", "hmi": "HMI-nr.", "quantity": "Antal", "persons": "Personer",
    "stop": "Stop", "place": "Sted", "code": "Kode", "receipt": "Kvittering",
    "line": "Tekst", "what": "Hvad", "how": "Sådan",
    "phone": "Telefon", "skill": "Kvalifikation", "sheet": "Ark", "by": "Af", "on": "Dato",
    "answer": "Svar", "version": "Version",
    "at": "Kl.", "init": "Init.", "who": "Hvem", "since": "Siden", "works": "Virker",
    "down": "Virker ikke", "hit": "Ramt", "spared": "Ikke ramt", "silent": "Intet svar",
    "again": "Ring igen kl.", "comes": "Kommer", "cannot": "Kan ikke", "arrives": "Møder kl.",
    "tick": "Kryds",
}  # fmt: skip
_DIRECTIONS = {*"\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"}
_REFUSED_KINDS = {"Cc", "Co", "Cs", "Cn"}
_ACCENTS = {"Mn", "Me", "Mc"}
_COMPLAINT = re.compile(r'the text `"(.*?)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-fA-F]+)\}")


def is_refused(character: str) -> bool:
    """Tell whether a character must not reach the typesetting at all."""
    if character == "\n":
        return False
    return character in _DIRECTIONS or unicodedata.category(character) in _REFUSED_KINDS


def missing_characters(complaint: str) -> frozenset[str]:
    """Return the characters that a typst error says no font can show."""
    texts = (_ESCAPE.sub(_unescape, text) for text in _COMPLAINT.findall(complaint))
    # A complaint may name a letter together with the accent that has no glyph: spare the letter.
    return frozenset(char for char in "".join(texts) if not (char.isascii() and char.isprintable()))


def _unescape(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def accented(view: View) -> frozenset[str]:
    """Return the characters that carry an accent of their own and are not plain letters."""
    return frozenset(
        base
        for text in texts_of(view)
        for base, mark in pairwise(unicodedata.normalize("NFC", text))
        if not base.isascii() and unicodedata.category(mark) in _ACCENTS
    )


def texts_of(value: Any) -> Iterator[str]:
    """Yield every text of a view."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts_of(part)


def replace_characters(view: View, is_bad: Callable[[str], bool]) -> tuple[View, list[Flaw]]:
    """Return the view with a mark for every bad character, and one flaw per field hit."""
    found: dict[str, set[str]] = {}
    cleaned: View = _replaced(view, "", is_bad, found)
    return cleaned, [_flaw(field, bad) for field, bad in found.items()]


def _replaced(
    value: Any, key: str, is_bad: Callable[[str], bool], found: dict[str, set[str]]
) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(part, name, is_bad, found) for name, part in value.items()}
    if isinstance(value, list):
        return [_replaced(part, key, is_bad, found) for part in value]
    if not isinstance(value, str):
        return value
    value = unicodedata.normalize("NFC", value)
    bad = set(filter(is_bad, value))
    if bad:
        found.setdefault(FIELD_NAMES.get(key, key), set()).update(bad)
    return "".join(MARK if character in bad else character for character in value)


def _flaw(field: str, bad: set[str]) -> Flaw:
    return Flaw(field, tuple(f"U+{ord(character):04X}" for character in sorted(bad)))


def merged(flaws: Sequence[Flaw]) -> list[Flaw]:
    """Return the flaws with one for each field: several tries may each have found some."""
    found: dict[str, dict[str, None]] = {}
    for flaw in flaws:
        found.setdefault(flaw.field, {}).update(dict.fromkeys(flaw.characters))
    return [Flaw(field, tuple(characters)) for field, characters in found.items()]


def flaws_sentence(flaws: Sequence[Flaw]) -> str:
    """Say on the sheet which characters are shown as a mark, and in which fields: one sentence.

    It stands in the head of every page, so a record full of them must not fill the page with it.
    """
    fields = ", ".join(f"{flaw.field} ({_codes(flaw)})" for flaw in flaws)
    return (
        f"{UnprintableError.sentence} Det er vist som {MARK} i {fields}."
        f" {UnprintableError.next_step}"
    )


def _codes(flaw: Flaw) -> str:
    more = ["…"] if len(flaw.characters) > _MOST_CODES else []
    return ", ".join([*flaw.characters[:_MOST_CODES], *more])
