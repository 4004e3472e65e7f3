"""Read the few lines of Markdown a plan is written in, and refuse the rest by line. Pure.

Title, headings, paragraphs, bullets, numbered steps, bold and `{fields}`: what paper and screen can
both show. Anything else (links, tables, HTML, italics) would be printed as signs nobody can read
at night, so it is a finding and not a guess. Called by the loader.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from appliance.plan.findings import Finding
from appliance.plan.models import Block, BlockKind, Span
from appliance.settings_file import did_you_mean

_BULLET = re.compile(r"- +(\S.*)")
_STEP = re.compile(r"([0-9]{1,2})[.)] +(\S.*)")
_FIELD = re.compile(r"\{([^{}]*)\}")
_BLANKS = "\t\u00a0"
# What other Markdown means something by, and what to write instead.
_REFUSED = (
    (re.compile(r"^\s*(>|\||```|~~~|[-=_]{3,}\s*$)"), "quotes, tables and rules are not read"),
    (re.compile(r"^\s*[*+] "), 'write points with "- "'),
    (re.compile(r"^\s+(- |[0-9]{1,2}[.)] )"), "points within points are not read"),
    (re.compile(r"^#{3,}|^#+[^#\s]"), 'write "# Title" or "## Heading"'),
    (re.compile(r"\]\("), "links and pictures are not read: write the address as text"),
    (re.compile(r"<[A-Za-z/!]"), "HTML is not read"),
    (re.compile(r"`|\\|~~"), "code, backslashes and struck-out text are not read"),
    (re.compile(r"(?<!\*)\*(?!\*)|\*{3}"), "only **bold** is read"),
    (re.compile(r"(?<!\w)_+\w|\w_+(?!\w)"), "only **bold** is read, not underscores"),
)


@dataclass(slots=True)
class Parsed:
    """A file as text: its title, its blocks, and what could not be read."""

    title: str = ""
    blocks: list[Block] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    """A block that may go on in the next line."""

    kind: BlockKind
    line: int
    words: list[str]
    number: int = 0


def parse_markdown(source: str, file: str, fields: Collection[str]) -> Parsed:
    """Return the text of a file; only `fields` may stand in braces."""
    parsed = Parsed()
    first, _, rest = source.partition("\n")
    if first.startswith("# ") and first[2:].strip():
        parsed.title = first[2:].strip()
    else:
        parsed.findings.append(Finding(f"{file}:1", 'the first line must be "# Title"'))
    for number, line in enumerate(source.split("\n"), 1):
        parsed.findings += _refusals(line, f"{file}:{number}", is_first=number == 1)
    last_step = 0
    for opened in _gathered(rest.split("\n")):
        place = f"{file}:{opened.line}"
        spans = _spans(" ".join(opened.words), place, (fields, parsed.findings))
        if opened.kind is BlockKind.STEP and opened.number != last_step + 1:
            expected = f"step {last_step + 1} was expected here, not {opened.number}"
            parsed.findings.append(Finding(place, expected))
        last_step = opened.number
        parsed.blocks.append(Block(opened.kind, spans, opened.number))
    return parsed


def _gathered(lines: list[str]) -> Iterator[_Open]:
    """Yield the blocks below the title, each with its lines joined."""
    opened: _Open | None = None
    for number, line in enumerate(lines, 2):
        begun = _begun(line, number)
        if opened and begun is None and line.strip() and opened.kind is not BlockKind.HEADING:
            opened.words.append(line.strip())
            continue
        if opened:
            yield opened
        opened = begun or (
            _Open(BlockKind.PARAGRAPH, number, [line.strip()]) if line.strip() else None
        )
    if opened:
        yield opened


def _begun(line: str, number: int) -> _Open | None:
    """Return the block that begins with this line, or None if it may go on with another."""
    if line.startswith("## "):
        return _Open(BlockKind.HEADING, number, [line[3:].strip()])
    if bullet := _BULLET.fullmatch(line):
        return _Open(BlockKind.BULLET, number, [bullet[1].strip()])
    if step := _STEP.fullmatch(line):
        return _Open(BlockKind.STEP, number, [step[2].strip()], int(step[1]))
    return None


def _refusals(line: str, place: str, *, is_first: bool) -> Iterator[Finding]:
    if line.startswith("# ") and not is_first:
        yield Finding(place, 'there is one title, on the first line; write "## Heading"')
    if any(not char.isprintable() and char not in _BLANKS for char in line):
        yield Finding(place, "there is an invisible control character here")
    found = next((why for pattern, why in _REFUSED if pattern.search(line)), None)
    if found:
        yield Finding(place, found)


def _spans(text: str, place: str, known: tuple[Collection[str], list[Finding]]) -> tuple[Span, ...]:
    """Split a line at its bold parts and its fields."""
    fields, findings = known
    parts = text.split("**")
    if len(parts) % 2 == 0:
        findings.append(Finding(place, "a ** has no partner"))
    spans = []
    for index, part in enumerate(parts):
        for position, piece in enumerate(_FIELD.split(part)):
            if position % 2:
                findings += _unknown_field(piece, place, fields)
                spans.append(Span(is_bold=bool(index % 2), field=piece))
            elif piece:
                findings += [Finding(place, "a brace has no partner")] * bool(
                    set("{}") & set(piece)
                )
                spans.append(Span(piece, is_bold=bool(index % 2)))
    return tuple(spans)


def _unknown_field(name: str, place: str, fields: Collection[str]) -> Iterator[Finding]:
    if name not in fields:
        hint = did_you_mean(name, fields) or f"; there are: {', '.join(sorted(fields))}"
        yield Finding(place, f"unknown field {{{name}}}{hint}")
