"""What single forms must ask, and what they must never say."""

import re

from appliance.paper.forms import (
    blood_sugar,
    driving,
    fall,
    fluid,
    medication_given,
    observation,
)
from appliance.paper.forms.form import EMERGENCY, Grid, Questions
from appliance.paper.sheet_kind import Material, Subject, Wanted
from tests.appliance.paper.pages import texts
from tests.appliance.paper.people import context


def _heads(form):
    return [column.head for part in form.parts if isinstance(part, Grid) for column in part.columns]


def _questions(form):
    return [row for part in form.parts if isinstance(part, Questions) for row in part.rows]


def _page(kind):
    (document,) = kind.make(Material(), Wanted(Subject.NOBODY), context())
    return " ".join(texts(document.pdf))


def test_observations_have_a_column_for_each_vital_sign_and_no_limit():
    heads = " ".join(_heads(observation.FORM))

    signs = ("kl.", "BT", "Puls", "Temp.", "Resp.", "SAT", "Bevidsthed", "Init.")
    assert all(sign in heads for sign in signs)
    # A score nobody has approved would be worse than none: no number stands in the form.
    assert re.findall(r"\d+", " ".join((heads, *observation.FORM.notices))) == ["112"]


def test_blood_sugar_has_neither_doses_nor_limits():
    said = " ".join((*_heads(blood_sugar.FORM), *blood_sugar.FORM.notices))

    assert re.findall(r"\d+", said) == ["112"]
    assert "Dosis og grænser står på medicinlisten" in said


def test_fluid_asks_for_both_sums_and_the_difference():
    page = _page(fluid.KIND)

    assert all(word in page for word in ("Ind i alt ml", "Ud i alt ml", "Forskel ml"))


def test_a_fall_asks_what_happened_who_was_told_and_about_blood_thinners():
    labels = [question.label for question in _questions(fall.FORM)]
    page = _page(fall.KIND)

    assert {"Hændelse", "Tegn på skade", "Læge", "Pårørende", "Leder"} <= set(labels)
    assert "Får blodfortyndende medicin" in labels
    assert EMERGENCY.replace("\xa0", " ") in page


def test_medicine_given_is_no_order_and_asks_who_said_so():
    page = _page(medication_given.KIND)

    assert "Giv kun det, der står på medicinlisten" in page
    assert "læge: navn, kl." in page
    assert "hvorfor ikke" in page


def test_a_driving_form_follows_the_car_and_asks_for_no_citizen():
    page = _page(driving.KIND)

    assert "CPR" not in page.replace("ikke navn eller CPR", "")
    assert all(word in page for word in ("Kl. fra", "Fra", "Til", "Km ved start", "Kørt i alt"))
