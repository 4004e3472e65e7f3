import orjson
import pytest

from provisioning.sources.text_cleaning import cleaned, is_suspicious


def clean(text):
    line = orjson.dumps({"text": text})
    return orjson.loads(cleaned(line.decode()))["text"] if is_suspicious(line) else text


@pytest.mark.parametrize("letter", ["\x00", "\x07", "\x08", "\x0c", "\r", "\x1b", "\x7f"])
def test_control_characters_are_removed(letter):
    assert clean(f"Pamol{letter} 500 mg") == "Pamol 500 mg"


@pytest.mark.parametrize("code", [0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
def test_text_direction_controls_are_removed_raw_and_escaped(code):
    escaped = f'{{"text": "0{chr(92)}u{code:04x}5"}}'

    assert clean(f"0{chr(code)}5") == "05"
    assert is_suspicious(escaped.encode())
    assert orjson.loads(cleaned(escaped)) == {"text": "05"}


def test_line_breaks_and_tabs_inside_texts_stay():
    assert clean("1 tablet\n\tmorgen\r\n") == "1 tablet\n\tmorgen\n"


def test_what_only_looks_like_an_escape_stays():
    assert clean(r"C:\u202e\b") == r"C:\u202e\b"


def test_ordinary_danish_is_not_even_looked_at():
    assert not is_suspicious('{"text": "æøå – ½ × … \\"citat\\""}'.encode())


def test_upper_case_escapes_are_removed():
    assert orjson.loads(cleaned('"a\\u202Eb"')) == "ab"
