"""Work out how old and how whole each section is, for each unit and where it differs per citizen.

A section nobody listed is *not delivered*, which paper must not print as "none registered". A
fault in a file makes its sections incomplete, with a reason a nurse can read. Pure; called by
`intake` and `publish`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from appliance.records.models import SectionState
from appliance.records.terms import CitizenId, Section, UnitId
from provisioning.errors import Problem
from provisioning.sources.base import Delivery, FeedReport

NOT_DELIVERED = "Kilden leverer ikke denne del."


def blocked_units(report: FeedReport, units: Iterable[UnitId]) -> dict[UnitId, list[Problem]]:
    """Return the units that must wait tonight, each with the problems that hold it."""
    found = {
        unit: [item for item in report.blocking if _concerns(report, item.part, unit)]
        for unit in units
    }
    return {unit: problems for unit, problems in found.items() if problems}


def unit_states(report: FeedReport, unit: UnitId, source: str) -> list[SectionState]:
    """Return the state of every section for one unit."""
    problems = [problem for problem in report.blocking if _feeds(report, problem.part, unit)]
    deliveries = [item for item in report.deliveries if _feeds(report, item.part, unit)]
    states = []
    for section in Section:
        given = [item for item in deliveries if item.section is section]
        reason = _fault(section, given, problems)
        named = " + ".join(dict.fromkeys(item.source for item in given if item.source))
        states.append(replace(_state(unit, section, given, reason), source=named or source))
    return states


def citizen_states(
    unit_state: SectionState, read_at: Mapping[CitizenId, datetime], citizens: Iterable[CitizenId]
) -> list[SectionState]:
    """Return the medication's state for citizens whose list was read at a time of its own."""
    return [
        replace(unit_state, citizen_id=citizen, as_of=read_at[citizen])
        for citizen in citizens
        if citizen in read_at
    ]


def _concerns(report: FeedReport, part: str, unit: UnitId) -> bool:
    """Tell whether a fault in a part may cost a unit data: it feeds it or tells of its people."""
    return _feeds(report, part, unit) or unit in report.part_holds.get(part, set())


def _feeds(report: FeedReport, part: str, unit: UnitId) -> bool:
    units = report.part_units.get(part)
    return units is None or unit in units


def _state(
    unit: UnitId, section: Section, given: list[Delivery], reason: str | None
) -> SectionState:
    if not given:
        return SectionState(
            unit, section, is_delivered=False, is_complete=False, reason=reason or NOT_DELIVERED
        )
    ages = [item.as_of for item in given]
    # One part of unknown age makes the whole section's age unknown; else the oldest counts.
    as_of = None if None in ages else min(age for age in ages if age)
    return SectionState(unit, section, as_of=as_of, is_complete=reason is None, reason=reason)


def _fault(section: Section, given: list[Delivery], problems: list[Problem]) -> str | None:
    """Return why a section is not whole: in the source's words, or what we found."""
    stated = next((item.incomplete for item in given if item.incomplete), None)
    harmful = [item for item in problems if not item.sections or section.value in item.sections]
    return stated or (_in_danish(harmful[0]) if harmful else None)


def _in_danish(problem: Problem) -> str:
    at = f", linje {problem.line}" if problem.line is not None else ""
    return f"Fejl i kildens fil {problem.file}{at}. Noget kan mangle."
