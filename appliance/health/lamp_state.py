"""Decide what the lamp of the box shows: one colour and one rhythm for how the box is. Pure.

The order of precedence is `LADDER`, read from the top: what keeps the box from being used, a
printer that wants a person, what the box is doing, then what has time. An old copy has time: while
the care system is away nobody can fetch a newer one, and every screen and sheet tells its age to
whoever is at the box. The words are Danish source text; the web translates them. Called by
`lamp_reading.py`; shown by the panel, `/status` and `nodboks status`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum

PRINTED_SHOWN_S = 10.0


class Colour(Enum):
    """How much of red, green and blue."""

    RED = (1.0, 0.0, 0.0)
    YELLOW = (1.0, 1.0, 0.0)
    GREEN = (0.0, 1.0, 0.0)
    BLUE = (0.0, 0.0, 1.0)
    WHITE = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds on, off, of growing and of fading, over and over; without any it is steady."""

    on_s: float = 0.0
    off_s: float = 0.0
    grow_s: float = 0.0
    fade_s: float = 0.0
    level: float = 1.0

    @property
    def is_steady(self) -> bool:
        """Tell whether nothing of it changes."""
        return not (self.on_s or self.off_s or self.grow_s or self.fade_s)


FLASH_2_HZ = Rhythm(on_s=0.25, off_s=0.25)
FLASH_HALF_HZ = Rhythm(on_s=1.0, off_s=1.0)
BREATHING = Rhythm(grow_s=2.0, fade_s=2.0)
SLOW_BREATHING = Rhythm(grow_s=3.0, fade_s=3.0)
PULSE = Rhythm(grow_s=0.5, fade_s=0.5)
STEADY = Rhythm()
DIM = Rhythm(level=0.1)  # it burns all night in a medicine room


class LampState(StrEnum):
    """Everything the lamp can say."""

    FAULT = "fault"
    NEEDS_PERSON = "needs a person"
    PRINTING = "printing"
    PRINTED = "printed"
    UNLOCKED = "unlocked"
    OUTAGE = "outage, locked"
    SYNCING = "syncing"
    WELL = "all is well"

    @property
    def colour(self) -> Colour:
        """Return its colour."""
        return _SHOWN[self][0]

    @property
    def rhythm(self) -> Rhythm:
        """Return how it comes and goes."""
        return _SHOWN[self][1]

    @property
    def sentence(self) -> str:
        """Say in Danish what one sees and what it means, for whoever sees no colours."""
        return _SHOWN[self][2]

    @property
    def in_english(self) -> str:
        """Say the same for the command line; the web's catalogue has it too."""
        return _SHOWN[self][3]


_SHOWN: dict[LampState, tuple[Colour, Rhythm, str, str]] = {
    LampState.FAULT: (
        Colour.RED,
        FLASH_2_HZ,
        "Rød, blinker hurtigt: Boksen kan ikke bruges.",
        "Red, flashing fast: the box cannot be used.",
    ),
    LampState.NEEDS_PERSON: (
        Colour.YELLOW,
        FLASH_HALF_HZ,
        "Gul, blinker langsomt: Kopien, printeren eller papiret skal ses efter.",
        "Yellow, flashing slowly: somebody must see to the copy, the printer or the paper.",
    ),
    LampState.PRINTING: (
        Colour.WHITE,
        PULSE,
        "Hvid, pulserer: Boksen udskriver.",
        "White, pulsing: the box is printing.",
    ),
    LampState.PRINTED: (
        Colour.GREEN,
        STEADY,
        "Grøn i ti sekunder: Papiret ligger klar.",
        "Green for ten seconds: the paper is there.",
    ),
    LampState.UNLOCKED: (
        Colour.BLUE,
        STEADY,
        "Blå, lyser roligt: Boksen er åben.",
        "Blue, steady: the box is open.",
    ),
    LampState.OUTAGE: (
        Colour.BLUE,
        BREATHING,
        "Blå, lyser op og dæmpes: Der er nedbrud eller øvelse, og boksen er låst.",
        "Blue, breathing: there is an outage or a drill, and the box is locked.",
    ),
    LampState.SYNCING: (
        Colour.WHITE,
        SLOW_BREATHING,
        "Hvid, lyser langsomt op og dæmpes: Boksen henter data.",
        "White, breathing slowly: the box is fetching data.",
    ),
    LampState.WELL: (
        Colour.GREEN,
        DIM,
        "Grøn, lyser svagt: Alt virker.",
        "Green, dim: all is well.",
    ),
}


@dataclass(frozen=True, slots=True)
class LampFacts:
    """What the lamp depends on; what is not said is well.

    `is_by_person` is whether a person opened the box: what the hub holds open by day is as it
    should be. `is_copy_in_doubt` is a copy that is too old, or whose age nobody can vouch for.
    `printed_s` is how many seconds ago paper was last finished.
    """

    is_serving: bool = True
    has_copy: bool = True
    is_copy_in_doubt: bool = False
    is_printer_in_trouble: bool = False
    is_printing: bool = False
    printed_s: float | None = None
    is_outage: bool = False
    is_open: bool = False
    is_by_person: bool = False
    is_syncing: bool = False


def _is_printed(facts: LampFacts) -> bool:
    return facts.printed_s is not None and 0 <= facts.printed_s < PRINTED_SHOWN_S


LADDER: tuple[tuple[LampState, Callable[[LampFacts], bool]], ...] = (
    (LampState.FAULT, lambda facts: not (facts.is_serving and facts.has_copy)),
    (LampState.NEEDS_PERSON, lambda facts: facts.is_printer_in_trouble),
    # Paper before blue: nearly all of it comes out of an open box, and would else never be seen.
    (LampState.PRINTING, lambda facts: facts.is_printing),
    (LampState.PRINTED, _is_printed),
    (LampState.UNLOCKED, lambda facts: facts.is_open and (facts.is_by_person or facts.is_outage)),
    (LampState.OUTAGE, lambda facts: facts.is_outage),
    (LampState.NEEDS_PERSON, lambda facts: facts.is_copy_in_doubt),
    (LampState.SYNCING, lambda facts: facts.is_syncing),
)


def lamp_state(facts: LampFacts) -> LampState:
    """Return what the lamp shows: the first rung that holds, else that all is well."""
    return next((state for state, holds in LADDER if holds(facts)), LampState.WELL)
