"""Serial numbers that can be read aloud and never come twice."""

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
import time

import pytest

from appliance.errors import PaperError, StorageError
from appliance.paper.serial import SerialBook, read_serial


@pytest.fixture
def book(tmp_path):
    return SerialBook(tmp_path / "serials")


def test_numbers_follow_each_other_and_can_be_read_aloud(book):
    first, second = book.take(), book.take(2)

    numbers = [*first, *second]
    assert all(re.fullmatch(r"[1-9]\d{2}-\d{5}", number) for number in numbers)
    assert [number[-5:] for number in numbers] == ["00001", "00002", "00003"]


def test_numbers_go_on_after_a_restart(tmp_path, book):
    (before,) = book.take()

    (after,) = SerialBook(tmp_path / "serials").take()

    assert after == before[:-1] + "2"


@pytest.mark.parametrize("damage", ["", "x", "-3", "0", "\xff"])
def test_damaged_counter_begins_a_new_series(tmp_path, book, damage):
    (before,) = book.take()
    series = before.split("-")[0]
    (tmp_path / "serials" / f"{series}.next").write_bytes(damage.encode("latin-1"))

    (after,) = book.take()

    assert after == f"{int(series) + 1}-00001"


@pytest.mark.parametrize("kind", ["next", "used"])
def test_lost_file_never_repeats_a_number(tmp_path, book, kind):
    given = [*book.take(3)]
    series = given[0].split("-")[0]
    (tmp_path / "serials" / f"{series}.{kind}").unlink()

    given += book.take(3)

    assert len(set(given)) == 6


def test_full_series_goes_on_in_the_next(tmp_path, book):
    series = int(book.take()[0].split("-")[0])
    (tmp_path / "serials" / f"{series}.next").write_text("99999\n")

    assert book.take() == [f"{series}-99999"]
    assert book.take() == [f"{series + 1}-00001"]


@pytest.mark.parametrize("count", [0, -1, 100_000])
def test_impossible_count_is_refused(book, count):
    with pytest.raises(PaperError):
        book.take(count)


def test_no_number_is_given_when_it_cannot_be_written_down(tmp_path):
    (tmp_path / "serials").write_text("a file where the folder should be")

    with pytest.raises(StorageError):
        SerialBook(tmp_path / "serials").take()


def test_threads_and_processes_never_share_a_number(tmp_path):
    folder = tmp_path / "serials"
    given: list[str] = []

    def work():
        for _ in range(10):
            given.extend(SerialBook(folder).take())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        others = pool.map(_take_ten, [folder] * 2)
    for thread in threads:
        thread.join()

    everything = [*given, *others[0], *others[1]]
    assert len(everything) == len(set(everything)) == 60


def _take_ten(folder):
    return [SerialBook(folder).take()[0] for _ in range(10)]


def test_kill_in_the_middle_never_repeats_a_number(tmp_path):
    folder = tmp_path / "serials"
    program = (
        "import sys; from pathlib import Path; from appliance.paper.serial import SerialBook\n"
        "book = SerialBook(Path(sys.argv[1]))\n"
        "while True: print(book.take()[0], flush=True)"
    )
    given: list[str] = []

    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            given.append(process.stdout.readline().strip())
            time.sleep(0.05)
            os.kill(process.pid, signal.SIGKILL)
            given += process.stdout.read().split("\n")[:-1]

    given += SerialBook(folder).take(5)
    assert len(given) == len(set(given))


@pytest.mark.parametrize(
    ("typed", "serial"),
    [
        ("417-00023", "417-00023"),
        (" 417 23 ", "417-00023"),
        ("41700023", "417-00023"),
        ("Udskrift 417-00023", "417-00023"),
        ("NB1:417-00023-2", "417-00023"),
        ("NB1Æ417+00023+2", "417-00023"),
        ("1000-00001", "1000-00001"),
        ("417-00000", None),
        ("010130-1234", None),
        ("417", None),
        ("", None),
    ],
)
def test_number_is_read_as_people_and_scanners_write_it(typed: str, serial: str | None) -> None:
    assert read_serial(typed) == serial
