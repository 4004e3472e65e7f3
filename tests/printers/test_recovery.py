"""The ladder: the mildest step first, none twice, and a person last."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printers import recovery
from printers.errors import NoPrinterError, UsbStuckError
from printers.recovery import RootHands, Standing, Step, climb, next_step

HANGS = Standing(is_plugged=True, answers=False)
ANSWERS = Standing(is_plugged=True, answers=True)
GONE = Standing(is_plugged=False, answers=False)


@dataclass
class PrinterOnALadder:
    """A stuck printer that comes back after one of the steps, or never."""

    cured_by: Step | None = None
    cannot: tuple[Step, ...] = ()
    lost_by: Step | None = None
    standing: Standing = HANGS
    taken: list[Step] = field(default_factory=list)

    def look(self) -> Standing:
        return self.standing

    def take(self, step: Step) -> None:
        self.taken.append(step)
        if step in self.cannot:
            raise OSError(f"cannot {step}")
        if step is self.cured_by:
            self.standing = ANSWERS
        if step is self.lost_by:
            self.standing = GONE


def test_the_mildest_step_comes_first_and_a_person_last() -> None:
    tried: list[Step] = []
    while (step := next_step(tried, HANGS)) is not Step.TELL:
        assert step is not None
        tried.append(step)

    assert tried == [Step.PROBE_AGAIN, Step.RESTART_IPP_USB, Step.RESET_USB]


@given(st.lists(st.sampled_from(Step)))
def test_a_printer_that_answers_is_left_alone_and_one_that_is_off_is_for_a_person(
    tried: list[Step],
) -> None:
    assert next_step(tried, ANSWERS) is None
    assert next_step(tried, GONE) is Step.TELL
    assert next_step(tried, HANGS) not in set(tried) - {Step.TELL}


@pytest.mark.parametrize("cure", [Step.PROBE_AGAIN, Step.RESTART_IPP_USB, Step.RESET_USB])
def test_the_ladder_is_climbed_no_further_than_needed(cure: Step) -> None:
    printer, said = PrinterOnALadder(cured_by=cure), []

    climb(printer, said.append)

    assert printer.taken[-1] is cure
    assert said == [step.value for step in printer.taken]


def test_a_step_that_cannot_be_taken_is_told_and_the_next_one_tried() -> None:
    printer = PrinterOnALadder(Step.RESET_USB, cannot=(Step.RESTART_IPP_USB,))
    said: list[str] = []

    climb(printer, said.append)

    assert "restart ipp-usb: cannot restart ipp-usb" in said
    assert printer.taken[-1] is Step.RESET_USB


def test_a_printer_nothing_helps_is_left_to_a_person_with_what_was_tried() -> None:
    printer = PrinterOnALadder()

    with pytest.raises(UsbStuckError, match="ask again, restart ipp-usb, reset the USB port") as it:
        climb(printer, lambda _: None)

    assert it.value.next_step == "Sluk printeren, vent 10 sekunder, og tænd den."


def test_a_printer_that_is_off_or_leaves_the_bus_is_not_reset() -> None:
    off, leaving = PrinterOnALadder(standing=GONE), PrinterOnALadder(lost_by=Step.RESTART_IPP_USB)

    for printer in (off, leaving):
        with pytest.raises(NoPrinterError):
            climb(printer, lambda _: None)

    assert off.taken == []
    assert Step.RESET_USB not in leaving.taken


def hands(node: Path | None = None, restart: tuple[str, ...] = ("true",)) -> RootHands:
    return RootHands(lambda: HANGS, lambda: node, wait_s=0, restart=restart)


def test_the_real_hands_wait_restart_and_look(tmp_path: Path) -> None:
    restarted = tmp_path / "restarted"
    real = hands(restart=("touch", str(restarted)))

    real.take(Step.PROBE_AGAIN)
    before = restarted.exists()
    real.take(Step.RESTART_IPP_USB)

    assert (before, restarted.exists()) == (False, True)
    assert real.look() == HANGS


def test_a_restart_that_is_refused_says_why() -> None:
    refused = hands(restart=("sh", "-c", "echo 'access denied' >&2; exit 4"))
    silent = hands(restart=("false",))

    with pytest.raises(OSError, match="access denied"):
        refused.take(Step.RESTART_IPP_USB)
    with pytest.raises(OSError, match="false ended with 1"):
        silent.take(Step.RESTART_IPP_USB)


def test_a_restart_that_hangs_or_is_not_there_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "_RESTART_WITHIN_S", 0.1)

    with pytest.raises(OSError, match="did not end"):
        hands(restart=("sleep", "9")).take(Step.RESTART_IPP_USB)
    with pytest.raises(OSError, match="No such file"):
        hands(restart=("/nowhere/systemctl",)).take(Step.RESTART_IPP_USB)


def test_what_is_no_usb_device_is_not_reset_and_no_file_is_left_open(tmp_path: Path) -> None:
    plain = tmp_path / "004"
    plain.touch()
    before = len(list(Path("/proc/self/fd").iterdir()))

    with pytest.raises(OSError, match="Inappropriate ioctl"):
        hands(plain).take(Step.RESET_USB)
    with pytest.raises(OSError, match="No such file"):
        hands(tmp_path / "none").take(Step.RESET_USB)
    with pytest.raises(OSError, match="left the USB bus"):
        hands(None).take(Step.RESET_USB)

    assert len(list(Path("/proc/self/fd").iterdir())) == before
