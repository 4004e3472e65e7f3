from datetime import date
from random import Random

import pytest

from appliance.demo import people
from appliance.demo.people import CprIssuer, fails_modulus_11, replacement_cpr


def test_check_is_the_weighted_sum_of_all_ten_digits():
    assert not fails_modulus_11("0000000000")
    assert not fails_modulus_11("1000000007")  # 4 × 1 + 1 × 7
    assert fails_modulus_11("1000000008")


@pytest.mark.parametrize(
    ("year", "serial"), [(1931, "39"), (1936, "39"), (1937, "99"), (2001, "99")]
)
def test_issued_number_fails_modulus_11_and_says_the_right_century(year, serial):
    born = date(year, 5, 17)

    cpr = CprIssuer().issue(Random(1), born, is_woman=True)

    assert fails_modulus_11(cpr)
    assert cpr[:6] == f"{born:%d%m%y}"
    assert cpr[6:8] == serial


@pytest.mark.parametrize("is_woman", [True, False])
def test_last_digit_is_even_for_women(is_woman):
    cpr = CprIssuer().issue(Random(2), date(1950, 3, 2), is_woman=is_woman)

    assert (int(cpr) % 2 == 0) is is_woman


def test_no_number_is_issued_twice_and_running_out_is_an_error():
    issuer = CprIssuer()
    with pytest.raises(ValueError, match="no invented CPR number is left"):
        [issuer.issue(Random(3), date(1950, 3, 2), is_woman=True) for _ in range(51)]

    assert 40 <= len(issuer.taken) <= 50


@pytest.mark.parametrize(("is_national", "first"), [(True, "17"), (False, "056")])
def test_replacement_number_has_letters_and_the_digit_of_its_system(is_national, first):
    cpr = replacement_cpr(Random(4), date(1943, 12, 3), is_national=is_national)

    assert cpr[:6] == "031243"
    assert cpr[6] in first
    assert cpr[7:9].isalpha()
    assert len(cpr) == 10


def test_telephone_number_begins_as_no_danish_number_does():
    assert people.phone(Random(5)).startswith("01 ")


def test_every_doctor_has_one_number():
    numbers = {people.doctor_phone(name) for name in people.DOCTORS}

    assert len(numbers) == len(people.DOCTORS)


def test_names_and_streets_are_danish():
    everything = "".join((*people.WOMEN, *people.MEN, *people.FAMILIES, *people.STREETS))

    assert {"æ", "ø", "å", "Å", "Ø"} <= set(everything)


def test_long_names_are_long_enough_to_break_a_layout():
    assert all(len(" ".join(name)) >= 70 for name in people.LONG_NAMES)
