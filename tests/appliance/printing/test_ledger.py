import os
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.errors import StorageError
from appliance.printing.jobs import Answer, Order, SheetName, new_job
from appliance.printing.ledger import PrintLedger
from printers.models import JobStage
from tests.appliance.printing.test_jobs import NOW, ORDER, made, part


def test_job_comes_back_exactly_as_it_was_after_a_kill(tmp_path: Path) -> None:
    job = made(part(JobStage.BLOCKED, 1, 1, "N-801"), answer=Answer.MISSING, problem="N-806")
    ledger = PrintLedger(tmp_path)
    ledger.save(job)
    ledger.close()

    again = PrintLedger(tmp_path)

    assert again.job("j") == job
    again.close()


def test_job_is_changed_in_place_and_the_newest_comes_first(tmp_path: Path) -> None:
    ledger = PrintLedger(tmp_path)
    first, second = new_job(ORDER, NOW), new_job(Order(SheetName.PACK, ORDER.unit_id), NOW)
    for job in (first, second, replace(first, is_started=True)):
        ledger.save(job)

    jobs = ledger.jobs()

    assert [job.id for job in jobs] == [second.id, first.id]
    assert jobs[1].is_started
    assert ledger.job("ukendt") is None
    ledger.close()


def test_only_the_owner_may_read_the_folder(tmp_path: Path) -> None:
    PrintLedger(tmp_path / "web").close()

    assert (tmp_path / "web").stat().st_mode & 0o777 == 0o700


def test_damaged_ledger_is_a_named_error(tmp_path: Path) -> None:
    (tmp_path / "print-jobs.db").write_bytes(b"not a database, but long enough to look" * 10)

    with pytest.raises(StorageError):
        PrintLedger(tmp_path)


def test_full_folder_is_a_named_error(tmp_path: Path) -> None:
    ledger = PrintLedger(tmp_path)
    ledger._connection.execute("PRAGMA max_page_count = 1")
    big = Order(SheetName.PACK, ORDER.unit_id, ordered_by="x" * 100_000)

    with pytest.raises(StorageError) as caught:
        ledger.save(new_job(big, NOW))

    assert isinstance(caught.value.__cause__, sqlite3.Error)
    ledger.close()


def test_file_of_jobs_is_the_owner_s_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        PrintLedger(tmp_path / "web").close()
    finally:
        os.umask(before)

    assert (tmp_path / "web" / "print-jobs.db").stat().st_mode & 0o777 == 0o600
