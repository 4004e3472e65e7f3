"""Every medication list is tried before it is sent, and nothing odd holds anybody back."""

import os
import signal
from contextlib import closing
from datetime import UTC, date, datetime

import orjson
import pytest

from appliance.clock import HeldClock, SystemClock
from appliance.records.models import Citizen, MedicationOrder, Unit
from appliance.records.terms import CitizenId, MedicationStatus, UnitId, UnitKind
from appliance.records.writer import RecordWriter
from provisioning.checking import ReportForms, check_feeds
from provisioning.feeds import AS_DELIVERED
from provisioning.night_report import proof_lines
from provisioning.proving import NightProof, OddList, ProofLimits, Prover
from provisioning.report_page import report_page
from tests.provisioning.feeds import organization, patient, statement, write_feed

pytestmark = pytest.mark.slow  # processes: seconds, not milliseconds

NIGHT = datetime(2026, 11, 23, 2, tzinfo=UTC)
# What does not hang, a program that starts included, is done by then on a busy machine too.
HANGS_AFTER_S = 15
ODD_NAME = {"name": [{"family": "Prøve 漢", "given": ["Åse"]}]}


def write_snapshot(path, medicines=1, **citizens_of):
    """Write a snapshot with so many citizens in each unit."""
    with RecordWriter(path) as writer:
        for unit, names in citizens_of.items():
            writer.add(Unit(UnitId(unit), unit, UnitKind.CARE_CENTRE))
            for number, name in enumerate(names):
                citizen = CitizenId(f"{unit}{number}")
                writer.add(Citizen(citizen, UnitId(unit), name, "Åse", birth_date=date(1930, 1, 1)))
                for order in range(medicines):
                    writer.add(
                        MedicationOrder(
                            f"m{citizen}{order}", citizen, MedicationStatus.ACTIVE, brand="Eliquix"
                        )
                    )
    return path


@pytest.fixture
def prover():
    with closing(Prover(HeldClock(NIGHT))) as prover:
        yield prover


def test_list_with_a_character_no_font_has_is_named_by_unit_id_and_field(tmp_path, prover):
    snapshot = write_snapshot(tmp_path / "s.sqlite", a=["Prøve", "Prøve 漢"])

    prover.prove(snapshot, [UnitId("a")])

    assert (prover.found.tried, prover.found.not_tried) == (2, 0)
    assert prover.found.odd == [OddList("a", "a1", "repaired", (("Navn", ("U+6F22",)),))]


def test_unit_is_tried_once_a_night_however_many_boxes_serve_it(tmp_path, prover):
    snapshot = write_snapshot(tmp_path / "s.sqlite", a=["Prøve"], b=["Prøve", "Prøve"])

    prover.prove(snapshot, [UnitId("a")])
    prover.prove(snapshot, [UnitId("a"), UnitId("b")])
    prover.prove(snapshot, [UnitId("b")])

    assert prover.found.tried == 3


@pytest.mark.parametrize("blow", [signal.SIGSTOP, signal.SIGKILL])
def test_child_that_hangs_or_is_gone_is_replaced_and_every_list_tried(tmp_path, blow):
    snapshot = write_snapshot(tmp_path / "s.sqlite", a=["Prøve"], b=["Prøve", "Prøve"])
    limits = ProofLimits() if blow is signal.SIGKILL else ProofLimits(list_s=HANGS_AFTER_S)

    with closing(Prover(SystemClock(), limits)) as prover:
        prover.prove(snapshot, [UnitId("a")])
        os.kill(prover._child._process.pid, blow)
        prover.prove(snapshot, [UnitId("b")])

    assert (prover.found.tried, prover.found.not_tried, prover.found.odd) == (3, 0, [])


def test_list_that_takes_too_long_is_named_and_the_next_is_tried(tmp_path):
    path = write_snapshot(tmp_path / "s.sqlite", a=["Prøve", "Prøve"], medicines=1)
    with RecordWriter(tmp_path / "endless.sqlite") as writer:
        writer.add(Unit(UnitId("b"), "b", UnitKind.CARE_CENTRE))
        for citizen in ("b0", "b1"):
            writer.add(Citizen(CitizenId(citizen), UnitId("b"), "Prøve", "Åse", dwelling=citizen))
        for number in range(6_000):
            writer.add(
                MedicationOrder(
                    f"m{number}", CitizenId("b0"), MedicationStatus.ACTIVE, brand=f"Eliquix{number}"
                )
            )

    with closing(Prover(SystemClock(), ProofLimits(list_s=HANGS_AFTER_S))) as prover:
        prover.prove(path, [UnitId("a")])
        prover.prove(tmp_path / "endless.sqlite", [UnitId("b")])

    assert [(one.citizen, one.typeset) for one in prover.found.odd] == [("b0", "stuck")]
    assert (prover.found.tried, prover.found.not_tried) == (4, 0)


