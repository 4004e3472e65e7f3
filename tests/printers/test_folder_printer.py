import resource
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from printers.base import Printer
from printers.errors import FolderFullError, FolderUnusableError
from printers.folder_printer import FolderPrinter
from printers.models import JobStage, JobState, PrintJob
from printers.reasons import PrinterReason

JOB = PrintJob("7F3A", b"%PDF-1.7 " + bytes(100_000), 3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "udskrifter" / "i dag"


@contextmanager
def full_disk() -> Iterator[None]:
    """Let this process write no file beyond 4 kB: the kernel refuses as it does on a full disk.

    Not a fixture: pytest's own output may be a file, and must not be written under the limit.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)


def test_document_lies_whole_in_a_folder_made_for_it(folder: Path) -> None:
    printer: Printer = FolderPrinter(folder)

    handle = printer.submit(JOB)

    assert [path.name for path in folder.iterdir()] == ["7F3A.pdf"]
    assert (folder / "7F3A.pdf").read_bytes() == JOB.pdf
    assert printer.job_state(handle) == JobState(JobStage.DONE, 3)


def test_only_the_owner_may_read_what_was_printed(folder: Path) -> None:
    FolderPrinter(folder).submit(JOB)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "7F3A.pdf").stat().st_mode) == 0o600


def test_printing_the_same_id_again_replaces_the_file(folder: Path) -> None:
    printer = FolderPrinter(folder)
    printer.submit(PrintJob("7F3A", b"%PDF-1.7 old", 3))

    printer.submit(JOB)

    assert (folder / "7F3A.pdf").read_bytes() == JOB.pdf


def test_what_a_power_cut_left_is_swept_up_by_the_next_try(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / ".7F3A.pdf.part").write_bytes(bytes(500_000))

    FolderPrinter(folder).submit(JOB)

    assert [path.name for path in folder.iterdir()] == ["7F3A.pdf"]
    assert (folder / "7F3A.pdf").read_bytes() == JOB.pdf


def test_full_disk_is_named_and_leaves_no_half_file(folder: Path) -> None:
    with full_disk(), pytest.raises(FolderFullError) as caught:
        FolderPrinter(folder).submit(JOB)

    assert caught.value.code == "N-815"
    assert list(folder.iterdir()) == []


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    printer = FolderPrinter(tmp_path / "file" / "folder")

    with pytest.raises(FolderUnusableError):
        printer.submit(JOB)

    assert printer.state().reasons == (PrinterReason.FOLDER_UNUSABLE,)
    assert not printer.state().is_ready


def test_folder_printer_is_ready_before_anything_was_printed(folder: Path) -> None:
    assert FolderPrinter(folder).state().is_ready


def test_removed_file_is_unknown_like_removed_paper(folder: Path) -> None:
    printer = FolderPrinter(folder)
    handle = printer.submit(JOB)

    (folder / "7F3A.pdf").unlink()

    assert printer.job_state(handle).reason is PrinterReason.JOB_UNKNOWN


def test_cancel_comes_too_late_as_for_a_sheet_in_the_tray(folder: Path) -> None:
    printer = FolderPrinter(folder)
    handle = printer.submit(JOB)

    printer.cancel(handle)

    assert printer.job_state(handle).stage is JobStage.DONE
