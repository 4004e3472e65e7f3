"""Read a plan's folder into a `ResponsePlan`, or say everything that is wrong with it.

`plan.toml` says who answers for it, what is due when and whom to phone; the chapters, action cards
and letters are Markdown files beside it (`FORMAT.md`). Nothing half-read is ever returned. Called
by `shipped` at the start of a program and by `nodboks plan`.
"""

import tomllib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from appliance.errors import PlanError
from appliance.plan.checking import check
from appliance.plan.fields import allowed_fields
from appliance.plan.findings import Finding
from appliance.plan.markdown import parse_markdown
from appliance.plan.models import (
    ChecklistItem,
    ContactType,
    Decision,
    PlanContact,
    ResponsePlan,
    Responsibility,
    Revision,
    Stage,
    Text,
    place_key,
)
from appliance.plan.table import ID, Table

PLAN_FILE = "plan.toml"
# The folder of the version before, within that of a plan; read apart, if at all.
PREVIOUS = "previous"
# A text longer than this was not written for a night.
_LARGEST_FILE = 256 * 1024
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of a folder; without findings there is a plan."""

    plan: ResponsePlan | None
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class _Folder:
    """The folder being read, and what was wrong in it so far."""

    path: Path
    findings: list[Finding] = field(default_factory=list)

    def source(self, name: str) -> str | None:
        """Return a file's text; None, with a finding, if it cannot be had."""
        try:
            with (self.path / name).open("rb") as file:
                content = file.read(_LARGEST_FILE + 1)
            if len(content) <= _LARGEST_FILE:
                # The editor of Windows puts a mark first, and ends a line with two.
                return content.decode("utf-8-sig").replace("\r\n", "\n")
            reason = f"is larger than {_LARGEST_FILE // 1024} KiB"
        except UnicodeDecodeError as error:
            reason = f"is not UTF-8 (byte {error.start})"
        except OSError as error:
            reason = error.strerror or "cannot be read"
        self.findings.append(Finding(name, reason))
        return None


def load_plan(folder: Path) -> ResponsePlan:
    """Return the plan of a folder.

    Raises:
        PlanError: something is wrong with it; the detail lists everything.

    """
    reading = read_plan(folder)
    if reading.plan is None:
        raise PlanError("; ".join(map(str, reading.findings)))
    return reading.plan


def read_plan(folder: Path) -> Reading:
    """Return the plan of a folder, or every finding in it."""
    place = _Folder(folder)
    source = place.source(PLAN_FILE)
    raw = _toml(source, place.findings) if source is not None else None
    if source is None or raw is None:
        return Reading(None, tuple(place.findings))
    table = Table(raw, source, PLAN_FILE, place.findings)
    plan = _plan(table, place)
    table.finish()
    if not place.findings:  # else the same slip would be told twice
        place.findings += check(plan)
    return Reading(None if place.findings else plan, tuple(place.findings))


def _toml(source: str, findings: list[Finding]) -> dict[str, object] | None:
    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        findings.append(Finding(PLAN_FILE, str(error)))
        return None


def _plan(table: Table, place: _Folder) -> ResponsePlan:
    types = tuple(_each(table, "contact_types", _contact_type))
    texts = _Texts(table, place, allowed_fields(types, is_letter=False))
    letters = _Texts(table, place, allowed_fields(types, is_letter=True))
    return ResponsePlan(
        title=table.text("title"),
        municipality=table.text("municipality"),
        responsibility=_responsibility(table),
        chapters=texts.listed("chapters"),
        cards=texts.listed("cards"),
        letters=letters.addressed("letters"),
        stages=tuple(_each(table, "stages", _stage)),
        checklist=tuple(_each(table, "checklist", _item)),
        decisions=tuple(_each(table, "decisions", _decision)),
        contact_types=types,
        contacts=tuple(_contacts(table, {each.id for each in types if each.is_in_round})),
        systems=table.texts("systems"),
        reply_phone=table.text("reply_phone", is_needed=False),
    )


