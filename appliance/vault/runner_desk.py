"""Do what is asked about runner packs: list, make, take, drop. The keeper's side of it.

Whoever asks is entered into the sealed log before anything is handed over. Refuses to hand on a
unit that is a guest here. Called by the keeper's service, which lets one at a time in.
"""

from appliance.clock import JudgedClock
from appliance.config import BoxConfig
from appliance.errors import LockedError, SlotMissingError, VaultError
from appliance.snapshot.runner_file import Statement
from appliance.vault.device_secret import DeviceSecret
from appliance.vault.keeper_log import KeeperLog
from appliance.vault.opened import Opened
from appliance.vault.protocol import Op, Request, RunnerStatus
from appliance.vault.runner_maker import RunnerMaker, Wish
from appliance.vault.runner_shelf import RunnerShelf, key_of


class RunnerDesk:
    """The runner packs of one box, made and taken in."""

    def __init__(
        self, config: BoxConfig, secret: DeviceSecret, clock: JudgedClock, log: KeeperLog
    ) -> None:
        self.shelf = RunnerShelf(config, clock)
        self._maker = RunnerMaker(config, secret, clock)
        self._log = log

    def perform(self, request: Request, opened: Opened | None) -> tuple[RunnerStatus, ...]:
        """Do what is asked; return the packs it was about.

        Raises:
            LockedError: the box is locked.
            NodboksError: as `RunnerMaker` and `RunnerShelf` say.

        """
        if request.op is Op.RUNNERS:
            return self._all()
        if opened is None:
            raise LockedError
        if request.op is Op.RUNNER_DROP:
            self.shelf.drop(request.name)
            self._log.take(request.entries)
            return ()
        self._log.take(request.entries)
        if request.op is Op.RUNNER_TAKE:
            return (_status(self.shelf.take(request.name), is_kept=True),)
        return (_status(self._make(request, opened)),)

    def _make(self, request: Request, opened: Opened) -> Statement:
        if request.name in {each.statement.unit_id for each in self.shelf.kept()}:
            raise VaultError("the unit is a guest here; its own box makes the pack")
        made_by = request.entries[0].who.initials if request.entries else ""
        stick = self.shelf.stick()
        wish = Wish(request.name, request.to_box, made_by)
        return self._maker.make(wish, opened.records, stick)

    def _all(self) -> tuple[RunnerStatus, ...]:
        """Return what is in the box, then what is on the stick; no stick is no fault here."""
        kept = [_status(each.statement, is_kept=True) for each in self.shelf.kept()]
        try:
            return (*kept, *map(_status, self.shelf.offered()))
        except SlotMissingError:
            return tuple(kept)


def _status(statement: Statement, *, is_kept: bool = False) -> RunnerStatus:
    return RunnerStatus(
        key=key_of(statement),
        file=statement.file_name,
        from_name=statement.from_name,
        unit_id=statement.unit_id,
        unit=statement.unit,
        made_at=statement.made_at,
        made_by=statement.made_by,
        is_kept=is_kept,
    )
