"""Say what stands at the top and bottom of every page, whatever the sheet. Pure.

Identity and CAVE belong on *every* page: a sheet that has lost its first page must not look like
anybody's. Called by the sheets; the layout is `templates/page.typ`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

from appliance.errors import PaperError
from appliance.paper.document import PrintContext, View
from appliance.paper.english_headings import ENGLISH_HEADINGS
from appliance.paper.fallback import or_else
from appliance.records.addresses import dwelling_of, whereabouts
from appliance.records.age import judge_age, show_date_time
from appliance.records.alerts import CLOCK_UNSURE, age_sentence, identity_sentences, need_sentences
from appliance.records.cave import Cave, cave
from appliance.records.key_codes import codes_of, without_codes
from appliance.records.medicine import IN_DOUBT, MISSING, show_date
from appliance.records.models import (
    Citizen,
    Flag,
    KeyBox,
    SectionState,
    Unit,
    Warning,  # noqa: A004  (the glossary's word for CAVE)
)
from appliance.records.store import RecordStore
from appliance.records.terms import CitizenId, Section

EMERGENCY_PRINT = "NØDUDSKRIFT"
DRILL = "ØVELSE"
NO_LOG = "–"
REPLACES = "Genudskrift af"
LOOK_TWICE = "Pas på forveksling"
CALL_FIRST = "Ring først"
# In the head of each page of a sheet whose first page has them in full.
CAVE_ELSEWHERE = "CAVE: se side 1"
ALERTS_ELSEWHERE = "Advarsler: se side 1"
WRITE_TIME = "Uret er ikke bekræftet – skriv klokkeslæt i hånden"
_CPR_LENGTH = 10
# The foot has room for so many ages, each with its own date.
_AGES_APART = 4


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a sheet is about, the CAVE that goes with the name everywhere, and what must not fail.

    `codes` open the citizen's door: the home stands on these sheets, so no text may hold one.
    """

    citizen: Citizen
    unit: Unit | None
    cave: Cave
    cave_state: SectionState
    needs: tuple[str, ...]
    needs_state: SectionState
    codes: tuple[str, ...] = ()


def read_identity(store: RecordStore, citizen_id: CitizenId) -> Identity:
    """Read whom a sheet is about.

    Raises:
        PaperError: there is no such citizen in the copy.

    """
    citizen = store.citizen(citizen_id)
    if citizen is None:
        raise PaperError("no such citizen in this copy")
    state = store.section(citizen, Section.WARNINGS)
    warnings = store.of_citizen(Warning, citizen_id)
    needs_state = store.section(citizen, Section.FLAGS)
    needs = need_sentences(store.of_citizen(Flag, citizen_id), needs_state)
    codes = or_else(partial(_codes, store, citizen_id), lambda: (), "a key box")
    return Identity(
        citizen,
        store.unit(citizen.unit_id),
        cave(warnings, state),
        state,
        tuple(without_codes(need, codes) for need in needs),
        needs_state,
        codes,
    )


def _codes(store: RecordStore, citizen_id: CitizenId) -> tuple[str, ...]:
    return codes_of(store.of_citizen(KeyBox, citizen_id))


def unread_identity(citizen: Citizen, unit: Unit) -> Identity:
    """Return whom a sheet is about when the rest of the record cannot be read: CAVE unknown."""
    state = SectionState(unit.id, Section.WARNINGS, is_delivered=False, is_complete=False)
    needs_state = replace(state, section=Section.FLAGS)
    needs = need_sentences((), needs_state)
    return Identity(citizen, unit, cave((), state), state, needs, needs_state)


def citizen_header(who: Identity, alerts: Iterable[str]) -> View:
    """Return the running header of a sheet about one citizen."""
    citizen = who.citizen
    return {
        "name": one_line(citizen.name) or f"Navn {MISSING}",
        "cpr": show_cpr(citizen),
        "born": f"Født {show_date(citizen.birth_date)}" if citizen.birth_date else "",
        "dwelling": _home(citizen),
        "unit": one_line(who.unit.name) if who.unit else "",
        "gp": _gp(citizen),
        "cave": one_line(who.cave.text),
        "cave_elsewhere": CAVE_ELSEWHERE,
        "alerts_elsewhere": ALERTS_ELSEWHERE,
        "alerts": [*identity_sentences(citizen.identity_doubts), *alerts],
    }


def unit_header(unit: Unit, context: PrintContext, alerts: Iterable[str | None]) -> View:
    """Return the running header of a sheet about a whole unit; what is None is no alert."""
    return {
        "name": one_line(unit.name),
        "unit": one_line(context.box_name),
        "alerts_elsewhere": ALERTS_ELSEWHERE,
        "alerts": [alert for alert in alerts if alert],
    }


def name_lines(citizen: Citizen) -> list[str]:
    """Return a citizen's name and CPR as the cell of a list shows them."""
    name = one_line(citizen.name) or f"Navn {MISSING}"
    return [name, show_cpr(citizen)]


