"""Fold words so that one name meets its other spellings: Aakjær and Åkjær, Sorensen and Sørensen.

Only for finding: nothing folded is ever shown, and no two citizens are the same because their
names fold alike. The script of the pages folds in the same way (`static/app.js`). Pure.
"""

import re
import unicodedata

_SPELT = ((re.compile("æ|a[ae]"), "a"), (re.compile("ø|oe"), "o"))
# How a number of the health system or a birth date looks: neither is searched for.
_NUMBER = re.compile(r"\d{6}\s?[-–]?\s?[\da-z]{0,4}|\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{2,4}")
# What people write before the number of a home.
_HOME = re.compile(r"(?:bolig|stue|værelse|lejlighed|room|dwelling)(?:\s+|(?=[0-9]))")


def folded(text: str) -> str:
    """Return a text in small letters that every spelling of it shares."""
    plain = unicodedata.normalize("NFC", text.casefold())
    for letter, spelt in _SPELT:
        plain = letter.sub(spelt, plain)
    parts = unicodedata.normalize("NFD", plain)
    return "".join(one for one in parts if not unicodedata.category(one).startswith("M"))


def is_personal_number(words: str) -> bool:
    """Tell whether somebody has typed what looks like a CPR or a birth date."""
    return _NUMBER.fullmatch(words.strip().casefold()) is not None


def home_of(text: str) -> str:
    """Return a dwelling without the word before it, as two who mean the same would write it."""
    plain = " ".join(text.casefold().split())
    found = _HOME.match(plain)
    return (plain[found.end() :] if found else plain) or plain


def filter_text(name: str, dwelling: str) -> str:
    """Return what a filter of names and dwellings looks in: figures stand as words of their own."""
    home = home_of(dwelling)
    return folded(f" {name} bolig {home} {' '.join(re.findall(r'[0-9]+', home))}")


def fits(text: str, words: str) -> bool:
    """Tell whether every word is in a text of `filter_text`; figures begin a word of it."""
    return all(
        (f" {word}" if word[0].isdigit() else word) in text for word in folded(words).split()
    )
