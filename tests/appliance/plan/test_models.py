"""What a plan says of itself."""

from dataclasses import replace
from datetime import date

import pytest

from appliance.plan.models import (
    Block,
    BlockKind,
    PlanContact,
    Responsibility,
    Span,
    Stage,
    Text,
)
from appliance.plan.shipped import shipped_plan


def paragraph(text):
    return Block(BlockKind.PARAGRAPH, (Span(text),))


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        (0, "Straks"),
        (1, "Efter 1 time"),
        (8, "Efter 8 timer"),
        (24, "Efter 1 døgn"),
        (36, "Efter 36 timer"),
        (72, "Efter 3 døgn"),
    ],
)
def test_a_stage_says_when_it_is_reached(hours, told):
    assert Stage("x", hours, "", "").when == told


def test_a_text_is_told_heading_by_heading():
    heading = Block(BlockKind.HEADING, (Span("Så"),))
    text = Text("x", "X", (paragraph("a"), heading, paragraph("b"), paragraph("c")))

    assert [(each.title, len(each.blocks)) for each in text.passages()] == [("", 1), ("Så", 2)]
    assert list(Text("x", "X").passages()) == []


def test_a_plan_counts_as_approved_only_with_a_name_and_a_day():
    duty = Responsibility("1", "A", approver="B")

    assert not duty.is_approved
    assert replace(duty, approved_on=date(2026, 1, 1)).is_approved


def test_a_review_is_overdue_from_the_day_after():
    duty = Responsibility("1", "A", next_review=date(2026, 10, 1))

    assert not duty.is_review_overdue(date(2026, 10, 1))
    assert duty.is_review_overdue(date(2026, 10, 2))
    assert not replace(duty, next_review=None).is_review_overdue(date(2099, 1, 1))


def test_the_box_knows_the_number_of_it_on_duty_where_the_plan_does_not():
    plan = shipped_plan().with_help_phone("87 00 00 00")

    (contact,) = plan.contacts_of("it")
    assert (contact.name, contact.phone) == ("IT-vagten", "87 00 00 00")
    assert len(plan.contacts) == len(shipped_plan().contacts)


def test_a_number_in_the_plan_counts_before_the_boxs():
    plan = shipped_plan().with_help_phone("87 00 00 00")

    assert plan.with_help_phone("87 00 00 99") is plan


def test_it_on_duty_without_a_contact_gets_one_and_a_plan_without_it_gets_none():
    plan = shipped_plan()
    others = tuple(contact for contact in plan.contacts if contact.type_id != "it")

    filled = replace(plan, contacts=others).with_help_phone("87 00 00 00")

    assert filled.contacts_of("it") == (PlanContact("it", "IT-vagt", "87 00 00 00"),)
    assert replace(plan, contact_types=()).with_help_phone("87 00 00 00").contacts == plan.contacts


def test_a_stage_is_found_by_its_id():
    assert shipped_plan().stage("otte-timer").after_hours == 8
