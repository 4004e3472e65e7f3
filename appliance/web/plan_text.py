"""Turn a text of the plan into what a page shows: passages of paragraphs, points and steps. Pure.

Fields are put in as on paper; what nobody knows yet is a line to write on, with a word that says
what belongs there. Called by the screens of the plan.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from appliance.plan.fields import NEW_LINE, WRITE_NUMBER, Filled, filled
from appliance.plan.models import Block, BlockKind, ResponsePlan, Text

_TAGS = {BlockKind.PARAGRAPH: "p", BlockKind.BULLET: "ul", BlockKind.STEP: "ol"}
_PHONE = re.compile(r"\+?[0-9][0-9 ]{2,16}")
_NO_VALUES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line: words, a number to dial, or a line to write on."""

    text: str
    is_bold: bool = False
    dial: str = ""
    hint: str = ""
    is_break: bool = False

    @property
    def is_number_missing(self) -> bool:
        """Tell whether a number should stand here that the plan does not have."""
        return self.hint == WRITE_NUMBER


@dataclass(frozen=True, slots=True)
class Group:
    """Blocks of one kind that stand together, by the tag that shows them."""

    tag: str
    items: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class PassageView:
    """What stands under one heading."""

    title: str
    groups: tuple[Group, ...]


def passages_of(
    text: Text, plan: ResponsePlan, values: Mapping[str, str] = _NO_VALUES
) -> list[PassageView]:
    """Return a text as a page shows it."""
    return [
        PassageView(
            passage.title,
            tuple(
                Group(_TAGS[kind], tuple(_pieces(block, plan, values) for block in blocks))
                for kind, blocks in groupby(passage.blocks, key=lambda block: block.kind)
            ),
        )
        for passage in text.passages()
    ]


def dial_number(phone: str) -> str:
    """Return a number as a phone dials it; nothing for what is none."""
    return phone.replace(" ", "") if _PHONE.fullmatch(phone) else ""


def _pieces(block: Block, plan: ResponsePlan, values: Mapping[str, str]) -> tuple[Piece, ...]:
    return tuple(_piece(each) for each in filled(block, plan, values))


def _piece(piece: Filled) -> Piece:
    if piece.text == NEW_LINE:
        return Piece("", is_break=True)
    dial = dial_number(piece.text) if piece.is_bold else ""
    return Piece(piece.text, piece.is_bold, dial, piece.hint)
