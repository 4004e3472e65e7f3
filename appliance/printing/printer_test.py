"""Print a test page and follow it until somebody knows whether it came out.

Past the desk, which needs open records: the page goes straight to the printer, also from a locked
box. What is asked for is written down before it is printed, so that a full disk or a kill costs a
page and never brings out one after another. A page that is stuck is taken back. Called by the
worker's timetable and by `nodboks printer test`.
"""

import contextlib
import logging
from dataclasses import replace
from datetime import timedelta

from appliance.clock import JudgedClock
from appliance.config import BoxConfig
from appliance.errors import NodboksError
from appliance.health.printer_test import (
    GIVE_UP_AFTER,
    AskedBy,
    PrinterTest,
    is_due,
    read_test,
    write_test,
)
from appliance.paper.printer_test_page import PrintingBox, new_serial, render_test_page
from printers.base import Printer
from printers.errors import PrinterError
from printers.models import JobHandle, JobStage, PrintJob
from printers.reasons import PrinterReason

log = logging.getLogger("nodboks.printing")


class PrinterTester:
    """Prints test pages on one printer of one box."""

    def __init__(self, config: BoxConfig, printer: Printer, clock: JudgedClock) -> None:
        self._config = config
        self._printer = printer
        self._clock = clock

    @property
    def last(self) -> PrinterTest | None:
        """Return the last test page."""
        return read_test(self._config.box.state_dir)

    def start(self, asked_by: AskedBy) -> PrinterTest:
        """Write down that a page is wanted, then hand it to the printer.

        Raises:
            StorageError: it could not be written down; nothing was printed.
            PrinterError: the printer did not take it; that is written down as well.

        """
        document = render_test_page(self._box(), new_serial())
        now = self._clock.now()
        test = PrinterTest(now, asked_by, document.serial, document.pages, JobStage.WAITING)
        self._keep(test)
        try:
            handle = self._printer.submit(PrintJob(document.serial, document.pdf, document.pages))
        except PrinterError as error:
            self._keep(replace(test, stage=JobStage.FAILED, problem=error.code))
            raise
        return self._keep(replace(test, handle=handle))

    def follow(self, test: PrinterTest, give_up_after: timedelta = GIVE_UP_AFTER) -> PrinterTest:
        """Ask how the page is doing; take one back that has been stuck for too long.

        Raises:
            StorageError: the disk refused.

        """
        if test.handle is None:
            return test
        seen = self._seen(test, test.handle)
        age = abs(self._clock.now() - test.asked_at)  # abs: somebody may set the clock back
        if seen.is_under_way and age >= give_up_after:
            with contextlib.suppress(PrinterError):
                self._printer.cancel(test.handle)
            problem = seen.problem or PrinterReason.JOB_UNKNOWN.code
            seen = replace(seen, stage=JobStage.CANCELLED, problem=problem)
        return seen if seen == test else self._keep(seen)

    def answer(self, *, is_whole: bool) -> PrinterTest | None:
        """Note what a person saw of the last page; None where there is no page to speak of.

        Raises:
            StorageError: the disk refused.

        """
        last = self.last
        return None if last is None else self._keep(replace(last, is_whole=is_whole))

    def take_turn(self) -> None:
        """Do what is due: follow the timetable's own page, or print a new one. Logs what fails."""
        last = self.last
        is_mine = last is not None and last.asked_by is AskedBy.TIMETABLE
        try:
            if last is not None and is_mine and last.is_under_way:
                self.follow(last)
            elif self._is_due(last):
                log.info("test page: %s", self.start(AskedBy.TIMETABLE).serial)
        except (NodboksError, PrinterError) as error:
            log.warning("test page: %s %s", error.code, error.detail)

    def _is_due(self, last: PrinterTest | None) -> bool:
        # By a clock nobody trusts "ten in the morning" may be the middle of the night.
        is_trusted = self._clock.judged().is_trusted
        return is_trusted and is_due(self._config.printer, last, self._clock.now())

    def _seen(self, test: PrinterTest, handle: JobHandle) -> PrinterTest:
        try:
            state = self._printer.job_state(handle)
        except PrinterError as error:
            return replace(test, stage=JobStage.BLOCKED, problem=error.code)
        out = test.pages_out if state.pages_out is None else min(state.pages_out, test.pages)
        problem = state.reason.code if state.reason else ""
        return replace(test, stage=state.stage, pages_out=out, problem=problem)

    def _keep(self, test: PrinterTest) -> PrinterTest:
        write_test(self._config.box.state_dir, test)
        return test

    def _box(self) -> PrintingBox:
        config = self._config
        return PrintingBox(
            name=config.box.name,
            queue=config.printer.queue,
            printed_at=self._clock.now(),
            is_clock_trusted=self._clock.judged().is_trusted,
            help_phone=config.box.help_phone,
        )
