"""Write fourteen days of measurements and notes about each invented citizen.

All are earlier than the export. Called by `units`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from appliance.clock import DANISH_TIME
from appliance.records.models import Citizen, Note, Observation

DAYS = 14
_NO_VALUE = 0.01
_Measure = tuple[str, str | None, Callable[[Random], str]]


def _decimal(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0").replace(".", ",")


_MEASURES: tuple[_Measure, ...] = (
    ("Blodtryk", None, lambda rng: f"{rng.randrange(104, 178)}/{rng.randrange(55, 96)} mmHg"),
    ("Puls", "slag/min", lambda rng: str(rng.randrange(52, 108))),
    ("Temperatur", "°C", lambda rng: _decimal(rng.triangular(35.8, 39.4, 36.8))),
    ("Iltmætning", "%", lambda rng: str(rng.randrange(88, 100))),
    ("Respirationsfrekvens", "pr. min.", lambda rng: str(rng.randrange(12, 25))),
    ("Blodsukker", "mmol/l", lambda rng: _decimal(rng.triangular(3.1, 19.5, 8.2))),
    ("Væskeindtag", "ml", lambda rng: str(rng.randrange(8, 21) * 100)),
)
_NOTES: tuple[tuple[str, str], ...] = (
    ("Nat", "Har sovet roligt. Tilset kl. 24, 3 og 6."),
    ("Nat", "Vågen fra kl. 2 og urolig. Fik varm mælk og faldt til ro."),
    ("Morgen", "Hjulpet op og i bad. Huden er fin, ingen rødme."),
    ("Morgen", "Ville ikke op før kl. 10. Spiste kun lidt morgenmad."),
    ("Dag", "Spist og drukket godt. Har været med til sang i dagligstuen."),
    ("Dag", "Datter på besøg. De har gået en tur i haven."),
    ("Dag", "Klager over smerter i venstre hofte. Fået pn-medicin med god virkning."),
    ("Dag", "Væskeskema startet. Har drukket 900 ml inden kl. 15."),
    ("Sårpleje", "Såret er 2 × 1,5 cm, rent og uden lugt. Ny skumbandage."),
    ("Fald", "Fundet siddende på gulvet ved sengen kl. 5.10. Ingen synlige skader. Følges tæt."),
    ("Læge", "Egen læge ringet op om svimmelhed. Blodtryk måles morgen og aften i 3 dage."),
    ("Aften", "Træt og lidt forvirret. Temperatur målt."),
    ("Aften", "Ønskede at blive oppe og se fjernsyn. I seng kl. 23."),
    ("Ernæring", "Vægten er faldet 1,2 kg på 14 dage. Tilbydes proteindrik."),
)
_AUTHORS = (
    "Agnes Holm, sygeplejerske",
    "Camilla Nissen, social- og sundhedsassistent",
    "Åse Kjærby, sygeplejerske",
    "Jonas Præst, social- og sundhedshjælper",
    "Fatima Yildiz, social- og sundhedsassistent",
)


def make_observations(rng: Random, citizen: Citizen, night: datetime) -> tuple[Observation, ...]:
    """Draw measurements: one citizen in six is measured daily, the others a few times."""
    is_followed = rng.random() < 0.17
    count = rng.randrange(20, 34) if is_followed else rng.randrange(3, 10)
    drawn: list[tuple[str, str | None, str | None]] = [
        ("Vægt", "kg", _decimal(rng.triangular(41, 104, 66)))
    ]
    for _ in range(count):
        title, unit, measure = rng.choice(_MEASURES)
        value = measure(rng)
        # Now and then somebody noted that it was measured, and not what it showed.
        is_empty = rng.random() < _NO_VALUE
        drawn.append((title, None, None) if is_empty else (title, unit, value))
    return tuple(
        Observation(f"{citizen.id}-o{number}", citizen.id, title, value, unit, _when(rng, night))
        for number, (title, unit, value) in enumerate(drawn, start=1)
    )


def make_notes(rng: Random, citizen: Citizen, night: datetime) -> tuple[Note, ...]:
    """Draw what the staff wrote; now and then nobody signed it."""
    notes = []
    for number in range(1, rng.randrange(4, 13)):
        title, text = rng.choice(_NOTES)
        author = rng.choice(_AUTHORS) if rng.random() < 0.97 else None
        written_at = _when(rng, night)
        notes.append(Note(f"{citizen.id}-d{number}", citizen.id, text, title, author, written_at))
    return tuple(notes)


def _when(rng: Random, night: datetime) -> datetime:
    """Draw a moment of the last fourteen days, always before the export and never in DST's hour."""
    back, hour, minute = rng.randrange(1, DAYS), rng.randrange(5, 24), rng.randrange(60)
    day = night.astimezone(DANISH_TIME).date() - timedelta(days=back)
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=DANISH_TIME)
    return local.astimezone(night.tzinfo)
