"""Tell whether a line holds what looks like a CPR number, however it is spelled. Pure.

Ten digits that begin with a day and a month, whatever stands between them; letters in the place of
the last four where a replacement number has them. Phone numbers, dates and times are none. Called
by `plan_forms`: the log of an outage lies in the clear.
"""

import re
import unicodedata
from collections.abc import Iterator

_LENGTH = 10
_LAST_PART = 4
# Of a replacement number the day may be forty or sixty more.
_DATE = re.compile(r"(?:0[1-9]|[12][0-9]|3[01]|[4-8][0-9]|9[01])(?:0[1-9]|1[0-2])")
_BETWEEN = r"(?:[^\w\n]|_){0,3}"
# Groups of digits with nothing but signs between them.
_RUN = re.compile(rf"[0-9]+(?:{_BETWEEN}[0-9]+)*")
_TIME = r"(?:[01]?[0-9]|2[0-3])[.:][0-5][0-9]"
# What is surely something else: a prefix of phone numbers, a date with its year or its time.
_OTHERS = re.compile(
    rf"(?<!\d)(?<!\d\W)(?:\+|00)\s?45"
    rf"|(?<!\d)\d{{1,2}}([./-])\d{{1,2}}\1(?:(?:19|20)\d\d|\d\d(?=\s+{_TIME}(?!\d)))(?!\d)"
    rf"|(?<!\d)(?:19|20)\d\d-\d\d-\d\d(?!\d)"
)
_TIMES = re.compile(rf"(?<![^\s,;(]){_TIME}(?![^\s,;)])")
_WITH_LETTERS = re.compile(
    rf"(?<!\w)([0-9]{{6}}){_BETWEEN}(?=[0-9]*[A-ZÆØÅ])[0-9A-ZÆØÅ]{{4}}(?!\w)"
)


def looks_like_cpr(text: str) -> bool:
    """Tell whether what looks like a CPR number stands in a line."""
    plain = _OTHERS.sub("|", _with_plain_digits(text))
    if any(_DATE.match(found[1]) for found in _WITH_LETTERS.finditer(plain.upper())):
        return True
    return any(map(_is_cpr_in, _RUN.findall(plain)))


def _with_plain_digits(text: str) -> str:
    """Return the text with the digits and hyphens of other alphabets as ours."""
    usual = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(each, each)) for each in usual)


def _is_cpr_in(run: str) -> bool:
    if sum(map(str.isdecimal, run)) == _LENGTH:
        return bool(_DATE.match(_digits(run))) and not _is_number_before_phone(run)
    return any(
        _DATE.match(whole)
        for part in _RUN.findall(_TIMES.sub("|", run))
        for whole in _whole_numbers(re.findall(r"[0-9]+", part))
    )


def _whole_numbers(groups: list[str]) -> Iterator[str]:
    """Yield what stands as a CPR number does among other numbers: its last four in one group."""
    for first in range(len(groups)):
        for last in range(first, len(groups)):
            joined = "".join(groups[first : last + 1])
            if len(joined) == _LENGTH and len(groups[last]) in (_LAST_PART, _LENGTH):
                yield joined


def _is_number_before_phone(run: str) -> bool:
    """Tell whether it is a number and a phone number after it: "afsnit 12, 01 70 00 41"."""
    pieces = re.split(r"([0-9]+)", run)
    groups, signs = pieces[1::2], pieces[2:-1:2]
    return [len(each) for each in groups] == [2] * 5 and signs[0] != signs[1]


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))
