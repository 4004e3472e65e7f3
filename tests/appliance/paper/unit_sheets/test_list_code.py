"""The code that says which lists belong together."""

from appliance.paper.unit_sheets.list_code import list_code


def test_the_same_stops_in_the_same_order_have_the_same_code():
    assert list_code(["1:a", "2:b"]) == list_code(iter(["1:a", "2:b"]))


def test_another_order_another_stop_or_another_cut_has_another_code():
    codes = {list_code(parts) for parts in (["ab", "c"], ["a", "bc"], ["c", "ab"], ["ab"], [])}

    assert len(codes) == 5


def test_a_code_can_be_read_aloud():
    code = list_code(["1:a"])

    assert len(code) == 5
    assert set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
