import pytest

from appliance.web.typed import whole_number


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("7", 7), ("0012", 12), ("12345678", 12345678)]
)
def test_number_is_read(text: str, number: int) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "1.0", "1e3", " 1", "٣", "²", "9" * 9, "9" * 5000]
)
def test_what_is_no_number_of_anything_here_is_none(text: str) -> None:
    assert whole_number(text) is None
