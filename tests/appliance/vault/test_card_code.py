import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import MistypedCodeError
from appliance.vault.card_code import (
    CODE_LENGTH,
    check_digit,
    format_card_code,
    new_card_code,
    parse_card_code,
)

CODES = st.text("0123456789", min_size=19, max_size=19).map(lambda body: body + check_digit(body))
WRONG_DIGIT = re.compile("check digit")


def test_check_digit_agrees_with_the_published_example():
    assert check_digit("572") == "4"


def test_new_codes_are_twenty_digits_that_parse_and_never_repeat():
    codes = {new_card_code() for _ in range(200)}

    assert len(codes) == 200
    assert all(len(code) == CODE_LENGTH and parse_card_code(code) == code for code in codes)


@given(CODES)
def test_code_is_read_back_as_it_stands_on_the_card(code):
    shown = format_card_code(code)

    assert re.fullmatch(r"(\d{4} ){4}\d{4}", shown)
    assert parse_card_code(shown) == code


@pytest.mark.parametrize("between", ["-", ".", "\u00a0", "\u202f", "\u2011", " – ", "\t", "\r\n"])
def test_what_people_and_phones_put_between_groups_does_not_matter(between):
    code = new_card_code()
    groups = format_card_code(code).split()

    assert parse_card_code(f" {between.join(groups)} ") == code


@given(CODES, st.integers(0, 19), st.integers(1, 9))
def test_every_single_wrong_digit_is_caught(code, place, step):
    wrong = str((int(code[place]) + step) % 10)

    with pytest.raises(MistypedCodeError, match=WRONG_DIGIT):
        parse_card_code(code[:place] + wrong + code[place + 1 :])


@given(CODES, st.integers(0, 18))
def test_every_swap_of_two_neighbours_is_caught(code, place):
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    if swapped == code:
        assert parse_card_code(swapped) == code
        return
    with pytest.raises(MistypedCodeError, match=WRONG_DIGIT):
        parse_card_code(swapped)


@pytest.mark.parametrize("digits", ["", "1234", "1" * 19, "1" * 21])
def test_wrong_length_is_named(digits):
    with pytest.raises(MistypedCodeError, match=f"{len(digits)} digits instead of 20"):
        parse_card_code(digits)


@pytest.mark.parametrize("stray", ["O", "/", "٣", "²", "\x00"])
def test_stray_character_is_named_and_other_scripts_are_no_digits(stray):
    with pytest.raises(MistypedCodeError, match="not a digit"):
        parse_card_code(stray + "1" * 19)


@given(st.text(max_size=60) | st.text("0123456789 -", max_size=19))
def test_no_message_repeats_what_was_typed(text):
    with pytest.raises(MistypedCodeError) as refused:
        parse_card_code(text)

    digits = re.sub(r"[^0-9]", "", text)
    assert len(digits) < 3 or digits not in str(refused.value)
