"""Make the sheet of a citizen's day: the visits, what is to be done, what is to be measured.

For the Danish day of the print and the night after it. Refuses to turn old measurements into
orders: it shows when each was last taken and leaves room for a new one. Called by the registry.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from appliance.clock import DANISH_TIME
from appliance.paper import frame
from appliance.paper.citizen_sheets.care_parts import (
    OTHER_NEED,
    care_plan,
    free_text,
    in_force,
    intervention_row,
    measured,
    when_observed,
)
from appliance.paper.citizen_sheets.citizen_sheet import (
    Asked,
    Body,
    Part,
    citizen_kind,
    citizen_view,
)
from appliance.paper.citizen_sheets.visit_rows import visit_row, visits_between
from appliance.paper.document import View
from appliance.paper.listing import Column, Style, listing, said
from appliance.paper.sheet_kind import Design
from appliance.policy import SHIFT_STARTS
from appliance.records.age import show_date_time, show_short_day
from appliance.records.models import Flag, Observation, PlannedIntervention, Visit
from appliance.records.terms import FlagKind, Section

DESIGN = Design("day_sheet", "Dagens besøg", "citizen_list.typ")
STEPS = "Sæt kryds ved det, du har gjort. Skriv kl. og initialer for hvert besøg."
CHECK_DAY = "Besøgene er for den dag, der står over dem. Tjek, at det er i dag."
TYPE_LATER = "Skal tastes ind i omsorgssystemet, når det virker igen."
NOTE = "Notat: dato, kl., hvad du så og gjorde, init."
_ABOUT = (Section.VISITS, Section.INTERVENTIONS, Section.CARE_PLAN, Section.OBSERVATIONS)
_VISITS = (
    Column("when", "Hvornår", 36, Style.NAME),
    Column("tasks", "Opgaver", None, Style.TASKS),
    Column("route", "Rute, medarbejder", 34, Style.SMALL),
    Column("done", "Udført: kl. fra–til", 30, Style.WRITE),
    Column("by", "Init.", 16, Style.WRITE),
)
_HELP = (
    Column("done", "Gjort", 13, Style.TICK),
    Column("help", "Indsats", 58, Style.NAME),
    Column("often", "Hvor tit", 38),
    Column("text", "Bemærk"),
    Column("by", "Kl., init.", 26, Style.WRITE),
)
_MEASURES = (
    Column("what", "Måling", 44, Style.BOLD),
    Column("value", "Sidst målt", 62),
    Column("new", "Ny måling: kl., værdi", None, Style.WRITE),
    Column("by", "Init.", 16, Style.WRITE),
)
_ROOM_MM, _NOTE_LINES = 16, 5


def view(asked: Asked) -> View:
    """Return everything that stands on the sheet, in order."""
    midnight = datetime.combine(asked.today, time(), DANISH_TIME)
    tomorrow = midnight + timedelta(days=1)
    visits = asked.all_of(Visit)
    today = visits_between(visits, midnight, tomorrow)
    # A visit that runs past midnight stands once, on the day it begins.
    night = [
        visit
        for visit in visits_between(visits, tomorrow, tomorrow + timedelta(hours=SHIFT_STARTS[0]))
        if visit not in today
    ]
    is_day_sure = asked.context.is_clock_trusted
    body = Body(
        notices=[STEPS, *([] if is_day_sure else [CHECK_DAY])],
        sections=_sections(asked, today, night),
        ending=[f"Slut på dagen: {_count(today)} · {_count(night)} i nat", TYPE_LATER],
        likely_pages=2,
    )
    return citizen_view(DESIGN.title, asked, _ABOUT, body)


def _count(visits: Sequence[Visit]) -> str:
    return frame.count(len(visits), "besøg", "besøg")


def _sections(asked: Asked, today: Sequence[Visit], night: Sequence[Visit]) -> list[View]:
    day = show_short_day(asked.today)
    next_day = show_short_day(asked.today + timedelta(days=1))
    visits = Part(
        Section.VISITS,
        f"Besøg {day}",
        _VISITS,
        [visit_row(one, asked.who.codes) for one in today],
        f"Ingen besøg {day} i kopien.",
    )
    lines: list[View] = [{} for _ in range(_NOTE_LINES)]
    return [
        *visits.sections(asked, row_mm=_ROOM_MM),
        *_night(asked, f"Natten til {next_day}", night),
        *_other_needs(asked),
        *_help(asked).sections(asked, row_mm=_ROOM_MM - 4),
        *care_plan(asked).sections(asked),
        *_measures(asked).sections(asked, row_mm=_ROOM_MM - 4),
        listing("Notat", (Column("note", NOTE, None, Style.WRITE),), lines, row_mm=_ROOM_MM),
    ]


def _night(asked: Asked, title: str, visits: Sequence[Visit]) -> list[View]:
    rows = [visit_row(one, asked.who.codes) for one in visits]
    return [listing(f"{title} ({len(rows)})", _VISITS, rows, row_mm=_ROOM_MM)] if rows else []


def _other_needs(asked: Asked) -> list[View]:
    """Return what the box of needs does not hold: a risk of falling, say."""
    found = [flag for flag in asked.all_of(Flag) if flag.kind is FlagKind.OTHER]
    texts = [free_text(asked, flag.text) for flag in found]
    return [said(OTHER_NEED, *texts)] if texts else []


def _help(asked: Asked) -> Part:
    granted = [one for one in asked.all_of(PlannedIntervention) if one.is_granted]
    rows = [intervention_row(one, asked.who.codes) for one in granted if in_force(one, asked.today)]
    title, none = "Bevilgede indsatser", "Ingen bevilgede indsatser i kopien."
    return Part(Section.INTERVENTIONS, title, _HELP, rows, none)


def _measures(asked: Asked) -> Part:
    """Return the last of each measurement, and room for the next."""
    latest: dict[str, Observation] = {}
    for one in sorted(asked.all_of(Observation), key=when_observed):
        latest[one.title] = one
    rows: list[View] = [
        {
            "what": free_text(asked, one.title),
            "value": [measured(one), show_date_time(one.observed_at)],
        }
        for _, one in sorted(latest.items())
    ]
    title, none = "Målinger: den seneste, og plads til en ny", "Ingen målinger i kopien."
    return Part(Section.OBSERVATIONS, title, _MEASURES, rows, none)


KIND = citizen_kind(DESIGN, view)
