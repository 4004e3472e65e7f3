"""Every address there is, asked as nobody should: foreign hosts, floods, odd parameters."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import appliance.web
from appliance.paper.unit_sheets import key_list
from appliance.printing.orders import Order
from appliance.web import security
from appliance.web.guards import Guard, guard_of
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.test_guards import addresses, assert_no_leak
from tests.simulators.box_people import AASE, NINNA, SYD, personal_words
from tests.simulators.box_roads import CODE

pytestmark = pytest.mark.slow  # seconds, not milliseconds

WEB = Path(appliance.web.__file__).parent
# What ends the visit of whoever is trying them all.
ENDS = {"login.log_out", "login.lock", "locked.unlock", "locked.unlock_by_usb", "login.log_in",
        "practice.enter"}  # fmt: skip
# An error of the box itself with its words, such as a log of the plan that is full for now.
KNOWN_ERROR = 503
ODD = (
    "", "9" * 5000, "-1", "٣", "1e9", "\x00", "../../etc/passwd", "' OR 1=1 --", "{{7*7}}",
    "<script>x</script>", "2026-02-30", "9999-12-31", "æ\ud7ff\U0001f600", "%00",
    "\r\nSet-Cookie: x=1",
)  # fmt: skip


def names() -> set[str]:
    """Return every parameter a form sends or a view reads, wherever that is."""
    sent = (path.read_text(encoding="utf-8") for path in WEB.glob("templates/*.html"))
    read = (path.read_text(encoding="utf-8") for path in WEB.rglob("*.py"))
    of_forms = (re.findall(r'name="(\w+)"', text) for text in sent)
    of_views = (re.findall(r'request\.(?:args|form)\.\w+\("(\w+)"', text) for text in read)
    found = {name for names in (*of_forms, *of_views) for name in names}
    return found - {security.FORM_FIELD, "robots", "viewport"}


def forms(fields: set[str], odd: str) -> Iterator[dict[str, str]]:
    """Yield forms of all the parameters, none so large that it is refused for its size."""
    several = max(security.MAX_BODY_BYTES // (len(odd) + 100), 1)
    ranked = sorted(fields)
    for start in range(0, len(ranked), several):
        yield dict.fromkeys(ranked[start : start + several], odd)


def test_parameters_are_found_where_they_stand() -> None:
    assert {"dag", "vagt", "rute", "ark", "side", "find", "antal", "fra", "kode"} <= names()


@pytest.mark.parametrize("initials", ["AGN", "GRE", "DOR", "BEN"])
def test_odd_parameters_break_no_page_and_show_nothing_of_others(
    box: WebBox, initials: str
) -> None:
    phone, fields = box.logged_in(initials), names()
    token = phone.token()
    order = Order(key_list.KIND.name, SYD.id, ordered_by="GRE")
    own = {
        "unit_id": SYD.id,
        "citizen_id": AASE.id,
        "sheet": "vaeskeskema",
        "job_id": box.services.desk.queue.order(order).id,
    }
    views = [found for found in addresses(box, **own) if found[0] not in ENDS]

    for odd, filled in ((each, form) for each in ODD for form in forms(fields, each)):
        for endpoint, method, path in views:
            if method == "GET":
                answer = phone.get(path, query_string=filled)
            else:
                answer = phone.client.post(path, data={security.FORM_FIELD: token, **filled})

            assert answer.status_code < 500 or answer.status_code == KNOWN_ERROR, (endpoint, odd)
            assert "N-000" not in answer.text, (endpoint, odd)
            assert NINNA.family_name not in answer.text, endpoint
            assert CODE not in answer.text, endpoint
            assert "x" not in [
                cookie.partition("=")[0] for cookie in answer.headers.getlist("Set-Cookie")
            ]
    assert phone.get("/her").status_code in (200, 204)


@pytest.mark.parametrize("odd", ODD)
def test_odd_id_is_a_calm_page_for_a_coordinator(box: WebBox, odd: str) -> None:
    dorte = box.logged_in("DOR")

    for start, end in (
        ("/koerelister/", ""),
        (f"/koerelister/{SYD.id}/", ""),
        ("/koerelister/", "/x"),
    ):
        answer = dorte.client.get(start + odd.replace("\r\n", "%0d%0a") + end)

        assert answer.status_code in (200, 303, 308, 404, 405)
        assert not [word for word in personal_words() if word in answer.text]


def test_foreign_host_reaches_no_view_with_anybodys_session(box: WebBox, agnes: Phone) -> None:
    token = agnes.token()

    for endpoint, method, path in addresses(box):
        headers = {"Host": "evil.dk"}
        if method == "GET":
            answer = agnes.client.get(path, headers=headers)
        else:
            form = {security.FORM_FIELD: token}
            answer = agnes.client.post(path, data=form, headers=headers)

        assert answer.status_code == (302 if method == "GET" else 400), endpoint
        assert_no_leak(answer)
    assert agnes.get("/afsnit").status_code == 200


def test_flood_of_words_is_refused_everywhere(box: WebBox, agnes: Phone) -> None:
    token, flood = agnes.token(), "x" * (security.MAX_BODY_BYTES + 1)
    views = box.app.view_functions

    for endpoint, method, path in addresses(box):
        if method == "POST":
            form = {security.FORM_FIELD: token, "find": flood}
            answer = agnes.client.post(path, data=form)

            is_hers = guard_of(views[endpoint]) is not Guard.ADMIN
            refused = (413,) if is_hers else (403, 413)
            assert answer.status_code in refused, endpoint
            assert_no_leak(answer)
    assert box.services.desk.queue.jobs() == []


@pytest.mark.parametrize("initials", ["DOR", "BEN"])
def test_form_without_its_token_changes_nothing_for_other_roles_either(
    box: WebBox, initials: str
) -> None:
    phone = box.logged_in(initials)

    for endpoint, method, path in addresses(box):
        if method == "POST":
            answer = phone.client.post(path, data={"ark": "noegleliste", "svar": "ja"})
            may_come_again = hasattr(box.app.view_functions[endpoint], security.SHOWN_AGAIN)
            refused = {403, 404, 422} if may_come_again else {400, 403}
            assert answer.status_code in refused, endpoint
    assert box.keeper.journal == []
    assert box.services.outage.on_paper().started_at is None
    assert box.services.desk.queue.jobs() == []
