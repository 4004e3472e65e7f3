"""Make, check and show the 20-digit code of the emergency card.

Nineteen random digits (63 bits) and a Damm check digit, which catches every single wrong digit and
every swap of two neighbours: the two slips a tired hand makes. A mistyped code therefore never
costs an Argon2 run, nor a "wrong code" that sends somebody looking for another card. Knows nothing
of files or keys; called by enrolment, the keeper and the web. No message here repeats the code.
"""

import re
import secrets

from appliance.errors import MistypedCodeError

CODE_LENGTH = 20
_GROUP = 4
_DIGITS = "0123456789"
# What people and phones put between the groups: spaces of every width, dashes, dots.
_SEPARATORS = re.compile(r"[\s.·\-\u2010-\u2015\u2212\u200b\u2060\ufeff]+")
# The totally anti-symmetric quasigroup of order 10 from H. Michael Damm's thesis (2004).
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def new_card_code() -> str:
    """Draw a code from the machine's random source; 20 digits without spaces."""
    body = "".join(secrets.choice(_DIGITS) for _ in range(CODE_LENGTH - 1))
    return body + check_digit(body)


def check_digit(digits: str) -> str:
    """Return the Damm check digit; that of a whole, correct code is "0"."""
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return str(interim)


def parse_card_code(text: str) -> str:
    """Read a code as somebody typed it; return the bare 20 digits.

    Raises:
        MistypedCodeError: a stray character, a wrong length or a wrong check digit. Let the
            person look at the card again; no key has been tried.

    """
    digits = _SEPARATORS.sub("", text)
    # str.isdigit would let through digits of other scripts, which no card shows.
    if any(character not in _DIGITS for character in digits):
        raise MistypedCodeError("the code has a character that is not a digit")
    if len(digits) != CODE_LENGTH:
        raise MistypedCodeError(f"the code has {len(digits)} digits instead of {CODE_LENGTH}")
    if check_digit(digits) != "0":
        raise MistypedCodeError("the check digit does not fit: a digit is wrong or two are swapped")
    return digits


def format_card_code(digits: str) -> str:
    """Write a code as it stands on the card: five groups of four."""
    return " ".join(digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP))
