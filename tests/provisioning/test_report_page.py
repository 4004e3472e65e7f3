"""The page says what the JSON says, in Danish, and needs nothing but itself."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from appliance.records.terms import Section, UnitId
from provisioning.errors import Problem, Severity
from provisioning.found_units import FoundSection, FoundUnit
from provisioning.kept.choice import HeldUnit
from provisioning.night_report import BoxOutcome, BoxVerdict, NightReport
from provisioning.report_page import (
    SECTIONS,
    SEVERITIES,
    danish_time,
    grouped,
    report_page,
    verdict,
)
from provisioning.sources.base import FeedReport, Verdict

AT = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
ISO = "2026-11-23T01:05:00Z"


def books(*problems, rejected=0, read=3):
    made = FeedReport()
    for number in range(read):
        made.count_read("Patient")
        made.count("Patient", Verdict.REJECTED if number < rejected else Verdict.USED)
    for one in problems:
        made.add(one)
    return made


def problem(line=1, severity=Severity.ERROR, **more):
    fields = {"file": "Patient.ndjson", "type": "Patient", "field": "name", "reason": "is missing"}
    return Problem(severity=severity, line=line, **{**fields, **more})


def values(**fields):
    return NightReport(AT, ("eksport",), finished_at=AT, **fields).to_dict()


class Reader(HTMLParser):
    """The words, tags and addresses of a page."""

    def __init__(self, page):
        super().__init__()
        self.words, self.tags, self.links, self.within = [], [], [], []
        self.feed(page.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href", "action", "data")]
        if tag not in ("meta", "br"):
            self.within.append(tag)

    def handle_endtag(self, tag):
        assert self.within.pop() == tag

    def handle_data(self, data):
        if "style" not in self.within:
            self.words.append(" ".join(data.split()))

    @property
    def text(self):
        return " ".join(filter(None, self.words))


def everything():
    unit = FoundUnit("a", "Solgården", 96, (
        FoundSection("citizens", ISO, is_delivered=True, is_complete=True),
        FoundSection("notes", ISO, is_delivered=True, is_complete=True),
        FoundSection("medication", None, is_delivered=True, is_complete=False),
        FoundSection("visits", None, is_delivered=False, is_complete=False),
    ))  # fmt: skip
    made = books(problem(), problem(2), problem(None, Severity.NOTE, code="N-706"), rejected=1)
    made.left_out["Note older than 14 days"] = 1234
    made.unread.count("Patient", "photo", 12)
    boxes = (
        BoxOutcome(
            "boks-a",
            BoxVerdict.PUBLISHED,
            version=3,
            size_bytes=1,
            data_as_of=AT,
            warning="certificate: it runs out",
        ),
        BoxOutcome("boks-b", BoxVerdict.HELD, "N-712", "citizens fell from 10 to 7"),
    )
    kept = (HeldUnit(UnitId("b"), "Flag.ndjson:3: broken"),)
    return values(books=made, units=(unit,), boxes=boxes, kept_units=kept)


def test_page_shows_every_part_of_the_report():
    shown = Reader(report_page(everything())).text

    for words in (
        "1 post af 3 er afvist", "2 fejl", "1 af 2 bokse", "Patient 3 2 0 0 1", "I alt 3 2 0 0 1",
        "2 steder", "Patient.ndjson:1 Patient.ndjson:2", "photo 12", "1.234", "Solgården a 96",
        "Note older than 14 days", "23.11.2026 kl. 02.05 Borgere, Notater",
        "ukendt Noget kan mangle Medicin", "Ikke leveret Besøg", "boks-b Holdt tilbage",
        "1 enhed fik sin gamle kopi", "b Flag.ndjson:3: broken",
        "certificate: it runs out", "N-712 Boksen får ikke en ny kopi", "Til orientering (1)",
    ):  # fmt: skip
        assert words in shown, words


def test_page_stands_alone_and_is_well_formed():
    page = Reader(report_page(everything()))

    assert page.links == []
    assert page.within == []
    assert {"script", "link", "img", "iframe", "form"}.isdisjoint(page.tags)
    assert not re.search(rb"url\(|@import", report_page(everything()))


def test_everything_from_outside_is_escaped():
    bad = "<script>alert(1)</script>"
    unit = FoundUnit(bad, bad, 1)
    made = books(problem(file=bad, reason=bad, expected=bad, type=bad, field=bad))
    made.unread.count(bad, bad)
    made.left_out[bad] = 1
    page = report_page(values(books=made, units=(unit,), error=bad))

    assert b"<script>" not in page
    assert page.count(b"&lt;script&gt;") >= 8


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"books": books(read=1)}, "Eksporten er i orden: 1 post er læst, og ingen er afvist."),
        ({"books": books(read=0)}, "Eksporten er i orden: 0 poster er læst, og ingen er afvist."),
        (
            {"books": books(problem(), read=20189)},
            "Eksporten skal ses efter: der er 1 fejl, der skal rettes.",
        ),
        (
            {"kept_units": (HeldUnit(UnitId("a"), "x"), HeldUnit(UnitId("b"), "x"))},
            "Eksporten skal ses efter: 2 enheder fik deres gamle kopi.",
        ),
        (
            {"error": "N-701: x"},
            "Eksporten kunne ikke bruges. Alle bokse beholder den kopi, de har.",
        ),
    ],
)
def test_verdict_is_one_sentence(fields, sentence):
    assert verdict(values(**fields)) == sentence


def test_report_of_a_feed_that_cannot_be_read_tells_what_the_code_means():
    shown = Reader(report_page(values(error="N-701: eksport: no manifest.json"))).text

    assert "N-701: eksport: no manifest.json" in shown
    assert "Bed om manifestet" in shown


def test_problems_that_say_the_same_are_one_with_its_first_places():
    given = [problem(line) for line in range(1, 41)] + [problem(1, Severity.BLOCKING, reason="x")]
    first, second = grouped([one.to_dict() for one in given])

    assert (first.reason, first.places) == ("x", ("Patient.ndjson:1",))
    assert (second.number, second.more, second.own_code) == (40, 34, "")


def test_long_list_says_that_it_is_cut():
    shown = Reader(report_page(values(books=books(*(problem(n) for n in range(700)))))).text

    assert "Kun de første 500 af 700 er vist." in shown
    assert "Fejl (700)" in shown


def test_every_section_and_weight_has_a_danish_name():
    assert set(SECTIONS) == {section.value for section in Section}
    assert list(SEVERITIES) == [one.value for one in reversed(Severity)]


def test_times_are_danish():
    assert danish_time("2026-07-01T00:05:00Z") == "01.07.2026 kl. 02.05"
    assert danish_time(None) == "ukendt"
