"""Learn what the lamp depends on, from what the other programs tell and have written down.

Asks the keeper for its status; reads the copy's age, the log of an outage, the probes, the last
test page and how paper goes. Opens and changes nothing. Whatever goes wrong in it is shown as a
fault: a lamp that stays green because nobody can look lies. Called by the panel, the web and
`nodboks status`.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from appliance.attempts import Lasting
from appliance.beacon.statement import Standing
from appliance.clock import JudgedClock
from appliance.config import NO_TEST, PRINTS_ON_PAPER, BoxConfig
from appliance.errors import KeeperDownError
from appliance.files import stamp_of
from appliance.health.copy_age import copied_at
from appliance.health.lamp_state import LampFacts, LampState, lamp_state
from appliance.health.paper_now import PaperNow, read_paper
from appliance.health.printer_test import read_test
from appliance.health.readiness import Light, page_verdict
from appliance.line_status import is_sync_running
from appliance.outage.episodes import OUTAGES
from appliance.outage.journal import OutageJournal
from appliance.outage.own_word import standing_of
from appliance.outage.probe_status import read_probes
from appliance.outage.suspicion import Verdict, suspicion_of
from appliance.records.age import Freshness, judge_age
from appliance.snapshot.installed import COPIES
from appliance.vault.keeper_client import KeeperClient
from appliance.vault.protocol import KeeperStatus

_LOG = logging.getLogger("nodboks.lamp")
_MINUTE_S = 60
_Stamps = tuple[tuple[int, int] | None, ...]


class LampReading:
    """Reads one box, in any thread; `status` asks the keeper, the real one if none is given."""

    def __init__(
        self,
        config: BoxConfig,
        clock: JudgedClock,
        status: Callable[[], KeeperStatus] | None = None,
    ) -> None:
        self._config = config
        self._clock = clock
        self._ask = status or KeeperClient(config.keeper_socket).status
        # Only read here, so it need not know which start of the machine this is.
        folder, ram_dir = config.box.state_dir / OUTAGES, config.web_dir
        self._journal = OutageJournal(folder, clock, "", ram_dir)
        self._reading = Lasting(_LOG, "reading how the box is")
        self._seen: _Stamps | None = None
        self._installed_at: datetime | None = None

    def state(self) -> LampState:
        """Return what the lamp should show now."""
        return self._reading.do(lambda: lamp_state(self.facts()), LampState.FAULT)

    def facts(self) -> LampFacts:
        """Return what is known now.

        Raises:
            StorageError: the log of the outage cannot be read.

        """
        keeper, now_s = self._status(), self._clock.monotonic()
        paper = read_paper(self._config.panel_dir)
        if keeper is None or paper is None or not paper.is_fresh(now_s):
            return LampFacts(is_serving=False)
        made_at = self._copied_at(keeper)
        return LampFacts(
            has_copy=made_at is not None,
            is_copy_in_doubt=self._is_in_doubt(made_at),
            is_printer_in_trouble=paper.is_in_trouble or self._is_test_page_bad(),
            is_printing=paper.is_printing,
            printed_s=_since(paper, now_s),
            is_outage=self._is_outage(now_s),
            is_open=not keeper.locked,
            is_by_person=keeper.open_until is not None,
            is_syncing=is_sync_running(self._config.box.state_dir),
        )

    def _status(self) -> KeeperStatus | None:
        try:
            return self._ask()
        except KeeperDownError:
            return None

    def _copied_at(self, keeper: KeeperStatus) -> datetime | None:
        """Return when the copy was made; what is installed is read when it changes."""
        if keeper.signed_at is not None:
            return copied_at(self._config.box.state_dir, keeper)
        seen = tuple(stamp_of(self._config.box.state_dir / name) for name in COPIES)
        if seen != self._seen:
            self._installed_at = copied_at(self._config.box.state_dir, None)
            self._seen = seen
        return self._installed_at

    def _is_in_doubt(self, made_at: datetime | None) -> bool:
        freshness = judge_age(made_at, self._clock.now()).freshness
        return freshness is not Freshness.FRESH or not self._clock.judged().is_trusted

    def _is_test_page_bad(self) -> bool:
        """Tell whether readiness calls the last test page red, on a box that prints one weekly."""
        section = self._config.printer
        if section.kind != PRINTS_ON_PAPER or section.test_day == NO_TEST:
            return False
        last = read_test(self._config.box.state_dir)
        return last is None or page_verdict(last, self._clock.now())[0] is Light.RED

    def _is_outage(self, now_s: float) -> bool:
        """Tell whether one is on, or a drill, or the box itself sees the care system down."""
        if standing_of(self._journal.lapse()) is not Standing.NONE:
            return True
        seen = read_probes(self._config.box.state_dir)
        down_after_s = self._config.outage.down_after_min * _MINUTE_S
        return suspicion_of(seen, now_s, down_after_s).verdict is Verdict.DOWN


def _since(paper: PaperNow, now_s: float) -> float | None:
    return None if paper.finished_s is None else now_s - paper.finished_s
