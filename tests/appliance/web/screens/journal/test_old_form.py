"""A form that was opened before the login: nothing of it is lost, and nothing of it is taken."""

import html
import re

import pytest

from appliance.web import security
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.screens.journal.conftest import NOTE, Writer, fields
from tests.appliance.web.test_guards import addresses
from tests.simulators.box_people import NINNA

FALL = "Faldt ved sengen kl. 2."
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def typed_before_logout(writer: Writer) -> dict[str, str]:
    """Return a form with words in it, whose session has ended in the other tab."""
    form = {**fields(writer.phone.get(NOTE).text), "tekst": FALL}
    writer.phone.post("/log-ud")
    return form


def sent(phone: Phone, form: dict[str, str], path: str = NOTE) -> tuple[int, str]:
    answer = phone.client.post(path, data=form)
    return answer.status_code, answer.text


def test_form_of_before_the_login_comes_back_with_its_words_and_is_saved_by_the_next_press(
    writer: Writer,
) -> None:
    form = typed_before_logout(writer)
    writer.phone.log_in("AGN")

    status, page = sent(writer.phone, form)
    before = writer.journal().entries
    again, _ = sent(writer.phone, fields(page))

    assert (status, again) == (422, 303)
    assert "Du er logget ind igen." in page
    assert before == ()
    assert [entry.event.what.text for entry in writer.journal().entries] == [FALL]


def test_form_sent_by_nobody_holds_its_words_until_somebody_is_in(writer: Writer) -> None:
    form = typed_before_logout(writer)

    status, page = sent(writer.phone, form)
    held = {
        name: html.unescape(value) for name, value in _HIDDEN.findall(page) if name != "tilbage"
    }
    writer.phone.log_in("AGN")
    _, back = sent(writer.phone, held)

    assert (status, f">{FALL}</p>" in page) == (403, True)
    assert 'href="/" target="_blank"' in page
    assert fields(back)["tekst"] == FALL
    assert writer.journal().entries == ()


def test_form_of_another_unit_is_not_shown_to_whoever_came_in_instead(writer: Writer) -> None:
    status, page = sent(writer.phone, {"tekst": FALL}, NOTE.replace("c-7f3a", NINNA.id))

    assert status == 404
    assert NINNA.family_name not in page


def test_page_of_the_form_says_where_to_log_in_beside_it(writer: Writer) -> None:
    held = writer.phone.get(NOTE).text.partition('<output name="held"')[2].partition("</output>")[0]

    assert 'href="/" target="_blank"' in held


@pytest.mark.slow
def test_no_view_takes_a_form_without_the_token_of_its_session(box: WebBox, agnes: Phone) -> None:
    taken = []
    for endpoint, method, path in addresses(box):
        view = box.app.view_functions[endpoint]
        if method == "POST" and getattr(view, security.SHOWN_AGAIN, False):
            status, _ = sent(agnes, {"formular": "0" * 64, "tekst": FALL}, path)
            taken += [endpoint] if status < 400 else []

    assert taken == []
    assert box.keeper.journal == []
    assert box.services.outage.on_paper().started_at is None