def doubt_marks(citizen: Citizen) -> list[str]:
    """Return the words in a box beside a name that could be taken for another's."""
    return [LOOK_TWICE] if citizen.identity_doubts else []


def dwelling(citizen: Citizen) -> str:
    """Return where in the house a citizen lives, as the cell of a list shows it."""
    return one_line(dwelling_of(citizen)) or "–"


def count(number: int, one: str, several: str) -> str:
    """Write a number of things: "1 borger", "2 borgere"."""
    return f"{number} {one if number == 1 else several}"


def show_cpr(citizen: Citizen) -> str:
    """Write the CPR in full, as paper must: "010130-0000"."""
    cpr = (citizen.cpr or "").replace("-", "").strip()
    if not cpr:
        return f"CPR {MISSING}"
    return f"CPR {cpr[:6]}-{cpr[6:]}" if len(cpr) == _CPR_LENGTH else f"CPR {cpr}"


def _home(citizen: Citizen) -> str:
    """Return the dwelling, or for home care the address, unless it is protected."""
    known = one_line(dwelling_of(citizen))
    if known:
        return f"Bolig {known}" if known[0].isdigit() else known
    return one_line(whereabouts(citizen).text)


def _gp(citizen: Citizen) -> str:
    parts = [one_line(part) for part in (citizen.gp_name, citizen.gp_phone) if part]
    return "Egen læge: " + (", ".join(parts) or MISSING)


def section_alert(name: str, state: SectionState, context: PrintContext) -> str | None:
    """Return what to warn of about the age of one section; None if it is fresh or not here.

    With a doubtful clock nobody knows the age: the sheet says so once, and when the copy was made.
    """
    if not state.is_delivered or (state.as_of and not context.is_clock_trusted):
        return None
    sentence = age_sentence(judge_age(state.as_of, context.printed_at))
    return f"{name}: {sentence}" if sentence else None


def section_alerts(
    sections: Iterable[tuple[str, SectionState]], context: PrintContext
) -> list[str]:
    """Return the warnings about the age of many sections, those that are the same as one."""
    named: dict[str, list[str]] = {}
    for name, state in sections:
        alert = section_alert("", state, context)
        if alert:
            named.setdefault(alert, []).append(name)
    return [", ".join(names) + alert for alert, names in named.items()]


def clock_alert(context: PrintContext) -> str | None:
    """Return a warning when the times on the sheet may be wrong."""
    return None if context.is_clock_trusted else CLOCK_UNSURE


def footer(
    context: PrintContext, serial: str, sections: Iterable[tuple[str, SectionState]]
) -> View:
    """Return the running footer: how old the data is, and which print this is."""
    return {
        "ages": _ages(list(sections)),
        "printed": _printed(context),
        "box": one_line(context.box_name),
        "serial": serial,
        "replaces": f"{REPLACES} {context.replaces}" if context.replaces else "",
        "log": f"Log {context.log_head or NO_LOG}",
    }


def _printed(context: PrintContext) -> str:
    """Say when and by whom a sheet was printed; with a doubtful clock, leave room for the time."""
    if context.is_clock_trusted:
        return f"Udskrevet {show_date_time(context.printed_at)} af {context.printed_by}"
    return f"{WRITE_TIME}: ____________ · Udskrevet af {context.printed_by}"


def _ages(sections: list[tuple[str, SectionState]]) -> list[str]:
    """Return how old each section is; of a sheet about many, those of one age together."""
    if len(sections) <= _AGES_APART:
        return [_age(name, state) for name, state in sections]
    named: dict[str, list[str]] = {}
    for name, state in sections:
        named.setdefault(_age("", state), []).append(name)
    return [", ".join(names) + age for age, names in named.items()]


def _age(name: str, state: SectionState) -> str:
    if not state.is_delivered:
        return f"{name}: ikke med i kopien"
    if state.as_of is None:
        return f"{name}: alder ukendt"
    return f"{name}: data fra {show_date_time(state.as_of)}"


def oldest(unit: SectionState, states: Iterable[SectionState]) -> SectionState:
    """Return the unit's section as old as the oldest of its citizens': a list speaks for all."""
    delivered = [state.as_of for state in (unit, *states) if state.is_delivered]
    known = [as_of for as_of in delivered if as_of is not None]
    return replace(unit, as_of=min(known) if known and len(known) == len(delivered) else None)


def copy_notice(state: SectionState) -> str:
    """Return the sentence that tells a copy from the record itself."""
    return f"Kopi fra {show_date_time(state.as_of)}. {IN_DOUBT}"


def basic_view(title: str, context: PrintContext) -> View:
    """Return what every view has."""
    return {
        "title": title,
        "mark": EMERGENCY_PRINT,
        "drill": DRILL if context.is_drill else "",
        "english": ENGLISH_HEADINGS if context.is_bilingual else {},
        "needs": [],
        "notices": [],
        "sections": [],
        "ending": [],
    }


def one_line(text: str | None) -> str:
    """Return the text without line breaks or double spaces: a header has one line for it."""
    return re.sub(r"[\n\r\t ]+", " ", text or "").strip()
