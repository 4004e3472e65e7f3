"""Say in Danish why nobody can tell from the record whether a dose is due. Pure.

The codes come from `due.py` and from the readers of the sources; the sentences stand here and
nowhere else. Called by the sheets and screens of what is due.
"""

from appliance.records import due

DAY_UNSURE = "day_unsure"
_NO_STRUCTURE = "Doseringen står kun som tekst. Læs den på medicinlisten."
_NO_FIRST_DAY = "Kilden siger ikke, hvilken dag kuren begyndte. Spørg en kollega."
_CONTRADICTION = "Kildens oplysninger passer ikke sammen. Læs medicinlisten, og spørg lægen."
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
    "conditional": "Den gives kun under en betingelse. Læs doseringen på medicinlisten.",
    "outside_period": "Behandlingsperioden og doseringen passer ikke sammen. Spørg lægen.",
    "overlap": _CONTRADICTION,
    "text_differs": _CONTRADICTION,
    "timing_differs": _CONTRADICTION,
}
_OTHER = "Det kan ikke afgøres ud fra kopien. Læs medicinlisten, og spørg lægen."


def why_unknown(reason: str) -> str:
    """Return the sentence for a code; a code of newer software gets a general one."""
    return _SENTENCES.get(reason, _OTHER)
