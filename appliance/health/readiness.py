"""Judge how ready a box is for an outage, for the municipality's continuity duties. Pure.

What was practised, printed, proven, handed out and approved, when, and what came of it: one line
each, with a light and the same in words. Where nobody vouches for the clock no date is held
against today, so nothing that depends on one is green. Holds no citizen. Called by
`nodboks readiness`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from appliance.clock import DANISH_TIME, ClockLevel
from appliance.errors import PlanError
from appliance.health.printer_test import PrinterTest, is_old
from appliance.outage.answer_words import duration
from appliance.outage.report import Report
from appliance.plan.models import ResponsePlan, Responsibility
from appliance.policy import DRILL_OLD_AFTER, DRILL_VERY_OLD_AFTER, REVIEW_AHEAD
from appliance.records.age import Freshness, judge_age
from appliance.records.alerts import SECTION_NAMES
from appliance.records.medicine import show_date
from appliance.records.models import SectionState
from appliance.records.terms import Section
from appliance.vault.protocol import SlotStatus
from printers.doctor import wrong
from printers.findings import Finding

# What a life hangs on: a copy without it is no copy.
_VITAL = (Section.MEDICATION, Section.WARNINGS, Section.FLAGS)
_CARD, _USB, _HUB = "card", "usb", "hub"


class Light(StrEnum):
    """How well one thing stands; the worst is that of the whole."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"

    @property
    def word(self) -> str:
        """Return what it means, for whoever sees no colours."""
        return {"green": "I orden", "amber": "Se på det", "red": "Skal rettes"}[self.value]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at: its light, what to say of it, and when it was so."""

    name: str
    title: str
    light: Light
    said: str
    at: datetime | date | None = None


@dataclass(frozen=True, slots=True)
class Proven:
    """How the last proof of all sheets of the open copy came out."""

    at: datetime
    sheets: int
    odd: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What a box knows of itself. None: `slots` the keeper is silent, `sections` it is locked."""

    now: datetime
    clock: ClockLevel
    plan: ResponsePlan
    prints_on_paper: bool
    drill: Report | None = None
    test: PrinterTest | None = None
    doctor: Sequence[Finding] = ()
    proof: Proven | None = None
    copied_at: datetime | None = None
    sections: Sequence[SectionState] | None = None
    slots: Sequence[SlotStatus] | None = None

    @property
    def today(self) -> date:
        """Return the day it is in Denmark."""
        return self.now.astimezone(DANISH_TIME).date()


def readiness(facts: Facts) -> tuple[Line, ...]:
    """Return every line, in the order a person asks."""
    dated = (_drill(facts), _test(facts), *_ages(facts), _plan(facts))
    if facts.clock is ClockLevel.UNSURE:
        dated = tuple(map(_in_doubt, dated))
    drill, test, *ages, plan = dated
    return (drill, test, _doctor(facts), _proof(facts), *ages, _keys(facts), plan, _clock(facts))


def worst(lines: Iterable[Line]) -> Light:
    """Return the light of the whole."""
    return _worse(Light.GREEN, *(line.light for line in lines))


def _worse(*lights: Light) -> Light:
    return max(lights, key=list(Light).index)


def _drill(facts: Facts) -> Line:
    drill = facts.drill
    if drill is None:
        return Line("drill", "Øvelse", Light.RED, "Der er ikke holdt nogen øvelse på denne boks.")
    done = f"{len(drill.done)} af {len(drill.points)} punkter gjort."
    if drill.first_paper is None:
        paper = "Det vides ikke, hvornår det første papir kom."
    else:
        paper = f"Det første papir kom efter {duration(drill.first_paper.time)}"
    said = f"Øvelse nr. {drill.number}: {done} {paper}"
    light = _by_age(facts, drill.began_at)
    if drill.first_paper is None or not drill.done:  # begun and ended is not practised
        light = _worse(light, Light.AMBER)
    return Line("drill", "Øvelse", light, said, drill.began_at)


def _by_age(facts: Facts, held_at: datetime | None) -> Light:
    if held_at is None:
        return Light.AMBER
    age = facts.now - held_at
    if age > DRILL_VERY_OLD_AFTER:
        return Light.RED
    return Light.AMBER if age > DRILL_OLD_AFTER else Light.GREEN


def _test(facts: Facts) -> Line:
    title, last = "Testside", facts.test
    if not facts.prints_on_paper:
        said = "Boksen er sat til at gemme filer. Der kommer ikke papir ud."
        return Line("test_page", title, Light.RED, said)
    if last is None:
        return Line("test_page", title, Light.RED, "Der er ikke udskrevet nogen testside.")
    light, said = page_verdict(last, facts.now)
    return Line("test_page", title, light, said, last.asked_at)


def page_verdict(last: PrinterTest, now: datetime) -> tuple[Light, str]:
    """Judge the last test page, and say so."""
    if is_old(last, now):
        return Light.RED, "Den seneste testside er for gammel. Udskriv en ny."
    if last.is_under_way:
        return Light.AMBER, "Testsiden er på vej."
    if not last.is_good:
        return Light.RED, "Testsiden kom ikke helt ud."
    if last.is_whole:
        return Light.GREEN, "Testsiden kom ud, og en medarbejder har set den."
    return Light.AMBER, "Printeren siger, at testsiden kom ud. Ingen har set efter."


