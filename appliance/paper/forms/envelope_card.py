"""Make the emergency card for the sealed envelope, at the one moment its code is known.

Not in the registry: whoever has this sheet opens the box. The upper half goes into the envelope,
the lower half onto it, and holds no code. Its number is the card's own name, which `nodboks keys
list` shows, so that the printed serials need not be touched by root. Called by the key commands.
"""

from dataclasses import dataclass, field

from appliance.paper.document import Document, PrintContext, View
from appliance.paper.forms.wall import (
    LEAVE_WIFI,
    Saying,
    Step,
    help_row,
    said,
    told,
    wall_view,
    with_pictures,
)
from appliance.paper.place import Place
from appliance.paper.qr import phone_code
from appliance.paper.sheet_kind import Design

DESIGN = Design("envelope_card", "Nødkort", "envelope_card.typ")
HEADLINE = Saying("Nødkort", "Emergency card")
ENVELOPE = Saying("Her ligger nødkortet", "The emergency card is in here")
SECRET = Saying(
    "Koden åbner borgernes oplysninger. Vis den kun til kolleger på vagt.",
    "The code opens citizens’ records. Show it only to colleagues on duty.",
)
TYPE_IT = Saying(
    "Scan koden, eller skriv tallene på nødboksens side.",
    "Scan the code, or type the digits on the box’s page.",
)
REPLACE = Saying(
    "Er kuverten åbnet? Sig det til lederen. IT laver et nyt kort.",
    "Has the envelope been opened? Tell the leader. IT makes a new card.",
)
OPEN_WHEN = Saying(
    "Åbn kun, når omsorgssystemet er nede, eller I øver jer.",
    "Open only when the care system is down, or in a drill.",
)
SEALED_BLANKS = ("Lagt i kuvert: dato", "Init.", "Plombe nr.")
OPENED_BLANKS = ("Åbnet: dato, kl.", "Navn", "Hvorfor")
HOW_TO_SEAL = "Læg den øverste del i kuverten, og lim den nederste uden på. Slet filen bagefter."
CHECKED = "Kuverten er hel: dato, init."


@dataclass(frozen=True, slots=True)
class Card:
    """A card that was just issued: what the box calls it, and its 20 digits in groups."""

    name: str
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """The card's name in the place of a serial number: as unique, and nothing is written for it."""

    card_name: str

    def take(self, count: int = 1) -> list[str]:
        """Return the number of the one sheet there is of this card."""
        return [self.card_name.upper()] * count


def render_envelope_card(card: Card, place: Place, context: PrintContext) -> Document:
    """Return the card as a document, to be printed and sealed."""
    return DESIGN.document(view(card, place, context), context)


def view(card: Card, place: Place, context: PrintContext) -> View:
    """Return everything that stands on the card and on its envelope."""
    digits = "".join(card.code.split())
    (number,) = OwnNumber(card.name).take()
    inside = Step(
        HEADLINE,
        (
            {"label": "Kode", "text": card.code},
            said(TYPE_IT),
            *_wifi(place),
            told("Nødboksens side", place.typed_address),
            said(SECRET),
            said(LEAVE_WIFI),
            said(REPLACE),
            {"blanks": list(OPENED_BLANKS)},
        ),
    )
    outside = Step(
        ENVELOPE,
        (
            told("Kortets navn i boksen", card.name),
            said(OPEN_WHEN),
            help_row(place),
            {"blanks": list(SEALED_BLANKS)},
            {"blanks": [CHECKED] * 6},
        ),
    )
    made = wall_view(HEADLINE, place, (context, number), (inside, outside))
    made["notices"] = [HOW_TO_SEAL]
    return with_pictures(made, {"card": phone_code(f"{place.address}/k#{digits}")})


def _wifi(place: Place) -> list[View]:
    """Return how to join; a card may be opened where the poster has been taken down."""
    if not place.has_wifi:
        return []
    return [told("Wi-Fi", place.ssid), told("Kodeord til Wi-Fi", place.passphrase)]
