"""Read feeds without publishing, and write the books in the forms that are asked for.

The same reading as a real night, into a staging file that is thrown away. A feed that cannot be
read at all has a report too: it says why. Called by the `check` command.
"""

import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from appliance.clock import Clock
from appliance.errors import NodboksError
from appliance.files import write_atomically
from provisioning.box_snapshot import BoxOrder, build_box
from provisioning.intake import Night, private_folder, take_in
from provisioning.night_report import NightReport, report_json
from provisioning.proving import NightProof, Prover
from provisioning.reading import Reading
from provisioning.report_page import report_page

SCREEN = Path("-")
# The ids are thrown away, so any salt will do.
_NO_SALT = bytes(32)
_NOBODY = "check"
_FOR_EVERYBODY = 0o644  # no personal data: it is made to be sent on


@dataclass(frozen=True, slots=True)
class ReportForms:
    """Where to write the report; `-` is standard output, None is nowhere."""

    json: Path | None = None
    html: Path | None = None

    @property
    def uses_screen(self) -> bool:
        """Tell whether standard output is for a report."""
        return SCREEN in (self.json, self.html)

    def write(self, report: NightReport) -> None:
        """Write the forms.

        Raises:
            StorageError: the disk refused.

        """
        if self.json:
            _write(self.json, report_json(report))
        if self.html:
            _write(self.html, report_page(report.to_dict()))


def check_feeds(
    feeds: Sequence[Path], reading: Reading, clock: Clock, forms: ReportForms
) -> NightReport:
    """Read the feeds and write the forms.

    Raises:
        FeedError: a feed cannot be read at all; the forms say so.
        StorageError: there is no room to work in, or a form cannot be written.

    """
    report = NightReport(clock.now(), tuple(feed.name for feed in feeds))
    try:
        with private_folder() as folder, closing(Prover(clock)) as prover:
            night = take_in(list(feeds), folder / "check.sqlite", _NO_SALT, reading)
            report.note(night)
            reading.progress.begin("prove", 1)
            report.proof = _proof(night, prover, folder, clock)
            reading.progress.advance(1)
    except NodboksError as error:
        report.error = f"{error.code}: {error}"
        raise
    finally:
        report.finished_at = clock.now()
        forms.write(report)
    return report


def _proof(night: Night, prover: Prover, folder: Path, clock: Clock) -> NightProof:
    """Try every medication list of a snapshot of all units.

    The ids of a check are made with a salt that everybody knows: nobody may be named by them.
    """
    units = tuple(night.units)
    order = BoxOrder(_NOBODY, _NOBODY, _NOBODY, "", units, clock.now())
    snapshot = folder / "proof.sqlite"
    build_box(night.staging, order, snapshot)
    prover.prove(snapshot, units)
    return replace(prover.found, odd=[replace(one, citizen="") for one in prover.found.odd])


def _write(path: Path, content: bytes) -> None:
    if path == SCREEN:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        write_atomically(path, content, mode=_FOR_EVERYBODY)
