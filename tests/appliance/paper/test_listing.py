"""How tall a row may become: counted in lines, not in characters."""

import pytest

from appliance.paper.listing import Column, Style, height_of, is_tall, listing

SHORT_LINES = "\n".join(f"{number}: x" for number in range(70))
COLUMNS = (Column("who", "Hvem", 40, Style.NAME), Column("text", "Tekst"))


def is_long(columns=COLUMNS, **row):
    (made,) = listing("Prøve", columns, [row])["rows"]
    return made["is_long"]


def test_seventy_short_lines_are_a_tall_row():
    assert is_long(who=["Åse"], text=SHORT_LINES)
    assert is_long(who=SHORT_LINES.split("\n"), text="x")
    assert not is_long(who=["Åse"], text=SHORT_LINES.replace("\n", " ")[:300])


def test_a_text_is_taller_where_its_column_is_narrow():
    text = "ord og " * 60

    assert not is_long(text=text)
    assert is_long((Column("text", "Tekst", 20), Column("rest", "Resten")), text=text)


def test_many_words_in_boxes_make_a_tall_row():
    assert is_long(who=["Åse"], marks=["Pas på"] * 20)


def test_tasks_to_tick_take_a_box_each():
    columns = (Column("tasks", "Opgaver", None, Style.TASKS),)

    assert is_long(columns, tasks=["Bad"] * 20)
    assert not is_long(columns, tasks=["Bad"] * 8)


def test_a_column_that_takes_the_rest_of_a_page_on_its_side_is_not_taken_for_narrow():
    wide = [Column(f"c{number}", "", 70) for number in range(3)]

    assert not is_long((*wide, Column("text", "Tekst")), text="ord og " * 40)


@pytest.mark.parametrize(("text", "lines"), [("", 1), ("a\nb\nc", 3), ("x" * 100, 2)])
def test_each_line_of_a_source_counts_and_so_does_each_it_is_broken_into(text, lines):
    assert height_of([text], 140) == pytest.approx(3 + lines * 4.6)


def test_a_row_without_cells_is_not_tall():
    assert not is_tall([])
