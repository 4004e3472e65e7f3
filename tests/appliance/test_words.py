import pytest

from appliance.errors import NodboksError, PaperError
from appliance.quiet_log import kind_and_place
from appliance.words import words_for, words_of
from printers.reasons import PrinterReason


@pytest.mark.parametrize("problem", [PaperError, PrinterReason.JAM])
def test_stored_code_gives_back_the_words(problem) -> None:
    assert words_for(problem.code) == words_of(problem)


def test_code_of_another_version_gets_the_general_words() -> None:
    words = words_for("N-999")

    assert (words.code, words.sentence) == ("N-999", NodboksError.sentence)


def test_log_names_kind_and_place_but_no_value() -> None:
    with pytest.raises(KeyError) as caught:
        {}["Aase Prøvesen"]

    assert kind_and_place(caught.value).startswith("KeyError at test_words.py:")
    assert kind_and_place(ValueError("Aase")) == "ValueError at unknown place"
