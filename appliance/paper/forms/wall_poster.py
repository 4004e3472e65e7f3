"""Make the wall poster: from a phone in the hand to paper, in four steps, readable at two metres.

Beside the box and in the medicine room. The passphrase of the Wi-Fi stands on it and may: it opens
no record. The code of the emergency card never does. Called by the registry.
"""

from appliance.paper.document import PrintContext, View
from appliance.paper.forms.wall import (
    LEAVE_WIFI,
    WHERE_THE_CARD_IS,
    Saying,
    Step,
    help_row,
    said,
    told,
    wall_kind,
    wall_view,
    with_pictures,
)
from appliance.paper.place import Place
from appliance.paper.qr import phone_code, wifi_content
from appliance.paper.sheet_kind import Design

DESIGN = Design("wall_poster", "Plakat til væggen", "wall_poster.typ")
HEADLINE = Saying("IT nede? Få papir her.", "IT down? Get your paper here.")
NOT_SET_UP = "Wi-Fi er ikke skrevet ind i boksen endnu. Spørg IT, og skriv det her."
JOIN = Saying("1  Kom på Wi-Fi", "Join the Wi-Fi")
OPEN = Saying("2  Åbn nødboksen", "Open the emergency box")
PRINT = Saying("3  Skriv koden, og udskriv", "Type the code, and print")
LEAVE = Saying(f"4  {LEAVE_WIFI.danish}", LEAVE_WIFI.english)
NO_PHONE = Saying("Ingen telefon?", "No phone?")
_PHONES = (
    ("iPhone", Saying("Siden kommer frem af sig selv.", "The page comes by itself.")),
    (
        "Android",
        Saying(
            "Tryk på beskeden om at logge ind. Vælg Behold, hvis den siger “intet internet”.",
            "Tap the sign-in message. Choose Keep if it says “no internet”.",
        ),
    ),
    ("Computer", Saying("Siden åbner selv i browseren.", "The page opens in the browser.")),
)
_TYPE_CODE = Saying(
    "Skriv kortets 20 cifre, og udskriv nødpakken. Skriv aldrig koden her.",
    "Type the 20 digits of the card, and print the pack. Never write the code here.",
)
# Round what may lack, a phone or the card; the box itself has no button.
_NO_PHONE = Saying(
    "Brug en bærbar computer. Ingen kode? Sæt USB-nøglen fra kuverten i boksen.",
    "Use a laptop. No code? Put the USB key from the envelope in the box.",
)


def view(place: Place, context: PrintContext, serial: str) -> View:
    """Return everything that stands on the poster."""
    steps = (
        Step(JOIN, (told("Netværk", place.ssid), told("Kodeord", place.passphrase))),
        Step(OPEN, (told("Eller skriv i browseren", place.typed_address),)),
        Step(OPEN, tuple(said(saying, label) for label, saying in _PHONES)),
        Step(PRINT, (said(WHERE_THE_CARD_IS), said(_TYPE_CODE))),
        Step(LEAVE),
        Step(NO_PHONE, (said(_NO_PHONE),)),
        Step(Saying("Hjælp", "Help"), (help_row(place),)),
    )
    made = wall_view(HEADLINE, place, (context, serial), steps)
    if not place.has_wifi:
        made["header"]["alerts"].append(NOT_SET_UP)
    return with_pictures(made, _codes(place))


def _codes(place: Place) -> dict[str, str]:
    """Return the two codes; none for a network a phone could not join."""
    wifi = phone_code(wifi_content(place.ssid, place.passphrase)) if place.has_wifi else ""
    return {"wifi": wifi, "address": phone_code(place.address)}


KIND = wall_kind(DESIGN, view)
