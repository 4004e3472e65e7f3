from provisioning.sources.fhir.shared_pieces import ReadOnce, SharedPieces


def counting(asked):
    def read(value):
        asked.append(value)
        return len(asked)

    return ReadOnce(read)


def test_equal_pieces_are_read_once_and_others_apart():
    asked = []
    read = counting(asked)

    first = read({"value": 1})

    assert read({"value": 1}) == first
    assert len({first, read({"value": 1.0}), read({"value": True}), read({"value": "1"})}) == 4
    assert len(asked) == 4


def test_so_many_pieces_are_held_and_no_more(monkeypatch):
    monkeypatch.setattr("provisioning.sources.fhir.shared_pieces._MOST", 2)
    asked = []
    read = counting(asked)

    for value in ("a", "b", "a", "c", "a"):
        read(value)

    assert asked == ["a", "b", "c", "a"]


def test_long_piece_is_read_each_time():
    asked = []
    read = counting(asked)

    assert read("x" * 5000) != read("x" * 5000)


def test_medicine_and_dosage_are_read_as_alone():
    pieces = SharedPieces()
    dosage = [{"text": "1 tablet morgen"}]

    assert pieces.drug({"code": {"text": "Pamol"}}).brand == "Pamol"
    assert pieces.dosage(dosage).dosage.text == "1 tablet morgen"
    assert pieces.dosage(dosage) is pieces.dosage([{"text": "1 tablet morgen"}])
