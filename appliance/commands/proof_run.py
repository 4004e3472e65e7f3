"""Try every sheet of the copy that is open, at the lowest priority, and write down what was found.

A program of its own, because only what may read the opened records can do it, and what it takes of
memory is gone when it ends. Stops between two sheets when the box is locked or a newer copy comes.
Runs when nobody else wants the processor, so that a page or a print never waits for it. Holds no
key, talks to nobody, writes one file in RAM. Called by `nodboks prove`, by hand or by systemd.
"""

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from appliance.clock import JudgedClock, reckoned_now
from appliance.command_line import DONE, FAILED, say
from appliance.config import BoxConfig
from appliance.errors import (
    LockedError,
    PaperError,
    StorageError,
    UnreadableSnapshotError,
)
from appliance.paper.document import Flaw
from appliance.paper.place import place_of
from appliance.paper.proof import Proof, Tally, Trial, proof_line, read_proof, write_proof
from appliance.paper.proving import proof_context, trials
from appliance.paper.sheet_kind import Material
from appliance.paper.sheets import SHEETS
from appliance.plan.shipped import plan_in_force
from appliance.quiet_log import kind_and_place, silenced
from appliance.records.store import RecordStore
from appliance.vault.opened import Opened
from appliance.version import version

NAME = "nodboks"
_NICEST = 19


class CopyChangedError(PaperError):
    """A newer copy was opened while sheets of the old one were being tried."""


@dataclass(frozen=True, slots=True)
class ProofRun:
    """One run of the proof on one box; `rest` is called between sheets with how long one took."""

    config: BoxConfig
    clock: JudgedClock
    rest: Callable[[float], None] = lambda _seconds: None

    def prove(self) -> Proof:
        """Try every sheet.

        Raises:
            LockedError: the box is locked, or was locked meanwhile.
            CopyChangedError: a newer copy was opened meanwhile.
            SnapshotError, VaultError: the records cannot be read by this software.

        """
        opened = Opened.read(self.config.records_dir)
        if opened is None:
            raise LockedError("there are no records to make sheets of")
        tally, started = Tally(), self.clock.monotonic()
        try:
            with contextlib.closing(RecordStore(opened.records)) as store:
                for trial in self._trials(store, opened):
                    tally.add(trial)
        except (sqlite3.Error, UnreadableSnapshotError) as error:
            self._refuse_other_copy(opened)  # it was being wiped
            raise UnreadableSnapshotError(kind_and_place(error)) from error
        took_s = self.clock.monotonic() - started
        return tally.proof((opened.version, version()), self.clock.now(), took_s)

    def keep(self, proof: Proof) -> None:
        """Write the proof where the status looks for it.

        Raises:
            StorageError: the RAM folder refused.

        """
        write_proof(self.config.web_dir, proof)

    def is_done(self) -> bool:
        """Tell whether what is open was proven already by this software; nothing open is done."""
        opened = Opened.read(self.config.records_dir)
        known = read_proof(self.config.web_dir)
        if opened is None:
            return True
        return known is not None and (known.version, known.software) == (opened.version, version())

    def _trials(self, store: RecordStore, opened: Opened) -> Iterator[Trial]:
        context = proof_context(reckoned_now(self.clock), self.config.box.name)
        plan = plan_in_force(self.config.box.plan_dir)
        material = Material(store, place_of(self.config), plan)
        for trial in trials(material, SHEETS.values(), context, self.clock.monotonic):
            # Looked at after each sheet: what was read of a wiped copy is no finding.
            self._refuse_other_copy(opened)
            yield trial
            self.rest(trial.seconds)

    def _refuse_other_copy(self, opened: Opened) -> None:
        now = Opened.read(self.config.records_dir)
        if now is None:
            raise LockedError("the box was locked meanwhile")
        if now.opened_at != opened.opened_at:
            raise CopyChangedError("a newer copy was opened meanwhile")


def prove_by_hand(config: BoxConfig, clock: JudgedClock) -> int:
    """Try every sheet, say what was found, and return the exit code."""
    run = ProofRun(config, clock)
    # What the sheets log of themselves is said below, with the ids that belong to it.
    with silenced("appliance.paper"):
        proof = run.prove()
    # Whoever runs it by hand may not be the one who may write there, and sees it all the same.
    with contextlib.suppress(StorageError):
        run.keep(proof)
    for trial in proof.findings:
        say(NAME, finding_line(trial))
    say(NAME, proof_line(proof))
    return FAILED if proof.not_strict else DONE


def prove_in_background(config: BoxConfig, clock: JudgedClock) -> int:
    """Try every sheet of each copy that comes, unless that was done; a lock is no fault."""
    give_way()
    run = ProofRun(config, clock, rest=time.sleep)
    while not run.is_done():
        try:
            with silenced("appliance.paper"):
                proof = run.prove()
        except CopyChangedError:
            continue
        except LockedError:
            break
        run.keep(proof)
        say(NAME, proof_line(proof))
    return DONE


def give_way() -> None:
    """Run only when nobody else wants the processor; under systemd the unit has seen to that."""
    with contextlib.suppress(OSError):
        os.nice(_NICEST)
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def finding_line(trial: Trial) -> str:
    """Say one sheet that is not strict: whose by opaque id, which field, which characters."""
    about = f"citizen {trial.citizen_id} in {trial.unit_id}" if trial.citizen_id else trial.unit_id
    why = "; ".join(map(_flaw, trial.flaws)) or trial.error or "no reason given"
    return f"{trial.sheet}, {about or 'about nobody'}: {trial.grade}: {why}"


def _flaw(flaw: Flaw) -> str:
    return f"{flaw.field} ({', '.join(flaw.characters)})"
