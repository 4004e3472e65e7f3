"""The sheets of the plan, printed with the box locked and open, and read back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from appliance.paper import plain_pdf
from appliance.paper.plan_sheets import (
    action_cards,
    call_in_list,
    contact_list,
    contact_round,
    decision_log,
    extent_summary,
    letters,
    outage_report,
    response_plan,
)
from appliance.paper.plan_sheets.plan_frame import view
from appliance.paper.sheet_kind import Material, Subject, Wanted
from appliance.plan.loader import load_plan
from appliance.plan.models import PlanContact
from appliance.plan.shipped import shipped_plan
from appliance.records.models import Contact, SectionState, StaffMember
from appliance.records.terms import Role, Section, StaffId
from tests.appliance.paper.pages import texts
from tests.appliance.paper.people import NIGHT, SYD, context, opened
from tests.appliance.plan.conftest import FJORDBY

MODULES = (
    response_plan,
    action_cards,
    contact_list,
    contact_round,
    call_in_list,
    decision_log,
    extent_summary,
    letters,
    outage_report,
)
LONG = "Bemandingskoordinationsudvalgsformandsstedfortræderen-for-Sydvestjylland"
LOCKED = Material()
TODAY = NIGHT.date()
DOCTOR = Contact("k1", "Lægevagten i Prøveby", "Lægevagt", "Regionen", "01 70 00 99")
NURSE = StaffMember(StaffId("s1"), "Nadia Prøve", "NPR", Role.NURSE, phone="01 70 00 41")
DRIVER = StaffMember(StaffId("s2"), "Albert Prøve", "APR", Role.DRIVER_COORDINATOR)
GONE = StaffMember(
    StaffId("s3"), "Per Borte", "PBO", Role.NURSE, valid_until=TODAY - timedelta(days=1)
)


@pytest.fixture
def fjordby():
    return load_plan(FJORDBY)


@pytest.fixture
def open_box(tmp_path):
    """Return a function that opens a box with contacts and staff, and whatever else is given."""

    def opening(*records, **changes):
        store = opened(tmp_path / "r.sqlite", DOCTOR, NURSE, DRIVER, GONE, *records)
        return Material(store, **changes)

    return opening


def printed(module, material=LOCKED, wanted="", **changes):
    """Return the documents of a kind of sheet."""
    about = Wanted(Subject.NOBODY, wanted)
    return list(module.KIND.make(material, about, context(**changes)))


def pages(module, material=LOCKED, **changes):
    """Return the text of every page of a kind of sheet."""
    return [page for each in printed(module, material, **changes) for page in texts(each.pdf)]


def views(module, material=LOCKED):
    """Return the views of a kind of sheet."""
    plan, how = material.response_plan(), context()
    drafts = module.drafts(material, Wanted(Subject.NOBODY), how)
    return [view(draft, plan, how, "900-00001") for draft in drafts]


def plain_text(module, material=LOCKED):
    """Return the text of a kind of sheet as the spare renderer prints it."""
    found = views(module, material)
    return " ".join(page for each in found for page in texts(plain_pdf.render(each, NIGHT)[0]))


def crowded_plan():
    """Return a plan with 40 contacts, of which none is short and every other has no number."""
    plan = shipped_plan()
    many = tuple(
        PlanContact("enheder", f"{LONG} {number}", "" if number % 2 else "01 70 00 00 " * 4, LONG)
        for number in range(40)
    )
    return replace(
        plan, municipality=LONG, contacts=(*plan.contacts, *many), systems=(LONG, *plan.systems)
    )


def overdue(plan):
    """Return the plan, approved long ago and not looked at since."""
    duty = replace(
        plan.responsibility,
        approver="Kommunaldirektøren",
        approved_on=date(2024, 1, 2),
        next_review=date(2025, 1, 2),
    )
    return replace(plan, responsibility=duty)


def not_delivered(section):
    """Return the word of the source that a section is not there."""
    return SectionState(SYD.id, section, is_delivered=False, is_complete=False)


def not_whole(section=Section.CONTACTS):
    """Return the word of the source that some of a section is missing."""
    return SectionState(SYD.id, section, as_of=NIGHT, is_complete=False)
