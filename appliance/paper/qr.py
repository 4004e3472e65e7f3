"""Draw codes: the small one on every page, and those that a phone reads from a poster or a card.

The small one holds `NB1:<serial>-<page>` and nothing of a person; with it a scanner ticks off paper
against the ledger. The only importer of segno. Called by the typesetting and the poster.
"""

import segno
from segno.helpers import make_wifi_data

# Version 1-M holds 20 characters of this alphabet. A fixed mask saves five sixths of the time
# (0.3 instead of 1.4 ms a code); tests read the codes back from the rendered page.
_MASK = 2


def page_codes(serial: str, pages: int) -> list[str]:
    """Return one SVG per page."""
    return [_draw(f"NB1:{serial}-{page}") for page in range(1, pages + 1)]


def _draw(content: str) -> str:
    code = segno.make_qr(content, error="m", mode="alphanumeric", mask=_MASK, boost_error=False)
    return str(code.svg_inline(border=2, omitsize=True))


def phone_code(content: str) -> str:
    """Return the SVG of a code that a phone reads across a table; a quarter of it may be dirty."""
    code = segno.make_qr(content, error="q", boost_error=False)
    return str(code.svg_inline(border=4, omitsize=True))


def wifi_content(ssid: str, passphrase: str) -> str:
    """Return what a phone's camera takes for a Wi-Fi network: `WIFI:T:WPA;S:…;P:…;;`."""
    return str(make_wifi_data(ssid, passphrase, "WPA"))
