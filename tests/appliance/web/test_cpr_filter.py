"""What the open log takes for a CPR number, and what it lets stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.web.cpr_filter import looks_like_cpr

# As people and machines write them: dashes of all kinds, spaces, points, nothing.
SIGNS = st.sampled_from(
    ["", " ", "-", "–", "—", "\u2011", "\u2212", ".", "/", " - ", "\u00a0", "_"]
)
DAYS = st.one_of(st.integers(1, 31), st.integers(41, 71))
BEFORE = st.sampled_from(["", "cpr", "Aase ", "cpr: ", "bolig 4 ", "("])
AFTER = st.sampled_from(["", " faldt", ").", " kl. 14.30", ", ring 87 00 00 00", "!"])
DIGITS = st.integers(0, 99).map("{:02}".format)


@given(st.tuples(DAYS, st.integers(1, 12)), DIGITS, st.integers(0, 9999), SIGNS, SIGNS)
def test_cpr_number_is_one_whatever_stands_between_its_parts(date, year, last, sign, dash) -> None:
    written = f"{date[0]:02}{sign}{date[1]:02}{sign}{year}{dash}{last:04}"

    assert looks_like_cpr(written)


@given(BEFORE, AFTER, SIGNS)
def test_cpr_number_is_found_within_a_sentence(before: str, after: str, dash: str) -> None:
    assert looks_like_cpr(f"{before}060935{dash}3906{after}")


@pytest.mark.parametrize(
    "text",
    ["06 09 35 39 06", "06-09-35-3906", "060935.3906", "060935—3906", "060935\u20113906",
     "cpr0609353906", "0609353906x", "06 09 35 - 39 06", "060935, 3906", "(060935) 3906",
     "01 01 00 45 67", "060935+4506",
     "060935-3906 87000000", "87000000 060935-3906", "+45 060935-3906", "+450609353906",
     "\uff10\uff16\uff10\uff19\uff13\uff15-3906", "460935-3906", "660935-3906",
     "311244ab12", "311244-AB12.", "24.11.2026 060935-3906"],
)  # fmt: skip
def test_common_spellings_are_found(text: str) -> None:
    assert looks_like_cpr(text)


@given(st.lists(DIGITS, min_size=4, max_size=4), st.sampled_from(["", " ", "-", "."]),
       st.sampled_from(["", "+45 ", "+45", "0045 ", "(+45) ", "tlf. "]))  # fmt: skip
def test_phone_number_is_none(pairs: list[str], sign: str, prefix: str) -> None:
    assert not looks_like_cpr(prefix + sign.join(pairs))


@given(st.lists(st.times(), min_size=1, max_size=5), st.sampled_from([".", ":"]),
       st.sampled_from([" ", ", ", " og ", "; "]))  # fmt: skip
def test_times_are_none(times, sign: str, between: str) -> None:
    written = between.join(f"{each.hour:02}{sign}{each.minute:02}" for each in times)

    assert not looks_like_cpr(written)


@given(st.dates(), st.times())
def test_date_with_its_time_is_none(day, time) -> None:
    for written in (f"{day:%d.%m.%Y}", f"{day:%d.%m.%y}", f"{day:%d-%m-%Y}"):
        assert not looks_like_cpr(f"{written} {time:%H.%M}")
        assert not looks_like_cpr(f"den {written} kl. {time:%H:%M} ringet til 87 00 00 00")


@pytest.mark.parametrize(
    "text",
    ["12 01 34 56 / 87 00 00 00", "12013456, 87000000", "12 01 34 56 87 00 00 00",
     "afsnit 12, 01 70 00 41", "10.12 87 00 00 00", "01 12 34 56 14.30", "kode 112233 mangler",
     "bolig 104 til 112", "9999991234", "5790000123456", "2011-12-24 10 beboere", ""],
)  # fmt: skip
def test_other_numbers_are_none(text: str) -> None:
    assert not looks_like_cpr(text)
