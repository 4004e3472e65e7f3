from printers.ipp.attributes import Attributes, attribute, attributes_of, keyword
from printers.ipp.codes import Tag
from printers.ipp.message import Group, LocalText, Value

TOLD = Attributes(
    {
        "job-id": (7,),
        "copies": (True, "two", 2),
        "accepting": (3, False),
        "name": (b"\x00", LocalText("da", "Stue 4"), "Room 4"),
        "nothing": (None,),
    }
)


def test_value_of_another_kind_is_as_good_as_none() -> None:
    assert TOLD.number("job-id") == 7
    assert TOLD.number("copies") == 2
    assert TOLD.number("name") is None
    assert TOLD.number("never-told") is None
    assert TOLD.flag("accepting") is False
    assert TOLD.flag("job-id") is None


def test_texts_are_read_with_and_without_their_language() -> None:
    assert TOLD.words("name") == ("Stue 4", "Room 4")
    assert TOLD.text("name") == "Stue 4"
    assert TOLD.text("nothing") == ""


def test_each_group_of_a_kind_is_one_set_of_attributes() -> None:
    job = attribute(Tag.INTEGER, "job-id", 1, 2)
    groups = [Group(Tag.JOB, (job,)), Group(Tag.PRINTER, ()), Group(Tag.JOB, ())]

    assert attributes_of(groups, Tag.JOB) == [Attributes({"job-id": (1, 2)}), Attributes({})]


def test_keyword_keeps_every_word() -> None:
    words = keyword("requested-attributes", "job-id", "job-state")

    assert words.values == (Value(Tag.KEYWORD, "job-id"), Value(Tag.KEYWORD, "job-state"))
