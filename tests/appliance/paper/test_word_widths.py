import json

import pytest
import typst

from appliance.paper import word_widths as module
from appliance.paper.typesetting import _FOLDER
from appliance.paper.word_widths import NARROW, word_widths

MEASURING = b"""
#set text(font: ("Inter", "DejaVu Sans"), size: 100pt)
#set text(number-type: "lining", number-width: "tabular")
#context [#metadata(json(bytes(sys.inputs.texts)).map(each =>
  calc.max(..("regular", "bold").map(weight => measure(text(weight: weight, each)).width)) / 100pt
)) <widths>]
"""


def measured(texts):
    """Return how wide the texts are in the type of the sheets, in parts of its size."""
    compiler = typst.Compiler(
        MEASURING,
        font_paths=[_FOLDER / "fonts"],
        ignore_system_fonts=True,
        sys_inputs={"texts": json.dumps(texts)},
    )
    return json.loads(compiler.query("<widths>", field="value", one=True))


def test_no_character_is_wider_than_the_table_says():
    characters = list(module._EMS)

    too_wide = [
        character
        for character, em in zip(characters, measured(characters), strict=True)
        if em > module._EMS[character]
    ]

    assert too_wide == []


@pytest.mark.parametrize(
    "word",
    ["Bendroflumethiazid/Kaliumchlorid", "ToVAYLTWA", "filmovertrukne", "0,25–0,5", "fjfiffl"],
)
def test_no_word_is_wider_than_it_is_said_to_be(word):
    told = dict(word_widths({"text": word})["wide"])

    assert measured([word, word + "\u00a0·"])[1] <= told.get(word, NARROW)


def test_the_widest_words_come_first_and_narrow_ones_not_at_all():
    words = word_widths(
        {"rows": [{"text": "Nat Acetylsalicylsyre"}, {"text": "tabletter\nog mere"}]}
    )

    assert [word for word, _ in words["wide"]] == ["Acetylsalicylsyre", "tabletter"]


def test_a_character_that_is_not_in_the_table_is_wider_than_any_column():
    (found,) = word_widths({"text": "漢字漢字 og"})["wide"]

    assert found[0] == "漢字漢字"
    assert found[1] > 1000


@pytest.mark.parametrize("text", ["blodtryk /hjertesvigt", "(", "/dag", "i ( parentes"])
def test_a_text_whose_end_or_middle_may_stick_is_told(text):
    assert word_widths({"text": text})["is_stuck"]


def test_ordinary_danish_does_not_stick():
    text = "Kopi fra 23. nov. (kl. 02.04). Er du i tvivl? Ring til lægen: 01/70 00 12."

    assert not word_widths({"text": text})["is_stuck"]
