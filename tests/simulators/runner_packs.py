"""Runner packs as the web knows them: a list in memory instead of a stick and a shelf.

Base of the simulated keeper. Judges nothing: what a real keeper believes is tested at the keeper.
"""

from dataclasses import replace
from datetime import UTC, datetime

from appliance.errors import NodboksError, SlotMissingError, VaultError
from appliance.sealed_log.entry import Entry
from appliance.snapshot.neighbours import Neighbour
from appliance.vault.protocol import KeeperStatus, Op, Request, RunnerStatus

OFFERED = RunnerStatus(
    "00aa", "nodboks-box-18-box-17-1.runner", "Engvej", "u-eng", "Afsnit Eng",
    datetime(2026, 11, 23, 1, 0, tzinfo=UTC), "KAR",
)  # fmt: skip
ENGVEJ = Neighbour("box-18", "Engvej", "age1x", "0a" * 32)


class SimulatedPacks:
    """What is on the stick and in the box; `packs_problem` is raised by whatever is asked."""

    packs: tuple[RunnerStatus, ...] = (OFFERED,)
    has_stick = True
    packs_problem: NodboksError | None = None
    asked_of_packs: tuple[tuple[str, Entry], ...] = ()

    def neighbours(self) -> tuple[Neighbour, ...]:
        """Return the other boxes of the municipality."""
        if self.packs_problem:
            raise self.packs_problem
        return (ENGVEJ,)

    def runners(self) -> tuple[RunnerStatus, ...]:
        """Return what is in the box, then what is on the stick."""
        if self.packs_problem:
            raise self.packs_problem
        return tuple(each for each in self.packs if each.is_kept or self.has_stick)

    def make_runner(self, unit_id: str, to_box: str, entry: Entry) -> RunnerStatus:
        """Note who asked for what."""
        self._ask(f"{unit_id} to {to_box}", entry)
        return OFFERED

    def take_runner(self, file: str, entry: Entry) -> RunnerStatus:
        """Move a pack from the stick into the box."""
        self._ask(file, entry)
        found = [each for each in self.packs if each.file == file]
        if not found:
            raise SlotMissingError("no such file")
        self.packs = tuple(replace(each, is_kept=each.file == file) for each in self.packs)
        return found[0]

    def drop_runner(self, key: str, entry: Entry) -> None:
        """Put a pack back on the stick."""
        self._ask(key, entry)
        if key not in {each.key for each in self.packs if each.is_kept}:
            raise VaultError("no such pack")
        self.packs = tuple(replace(each, is_kept=False) for each in self.packs)

    def runner(self, request: Request) -> KeeperStatus:
        """Answer what the keeper's own server passes on."""
        if request.op is Op.RUNNERS:
            return replace(self.status(), runners=self.runners())
        (entry,) = request.entries
        if request.op is Op.RUNNER_DROP:
            self.drop_runner(request.name, entry)
            return self.status()
        made = (
            self.take_runner(request.name, entry)
            if request.op is Op.RUNNER_TAKE
            else self.make_runner(request.name, request.to_box, entry)
        )
        return replace(self.status(), runners=(made,))

    def status(self) -> KeeperStatus:
        """Tell how the keeper is; the simulated one says more."""
        raise NotImplementedError

    def _ask(self, what: str, entry: Entry) -> None:
        if self.packs_problem:
            raise self.packs_problem
        if not self.has_stick:
            raise SlotMissingError("no stick")
        self.asked_of_packs = (*self.asked_of_packs, (what, entry))
