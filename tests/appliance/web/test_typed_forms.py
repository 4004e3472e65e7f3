"""A form that cannot be taken comes back with what is wrong, and nothing else is caught."""

import pytest
from flask import Flask

from appliance.errors import LockedError, LogNotKeptError
from appliance.web.errors import NO_INITIALS, NOTE_NOT_KEPT
from appliance.web.typed_forms import FormProblem, Refusal, shown_again_by

NOT_KEPT = Refusal((LogNotKeptError,), 503, lambda _: NOTE_NOT_KEPT)


def answered(problem: Exception) -> tuple[str, int, list[str]]:
    done: list[str] = []

    def page(problem, number):
        done.append("page")
        return f"{number}: {problem.code}"

    @shown_again_by(page, (NOT_KEPT,), lambda: done.append("looked"))
    def view(**_ids):
        raise problem

    with Flask(__name__).test_request_context():
        response = view(number=7)
    return response.get_data(as_text=True), response.status_code, done


@pytest.mark.parametrize(
    ("problem", "code", "status"),
    [
        (FormProblem(NO_INITIALS), NO_INITIALS.code, 422),
        (LogNotKeptError("full"), NOTE_NOT_KEPT.code, 503),
    ],
)
def test_form_comes_back_with_what_is_wrong_and_the_look_is_entered(problem, code, status) -> None:
    assert answered(problem) == (f"7: {code}", status, ["page", "looked"])


def test_what_no_form_can_mend_goes_on_to_the_page_of_errors() -> None:
    with pytest.raises(LockedError):
        answered(LockedError())
