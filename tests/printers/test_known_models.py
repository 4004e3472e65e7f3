"""The list of known printers is whole, honest, and refused with words where it is not."""

from pathlib import Path

import pytest

from printers.errors import ModelListError
from printers.known_models import Counts, KnownModel, Proof, Way, judge, load_models

MODELS = load_models()
EXAMPLES = [(example, model.name) for model in MODELS for example in model.examples]
ENTRY = {
    "name": '"Prøveprinter"',
    "match": '["Prøve *"]',
    "way": '"driverless"',
    "duplex": '"some"',
    "counts": '"unknown"',
    "tested": '"never on hardware"',
    "source": '"invented"',
}


def written(folder: Path, *entries: dict[str, str]) -> Path:
    path = folder / "models.toml"
    tables = ["\n".join(f"{key} = {value}" for key, value in each.items()) for each in entries]
    path.write_text("".join(f"[[printer]]\n{table}\n" for table in tables), encoding="utf-8")
    return path


@pytest.mark.parametrize(("example", "name"), EXAMPLES)
def test_every_example_is_judged_by_its_own_entry_and_no_earlier_one(
    example: str, name: str
) -> None:
    found = judge(MODELS, example)

    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_every_entry_has_an_example_and_a_source(model: KnownModel) -> None:
    assert model.examples
    assert len(model.source) > 20


def test_nothing_claims_to_have_been_tried_on_hardware() -> None:
    tried = {model.name for model in MODELS if model.tested is not Proof.NEVER}

    assert tried == {"The simulated printer of the tests (CUPS ippeveprinter)"}


@pytest.mark.parametrize(
    ("make_and_model", "way", "driver"),
    [
        ("HP LaserJet Pro M404dn", Way.DRIVERLESS, ""),
        ("Brother HL-L2300D series", Way.DRIVER, "brlaser"),
        ("Samsung ML-2165 Series", Way.DRIVER, "splix"),
        ("Epson ET-2750 Series", Way.DRIVER, "escpr"),
        ("HP LaserJet 4250", Way.DRIVER, "hpcups"),
        ("Canon LBP2900", Way.UNSUPPORTED, ""),
        ("canon lbp6030", Way.UNSUPPORTED, ""),
        ("HP LaserJet 1020", Way.UNSUPPORTED, ""),
        ("HP LaserJet Professional P1102", Way.UNSUPPORTED, ""),
    ],
)
def test_a_printer_gets_the_way_its_family_needs(
    make_and_model: str, way: Way, driver: str
) -> None:
    found = judge(MODELS, make_and_model)

    assert found is not None
    assert (found.way, found.driver) == (way, driver)


def test_a_printer_that_does_not_know_its_name_is_known_by_its_usb_id() -> None:
    asleep = judge(MODELS, "", "0924:42e8")
    label = judge(MODELS, "", "0922:0028")

    assert asleep is not None
    assert asleep.name == "Xerox B205, B210, B215"
    assert label is not None
    assert not label.prints_lists


def test_what_cannot_bring_out_lists_says_what_to_do_instead() -> None:
    useless = [model for model in MODELS if not model.prints_lists]

    assert len(useless) >= 6
    assert all(model.advice.endswith(".") and "!" not in model.advice for model in useless)


def test_a_printer_nobody_knows_is_judged_by_nobody() -> None:
    assert judge(MODELS, "Ukendt Fabrikat 1") is None
    assert judge(MODELS, "") is None


def test_a_printer_that_counts_sheets_can_be_told(tmp_path: Path) -> None:
    (model,) = load_models(written(tmp_path, {**ENTRY, "counts": '"sheets"'}))

    assert model.counts is Counts.SHEETS
    assert judge([model], "prøve 7") is model


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"way": '"plug and pray"'}, "way = 'plug and pray'; expected \"driverless\" or"),
        ({"tested": '"on hardware"'}, "tested = 'on hardware'; expected"),
        ({"duplex": "true"}, "duplex = True; expected"),
        ({"match": '"Prøve *"'}, "match = 'Prøve *'; expected a list of texts"),
        ({"match": "[]"}, "match = []; expected a list of texts"),
        ({"usb": '["4f9:1"]'}, "usb = ['4f9:1']; expected ids such as \"04f9:*\""),
        ({"source": '" "'}, "source = ' '; expected text that says something"),
        ({"a4": '"no"'}, "a4 = 'no'; expected true or false"),
        ({"driver": '"foo2zjs"', "way": '"driver"'}, "driver = 'foo2zjs'; expected one of brlaser"),
        ({"driver": '"splix"'}, 'driver goes with way = "driver"'),
        ({"way": '"driver"'}, 'driver goes with way = "driver"'),
        ({"way": '"unsupported"'}, "expected advice"),
        ({"a4": "false"}, "expected advice"),
        ({"colour": '"red"'}, "unknown key colour; expected name, way"),
    ],
)
def test_an_entry_that_says_something_impossible_is_named_with_its_key(
    tmp_path: Path, changed: dict[str, str], told: str
) -> None:
    with pytest.raises(ModelListError) as caught:
        load_models(written(tmp_path, {**ENTRY, **changed}))

    assert caught.value.detail.startswith("models.toml: 'Prøveprinter': ")
    assert told in caught.value.detail


@pytest.mark.parametrize("key", ["name", "way", "counts", "source"])
def test_an_entry_that_lacks_a_key_is_refused(tmp_path: Path, key: str) -> None:
    entry = {each: value for each, value in ENTRY.items() if each != key}

    with pytest.raises(ModelListError, match=f"{key} is missing"):
        load_models(written(tmp_path, entry))


def test_an_entry_that_matches_nothing_is_refused(tmp_path: Path) -> None:
    entry = {key: value for key, value in ENTRY.items() if key != "match"}

    with pytest.raises(ModelListError, match="expected match or usb"):
        load_models(written(tmp_path, entry))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("printer = [", "models.toml: "),
        ("colour = 1", "nothing but"),
        ("printer = 1", "nothing but"),
        ("printer = [1]", "an entry without a name: expected a table"),
    ],
)
def test_a_damaged_list_is_refused_with_its_name(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "models.toml").write_text(text)

    with pytest.raises(ModelListError, match=told):
        load_models(tmp_path / "models.toml")


def test_a_list_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelListError, match=r"none\.toml: No such file"):
        load_models(tmp_path / "none.toml")


def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelListError, match="'Prøveprinter' stands twice"):
        load_models(written(tmp_path, ENTRY, ENTRY))
