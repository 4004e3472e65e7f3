"""Lay out a report as one page in Danish that municipal IT can send to the vendor.

Made from the plain values of the JSON report and nothing else, so that both say the same. The page
stands alone: no script, no picture, nothing from elsewhere. Refuses nothing; a value it does not
know is shown as it is. Called by `night_report`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import jinja2

from appliance.clock import DANISH_TIME, parse_time
from appliance.words import Words, words_for
from provisioning.errors import FeedError

_TEMPLATE = "feed_report.html"
_SHOWN_PLACES = 6
_GROUP = ("severity", "type", "field", "reason", "expected", "code")
SEVERITIES = {
    "blocking": "Holder enheder tilbage",
    "error": "Fejl",
    "warning": "Bør ses efter",
    "note": "Til orientering",
}
SECTIONS = {
    "citizens": "Borgere",
    "relatives": "Pårørende",
    "contacts": "Kontakter",
    "warnings": "CAVE og allergi",
    "medication": "Medicin",
    "conditions": "Tilstande",
    "care_plan": "Plejeplan",
    "observations": "Målinger",
    "notes": "Notater",
    "interventions": "Indsatser",
    "visits": "Besøg",
    "flags": "Markeringer",
    "service_orders": "Mad og hjælpemidler",
    "key_boxes": "Nøgler",
    "staff": "Personale",
    "plan": "Beredskabsplan",
    "attachments": "Bilag",
    "other": "Øvrige oplysninger",
}
WHOLE_LIST = "Hele listen"
BOX_VERDICTS = {"published": "Sendt ud", "held": "Holdt tilbage", "failed": "Mislykket"}


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """One kind of problem, and the first places it was found at."""

    severity: str
    type: str
    field: str
    reason: str
    expected: str
    code: str
    places: tuple[str, ...]
    number: int

    @property
    def own_code(self) -> str:
        """Return the code where it says more than that something is odd."""
        return "" if self.code == FeedError.code else self.code

    @property
    def more(self) -> int:
        """Return how many places are not shown."""
        return self.number - len(self.places)


@dataclass(frozen=True, slots=True)
class OddField:
    """One field that cannot be shown as the record has it, and on how many lists of a unit."""

    unit: str
    field: str
    characters: str
    number: int


def report_page(values: Mapping[str, Any]) -> bytes:
    """Return the page of a report, given as the values of its JSON form."""
    groups = grouped(values["problems"])
    page = _environment().get_template(_TEMPLATE)
    return page.render(
        report=values,
        verdict=verdict(values),
        groups=groups,
        odd_lists=odd_lists(values.get("proof")),
        codes=_codes(values, groups),
        severities=SEVERITIES,
        sections=SECTIONS,
        box_verdicts=BOX_VERDICTS,
    ).encode()


def verdict(values: Mapping[str, Any]) -> str:
    """Return in one sentence what became of the feeds."""
    if values["error"]:
        return "Eksporten kunne ikke bruges. Alle bokse beholder den kopi, de har."
    read, rejected = values["total"]["read"], values["total"]["rejected"]
    totals = values["problem_totals"]
    wrong = totals.get("error", 0) + totals.get("blocking", 0)
    stopped = sum(box["verdict"] != "published" for box in values["boxes"])
    if values["is_clean"]:
        return f"Eksporten er i orden: {_posts(read)} er læst, og ingen er afvist."
    parts = [
        f"{_posts(rejected)} af {number(read)} er afvist" if rejected else "",
        f"der er {number(wrong)} fejl, der skal rettes" if wrong else "",
        _kept(len(values["kept_units"])),
        f"{number(stopped)} af {number(len(values['boxes']))} bokse fik ingen ny kopi"
        if stopped
        else "",
    ]
    return f"Eksporten skal ses efter: {', og '.join(filter(None, parts))}."


def grouped(problems: Iterable[Mapping[str, Any]]) -> list[ProblemGroup]:
    """Put problems that say the same together, the heaviest and then the most frequent first."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for one in problems:
        line = f":{one['line']}" if one["line"] is not None else ""
        groups.setdefault(tuple(one[name] for name in _GROUP), []).append(one["file"] + line)
    found = [
        ProblemGroup(
            **dict(zip(_GROUP, key, strict=True)),
            places=tuple(places[:_SHOWN_PLACES]),
            number=len(places),
        )
        for key, places in groups.items()
    ]
    weight = list(SEVERITIES)
    return sorted(found, key=lambda group: (weight.index(group.severity), -group.number))


def odd_lists(proof: Mapping[str, Any] | None) -> list[OddField]:
    """Put medication lists that are odd in the same way together; the page names no citizen."""
    found: Counter[tuple[str, str, str]] = Counter()
    for one in proof["odd"] if proof else ():
        whole = [{"field": WHOLE_LIST, "characters": [one["error"]]}]
        for each in one["fields"] or whole:
            found[one["unit"], str(each["field"]), ", ".join(each["characters"])] += 1
    return [OddField(*key, number=times) for key, times in found.items()]


def number(value: int) -> str:
    """Write a whole number as Danes do: 20.189."""
    return f"{value:,}".replace(",", ".")


def danish_time(value: str | None) -> str:
    """Write an ISO time as "23.11.2026 kl. 02.05", in Danish time."""
    if not value:
        return "ukendt"
    return parse_time(value).astimezone(DANISH_TIME).strftime("%d.%m.%Y kl. %H.%M")


def danish_day(value: str) -> str:
    """Write an ISO day as "23.11.2026"."""
    return date.fromisoformat(value).strftime("%d.%m.%Y")


def _kept(units: int) -> str:
    if not units:
        return ""
    return (
        "1 enhed fik sin gamle kopi"
        if units == 1
        else f"{number(units)} enheder fik deres gamle kopi"
    )


def _posts(value: int) -> str:
    return "1 post" if value == 1 else f"{number(value)} poster"


def _codes(values: Mapping[str, Any], groups: Iterable[ProblemGroup]) -> list[Words]:
    """Return what each code of the page means, and what to do about it."""
    found = {group.code for group in groups if group.severity in ("blocking", "error")}
    # The general code says of a field that something is odd, not that the export is of no use.
    found.discard(FeedError.code)
    found |= {box["code"] for box in values["boxes"] if box["code"]}
    if values["error"]:
        found.add(values["error"].partition(":")[0])
    return [words_for(code) for code in sorted(found)]


def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "number": number,
        "danish_time": danish_time,
        "danish_day": danish_day,
        "by_age": _by_age,
    }
    return made


def _by_age(sections: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, bool, list[str]]]:
    """Give (as of, is complete, names) of the delivered sections, those of one age together."""
    groups: dict[tuple[str, bool], list[str]] = {}
    for name, state in sections.items():
        if state["is_delivered"]:
            key = (danish_time(state["as_of"]), state["is_complete"])
            groups.setdefault(key, []).append(SECTIONS.get(name, name))
    yield from ((age, is_complete, names) for (age, is_complete), names in groups.items())
