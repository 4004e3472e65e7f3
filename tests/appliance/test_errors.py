from appliance import errors
from appliance.errors import NodboksError, WaitBeforeRetryError, WrongCodeError

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, NodboksError)
]


def test_the_detail_is_what_a_log_shows() -> None:
    assert str(WrongCodeError("card slot, third try")) == "card slot, third try"


def test_without_a_detail_the_sentence_is_shown() -> None:
    assert str(WrongCodeError()) == WrongCodeError.sentence


def test_a_wait_tells_how_long() -> None:
    error = WaitBeforeRetryError(29.6)

    assert error.wait_s == 29.6
    assert str(error) == "wait 30 s before the next try"


def test_the_tree_at_the_top_of_the_file_draws_every_kind_with_its_code() -> None:
    drawing = errors.__doc__ or ""

    missing = [kind.__name__ for kind in KINDS[1:] if kind.__name__ not in drawing]
    leaves = [kind for kind in KINDS if not kind.__subclasses__() and kind.code[2] not in "0167"]

    assert missing == []
    assert [kind.code for kind in leaves if kind.code not in drawing] == []


def test_a_branch_is_named_by_the_hundred_of_its_code() -> None:
    strays = [
        kind.__name__
        for kind in KINDS[1:]
        if (base := kind.__mro__[1]) is not NodboksError and kind.code[:3] != base.code[:3]
    ]

    assert strays == []