@dataclass(frozen=True, slots=True)
class _Texts:
    """Reads the Markdown files a plan names; one it does not name is a finding."""

    table: Table
    place: _Folder
    fields: list[str]

    def listed(self, key: str) -> tuple[Text, ...]:
        """Return the texts of a list of names, in its order."""
        names = self.table.texts(key)
        for name in (name for name in names if not ID.fullmatch(name)):
            self.table.note(key, f"{name!r} is not a–z, digits and - only")
        return self._read(key, [(name, "") for name in names if ID.fullmatch(name)])

    def addressed(self, key: str) -> tuple[Text, ...]:
        """Return the texts of tables with an id and whom they are for."""
        named = []
        for table in self.table.tables(key):
            named.append((table.id(), table.text("to")))
            table.finish()
        return self._read(key, [(name, to) for name, to in named if name])

    def _read(self, folder: str, named: list[tuple[str, str]]) -> tuple[Text, ...]:
        found = {path.stem for path in (self.place.path / folder).glob("*.md")}
        for stray in sorted(found - {name for name, _ in named}):
            self.place.findings.append(
                Finding(f"{folder}/{stray}.md", f"is not named under {folder} in {PLAN_FILE}")
            )
        return tuple(self._text(folder, name, to) for name, to in named)

    def _text(self, folder: str, name: str, to: str) -> Text:
        file = f"{folder}/{name}.md"
        source = self.place.source(file)
        if source is None:
            return Text(name, name)
        parsed = parse_markdown(source, file, self.fields)
        self.place.findings += parsed.findings
        return Text(name, parsed.title, tuple(parsed.blocks), to)


def _each(table: Table, key: str, read: Callable[[Table], _T]) -> Iterator[_T]:
    for item in table.tables(key):
        yield read(item)
        item.finish()


def _responsibility(table: Table) -> Responsibility:
    return Responsibility(
        version=table.text("version"),
        owner=table.text("owner"),
        author=table.text("author", is_needed=False),
        approver=table.text("approver", is_needed=False),
        approved_on=table.day("approved_on"),
        next_review=table.day("next_review"),
        revisions=tuple(one for one in _each(table, "revisions", _revision) if one),
    )


def _revision(table: Table) -> Revision | None:
    on = table.day("on", is_needed=True)
    version, by, what = (table.text(key) for key in ("version", "by", "what"))
    return Revision(version, on, by, what) if on else None


def _stage(table: Table) -> Stage:
    hours = table.hours("warn_hours_before", is_needed=False)
    warn = hours if "warn_hours_before" in table.raw else None
    after = table.hours("after_hours")
    return Stage(table.id(), after, table.text("title"), table.text("text"), warn)


def _item(table: Table) -> ChecklistItem:
    contact = table.text("contact_type", is_needed=False)
    return ChecklistItem(table.id(), table.text("stage"), table.text("text"), contact)


def _decision(table: Table) -> Decision:
    return Decision(
        id=table.id(),
        stage_id=table.text("stage"),
        question=table.text("question"),
        options=table.texts("options"),
        by=table.text("by"),
    )


def _contact_type(table: Table) -> ContactType:
    return ContactType(table.id(), table.text("title"), table.flag("in_round"), table.flag("vital"))


def _contacts(table: Table, rung: Collection[str]) -> Iterator[PlanContact]:
    """Yield the contacts; two of one name in the round would share its place, and its answer."""
    met: dict[str, PlanContact] = {}
    for item in table.tables("contacts"):
        contact = _contact(item)
        item.finish()
        if contact.type_id in rung and contact.name:
            first = met.setdefault(place_key(contact.name), contact)
            if first is not contact:
                where = f"{first.name!r} ({first.type_id})"
                item.note("name", f"{where} is in the contact round already: name them differently")
        yield contact


def _contact(table: Table) -> PlanContact:
    phone, note, box = (table.text(key, is_needed=False) for key in ("phone", "note", "box"))
    return PlanContact(table.text("type"), table.text("name"), phone, note, box)
