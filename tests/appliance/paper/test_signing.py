"""Where a dose is signed for: the papers that are named are the papers there are."""

import pytest

from appliance.paper.citizen_sheets import administration_grid, as_needed_form
from appliance.paper.forms import medication_given
from appliance.paper.signing import ONLY_THE_REST, SIGN_ELSEWHERE, SIGN_ONCE
from appliance.paper.unit_sheets import due_tonight


@pytest.mark.parametrize("sentence", [SIGN_ELSEWHERE, SIGN_ONCE, ONLY_THE_REST])
def test_papers_are_called_by_their_titles(sentence):
    grid = administration_grid.DESIGN.title.split(" ")[0].lower()
    titles = [due_tonight.DESIGN.title, as_needed_form.DESIGN.title]

    assert [title for title in titles if title not in sentence] == []
    assert (grid in sentence) is (sentence != SIGN_ONCE)  # which stands on it


def test_form_is_only_for_what_no_other_paper_has_room_for():
    assert medication_given.FORM.notices[0] == ONLY_THE_REST
