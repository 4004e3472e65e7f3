"""A batch is one file, and no two citizens share a piece of paper."""

import pytest

from appliance.errors import PaperError
from appliance.paper.joining import join
from tests.appliance.paper.pages import texts


@pytest.fixture
def odd(print_list):
    document = print_list()
    assert document.pages == 1
    return document


def test_joined_pages_come_in_order(odd, aase_list):
    joined = join([odd, aase_list])

    pages = texts(joined.pdf)
    assert joined.pages == len(pages)
    assert joined.serial == odd.serial
    assert len(pages) == 1 + aase_list.pages
    assert f"Udskrift {aase_list.serial}" in pages[-1]


def test_two_sided_documents_each_begin_on_a_new_sheet(odd):
    pages = texts(join([odd, odd, odd], is_two_sided=True).pdf)

    assert [bool(page.strip()) for page in pages] == [True, False, True, False, True]


def test_joining_nothing_is_an_error_not_an_empty_job():
    with pytest.raises(PaperError):
        join([])
