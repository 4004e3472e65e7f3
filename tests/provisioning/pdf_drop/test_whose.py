import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.attachments.titles import has_number, title_of
from provisioning.sources.pdf_drop.whose import read_path, shown_name


@pytest.mark.parametrize(
    ("name", "unit", "cprs", "title"),
    [
        ("Solgården/vagtplan.pdf", "Solgården", (), "vagtplan"),
        ("Solgården/2026/plan_uge 48.pdf", "Solgården", (), "plan uge 48"),
        ("0101301234.pdf", None, ("0101301234",), ""),
        ("010130-1234 sår på hæl.jpg", None, ("0101301234",), "sår på hæl"),
        ("0101301234sår.pdf", None, ("0101301234",), "sår"),
        ("010130_1234.pdf", None, ("0101301234",), ""),
        ("010130-12ab_epikrise.pdf", None, ("01013012AB",), "epikrise"),
        ("610130-1234.pdf", None, ("6101301234",), ""),
        ("Solgården/010130-1234/kort.pdf", "Solgården", ("0101301234",), "kort"),
        ("Aase 010130-1234/kort.pdf", None, ("0101301234",), "kort"),
        ("010130-1234/010130-1234 kort.pdf", None, ("0101301234",), "kort"),
        ("010130-1234/020230-1234.pdf", None, ("0101301234", "0202301234"), ""),
        ("løs.pdf", None, (), "løs"),
        ("a/20261123 referat.pdf", "a", (), "20261123 referat"),
        ("a/2026-11-23.pdf", "a", (), "2026-11-23"),
        ("a/990099-1234.pdf", "a", (), ""),
        ("a/010130 plan.pdf", "a", (), "010130 plan"),
    ],
)  # fmt: skip
def test_a_path_says_whose_it_is(
    name: str, unit: str | None, cprs: tuple[str, ...], title: str
) -> None:
    whose = read_path(name)

    assert (whose.unit, whose.cprs, whose.title) == (unit, cprs, title)


@given(
    st.sampled_from(["0101301234", "010130-1234", "010130 1234", "010130-12AB", "010130_12ab"]),
    st.sampled_from(["", " ", "_", "-", "sår ", "(", "[1] "]),
    st.sampled_from(["", " ", "_", ".", " sår", "-2"]),
)
def test_no_cpr_number_survives_in_a_title_or_a_shown_name(
    number: str, before: str, after: str
) -> None:
    name = f"Solgården/{before}{number}{after}.pdf"

    shown = shown_name(name, 7)

    assert not re.search("010130", read_path(name).title)
    assert shown == "Solgården/#7.pdf"


def test_a_citizens_folder_is_shown_as_no_more_than_that() -> None:
    assert shown_name("Hansen 010130-1234/sår.JPG", 2) == "(citizen)/#2.jpg"
    assert shown_name("Solgården/Aase Hansen/sår.hansen", 2) == "Solgården/#2"
    assert shown_name("Aase Hansen.pdf", 1) == "#1.pdf"


def test_a_title_is_short_and_without_control_characters() -> None:
    assert title_of("a\u202eb" + "x" * 500) == ("ab" + "x" * 500)[:200]


def test_a_number_is_seen_whatever_its_date() -> None:
    assert has_number("999999-1234")
    assert not has_number("uge 48")
