"""Turn everything that goes wrong into a calm page: what happened, what to do, which code.

The words come from `appliance/errors.py`, `printers/reasons.py` and the few sentences here about
the web itself. Never shows a traceback, and never writes a message to the log that could hold a
citizen's words: the log gets the kind of error and the place in the code. Called by `create_app`.
"""

import logging
import sqlite3
from types import TracebackType
from typing import Any

from flask import Flask, g, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from appliance.errors import ClockNotSetError, LockedError, NodboksError, UnreadableSnapshotError
from appliance.quiet_log import kind_and_place
from appliance.words import Words, words_of
from printers.errors import PrinterError

_LOG = logging.getLogger(__name__)
_SERVER_ERROR = 500

GENERAL = Words("N-000", "Det gik ikke. Dine data er der stadig.", "Prøv igen.")
_HTTP_WORDS = {
    400: Words("N-901", "Siden var for gammel.", "Gå til forsiden, og prøv igen."),
    403: Words("N-902", "Du har ikke adgang til denne side.", "Gå til forsiden."),
    404: Words("N-903", "Siden findes ikke.", "Gå til forsiden."),
    405: Words("N-903", "Siden findes ikke.", "Gå til forsiden."),
    413: Words("N-904", "Der er skrevet for meget i feltet.", "Gå tilbage, og skriv kortere."),
}
# The general words of this code send people to the card, which is what they hold here.
UNLOCK_BUSY = Words("N-403", "Andre er ved at låse op.", "Prøv igen om lidt.")
# The general words of this code are about the emergency card.
LOGIN_UNKNOWN = Words(
    "N-401", "Initialer og kode passer ikke sammen.", "Prøv igen, eller spørg en kollega."
)
NO_USB_KEY = Words(
    "N-407", "Der sidder ingen USB-nøgle til denne boks.", "Sæt nøglen i boksen, og prøv igen."
)
# What the clock's form says of what was typed.
CLOCK_UNREAD = Words(
    ClockNotSetError.code,
    "Datoen eller klokkeslættet kan ikke læses.",
    "Skriv datoen som 26.11.2026 og klokken som 02.14.",
)
CLOCK_DIFFERS = Words(
    ClockNotSetError.code,
    "De to tider er ikke ens.",
    "Se på uret igen, og skriv, hvad klokken er nu.",
)
# Over http on a box whose municipality wants https: the first while that can be expected to work.
SECURE_ONLY = Words(
    "N-905",
    "Journaler vises kun på den sikre forbindelse.",
    "Åbn den sikre forbindelse. Nødpakken kan du udskrive herfra.",
)
PAPER_ONLY = Words(
    "N-906",
    "Boksen har ikke en gyldig sikker forbindelse lige nu, så journaler vises ikke på skærmen.",
    "Udskriv nødpakken herfra, og ring til IT-vagten.",
)
NO_REASON = Words(
    "N-907",
    "Skriv, hvorfor du har brug for adgang.",
    "Vælg en grund, eller skriv mindst 10 bogstaver.",
)
# What the plan's forms say of what was typed.
NO_INITIALS = Words("N-908", "Skriv dine initialer.", "Så kan andre se, hvem der har gjort hvad.")
NOTHING_CHOSEN = Words("N-909", "Der mangler et svar.", "Udfyld feltet, eller tryk på et svar.")
DOSE_MISSING = Words("N-909", "Dosis mangler.", "Skriv i feltet Dosis, hvor meget du gav.")
REASON_MISSING = Words("N-909", "Der mangler en grund.", "Skriv, hvad PN-medicinen blev givet for.")
TIME_UNREAD = Words("N-910", "Klokkeslættet kan ikke læses.", "Skriv det som 02.14.")
NO_CPR_HERE = Words(
    "N-911",
    "Det ligner et CPR-nummer. Planens log kan læses af alle på nettet her.",
    "Skriv det uden navn og CPR-nummer.",
)
NOTHING_UNDER_WAY = Words(
    "N-912", "Der er ingen nøddrift eller øvelse i gang.", "Start den først på indsatsplanen."
)
NOBODY_NAMED = Words("N-913", "Skriv, hvem der har besluttet det.", "Skriv navne eller stillinger.")
DECIDED_MEANWHILE = Words(
    "N-914",
    "En anden har skrevet om samme beslutning, siden du åbnede siden.",
    "Se, hvad der står nu. Skal det laves om, så tag stilling igen herunder.",
)
# The general words of these codes are about keys and the nightly copy.
NO_STICK = Words("N-407", "Der sidder intet USB-stik i boksen.", "Sæt et USB-stik i, og prøv igen.")
NO_PACK = Words(
    "N-202", "Løberpakken kan ikke bruges i denne boks.", "Bed om en ny fra den anden boks."
)
OLD_PACK = Words(
    "N-203",
    "Løberpakken er for gammel, eller boksen har en nyere af samme afsnit.",
    "Bed om en ny fra den anden boks.",
)
# What the forms of the care journal say. Nothing that was typed is lost by any of them.
NOTE_TOO_LONG = _HTTP_WORDS[413]
NOTE_NOT_KEPT = Words(
    "N-920",
    "Det er ikke sikkert gemt. Det, du skrev, står her endnu.",
    "Skriv det også på papir, og tryk Gem igen om lidt.",
)
NOTE_KEPT_BEFORE = Words(
    "N-921",
    "Du har gemt siden før, med noget andet i.",
    "Se i journalen, hvad der står. Tryk kun Gem igen, hvis dette også skal stå der.",
)
NOT_HAPPENED_YET = Words(
    "N-922", "Det klokkeslæt er ikke kommet endnu.", "Skete det i går, så vælg I går."
)
TOO_LONG_AGO = Words(
    "N-923",
    "Den dag kan ikke vælges her.",
    "Vælg en dag på listen. Skete det før, så vælg den ældste, og skriv datoen i teksten.",
)
STRUCK_BEFORE = Words(
    "N-924",
    "Linjen er streget over af en anden.",
    "Gå til borgerens journal, og se, hvad der står.",
)
EFFECT_KNOWN = Words(
    "N-925", "Effekten er skrevet af en anden.", "Gå til borgerens journal, og se, hvad der står."
)
NOT_ALL_ENTERED = Words(
    "N-926", "Der er stadig noget, der skal tastes ind.", "Åbn listen, og tast resten ind først."
)
TICK_NOT_KEPT = Words(
    "N-927", "Det er ikke sikkert gemt.", "Skriv det på papir, og tryk igen om lidt."
)
NO_SUCH_NUMBER = Words(
    "N-928", "Nummeret kan ikke læses.", "Skriv det, som det står nederst på arket: 417-00023."
)
PAPER_LEFT = Words(
    "N-929",
    "Der er stadig papir eller notater, der ikke er gjort op.",
    "Se tallene her på siden, og gør resten op først.",
)
PAPER_UNREAD = Words(
    "N-930",
    "Boksen kan ikke læse, hvad der blev udskrevet, før strømmen gik.",
    "Lås boksen, og lås den op igen. Ring til IT-vagten, hvis det bliver ved.",
)
TWO_MEASUREMENTS = Words(
    "N-931",
    "Du har både valgt en måling og skrevet en anden.",
    "Vælg kun den ene: slet det, du skrev, eller vælg Noget andet.",
)
BEFORE_THE_DOSE = Words(
    "N-932", "Medicinen var ikke givet endnu på det tidspunkt.", "Se på klokken og dagen igen."
)
ODD_PRESSURE = Words(
    "N-935",
    "Er det rigtigt? Et blodtryk er to tal med mmHg, for eksempel 120/80.",
    "Ret det, eller tryk Gem igen, hvis det er rigtigt.",
)
ODD_VALUE = Words(
    "N-935",
    "Er det rigtigt? Værdien er ikke et tal.",
    "Ret den, eller tryk Gem igen, hvis den er rigtig.",
)
# Whoever pressed is logged in, but the page is older than that.
FORM_OF_BEFORE = Words(
    "N-940",
    "Du er logget ind igen. Det, du skrev, står her, men er ikke gemt endnu.",
    "Tjek det, og tryk på knappen igen.",
)
FORM_STALE = Words(
    "N-941",
    "Siden var for gammel. Det, du skrev, står her, men er ikke gemt endnu.",
    "Tjek det, og tryk på knappen igen.",
)
NUMBER_OF_OTHER_PRINT = Words(
    "N-942",
    "Nummeret er ikke fra denne udskrift.",
    "Skriv det, som det står nederst på arket: 417-00023.",
)
NO_SHEET_TICKED = Words(
    "N-943", "Der er ikke sat kryds ved noget ark.", "Sæt kryds ved mindst ét ark."
)
WEB_WORDS = (
    GENERAL, UNLOCK_BUSY, LOGIN_UNKNOWN, NO_USB_KEY, CLOCK_UNREAD, CLOCK_DIFFERS, SECURE_ONLY,
    PAPER_ONLY, NO_REASON, NO_INITIALS, NOTHING_CHOSEN, TIME_UNREAD, NO_CPR_HERE,
    NOTHING_UNDER_WAY, NOBODY_NAMED, DECIDED_MEANWHILE, NO_STICK, NO_PACK, OLD_PACK,
    NOTE_NOT_KEPT, NOTE_KEPT_BEFORE,
    NOT_HAPPENED_YET, TOO_LONG_AGO, STRUCK_BEFORE, EFFECT_KNOWN, NOT_ALL_ENTERED,
    TICK_NOT_KEPT, NO_SUCH_NUMBER, PAPER_LEFT, PAPER_UNREAD,
    TWO_MEASUREMENTS, BEFORE_THE_DOSE, DOSE_MISSING, REASON_MISSING, ODD_PRESSURE, ODD_VALUE,
    FORM_OF_BEFORE, FORM_STALE, NUMBER_OF_OTHER_PRINT, NO_SHEET_TICKED,
    *_HTTP_WORDS.values(),
)  # fmt: skip


