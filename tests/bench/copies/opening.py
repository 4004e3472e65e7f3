"""Open one copy as at an outage, in a process of its own, and tell when and with how much memory.

Started by `openings` as `python -m tests.bench.copies.opening WAY FOLDER`; says `ready` when a
keeper would be waiting for a code, and starts when it is sent a line. What counts: the first
citizen's medication list has been read (browsable), and a name has been found (searchable).
"""

import json
import os
import re
import resource
import select
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from appliance.box_clock.clock import BoxClock
from appliance.config import load_config
from appliance.records.models import MedicationOrder
from appliance.records.search import SearchIndex, build_search
from appliance.records.store import RecordStore
from appliance.vault.keeper_service import KeeperService
from appliance.vault.key_slots import OpenedSlot, SlotKind
from appliance.vault.opened import Opened
from tests.bench.copies import restic, sqlcipher

_SELF = Path("/proc/self")
_LOOK_EVERY_S = 0.02


@dataclass(frozen=True)
class Opening:
    """Milliseconds since the start; mebibytes above the waiting process, `peak_mib` with it.

    `key_known` and `deriving_mib` are 0 where that cannot be told apart. `processor` is the
    processor time from the known key to the first list.
    """

    key_known: float
    browsable: float
    searchable: float
    processor: float
    deriving_mib: float
    opening_mib: float
    peak_mib: float


class Watch:
    """The clock and the memory of one opening."""

    def __init__(self) -> None:
        self._idle = _memory(_SELF, "VmRSS")
        self._other = 0.0
        self._key_known = self._key_processor = self._deriving_mib = 0.0
        self._browsable = self._processor = 0.0
        _forget_peak()
        self._started, self._spent = time.perf_counter(), _processor_s()

    def see_key(self) -> None:
        """Note that the key is there; from here on the memory counts anew."""
        self._key_known, self._key_processor = self._passed()
        self._deriving_mib = self._above_idle()
        _forget_peak()

    def see_other(self, peak_mib: float) -> None:
        """Add the peak of another process that the opening needed."""
        self._other = peak_mib

    def see_list(self) -> None:
        """Note that the first list has been read."""
        self._browsable, processor = self._passed()
        self._processor = processor - self._key_processor

    def end(self) -> Opening:
        """Sum up: the first name has been found."""
        searchable, _ = self._passed()
        opening_mib = self._above_idle() + self._other
        return Opening(
            key_known=self._key_known,
            browsable=self._browsable,
            searchable=searchable,
            processor=self._processor,
            deriving_mib=self._deriving_mib,
            opening_mib=opening_mib,
            peak_mib=self._idle + max(opening_mib, self._deriving_mib),
        )

    def _passed(self) -> tuple[float, float]:
        return (time.perf_counter() - self._started) * 1000, (_processor_s() - self._spent) * 1000

    def _above_idle(self) -> float:
        return max(0.0, _memory(_SELF, "VmHWM") - self._idle)


Work = Callable[[Watch], Opening]


class TimedKeeper(KeeperService):
    """The keeper itself, which also notes when it had the key."""

    watch: Watch | None = None

    def _opened_slot(self, open_slot: Callable[[], OpenedSlot], kind: SlotKind) -> OpenedSlot:
        found = super()._opened_slot(open_slot, kind)
        if self.watch is not None:
            self.watch.see_key()
        return found


def by_keeper(folder: Path) -> Work:
    """Type the card's code into a waiting keeper."""
    config = load_config(folder / "box.toml")
    keeper = TimedKeeper(config, BoxClock(config.box.ram_dir))
    keeper.start()
    code = (folder / "code").read_text(encoding="ascii")

    def work(watch: Watch) -> Opening:
        keeper.watch = watch
        keeper.unlock(code)
        name = _read_first(_opened(keeper).records)
        watch.see_list()
        keeper.wait_for_search()
        search = _opened(keeper).search
        assert search is not None
        _find(search, name)
        ended = watch.end()
        keeper.close()
        return ended

    return work


def _opened(keeper: KeeperService) -> Opened:
    opened = Opened.read(keeper._config.records_dir)
    assert opened is not None
    return opened


def by_restic(folder: Path) -> Work:
    """Restore the newest copy into RAM with restic, then read and index it as the keeper does.

    What its key takes is measured afterwards, by a command that does no more.
    """
    command = restic.restore_command(folder / "repository", folder / "ram")
    key = restic.key_command(folder / "repository")

    def work(watch: Watch) -> Opening:
        with subprocess.Popen(command, env=restic.environment()) as process:
            watch.see_other(_peak_of(process))
            assert process.wait() == 0
        records = restic.restored(folder / "ram")
        name = _read_first(records)
        watch.see_list()
        build_search(records, folder / "ram" / "search.db")
        _find(folder / "ram" / "search.db", name)
        ended, started = watch.end(), time.perf_counter()
        subprocess.run(key, env=restic.environment(), stdout=subprocess.DEVNULL, check=True)
        return replace(ended, key_known=(time.perf_counter() - started) * 1000)

    return work


def by_sqlcipher(folder: Path, *, is_key_known: bool) -> Work:
    """Open the encrypted database where it lies, by its password or with the raw key."""

    def work(watch: Watch) -> Opening:
        connection = sqlcipher.connect(folder / "records.db", is_key_known=is_key_known)
        citizens = connection.execute("SELECT id, family_name FROM citizens").fetchall()
        found = connection.execute(
            "SELECT * FROM medication WHERE citizen_id = ?", (citizens[0][0],)
        )
        assert found.fetchall()
        watch.see_list()
        hits = connection.execute("SELECT rowid FROM found WHERE found MATCH ?", (citizens[0][1],))
        assert hits.fetchall()
        return watch.end()

    return work


WAYS: dict[str, Callable[[Path], Work]] = {
    "keeper": by_keeper,
    "restic": by_restic,
    "sqlcipher": lambda folder: by_sqlcipher(folder, is_key_known=False),
    "sqlcipher-key": lambda folder: by_sqlcipher(folder, is_key_known=True),
}


def _read_first(records: Path) -> str:
    """Read the first citizen's medication list; return the citizen's family name."""
    store = RecordStore(records)
    first = store.citizens()[0]
    assert store.of_citizen(MedicationOrder, first.id)
    return first.family_name


def _find(search: Path, name: str) -> None:
    assert SearchIndex(search).find(name)


def _memory(process: Path, name: str) -> float:
    found = re.search(rf"{name}:\s+(\d+) kB", (process / "status").read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else 0.0


def _forget_peak() -> None:
    (_SELF / "clear_refs").write_text("5", encoding="ascii")


def _peak_of(process: "subprocess.Popen[bytes]") -> float:
    """Watch another process until it ends; its high-water mark only grows, so little is missed.

    Not wait4's figure: that is handed down from the process that started this one.
    """
    peak, status = 0.0, Path(f"/proc/{process.pid}")
    ended = os.pidfd_open(process.pid)
    while not select.select([ended], [], [], _LOOK_EVERY_S)[0]:
        peak = max(peak, _memory(status, "VmHWM"))
    os.close(ended)
    return peak


def _processor_s() -> float:
    """Return the processor time of this process and of those it waited for."""
    spent = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in spent)


def main(way: str, folder: Path) -> None:
    """Get ready, wait for the line, open, and print what was seen."""
    work = WAYS[way](folder)
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(asdict(work(Watch()))), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
