import re

import pytest

from appliance.snapshot.strict_json import LARGEST_NUMBER, number_of, text_of

SHAPE = re.compile(r"[a-z]+")


def test_what_is_expected_comes_back_as_it_is():
    assert text_of("agnes", SHAPE, longest=5) == "agnes"
    assert text_of("Åse", longest=3) == "Åse"
    assert [number_of(each, 0) for each in (0, LARGEST_NUMBER)] == [0, LARGEST_NUMBER]


@pytest.mark.parametrize("value", ["agnes7", "agnes\n", "toolong", "", None, 7, ["a"], b"a"])
def test_any_other_text_is_none(value):
    with pytest.raises((TypeError, ValueError)):
        text_of(value, SHAPE, longest=6)


@pytest.mark.parametrize("value", [True, 1.0, "1", None, -1, LARGEST_NUMBER + 1])
def test_any_other_number_is_none(value):
    with pytest.raises((TypeError, ValueError)):
        number_of(value, 0)