def _doctor(facts: Facts) -> Line:
    faults = wrong(facts.doctor)
    if faults:
        sentences = dict.fromkeys(each.reason.sentence for each in faults if each.reason)
        return Line("printer", "Printer", Light.RED, " ".join(sentences), facts.now)
    if not facts.doctor:
        return Line("printer", "Printer", Light.AMBER, "Printeren er ikke undersøgt.")
    return Line("printer", "Printer", Light.GREEN, "Undersøgt nu, uden fejl.", facts.now)


def _proof(facts: Facts) -> Line:
    title, proof = "Prøve af alle ark", facts.proof
    if proof is None:
        said = "Arkene i den kopi, der er åben, er ikke prøvet endnu."
        return Line("proof", title, Light.AMBER, said)
    if proof.odd:
        said = f"{proof.odd} af {proof.sheets} ark kan ikke vises helt, som journalen har dem."
        return Line("proof", title, Light.AMBER, said, proof.at)
    said = f"Alle {proof.sheets} ark kan udskrives, som journalen har dem."
    return Line("proof", title, Light.GREEN, said, proof.at)


def _ages(facts: Facts) -> Iterator[Line]:
    if facts.copied_at is None:
        yield Line("copy", "Kopi af journalen", Light.RED, "Der er ingen kopi i boksen.")
    else:
        light, said = _age(facts, facts.copied_at)
        yield Line("copy", "Kopi af journalen", light, said, facts.copied_at)
    if facts.sections is None:
        said = "Boksen er låst. Alderen på hvert område kan ses, når den er åben."
        yield Line("sections", "Områder", Light.AMBER, said)
    for state in facts.sections or ():
        light, said = _section(facts, state)
        name = f"section_{state.section.value}"
        yield Line(name, f"Kopi: {SECTION_NAMES[state.section]}", light, said, state.as_of)


def _section(facts: Facts, state: SectionState) -> tuple[Light, str]:
    if not state.is_delivered:
        light = Light.RED if state.section in _VITAL else Light.AMBER
        return light, "Er ikke med i kopien."
    light, said = _age(facts, state.as_of)
    if state.is_complete:
        return light, said
    return _worse(light, Light.AMBER), f"{said} · Noget kan mangle."


def _age(facts: Facts, as_of: datetime | None) -> tuple[Light, str]:
    age = judge_age(as_of, facts.now)
    if age.freshness is Freshness.UNKNOWN:
        return Light.AMBER, "Alderen er ukendt."
    lights = {Freshness.FRESH: Light.GREEN, Freshness.OLD: Light.AMBER}
    said = f"Alder: {duration(timedelta(hours=age.hours))}"
    return lights.get(age.freshness, Light.RED), said


def _keys(facts: Facts) -> Line:
    title = "Nødkort og nøgler"
    if facts.slots is None:
        return Line("keys", title, Light.RED, "Boksens nøgletjeneste svarer ikke.")
    kinds = Counter(slot.kind for slot in facts.slots)
    counted = f"Nødkort: {kinds[_CARD]} · USB-nøgler: {kinds[_USB]} · Nøgler hos IT: {kinds[_HUB]}."
    used = [slot for slot in facts.slots if slot.used_at]
    if not kinds[_CARD]:
        return Line("keys", title, Light.RED, f"{counted} Der mangler et nødkort.")
    if used:
        said = f"{counted} {len(used)} er brugt og skal skiftes ud."
        return Line("keys", title, Light.AMBER, said)
    return Line("keys", title, Light.GREEN, counted)


def _plan(facts: Facts) -> Line:
    duty = facts.plan.responsibility
    light, verdict = _plan_verdict(facts, duty)
    next_review = show_date(duty.next_review) if duty.next_review else "ikke aftalt"
    said = f"Version {duty.version}, ejer {duty.owner}, næste gennemgang {next_review}. {verdict}"
    return Line("plan", "Indsatsplan", light, said.rstrip(), duty.approved_on)


def _plan_verdict(facts: Facts, duty: Responsibility) -> tuple[Light, str]:
    if facts.plan.is_stand_in:
        return Light.RED, PlanError.sentence
    if duty.is_review_overdue(facts.today):
        return Light.RED, "Planen skulle være gennemgået nu."
    if not duty.is_approved:
        return Light.AMBER, "Den er ikke godkendt endnu."
    if duty.next_review is None:
        return Light.AMBER, "Aftal, hvornår den gennemgås."
    if duty.next_review - facts.today <= REVIEW_AHEAD:
        return Light.AMBER, "Den skal snart gennemgås."
    return Light.GREEN, f"Godkendt af {duty.approver}."


def _clock(facts: Facts) -> Line:
    light, said = {
        ClockLevel.NTP: (Light.GREEN, "Netværket holder uret."),
        ClockLevel.RTC: (Light.GREEN, "Et batteri holder uret."),
        ClockLevel.MANUAL: (Light.AMBER, "En medarbejder har stillet uret."),
        ClockLevel.UNSURE: (Light.RED, "Uret er usikkert. Stil det på siden /ur."),
    }[facts.clock]
    return Line("clock", "Boksens ur", light, said)


def _in_doubt(line: Line) -> Line:
    """Take green from what was held against a clock nobody vouches for."""
    return replace(line, light=Light.AMBER) if line.light is Light.GREEN else line
