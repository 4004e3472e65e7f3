"""JSON of the same model: wherever the cards stand in it, and what is refused."""

import orjson
import pytest

from appliance.demo.feed_fmk import card_as_json
from appliance.records.models import Citizen, MedicationOrder
from provisioning.sources.fmk_cards.json_cards import read_json
from tests.provisioning.feeds import organization, patient
from tests.provisioning.fmk_cards.cards import FETCHED, card, order, take_bytes

ONE = orjson.loads(card_as_json(card(order()), FETCHED))["GetMedicineCardResponse"]["MedicineCard"]
OTHER = orjson.loads(card_as_json(card(order(), cpr="0303431234"), FETCHED))
AT = "2026-11-22T05:00:00Z"


def lowered(value):
    """Spell every name with a small first letter, as some exports do."""
    if isinstance(value, list):
        return [lowered(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key[:1].lower() + key[1:]: lowered(item) for key, item in value.items()}


@pytest.mark.parametrize(
    "document",
    [
        {"MedicineCard": ONE},
        {"MedicineCard": ONE[0]},
        {"Envelope": {"Body": {"GetMedicineCardResponse": {"MedicineCard": ONE}}}},
        [{"MedicineCard": ONE[0]}, OTHER],
        lowered({"MedicineCard": ONE}),
    ],
)
def test_cards_are_found_wherever_they_stand(tmp_path, document):
    taken = take_bytes(tmp_path, orjson.dumps(document), "kort.json")

    number = 3 if isinstance(document, list) else 2
    assert taken.verdicts("MedicineCard") == (number, 0, 0, 0)
    assert "Pamolit" in {one.brand for one in taken.all_of(MedicationOrder)}


@pytest.mark.parametrize(
    "document",
    [
        {"retrievedAt": AT, "MedicineCard": ONE},
        {"MedicineCard": [{**ONE[0], "RetrievalDateTime": AT}]},
        {"export": {"retrieved": AT, "cards": [{"MedicineCard": ONE}]}},
    ],
)
def test_the_time_of_fetching_stands_beside_or_in_the_card(tmp_path, document):
    taken = take_bytes(tmp_path, orjson.dumps(document), "kort.json", as_of=None)

    assert [one.as_of.hour for one in taken.report.deliveries] == [5]


@pytest.mark.parametrize(
    ("content", "reason", "line"),
    [
        (b'{"MedicineCard": [\n{"Patient": \n}]}', "is not JSON at column", 3),
        (b'{"MedicineCard": "\xff"}', "is not UTF-8", None),
        (b'{"MedicineCard": ["kort"]}', "is not an object", None),
        (b'{"MedicineCard": {"a": ' + b'{"a":' * 70 + b"1" + b"}" * 71 + b"}",
         "is larger than any card", None),
        (b'{"MedicineCard": {"a": [' + b"1," * 200_001 + b"1]}}", "is larger than any card", None),
        (b'{"MedicineCard": {"DrugMedication": []}}', "names nobody", None),
        (b'{"MedicineCard": [' + b" " * 34_000_000 + b"]}", "is larger than 33554432 bytes", None),
    ],
)  # fmt: skip
def test_a_broken_document_says_where_and_why(tmp_path, content, reason, line):
    taken = take_bytes(tmp_path, content, "kort.json")

    (problem,) = taken.report.blocking
    assert reason in problem.reason
    assert (problem.file, problem.line) == ("#2.json", line)
    assert taken.verdicts("MedicineCard") == (1, 0, 0, 1)


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        "MedicineCard",
        {"version": 1},
        {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"MedicineCard": ONE}}}}}}}},
    ],
)
def test_json_that_is_something_else_is_an_error_and_holds_nobody(tmp_path, document):
    taken = take_bytes(tmp_path, orjson.dumps(document), "kort.json")

    assert "holds no medicine card [N-716]" in taken.messages
    assert taken.report.blocking == []


@pytest.mark.parametrize("document", [organization(), patient(contained=[{"MedicineCard": ONE}])])
def test_fhir_among_cards_holds_because_somebody_would_be_missing(tmp_path, document):
    taken = take_bytes(tmp_path, orjson.dumps(document), "kort.json")

    (problem,) = taken.report.blocking
    assert problem.reason == "is FHIR; deliver it apart from medicine cards"
    assert taken.verdicts("MedicineCard") == (1, 0, 0, 1)


def test_a_time_of_fetching_nobody_can_read_is_said(tmp_path):
    document = {"RetrievalDateTime": "i nat", "MedicineCard": ONE}
    taken = take_bytes(tmp_path, orjson.dumps(document), "kort.json")

    assert "RetrievalDateTime: when the card was fetched cannot be read" in taken.messages
    assert "i nat" not in taken.messages


def test_signs_that_turn_a_text_around_are_taken_out(tmp_path):
    content = card_as_json(card(order(), family="Ho\u202elm", cpr="0303431234"), FETCHED)

    found = take_bytes(tmp_path, content, "kort.json").all_of(Citizen)

    assert {one.family_name for one in found} == {"Holm"}


def test_null_and_nested_lists_say_nothing():
    (read,) = read_json(b'{"MedicineCard": {"A": null, "B": [[1]], "C": true, "D": 0.5}}')

    assert [(one.name, one.text) for one in read.node.children] == [
        ("B", ""),
        ("C", "true"),
        ("D", "0.5"),
    ]
