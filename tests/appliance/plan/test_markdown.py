"""The few lines of Markdown a plan is written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.plan.markdown import parse_markdown
from appliance.plan.models import BlockKind, Span

FIELDS = ["it", "telefon"]


def parse(body, title="# Titel\n\n"):
    return parse_markdown(title + body, "cards/x.md", FIELDS)


def findings(body):
    return [str(finding) for finding in parse(body).findings]


def test_title_headings_paragraphs_bullets_and_steps_are_read():
    parsed = parse("Et afsnit\nover to linjer.\n\n## Nu\n1. Ring\n2. Skriv\n- Husk\n  alt\n")

    assert parsed.title == "Titel"
    assert parsed.findings == []
    assert [(block.kind, block.number, block.text) for block in parsed.blocks] == [
        (BlockKind.PARAGRAPH, 0, "Et afsnit over to linjer."),
        (BlockKind.HEADING, 0, "Nu"),
        (BlockKind.STEP, 1, "Ring"),
        (BlockKind.STEP, 2, "Skriv"),
        (BlockKind.BULLET, 0, "Husk alt"),
    ]


def test_bold_and_fields_are_spans_of_their_own():
    (block,) = parse("Ring **nu** til {it}, **også {telefon}**.").blocks

    assert block.spans == (
        Span("Ring "),
        Span("nu", is_bold=True),
        Span(" til "),
        Span(field="it"),
        Span(", "),
        Span("også ", is_bold=True),
        Span(is_bold=True, field="telefon"),
        Span("."),
    )


def test_a_paragraph_right_below_a_heading_is_no_part_of_it():
    heading, paragraph = parse("## Nu\nRing.\n").blocks

    assert (heading.text, paragraph.text) == ("Nu", "Ring.")


def test_bold_may_go_over_a_line_break():
    (block,) = parse("Ring **først\nså** skriv.").blocks

    assert block.spans[1] == Span("først så", is_bold=True)


@pytest.mark.parametrize(
    "line",
    [
        "> citat",
        "| a | b |",
        "```",
        "---",
        "=====",
        "* punkt",
        "+ punkt",
        "  - underpunkt",
        "   1. undertrin",
        "### for dybt",
        "##uden mellemrum",
        "[tekst](http://x)",
        "![billede](x.png)",
        "en <b>fed</b> linje",
        "<!-- skjult -->",
        "`kode`",
        "skrå\\streg",
        "~~streget~~",
        "*kursiv*",
        "***begge***",
        "_kursiv_",
        "__fed__",
        "a\u202eb",
        "a\x07b",
        "a\u200bb",
    ],
)
def test_what_paper_cannot_show_is_refused_with_its_line(line):
    found = findings(f"Først.\n\n{line}\n")

    assert found
    assert all(each.startswith("cards/x.md:5: ") for each in found)


@pytest.mark.parametrize(
    "line",
    [
        "a_b og 3 < 4 og 5 > 4",
        "kl. 8-9 – 10",
        "PN (efter behov)",
        "fil_navn.txt",
        "a\u00a0b",
        "50 %",
    ],
)
def test_ordinary_text_is_not_refused(line):
    assert findings(line) == []


def test_steps_count_up_from_one_wherever_a_list_begins():
    assert findings("1. a\n2. b\n\ntekst\n\n1. c\n") == []
    assert findings("1. a\n3. b\n") == ["cards/x.md:4: step 2 was expected here, not 3"]
    assert findings("2. a\n") == ["cards/x.md:3: step 1 was expected here, not 2"]


def test_an_unknown_field_is_refused_with_the_right_one_suggested():
    assert findings("Ring på {telefonn}") == [
        "cards/x.md:3: unknown field {telefonn}; did you mean telefon?"
    ]
    assert "there are: it, telefon" in findings("{zzz}")[0]


@pytest.mark.parametrize("text", ["en {løs", "en løs}", "**kun begyndt"])
def test_what_is_opened_must_be_closed(text):
    assert len(findings(text)) == 1
    assert "has no partner" in findings(text)[0]


@pytest.mark.parametrize("source", ["", "Tekst uden titel", "#Titel", "# ", "## Heading"])
def test_a_file_begins_with_its_title(source):
    parsed = parse(source, title="")

    assert 'cards/x.md:1: the first line must be "# Title"' in map(str, parsed.findings)


def test_a_second_title_is_refused():
    assert findings("# En til\n")[0].startswith("cards/x.md:3: there is one title")


@given(st.text(alphabet="#-*1. ab{}_`\n<>|\\[](it)\u202e\x07å", max_size=80))
def test_whatever_is_written_is_read_or_refused_by_line(body):
    parsed = parse(body)

    words = "".join(block.text for block in parsed.blocks)
    assert all(str(finding).startswith("cards/x.md:") for finding in parsed.findings)
    if not parsed.findings:
        assert not set("*`\\\u202e\x07") & set(words)
