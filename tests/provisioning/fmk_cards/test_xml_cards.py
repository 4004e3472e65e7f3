"""XML that means harm, is cut short or is something else: refused with a line, never fetched."""

import http.server
import threading

import pytest

from appliance.demo.feed_fmk import card_as_xml
from appliance.records.models import Citizen, MedicationOrder
from tests.provisioning.fmk_cards.cards import FETCHED, MODEL, card, order, take_bytes

WHOLE = card_as_xml(card(order()), FETCHED)
HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def with_doctype(declaration: str) -> bytes:
    return WHOLE.replace(HEAD, HEAD + declaration.encode() + b"\n")


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
HARMFUL = {
    "billion laughs": with_doctype(f'<!DOCTYPE c [<!ENTITY l0 "lol">{LAUGHS}]>').replace(
        b"Pamolit", b"&l11;"
    ),
    "a file of ours": with_doctype(
        '<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    ).replace(b"Pamolit", b"&x;"),
    "a parameter entity": with_doctype('<!DOCTYPE c [<!ENTITY % p "x"> %p;]>'),
    "a document type alone": with_doctype("<!DOCTYPE c>"),
    "an outside document type": with_doctype('<!DOCTYPE c SYSTEM "http://127.0.0.1:9/c.dtd">'),
}


@pytest.mark.parametrize("harm", HARMFUL)
def test_a_document_type_or_an_entity_is_refused(tmp_path, harm):
    taken = take_bytes(tmp_path, HARMFUL[harm])

    (problem,) = taken.report.blocking
    assert problem.reason == "declares a document type or an entity, which no card has"
    assert problem.line == 2
    assert taken.verdicts("MedicineCard") == (1, 0, 0, 1)
    assert taken.all_of(MedicationOrder) == []


def test_nothing_is_fetched(tmp_path):
    asked = []

    class Ask(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)

    with http.server.HTTPServer(("127.0.0.1", 0), Ask) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/c.dtd"
        taken = take_bytes(tmp_path, with_doctype(f'<!DOCTYPE c SYSTEM "{address}">'))
        server.shutdown()

    assert asked == []
    assert len(taken.report.blocking) == 1


@pytest.mark.parametrize("size", [len(WHOLE) // 2, len(WHOLE) - 20])
def test_a_file_that_is_cut_names_the_line_it_stops_at(tmp_path, size):
    taken = take_bytes(tmp_path, WHOLE[:size])

    (problem,) = taken.report.blocking
    assert problem.file == "#2.xml"
    assert problem.line == WHOLE[:size].count(b"\n") + 1
    assert problem.reason.startswith("is not XML")


def test_cards_before_the_break_are_whole_and_taken(tmp_path):
    first = WHOLE[WHOLE.index(b"<f:MedicineCard>") : WHOLE.index(b"</f:GetMedicineCardResponse>")]
    both = WHOLE.replace(first, first + first.replace(b"0101431234", b"0303431234"))
    taken = take_bytes(tmp_path, both[: both.rindex(b"Pamolit")])

    assert taken.verdicts("MedicineCard") == (2, 0, 0, 1)
    assert taken.report.blocking[0].field == "MedicineCard[1]"
    assert {one.cpr for one in taken.all_of(Citizen)} == {"0202431234", "0101431234"}


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1252"])
def test_other_encodings_are_read(tmp_path, encoding):
    content = (
        WHOLE.decode().replace('"UTF-8"', f'"{encoding}"').replace("Holm", "Høm").encode(encoding)
    )

    assert "Høm" in {one.family_name for one in take_bytes(tmp_path, content).all_of(Citizen)}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (WHOLE.replace(b'"UTF-8"', b'"no-such"'), "is written in an encoding nobody here knows"),
        (WHOLE.replace(b'"UTF-8"', b'"utf-7"'), "is written in an encoding nobody here knows"),
        (WHOLE.replace(b"Pamolit", b"Pam\xe6lit"), "is not XML"),
        (WHOLE.replace(b"Pamolit", b"<d>" * 100 + b"</d>" * 100), "inside each other without end"),
        (WHOLE.replace(b"Pamolit", b"a" * 9_000_000), "is larger than any card"),
        (WHOLE.replace(b"Pamolit", b"<d/>" * 200_001), "has more elements than any card"),
        (WHOLE.replace(b"/2015/06/01", b"/2012/06/01"), "is of an older model of FMK"),
    ],
)
def test_what_is_no_card_says_why(tmp_path, content, reason):
    taken = take_bytes(tmp_path, content)

    (problem,) = taken.report.blocking
    assert reason in problem.reason
    assert taken.verdicts("MedicineCard") == (1, 0, 0, 1)


@pytest.mark.parametrize(
    "content",
    [
        b"<a/>",
        WHOLE.replace(MODEL.encode(), b"http://example.org"),
        f'<GetDrugMedicationResponse xmlns="{MODEL}"><DrugMedication/></GetDrugMedicationResponse>'
        .encode(),
    ],
)  # fmt: skip
def test_xml_that_is_something_else_is_an_error_and_holds_nobody(tmp_path, content):
    taken = take_bytes(tmp_path, content)

    assert "holds no medicine card [N-716]" in taken.messages
    assert taken.report.blocking == []
    assert taken.report.total.rejected == 0


def test_an_element_of_a_foreign_namespace_is_not_taken_for_one_of_fmks(tmp_path):
    content = WHOLE.replace(b"<Name>Pamolit</Name>", b'<x:Name xmlns:x="urn:x">Andet</x:Name>')
    found = take_bytes(tmp_path, content).one(MedicationOrder)

    assert found.brand is None


def test_a_later_model_is_read(tmp_path):
    content = WHOLE.replace(b"/2015/06/01", b"/2022/01/01")

    assert take_bytes(tmp_path, content).one(MedicationOrder).brand == "Pamolit"


@pytest.mark.parametrize(
    ("old", "new", "hour"),
    [
        (b"<f:GetMedicineCardResponse ",
         b'<f:GetMedicineCardResponse retrieved="2026-11-22T04:00:00Z" ', 4),
        (b"<f:MedicineCard>",
         b"<RetrievalDateTime>2026-11-22T05:00:00Z</RetrievalDateTime><f:MedicineCard>", 5),
        (b"<f:MedicineCard>",
         b"<f:MedicineCard><RetrievedAt>2026-11-22T06:00:00Z</RetrievedAt>", 6),
        (b"<f:MedicineCard>", b'<f:MedicineCard retrieved="2026-11-22T07:00:00Z">', 7),
    ],
)  # fmt: skip
def test_the_time_of_fetching_nearest_to_the_card_counts(tmp_path, old, new, hour):
    taken = take_bytes(tmp_path, WHOLE.replace(old, new))

    (delivery,) = taken.report.deliveries  # as old as its oldest card
    assert (delivery.as_of.day, delivery.as_of.hour) == (22, hour)


def test_signs_that_turn_a_text_around_are_taken_out(tmp_path):
    content = WHOLE.replace(b"Pamolit", "Pam\u202eolit".encode())

    assert take_bytes(tmp_path, content).one(MedicationOrder).brand == "Pamolit"
