"""Invent records nobody would write but some system will send: the hardest a list must survive.

Names of seventy characters with no gap, marks that turn the writing round, emoji, forty medicines,
fields that are not there, reasons as long as a letter.
"""

import random
import string
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any

from appliance.paper import frame
from appliance.paper.citizen_sheets import medication_list
from appliance.paper.document import Document, PrintContext
from appliance.paper.printable import MARK, is_refused
from appliance.records.alerts import need_sentences
from appliance.records.cave import cave
from appliance.records.dosage import Dosage, Grid
from appliance.records.models import (
    Citizen,
    Flag,
    Gap,
    MedicationOrder,
    SectionState,
    Warning,  # noqa: A004
)
from appliance.records.terms import CitizenId, FlagKind, MedicationStatus, Section
from tests.appliance.paper.people import COPIED, SYD

# No font of ours has these; the others in `_STRANGE` they have.
_GLYPHLESS = "🧪🫀漢字"
_TURNING = "\u202e\u200f\u2067\u202a"
_STRANGE = "ŁşĐ½⅓→≥µ°™😀"
_PLAIN = string.ascii_letters + string.digits + "æøåÆØÅéü-/.,()%+"
_AMOUNTS = ("", "1", "0,5", "2", "14", "1-2", "0,125", "12½", "1000", "1,25-2,5")
_UNITS = ("tablet", "enheder", "ml", "inhalationskapsler", "måleske")
WHO = CitizenId("odd")


def shown(text: str) -> str:
    """Return the text as paper must show it: a mark for every character it cannot."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(MARK if is_refused(each) or each in _GLYPHLESS else each for each in composed)


@dataclass(frozen=True, slots=True)
class OddRecord:
    """Everything a medication list is made from."""

    citizen: Citizen
    warnings: list[Warning]
    flags: list[Flag]
    orders: list[MedicationOrder]

    @property
    def identity(self) -> frame.Identity:
        """Return whom the list is about."""
        known = SectionState(SYD.id, Section.WARNINGS, as_of=COPIED)
        return frame.Identity(
            self.citizen,
            SYD,
            cave(self.warnings, known),
            known,
            need_sentences(self.flags, known),
            known,
        )

    def document(self, context: PrintContext) -> Document:
        """Return the list; without a database, which has tests of its own."""
        (serial,) = context.serials.take()
        state = SectionState(SYD.id, Section.MEDICATION, as_of=COPIED)
        view = medication_list.view(self.identity, self.orders, state, (context, serial))
        return medication_list.DESIGN.document(view, context, self.citizen.id)


class Inventor:
    """Makes records from one seed: the same seed, the same record."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def record(self) -> OddRecord:
        """Return a record with up to forty medicines."""
        orders = self._random.choice((0, 1, 2, 3, 4, 5, 6, 8, 12, 40))
        return OddRecord(
            self._citizen(),
            [self._warning(number) for number in range(self._random.randrange(6))],
            [self._flag(number) for number in range(self._random.randrange(3))],
            [self._order(number) for number in range(orders)],
        )

    def _any(self, *choices: Any) -> Any:
        return self._random.choice(choices)

    def _word(self) -> str:
        """Return a word: most are plain, some have no end, some cannot be shown."""
        kind = self._random.random()
        if kind < 0.85:
            return self._letters(_PLAIN, 1, 12)
        if kind < 0.93:
            return self._letters(_PLAIN + _STRANGE, 20, 70)
        return self._letters(_PLAIN + (_STRANGE + _TURNING + _GLYPHLESS + "\u030a") * 2, 1, 12)

    def _letters(self, alphabet: str, least: int, most: int) -> str:
        return "".join(self._random.choices(alphabet, k=self._random.randint(least, most)))

    def _text(self, most: int) -> str:
        count = self._random.randint(1, most)
        return self._any(" ", " ", "\n").join(self._word() for _ in range(count))

    def _maybe(self, most: int = 4) -> str | None:
        return self._text(most) if self._random.random() < 0.8 else None

    def _long(self) -> str:
        """Return a text of a line, of a paragraph, or (seldom) of a page."""
        most = self._random.choices((6, 60, 400), (90, 8, 2))[0]
        if most == 6:
            return self._text(6)
        return " ".join(self._letters(_PLAIN, 1, 9) for _ in range(self._random.randint(1, most)))

    def _citizen(self) -> Citizen:
        return Citizen(
            WHO,
            SYD.id,
            family_name=self._any(self._text(2), self._letters(_PLAIN, 70, 70)),
            given_name=self._text(3),
            cpr=self._any(None, "0101300000", "0101AB0000"),
            birth_date=self._any(None, date(1930, 1, 1)),
            dwelling=self._maybe(2),
            gp_name=self._maybe(3),
            gp_phone=self._any(None, "87 00 00 10"),
            identity_doubts=self._any((), ("similar_name",), ("similar_name", "duplicate_cpr")),
        )

    def _warning(self, number: int) -> Warning:
        return Warning(f"w{number}", WHO, self._text(4), self._maybe())

    def _flag(self, number: int) -> Flag:
        kind = self._any(FlagKind.LIFE_CRITICAL, FlagKind.TREATMENT_LIMIT)
        return Flag(f"f{number}", WHO, kind, self._text(12))

    def _order(self, number: int) -> MedicationOrder:
        active = MedicationStatus.ACTIVE
        return MedicationOrder(
            id=f"m{number}",
            citizen_id=WHO,
            status=self._any(active, active, active, *MedicationStatus),
            brand=self._maybe(),
            generic=self._maybe(),
            form=self._maybe(),
            strength=self._maybe(),
            atc=self._any(None, "B01AF02", "L01BA01"),
            route=self._maybe(),
            dosage=self._dosage(),
            is_as_needed=self._any(False, False, True),
            max_daily_dose=self._maybe(),
            indication=self._any(None, self._long(), self._long()),
            instruction=self._any(None, self._long(), self._long()),
            ordered_on=self._any(None, date(2024, 3, 12)),
            stops_on=self._any(None, date(2026, 11, 10), date(2027, 1, 1)),
            prescriber=self._maybe(),
            status_since=self._any(None, date(2026, 11, 18)),
            status_reason=self._maybe(),
            is_dose_dispensed=self._any(None, True, False),
            is_time_critical=self._any(True, False),
            gaps=self._any((), (), (Gap("form", "unreadable"), Gap("strength", "not_delivered"))),
        )

    def _dosage(self) -> Dosage:
        kind = self._any("grid", "grid", "text", "nothing")
        if kind == "nothing":
            return Dosage()
        if kind == "text":
            return Dosage(self._long(), single_dose=self._maybe())
        amounts = [self._any(*_AMOUNTS) for _ in range(4)]
        return Dosage(
            self._any(None, self._text(8)),
            Grid(*amounts, self._any(*_UNITS, self._word())),
            times=self._any((), (), ("06.00", "11.00", "16.00", "21.00")),
            weekdays=self._any((), (), (), (1,), (1, 3, 5)),
            daily_dose=self._any(None, self._text(3)),
        )
