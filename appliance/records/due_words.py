"""Say in Danish why nobody can tell from the record whether a dose is due. Pure.

The codes come from `due.py` and from the readers of the sources; the sentences stand here and
nowhere else. Called by the sheets and screens of what is due.
"""

from appliance.records import due

DAY_UNSURE = "day_unsure"
_NO_STRUCTURE = "Læs teksten. Står dosis og tid klart, så følg den. Ellers ring til lægen."
_NO_FIRST_DAY = "Kilden siger ikke, hvilken dag kuren begyndte. Spørg en kollega."
_CONTRADICTION = "Kildens oplysninger passer ikke sammen. Spørg lægen."
_SENTENCES = {
    due.END_PASSED: "Slutdatoen er passeret. Spørg lægen, om den stadig skal gives.",
    DAY_UNSURE: "Dosis er ikke ens alle dage, og boksens ur er usikkert. Tjek dato og ugedag.",
    due.UNKNOWN_STATUS: "Det er ukendt, om den må gives. Spørg lægen.",
    due.PAUSE_OVER: "Pausen skulle være slut. Spørg lægen, om den skal gives igen.",
    due.NO_STRUCTURE: _NO_STRUCTURE,
    "unspecified": _NO_STRUCTURE,
    "no_first_day": _NO_FIRST_DAY,
    "undecided_day": _NO_FIRST_DAY,
    "no_length": _NO_FIRST_DAY,
    "undecided_number": "Kilden siger ikke, hvor meget der skal gives. Spørg lægen.",
    "conditional": "Den gives kun under en betingelse. Læs teksten. I tvivl: ring til lægen.",
    "outside_period": "Behandlingsperioden og doseringen passer ikke sammen. Spørg lægen.",
    "overlap": _CONTRADICTION,
    "text_differs": _CONTRADICTION,
    "timing_differs": _CONTRADICTION,
}
_OTHER = "Det kan ikke afgøres ud fra kopien. Spørg lægen."
# Whoever gives the medicine reads these first and asks in doubt; for the rest it takes a doctor.
_READABLE = frozenset(
    {
        DAY_UNSURE,
        due.NO_STRUCTURE,
        "unspecified",
        "no_first_day",
        "undecided_day",
        "no_length",
        "conditional",
    }
)


# The source has words and no structure at all.
_ONLY_TEXT = frozenset({due.NO_STRUCTURE, "unspecified"})


def is_only_text(reason: str) -> bool:
    """Tell whether the source said it all in words and nothing speaks against it being due."""
    return reason in _ONLY_TEXT


def can_be_read(reason: str) -> bool:
    """Tell whether the order's own words are enough to decide; a newer code is not."""
    return reason in _READABLE


def why_unknown(reason: str) -> str:
    """Return the sentence for a code; a code of newer software gets a general one."""
    return _SENTENCES.get(reason, _OTHER)
