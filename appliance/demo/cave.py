"""Give some citizens CAVE and allergies; most have none, and some were found to be wrong.

Called by `units`.
"""

from datetime import date, timedelta
from random import Random

from appliance.records.models import Citizen, Warning  # noqa: A004  (the glossary's word for CAVE)

_SHARE, _SECOND, _REFUTED = 0.31, 0.25, 0.06
_SUBSTANCES: tuple[tuple[str, str | None, str | None], ...] = (
    ("Penicillin", "Udslæt over hele kroppen", "low"),
    ("Penicillin", "Anafylaktisk chok", "high"),
    ("Acetylsalicylsyre", "Blødende mavesår", "high"),
    ("Morfin", "Svær kvalme og forvirring", "low"),
    ("Tramadol", "Hallucinationer", "low"),
    ("Ibuprofen og andre NSAID", "Nyrepåvirkning", "high"),
    ("Sulfonamider", "Udslæt med blærer", "high"),
    ("Plaster og tape", "Rød og kløende hud", "low"),
    ("Nødder", "Hævelse i mund og svælg", "high"),
    ("Jod (kontraststof)", "Åndenød", "high"),
    ("Enalapril", "Tør hoste", "low"),
    ("Metoclopramid", "Ufrivillige bevægelser", "high"),
    ("Latex", None, None),
    ("Skaldyr", "Opkastninger", None),
)


def make_warnings(rng: Random, citizen: Citizen, today: date) -> tuple[Warning, ...]:
    """Draw none, one or two warnings for a citizen."""
    if rng.random() >= _SHARE:
        return ()
    count = 2 if rng.random() < _SECOND else 1
    return tuple(
        Warning(
            id=f"{citizen.id}-c{number}",
            citizen_id=citizen.id,
            substance=substance,
            reaction=reaction,
            severity=severity,
            registered_on=today - timedelta(days=rng.randrange(30, 9000)),
            is_refuted=rng.random() < _REFUTED,
        )
        for number, (substance, reaction, severity) in enumerate(
            rng.sample(_SUBSTANCES, count), start=1
        )
    )
