"""Name the fields a plan's texts may have, and put in what is known. Pure.

A field nobody knows the value of becomes a line to write on, with a word below it that says what
belongs there: a letter must be usable while nobody knows when it began. Called by the loader (which
names are allowed) and by the sheets (what stands in their place).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from appliance.plan.models import Block, ContactType, ResponsePlan, Span

# The fields of a letter, and what the line says that is written on by hand.
LETTER_FIELDS = {
    "startet": "dato og kl.",
    "telefon": "telefonnummer",
    "sted": "plejecenter, gruppe eller afdeling",
    "kommune": "kommune",
    "dato": "dato",
    "navn": "navn og titel",
}
WRITE_NUMBER = "skriv nummer"
NEW_LINE = "\n"
BLANK = "____________________"


@dataclass(frozen=True, slots=True)
class Filled:
    """A piece of a line as paper shows it; with a `hint` it is a line to write on."""

    text: str
    is_bold: bool = False
    hint: str = ""


def allowed_fields(types: tuple[ContactType, ...], *, is_letter: bool) -> list[str]:
    """Return the names that may stand in braces: contact types, and in a letter its own fields."""
    contacts = [each.id for each in types if each.id]
    return [*LETTER_FIELDS, *contacts] if is_letter else contacts


def filled(block: Block, plan: ResponsePlan, values: Mapping[str, str]) -> list[Filled]:
    """Return the block's pieces with every field put in, or a line where nothing is known."""
    return [piece for span in block.spans for piece in _pieces(span, plan, values)]


def whole_text(pieces: list[Filled]) -> str:
    """Return the pieces as one text, for where there is no layout."""
    return "".join(f"{BLANK} ({piece.hint})" if piece.hint else piece.text for piece in pieces)


def _pieces(span: Span, plan: ResponsePlan, values: Mapping[str, str]) -> Iterator[Filled]:
    if not span.field:
        yield Filled(span.text, span.is_bold)
    elif span.field in LETTER_FIELDS:
        known = values.get(span.field, "")
        yield Filled(known, is_bold=True, hint="" if known else LETTER_FIELDS[span.field])
    else:
        yield from _contacts(span.field, plan)


def _contacts(type_id: str, plan: ResponsePlan) -> Iterator[Filled]:
    """Yield "IT-vagten: 87 00 00 00" for every contact of a type, each on a line of its own."""
    title = next((each.title for each in plan.contact_types if each.id == type_id), type_id)
    found = [(each.name, each.phone) for each in plan.contacts_of(type_id)] or [(title, "")]
    for number, (name, phone) in enumerate(found):
        if number:
            yield Filled(NEW_LINE)
        yield Filled(f"{name}: ")
        yield Filled(phone, is_bold=True, hint="" if phone else WRITE_NUMBER)
