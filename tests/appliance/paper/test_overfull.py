"""A field that is too long for its place is named by day; nothing is ever cut for it."""

from dataclasses import replace

from appliance.paper.overfull import overfull_fields
from tests.appliance.paper.people import AASE, LONG_NAME, TAPERING
from tests.appliance.records.orders import order


def test_ordinary_list_is_not_overfull(aase_list):
    assert aase_list.overfull == ()


def test_row_that_may_go_on_over_the_page_names_its_longest_field(print_list):
    long = order(id="m1", citizen_id=AASE.id, indication="mod smerter " * 60)

    assert print_list(long).overfull == ("Behandles for",)


def test_name_that_is_set_smaller_is_named(print_list):
    long = replace(AASE, family_name=LONG_NAME)

    assert print_list(citizen=long).overfull == ("Navn",)


def test_field_is_named_once_however_many_rows_have_it():
    row = {"dosage": TAPERING * 3, "cells": ["x"], "is_long": True}
    view = {"header": {"name": "Å", "cave": "x" * 601}, "sections": [{"rows": [row, row]}]}

    assert overfull_fields(view) == ("CAVE", "Dosering")
