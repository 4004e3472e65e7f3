"""Say how much paper an emergency pack will be, before any of it is made.

What the last whole pack of the unit came to counts; before the first one it is reckoned from how
many live there. Always "about": the copy changes, and no page of it has been typeset yet. Called by
the screens that offer the pack.
"""

import math
from dataclasses import dataclass

from flask import Flask, g

from appliance.paper import pack
from appliance.printing.jobs import Job
from appliance.records.models import Unit
from appliance.web.guards import reading

# Measured on the invented municipality: a list of medicines is 1.6 pages, and the lists about the
# unit grow by a page for every twelve citizens. 28 pages a minute is what an office laser brings
# through CUPS (`printing/README.md`).
_PAGES_A_CITIZEN = 1.6 + 1 / 12
_PAGES_A_MINUTE = 28
_TENS_FROM = 20


@dataclass(frozen=True, slots=True)
class PackSize:
    """About how much comes out, and for how long the printer is busy."""

    citizens: int
    pages: int
    minutes: int


def pack_size(unit: Unit) -> PackSize:
    """Return the size of a unit's pack."""
    citizens = len(reading().store.citizens(unit.id))
    before = (job for job in g.services.desk.queue.jobs() if _is_whole_pack(job, unit))
    last = next(before, None)
    return size_of(citizens, last.pages if last else None)


def size_of(citizens: int, pages_before: int | None = None) -> PackSize:
    """Return the size of a pack for so many citizens; `pages_before` is what one came to. Pure."""
    forms = sum(copies for _, copies in pack.AROUND.forms_for(citizens))
    pages = pages_before or forms + 1 + math.ceil(citizens * _PAGES_A_CITIZEN)
    rounded = round(pages, -1) if pages >= _TENS_FROM else pages
    return PackSize(citizens, rounded, math.ceil(pages / _PAGES_A_MINUTE))


def install(app: Flask) -> None:
    """Give the templates the size."""
    app.jinja_env.globals.update(pack_size=pack_size)


def _is_whole_pack(job: Job, unit: Unit) -> bool:
    is_pack = job.order.kind == pack.SHEET and job.order.unit_id == unit.id
    return is_pack and not job.order.only and job.phase.brought_paper
