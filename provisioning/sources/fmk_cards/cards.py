"""Say what comes out of a file of medicine cards: a card, or what is wrong with it.

Called by the two readers of files, `xml_cards` and `json_cards`.
"""

from dataclasses import dataclass

from provisioning.sources.fmk_cards.nodes import Node


@dataclass(frozen=True, slots=True)
class Card:
    """One medicine card, its place in the file, and when it was fetched, in the file's words."""

    node: Node
    where: str
    fetched: str | None = None


@dataclass(frozen=True, slots=True)
class CardFault:
    """Why a card, or the rest of a file, cannot be read; quotes nothing.

    `is_foreign` marks a file that is something else than medicine cards.
    """

    line: int | None
    where: str
    reason: str
    is_foreign: bool = False


NO_CARDS = "holds no medicine card"
