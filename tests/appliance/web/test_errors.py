import logging
import sqlite3
from dataclasses import replace

import pytest
from flask import Blueprint, request

from appliance.errors import DiskFullError, LockedError
from appliance.web.app import create_app
from appliance.web.errors import GENERAL
from appliance.web.guards import open_to_all
from printers.errors import NoPaperError
from tests.appliance.web.conftest import Phone, WebBox


def failing(box: WebBox, error: Exception) -> None:
    """Add a page that fails."""
    bp = Blueprint("failing", __name__)

    @bp.get("/fejl")
    @bp.get("/fejl.json")
    @open_to_all
    def fail() -> str:
        raise error

    box.app.register_blueprint(bp)


@pytest.mark.parametrize("error", [DiskFullError("writing x"), NoPaperError("tray 1")])
def test_known_error_is_shown_with_sentence_step_and_code(box: WebBox, error: Exception) -> None:
    failing(box, error)

    answer = box.phone().get("/fejl")

    assert answer.status_code == 503
    for words in (error.sentence, error.next_step, error.code, "IT-vagten: 87 00 00 00"):
        assert words in answer.text
    assert str(error) not in answer.text


def test_bug_is_a_calm_page_and_a_log_line_without_values(
    box: WebBox, caplog: pytest.LogCaptureFixture
) -> None:
    failing(box, ValueError("Aase Prøvesen 010130-1234"))

    answer = box.phone().get("/fejl")

    assert answer.status_code == 500
    assert "Det gik ikke. Dine data er der stadig." in answer.text
    assert "Traceback" not in answer.text
    assert "Aase" not in answer.text + caplog.text
    assert "unexpected ValueError at test_errors.py:" in caplog.text


def test_log_line_without_an_error_is_no_error(
    box: WebBox, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        box.app.log_exception((None, None, None))

    assert "unexpected error" in caplog.text


def test_script_gets_the_code_as_json(box: WebBox) -> None:
    failing(box, DiskFullError())

    answer = box.phone().get("/fejl.json")

    assert (answer.status_code, answer.json) == (503, {"code": "N-501"})


def test_box_locked_in_the_middle_of_a_page_goes_to_the_front(box: WebBox) -> None:
    failing(box, LockedError())

    assert box.phone().get("/fejl").headers["Location"] == "/"


def test_records_wiped_in_the_middle_of_a_page_go_to_the_front(box: WebBox) -> None:
    failing(box, sqlite3.DatabaseError("disk image is malformed"))

    assert box.phone().get("/fejl").headers["Location"] == "/"


def test_damaged_records_of_an_open_box_are_said(box: WebBox) -> None:
    failing(box, sqlite3.DatabaseError("disk image is malformed"))
    box.keeper.open()

    answer = box.phone().get("/fejl")

    assert answer.status_code == 503
    assert "Kopien kan ikke åbnes." in answer.text


@pytest.mark.parametrize(("method", "path"), [("GET", "/findes-ikke"), ("POST", "/status")])
def test_page_that_is_not_there_leads_to_the_front(box: WebBox, method: str, path: str) -> None:
    answer = box.app.test_client().open(path, method=method)

    assert answer.status_code in (404, 405)
    assert "Siden findes ikke." in answer.text
    assert 'href="/"' in answer.text


def test_wrong_method_says_which_are_right(box: WebBox) -> None:
    assert "GET" in box.app.test_client().post("/status").headers["Allow"]


def test_error_pages_come_in_english_too(box: WebBox) -> None:
    phone = box.phone()
    phone.client.set_cookie("sprog", "en")

    assert "The page does not exist." in phone.get("/findes-ikke").text


def test_unreadable_note_of_the_keeper_is_a_calm_page(box: WebBox) -> None:
    box.keeper.open()
    note = box.config.records_dir / "current.json"
    note.chmod(0o600)
    note.write_text("{")

    answer = box.phone().get("/")

    assert answer.status_code == 503
    assert "Nødboksen kan ikke låses op." in answer.text


def test_age_of_a_broken_installation_is_unknown_not_an_error(box: WebBox) -> None:
    def broken() -> None:
        raise DiskFullError

    services = replace(box.services, installed_at=broken)
    phone = Phone(create_app(box.config, services).test_client())

    assert "Boksen ved ikke, hvor gamle data er." in phone.get("/").text
    assert DiskFullError.sentence in phone.get("/status").text


def test_page_that_fails_before_anything_is_known_is_still_a_page(box: WebBox) -> None:
    with box.app.test_request_context("/"):
        text = box.app.jinja_env.get_template("error.html").render(
            box.app.jinja_env.globals
            | box.app.template_context_processors[None][-1]()
            | {"words": GENERAL, "request": request}
        )

    assert "Boksen ved ikke, hvor gamle data er." in text
