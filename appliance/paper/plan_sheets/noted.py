"""Tell on the sheets of the plan what was noted on the box: what, when, by whose initials.

A time is never more exact than it is known: what was noted by a clock nobody vouched for is told
by how long the outage had lasted. With nothing under way there is nothing to tell, and the sheets
are blank forms. Called by the sheets of this folder.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.clock import DANISH_TIME
from appliance.outage.answer_words import NOT_RUNG, ROUND, duration
from appliance.outage.events import Event, Kind
from appliance.outage.state import Outage
from appliance.outage.timeline import Elapsed
from appliance.outage.under_way import UnderWay, again_at
from appliance.paper.document import PrintContext, View
from appliance.paper.plan_sheets.from_record import Called
from appliance.paper.sheet_kind import Material
from appliance.plan.models import place_key
from appliance.records.age import show_date_time, show_short_day, show_time

AS_NOTED = "Udfyldt med det, der var noteret på boksen ved udskriften. Skriv videre i hånden."
NOTED_BY = "Noteret af"
LASTED_SO_FAR, RING_AGAIN = "Har varet", "Ring igen kl."
CLOCK_UNSURE = "Uret var usikkert"
# Whoever noted something, where it was no person; as the screens say it.
BOX = "boksen"
TICKED = "X"


@dataclass(frozen=True, slots=True)
class Noted:
    """What was noted of the outage that is on, as one print tells it."""

    under_way: UnderWay
    printed_at: datetime

    @property
    def outage(self) -> Outage:
        """Return what counts of it."""
        return self.under_way.lapse.outage

    def time(self, event: Event) -> str:
        """Return when something was noted, in short: "05.12"; another day is named."""
        return self._by_clock(event) or self._by_duration(event)

    def day_and_time(self, event: Event) -> str:
        """Return when something was noted, in full."""
        lapse = self.under_way.lapse
        is_sure = lapse.is_time_sure(event)
        return show_date_time(lapse.at(event)) if is_sure else self._by_duration(event)

    def again(self, event: Event) -> str:
        """Return when it is to be taken up again, or somebody comes; nothing where none said."""
        moment = again_at(self.under_way.lapse, event)
        return self._short(moment) if moment else ""

    def signed(self, event: Event) -> str:
        """Return who noted something and when, as the screens say it: "AB kl. 05.12"."""
        initials = initials_of(event)
        if self._by_clock(event):
            return f"{initials} kl. {self.time(event)}"
        return f"{initials}, {self.time(event)}"

    def answer_of(self, called: Called) -> Event | None:
        """Return what somebody of the contact round answered last."""
        return self.outage.about(Kind.ROUND, place_key(called.name))

    def round_counts(self, called: Iterable[Called]) -> str:
        """Return how many of the round gave each answer, and how many were not rung."""
        found = [self.answer_of(each) for each in called]
        given = [event.what.answer for event in found if event]
        told = [f"{word}: {given.count(answer)}" for answer, word in ROUND.items()]
        return " · ".join([*told, f"{NOT_RUNG}: {len(found) - len(given)}"])

    def _by_clock(self, event: Event) -> str:
        lapse = self.under_way.lapse
        return self._short(lapse.at(event)) if lapse.is_time_sure(event) else ""

    def _by_duration(self, event: Event) -> str:
        return f"{time_of(self.under_way.lapse.after(event))} efter begyndelsen"

    def _short(self, moment: datetime) -> str:
        day = moment.astimezone(DANISH_TIME).date()
        is_today = day == self.printed_at.astimezone(DANISH_TIME).date()
        return show_time(moment) if is_today else f"{show_short_day(day)} {show_time(moment)}"


def noted_of(material: Material, context: PrintContext) -> Noted | None:
    """Return what was noted, or None where nothing is under way."""
    found = material.under_way
    return Noted(found, context.printed_at) if found else None


def initials_of(event: Event) -> str:
    """Return who noted something."""
    return event.what.by or BOX


def ticked(event: Event, answers: Iterable[str]) -> View:
    """Return the cells of a row in which the answer stands ticked."""
    return {answer: TICKED for answer in answers if answer == event.what.answer}


def time_of(elapsed: Elapsed | None) -> str:
    """Write how long it was: "mindst 12 min." where a clock that was off hides the rest."""
    if elapsed is None:
        return ""
    if elapsed.time < timedelta(minutes=1):
        return "under 1 min."
    return f"{'' if elapsed.is_sure else 'mindst '}{duration(elapsed.time)}"