def test_when_the_nights_time_is_up_the_rest_is_counted_and_nobody_waits(tmp_path):
    snapshot = write_snapshot(tmp_path / "s.sqlite", a=["Prøve"] * 3)

    with closing(Prover(SystemClock(), ProofLimits(night_s=0))) as prover:
        prover.prove(snapshot, [UnitId("a")])

    assert (prover.found.tried, prover.found.not_tried, prover.found.odd) == (0, 3, [])
    assert list(prover.found.warnings()) == ["medication lists that were not tried: 3"]


def test_no_program_to_try_with_costs_no_night(tmp_path, monkeypatch):
    snapshot = write_snapshot(tmp_path / "s.sqlite", a=["Prøve"])
    monkeypatch.setattr("sys.executable", str(tmp_path / "none"))

    with closing(Prover(HeldClock(NIGHT))) as prover:
        prover.prove(snapshot, [UnitId("a")])

    assert (prover.found.tried, prover.found.not_tried) == (0, 1)


def add_odd(hub):
    people = [patient("odd", "a", **ODD_NAME), patient("good", "a")]
    given = [organization("a", "Solgården a"), *people, statement("m1", "odd")]
    write_feed(hub.feed / "a", given)


def test_night_names_the_odd_list_and_every_box_gets_its_copy(hub):
    add_odd(hub)

    report = hub.publish()

    said = orjson.loads(report.path.read_bytes())["proof"]
    page = report.path.with_suffix(".html").read_text(encoding="utf-8")
    (odd,) = said["odd"]
    assert report.is_clean
    assert said["tried"] == 12
    assert (odd["unit"], odd["typeset"]) == ("a", "repaired")
    assert odd["fields"] == [{"field": "Navn", "characters": ["U+6F22"]}]
    assert hub.open_box("boks-a").citizen(odd["citizen"]).family_name == "Prøve 漢"
    assert "unit a: medication lists not to be shown as the record has them: 1" in said_warnings(
        report
    )
    assert odd["citizen"] not in page
    assert "U+6F22" in page
    assert "漢" not in page + report.path.read_text(encoding="utf-8")


def said_warnings(report):
    return "\n".join(report.to_dict()["warnings"])


def test_check_names_no_citizen_for_its_ids_are_made_with_a_salt_everybody_knows(hub, clock):
    add_odd(hub)

    report = check_feeds([hub.feed], AS_DELIVERED, clock, ReportForms())

    (odd,) = report.to_dict()["proof"]["odd"]
    assert (odd["unit"], odd["citizen"]) == ("a", "")
    assert "odd list: unit a: repaired: Navn (U+6F22)" in list(proof_lines(report.proof))


def test_long_list_of_odd_ones_is_cut_with_the_number_left():
    proof = NightProof(25, odd=[OddList("a", f"c{n}", "failed", (), "N-600") for n in range(25)])

    lines = list(proof_lines(proof))

    assert "odd list: unit a, citizen c0: failed: N-600" in lines
    assert lines[-1] == "… and 5 more odd lists"
    assert list(proof_lines(None)) == []


def test_page_puts_lists_that_are_odd_in_the_same_way_together(hub):
    report = hub.publish()
    odd = [OddList("a", f"c{n}", "repaired", (("Navn", ("U+6F22",)),)) for n in range(3)]
    report.proof = NightProof(3, odd=[*odd, OddList("a", "c9", "stuck")])

    page = report_page(report.to_dict()).decode()

    assert page.count("U+6F22") == 1
    assert '<td class="n">3</td>' in page
    assert "Hele listen" in page


def test_no_child_outlives_its_prover(tmp_path, prover):
    snapshot = write_snapshot(tmp_path / "s.sqlite", a=["Prøve"])
    prover.prove(snapshot, [UnitId("a")])
    pid = prover._child._process.pid

    prover.close()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert prover._child is None
