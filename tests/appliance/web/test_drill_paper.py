"""What becomes of the drill pack where the log or the ledger cannot be read or written."""

from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.errors import StorageError
from appliance.outage.journal import Beginning, OutageJournal
from appliance.paper.sheets import SHEETS
from appliance.web.drill_paper import is_offered, stop_drill_paper
from tests.appliance.web.conftest import WebBox

PACK, PLAN = SHEETS["drill_pack"], SHEETS["plan_set"]


@pytest.fixture
def journal(tmp_path: Path, clock: HeldClock) -> OutageJournal:
    return OutageJournal(tmp_path / "outage", clock, "aaaa1111")


@pytest.mark.parametrize(("is_drill", "is_pack_offered"), [(True, True), (False, False)])
def test_only_a_real_outage_takes_the_pack_away_and_nothing_else(
    journal: OutageJournal, *, is_drill: bool, is_pack_offered: bool
) -> None:
    journal.begin(Beginning("AB", is_drill=is_drill))

    assert is_offered(PACK, journal) is is_pack_offered
    assert is_offered(PLAN, journal)


def test_a_log_that_cannot_be_read_takes_no_sheet_away(
    journal: OutageJournal, tmp_path: Path
) -> None:
    (tmp_path / "outage" / "0001.jsonl").mkdir(parents=True)

    with pytest.raises(StorageError):
        journal.outage()
    assert is_offered(PACK, journal)


def test_a_ledger_that_refuses_is_logged_and_stops_nothing_else(
    box: WebBox, caplog: pytest.LogCaptureFixture
) -> None:
    box.services.outage.begin(Beginning("AB"))
    box.services.desk.queue.ledger._run("DROP TABLE jobs")

    stop_drill_paper(box.services.outage, box.services.desk.queue)

    assert StorageError.code in caplog.text