class QuietFlask(Flask):
    """A Flask whose log of an unexpected error holds no values, only kinds and places."""

    def log_exception(
        self,
        exc_info: (tuple[type, BaseException, TracebackType | None] | tuple[None, None, None]),
    ) -> None:
        """Write the kind of error and the last place in the code."""
        error = exc_info[1]
        _LOG.error("unexpected %s", kind_and_place(error) if error else "error")


def install(app: Flask) -> None:
    """Register the pages."""
    app.register_error_handler(NodboksError, _show_known)
    app.register_error_handler(PrinterError, _show_known)
    app.register_error_handler(sqlite3.Error, _show_lost_records)
    app.register_error_handler(HTTPException, _show_http)


def _show_known(error: Any) -> Response:
    """Show an error that has words; a box that was locked meanwhile goes to its front page."""
    if isinstance(error, LockedError):
        return redirect("/", 303)
    _LOG.warning("%s %s", error.code, type(error).__name__)
    return page(words_of(error), 503)


def _show_lost_records(error: Exception) -> Response:
    """Tell a box locked in the middle of a page from records that are damaged."""
    _LOG.warning("records: %s", type(error).__name__)
    if g.services.records.current() is None:
        return redirect("/", 303)
    return page(words_of(UnreadableSnapshotError()), 503)


def _show_http(error: Any) -> Response:
    status = error.code or _SERVER_ERROR
    words = _HTTP_WORDS.get(status, GENERAL)
    return page(words, status, dict(error.get_headers()) if status == 405 else {})  # noqa: PLR2004


def page(words: Words, status: int, headers: dict[str, str] | None = None) -> Response:
    """Return the error page; JSON for a script that polls."""
    if request.path.endswith(".json"):
        response = make_response({"code": words.code})
    else:
        response = make_response(render_template("error.html", words=words))
    response.status_code = status
    allow = (headers or {}).get("Allow")
    if allow:
        response.headers["Allow"] = allow
    return response
