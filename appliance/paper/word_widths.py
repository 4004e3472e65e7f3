"""Tell the template how wide the longest words of a view may be, so that it measures few. Pure.

The template keeps every word inside its column (`fit` in `templates/words.typ`), and measuring is
the dearest thing it can do. Most words fit at a glance: here each is summed up from the widest its
characters can be. Refuses to guess: what has a character that is not in the table counts as wider
than any column, so typst measures it. Called by the typesetting.
"""

import re

from appliance.paper.document import View
from appliance.paper.printable import texts_of

# How wide a character is at most in the type of the sheets, regular or bold, in parts of its size;
# `test_word_widths.py` asks typst about each.
_WIDTHS = {
    0.3: ",.:;Iijl·’‘",
    0.42: '!¡¹"()/[]frt{}',
    0.5: "-–“”„°²³ª^_`´º",
    0.62: "*?FJLaceksvxyzEo¶ÈÉÊËàáâãäåçèéêëðýÿòóôõöøþíìîï",
    0.7: "#Pbdghnpqu«»ñùúûü$&+0123456789<=>BKRSTZ~£§±µ×Þß÷≥≤−",
    0.8: "ADHUVXYÀÁÂÃÄÅÐÙÚÛÜÝCGNOQÇÑÒÓÔÕÖØ",
    1.1: "%w¼½¾⅓⅔…Mm©®æœ—→@WÆŒ",
}
_EMS = {character: em for em, characters in _WIDTHS.items() for character in characters}
_EMS["\u00a0"] = 0.3
_UNKNOWN = 1000.0
# What a template may set after a word of the record without a space that breaks: "\u00a0·".
_JOINED = 0.6
# Narrower words are not told: the template measures whatever stands in so narrow a column.
NARROW = 4.0
# Around these Unicode's rules break no line, not even at a space (`unstuck` in `words.typ`):
# inside a text, or where two texts are joined.
_STUCK = re.compile(r"(?:^| )[)\]}/!?.,:;%»”’…]|[(\[{«„“‘](?: |$)")


def word_widths(view: View) -> View:
    """Return the words wider than `NARROW`, the widest first, and whether any may stick."""
    found: dict[str, float] = {}
    is_stuck = False
    for text in set(texts_of(view)):
        is_stuck = is_stuck or _STUCK.search(text) is not None
        for word in re.split("[ \n]", text):
            if len(word) > NARROW / max(_WIDTHS) and word not in found:
                found[word] = sum(_EMS.get(character, _UNKNOWN) for character in word) + _JOINED
    wide = sorted((pair for pair in found.items() if pair[1] > NARROW), key=lambda pair: -pair[1])
    return {"wide": [[word, round(em, 2)] for word, em in wide], "is_stuck": is_stuck}
