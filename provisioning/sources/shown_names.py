"""Decide which names of a feed may stand in a report that is mailed around.

Field names, web addresses and file names come from outside, and somebody may have put a person in
one. Shown is what looks like the name it should be; everything else is "(other)". Pure. Called by
the books and by the sources.
"""

import re

OTHER = "(other)"
_ELEMENT = re.compile(r"_?[a-z][A-Za-z0-9]{0,60}")
_ADDRESS = re.compile(r"(?:https?://|urn:)[!-;=?-~]{1,200}")
# A header of a list: words as people write them, but no sentence.
_HEADER = re.compile(r"[^\W\d_][\w .,:/%()&+-]{0,40}")
_LONG_NUMBER = re.compile(r"\d{6}")
# Ten characters that begin as a date does and end as a Danish person's number does.
_PERSON_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{6}[- ]?[0-9A-Za-z]{4}(?![0-9A-Za-z])")


def element_name(name: str) -> str:
    """Return the name of a FHIR element, or "(other)"."""
    return name if _ELEMENT.fullmatch(name) and not _LONG_NUMBER.search(name) else OTHER


def web_address(url: object) -> str:
    """Return the address of an extension or a code system, or "(other)"."""
    is_fit = isinstance(url, str) and _ADDRESS.fullmatch(url) and not _LONG_NUMBER.search(url)
    return str(url) if is_fit else OTHER


def header_name(header: str) -> str:
    """Return the header of a column, or "(other)"."""
    plain = " ".join(header.split())
    return plain if _HEADER.fullmatch(plain) and not _LONG_NUMBER.search(plain) else OTHER


def without_person_numbers(text: str) -> str:
    """Return a file name or a message with every CPR number covered."""
    return _PERSON_NUMBER.sub("(number)", text)
