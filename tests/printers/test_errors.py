import pytest

from printers import errors
from printers.errors import (
    FolderFullError,
    JammedError,
    PrinterError,
    PrinterUnreachableError,
    PrintServiceMissingError,
    error_for,
)
from printers.reasons import PrinterReason


def test_every_blocking_reason_can_be_raised_with_its_own_words() -> None:
    raised = {reason: error_for(reason, "detail") for reason in PrinterReason if reason.blocks}

    assert {reason: error.reason for reason, error in raised.items()} == {r: r for r in raised}
    assert all(error.code == reason.code for reason, error in raised.items())


def test_a_warning_raises_only_the_root() -> None:
    assert type(error_for(PrinterReason.TONER_LOW)) is PrinterError


def test_error_carries_sentence_next_step_and_detail() -> None:
    error = JammedError("tray 2")

    assert (error.sentence, error.next_step) == (
        "Papiret sidder fast.",
        "Åbn lågen, træk papiret ud, luk.",
    )
    assert (str(error), error.detail) == ("tray 2", "tray 2")


def test_error_without_detail_says_its_sentence() -> None:
    assert str(PrinterUnreachableError()) == "Printeren svarer ikke."


@pytest.mark.parametrize(
    ("kind", "standard"),
    [
        (FolderFullError, OSError),
        (PrinterUnreachableError, ConnectionError),
        (PrintServiceMissingError, ImportError),
    ],
)
def test_error_is_also_what_the_standard_library_calls_it(
    kind: type[PrinterError], standard: type[Exception]
) -> None:
    error = kind("detail")

    assert isinstance(error, standard)
    assert error.detail == str(error) == "detail"


def test_tree_in_the_docstring_names_every_class_and_code() -> None:
    drawn = (errors.__doc__ or "").splitlines()

    for kind in (PrinterError, *PrinterError.__subclasses__()):
        lines = [line for line in drawn if f" {kind.__name__} " in line]
        assert len(lines) == 1, kind
        assert kind.code in lines[0]
