"""Make the citizen's folder: everything a stranger needs to know to help, on a few pages.

Whom to phone, what limits treatment and who decided it, how the day goes, what was measured and
written lately. Refuses to print a key-box code or a protected address, and to pass a section that
was not delivered for an empty one. Called by the registry.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from appliance.clock import DANISH_TIME
from appliance.paper import frame
from appliance.paper.citizen_sheets.care_parts import (
    care_plan,
    conditions,
    free_text,
    interventions,
    left_out,
    needs,
    notes,
    observations,
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
from appliance.paper.listing import Column, Style, listing
from appliance.paper.sheet_kind import Design
from appliance.records.addresses import whereabouts
from appliance.records.age import show_date_time
from appliance.records.alerts import SECTION_NAMES, lack_sentence
from appliance.records.medicine import MISSING
from appliance.records.models import (
    Attachment,
    KeyBox,
    Relative,
    Visit,
)
from appliance.records.terms import Section

DESIGN = Design("folder", "Borgerens mappe", "citizen_list.typ")
VISITED = timedelta(days=2)
CALL_FIRST = frame.CALL_FIRST
NO_CODE = "Koden står ikke her."
NO_KEY_BOX = "Ingen nøgleboks i kopien."
ON_SCREEN = "Kan ses på skærmen"
_ABOUT = (
    Section.RELATIVES,
    Section.CONDITIONS,
    Section.CARE_PLAN,
    Section.INTERVENTIONS,
    Section.OBSERVATIONS,
    Section.NOTES,
    Section.VISITS,
    Section.KEY_BOXES,
    Section.ATTACHMENTS,
)
_FACTS = (Column("label", "Oplysning", 34, Style.BOLD), Column("value", "Borgeren"))


def view(asked: Asked) -> View:
    """Return everything that stands in the folder, in order."""
    parts = [part(asked) for part in _PARTS]
    rows = sum(len(part.rows) for part in parts)
    body = Body(
        notices=[],
        sections=[_facts(asked), *(each for part in parts for each in part.sections(asked))],
        ending=[_end_mark(parts), left_out(asked)],
        likely_pages=2 + rows // 12,
    )
    return citizen_view(DESIGN.title, asked, _ABOUT, body)


def _facts(asked: Asked) -> View:
    """Return where the citizen is found, and how to get in; never the code."""
    citizen = asked.who.citizen
    known = asked.all_of(KeyBox)
    places = [free_text(asked, frame.one_line(box.place)) for box in known]
    boxes = [f"{place}. {NO_CODE}" for place in places]
    gap = lack_sentence(Section.KEY_BOXES, asked.state(Section.KEY_BOXES))
    found = [*boxes, *([gap] if gap else [])] or [NO_KEY_BOX]
    facts = [
        ("Telefon", [citizen.phone or MISSING]),
        ("Adresse", [whereabouts(citizen).text or MISSING]),
        ("Nøgleboks", found),
    ]
    return listing("Kontakt", _FACTS, [{"label": label, "value": value} for label, value in facts])


def _relatives(asked: Asked) -> Part:
    found = sorted(asked.all_of(Relative), key=lambda one: not one.is_primary)
    rows: list[View] = [
        {
            "name": [one.name, *filter(None, [free_text(asked, one.relation)])],
            "marks": [CALL_FIRST] if one.is_primary else [],
            "phone": one.phone or MISSING,
            "note": free_text(asked, one.note) or "–",
        }
        for one in found
    ]
    columns = (
        Column("name", "Navn", 62, Style.NAME),
        Column("phone", "Telefon", 40, Style.BIG),
        Column("note", "Bemærk"),
    )
    return Part(Section.RELATIVES, "Pårørende", columns, rows, "Ingen pårørende i kopien.")


def _visits(asked: Asked) -> Part:
    start = datetime.combine(asked.today, time(), DANISH_TIME)
    found = visits_between(asked.all_of(Visit), start, start + VISITED)
    columns = (
        Column("when", "Hvornår", 40, Style.NAME),
        Column("tasks", "Opgaver"),
        Column("route", "Rute, medarbejder", 46),
    )
    rows = [visit_row(one, asked.who.codes) for one in found]
    title, none = "Besøg i dag og i morgen", "Ingen besøg i dag og i morgen i kopien."
    return Part(Section.VISITS, title, columns, rows, none)


def _attachments(asked: Asked) -> Part:
    rows: list[View] = [
        {
            "title": free_text(asked, one.title),
            "when": show_date_time(one.created_at),
            "where": ON_SCREEN,
        }
        for one in asked.all_of(Attachment)
    ]
    columns = (
        Column("title", "Billede eller dokument"),
        Column("when", "Fra", 46),
        Column("where", "Hvor", 44),
    )
    name = SECTION_NAMES[Section.ATTACHMENTS]
    return Part(
        Section.ATTACHMENTS, name, columns, rows, "Ingen billeder eller dokumenter i kopien."
    )


_PARTS = (
    _relatives,
    needs,
    care_plan,
    conditions,
    interventions,
    _visits,
    observations,
    notes,
    _attachments,
)


def _end_mark(parts: Iterable[Part]) -> str:
    counted = (f"{SECTION_NAMES[part.section].lower()} {len(part.rows)}" for part in parts)
    return f"Slut på mappen: {' · '.join(counted)}"


KIND = citizen_kind(DESIGN, view)
