from appliance.plan.models import (
    Block,
    BlockKind,
    ContactType,
    PlanContact,
    ResponsePlan,
    Responsibility,
    Span,
    Text,
)
from appliance.web.plan_text import Piece, dial_number, passages_of

PLAN = ResponsePlan(
    "Plan", "By", Responsibility("1", "E"), contact_types=(ContactType("it", "It-vagt"),),
    contacts=(PlanContact("it", "It-vagten", "87 00 00 00"), PlanContact("it", "Bagvagten")),
)  # fmt: skip


def block(kind: BlockKind, *spans: Span) -> Block:
    return Block(kind, spans or (Span("Ring."),))


def test_blocks_of_one_kind_stand_together_under_their_heading() -> None:
    text = Text("x", "X", (
        block(BlockKind.PARAGRAPH), block(BlockKind.HEADING, Span("Derefter")),
        block(BlockKind.STEP), block(BlockKind.STEP), block(BlockKind.BULLET),
    ))  # fmt: skip

    found = [
        (each.title, [(group.tag, len(group.items)) for group in each.groups])
        for each in passages_of(text, PLAN)
    ]

    assert found == [("", [("p", 1)]), ("Derefter", [("ol", 2), ("ul", 1)])]


def test_a_number_can_be_dialled_and_one_that_is_missing_has_a_line() -> None:
    text = Text("x", "X", (block(BlockKind.BULLET, Span(field="it")),))

    (pieces,) = passages_of(text, PLAN)[0].groups[0].items

    assert pieces == (
        Piece("It-vagten: "),
        Piece("87 00 00 00", is_bold=True, dial="87000000"),
        Piece("", is_break=True),
        Piece("Bagvagten: "),
        Piece("", is_bold=True, hint="skriv nummer"),
    )


def test_what_is_no_number_is_not_dialled() -> None:
    assert [dial_number(text) for text in ("112", "+45 87 00 00 00", "Ring først", "87-00")] == [
        "112", "+4587000000", "", "",
    ]  # fmt: skip
