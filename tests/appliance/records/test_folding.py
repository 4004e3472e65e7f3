"""One name in every spelling; numbers of people; what a filter of names and dwellings looks in."""

import pytest

from appliance.records.folding import filter_text, fits, folded, home_of, is_personal_number


@pytest.mark.parametrize(
    "spellings",
    [
        ("Aakjær", "Åkjær", "aakjaer", "A\u030akjær"),
        ("Østergaard", "oestergaard", "Ostergård"),
        ("Sørensen", "SORENSEN", "soerensen"),
        ("André", "andre"),
    ],
)
def test_every_spelling_of_a_name_folds_into_one(spellings: tuple[str, ...]) -> None:
    assert len(set(map(folded, spellings))) == 1


@pytest.mark.parametrize(
    "words", ["0609351234", "060935-1234", "060935", "060935-12AB", "06.09.1935", "6/9/35"]
)
def test_number_of_a_person_is_known_by_its_look(words: str) -> None:
    assert is_personal_number(words)


@pytest.mark.parametrize("words", ["7", "102", "12.3", "karen", "2. sal", "paracetamol 500", ""])
def test_dwelling_or_word_is_no_number_of_a_person(words: str) -> None:
    assert not is_personal_number(words)


@pytest.mark.parametrize("words", ["Bolig 7", "bolig7", "7", " BOLIG  7"])
def test_dwelling_is_the_same_with_and_without_the_word(words: str) -> None:
    assert home_of(words) == "7"


def test_word_that_only_begins_like_a_dwelling_is_kept_whole() -> None:
    assert home_of("Stuegang") == "stuegang"


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("bolig 1", True),
        ("12", True),
        ("2", False),
        ("soren moell", True),
        ("b12", True),
        ("mø 1", True),
        ("1935", False),
    ],
)
def test_filter_looks_for_parts_of_the_name_and_the_beginning_of_the_dwelling(
    words: str, *, is_found: bool
) -> None:
    text = filter_text("Søren Møller", "B12")

    assert fits(text, words) is is_found
