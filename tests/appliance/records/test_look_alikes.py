"""Names a tired reader could mistake for one another."""

import pytest

from appliance.records.look_alikes import look_alikes, name_keys


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Ane", "Holm"), ("Ane", "Holm")),
        (("ANE", "HOLM "), ("Ane", "Holm")),
        (("Else", "Aagaard"), ("Else", "Ågaard")),
        (("Karen", "Nielsen"), ("Karin", "Nielsen")),
    ],
)
def test_both_of_two_names_that_are_alike_are_told(one, other):
    assert look_alikes([("1", *one), ("2", *other), ("3", "Bo", "Ravn")]) == {"1", "2"}


def test_names_that_say_too_little_are_nobodys_namesake():
    assert look_alikes([("1", "", ""), ("2", "", ""), ("3", "", "Holm")]) == frozenset()


def test_keys_grow_with_the_name_and_not_with_the_unit():
    assert len(name_keys("Karen", "Nielsen")) <= len("Karen Nielsen") + 1
