import re
from pathlib import Path

import pytest

import provisioning
from appliance import crypto
from appliance.records.terms import UnitId
from provisioning.errors import FleetError
from provisioning.fleet import Fleet, FleetBox, Municipality, load_fleet

RECIPIENT = crypto.recipient_of(crypto.new_identity())
OTHER = crypto.recipient_of(crypto.new_identity())
HEAD = '[municipality]\nname = "Prøve"\ntrust = "trust"\n'
KNOWN = {UnitId("a"): "Solgården", UnitId("b"): "Åbrinken", UnitId("c"): "Åbrinken"}


def box(box_id="boks-1", recipient=RECIPIENT, units='["a"]', extra=""):
    return "\n".join(
        [
            "[[box]]",
            f'id = "{box_id}"',
            'name = "Boks"',
            f'recipient = "{recipient}"',
            f"units = {units}",
            extra,
            "",
        ]
    )


def load(tmp_path, text):
    (tmp_path / "fleet.toml").write_text(text, encoding="utf-8")
    return load_fleet(tmp_path / "fleet.toml")


def test_fleet_is_read_with_paths_from_its_own_folder(tmp_path):
    fleet = load(tmp_path, HEAD + 'help_phone = "87"\n' + box() + box("boks-2", OTHER, '["*"]'))

    assert fleet.municipality == Municipality("Prøve", tmp_path / "trust", "87")
    assert [one.id for one in fleet.boxes] == ["boks-1", "boks-2"]
    assert fleet.boxes[1].units == ("*",)


def test_address_of_a_box_is_an_ip_address_or_a_name_and_its_own(tmp_path):
    for good in ("10.20.30.40", "fd00::1", "nodboks-a.kommune.dk"):
        line = f'address = "{good}"'
        assert load(tmp_path, HEAD + box(extra=line)).boxes[0].address == good
        with pytest.raises(FleetError, match="two boxes have the address"):
            load(tmp_path, HEAD + box(extra=line) + box("boks-2", OTHER, extra=line))
    for odd in ("http://10.20.30.40", "10.20.30.40:80", "boks 1"):
        with pytest.raises(FleetError, match="is no IP address and no DNS name"):
            load(tmp_path, HEAD + box(extra=f'address = "{odd}"'))


def test_log_key_of_a_box_is_read_and_a_wrong_or_shared_one_is_refused(tmp_path):
    key = 'log_key = "' + "0f" * 32 + '"'

    assert load(tmp_path, HEAD + box(extra=key)).boxes[0].log_key == "0f" * 32
    with pytest.raises(FleetError, match="log_key is not 64 digits"):
        load(tmp_path, HEAD + box(extra='log_key = "0F"'))
    with pytest.raises(FleetError, match="two boxes have the log_key"):
        load(tmp_path, HEAD + box(extra=key) + box("boks-2", OTHER, extra=key))


def test_names_of_a_box_for_https_are_its_own_and_odd_ones_are_refused(tmp_path):
    names = 'tls_names = ["nodboks-a.kommune.dk"]'

    fleet = load(tmp_path, HEAD + box(extra=names))

    assert fleet.box("boks-1").tls_names == ("nodboks-a.kommune.dk",)
    assert fleet.certificates == tmp_path / "certificates"
    for odd in ('["*.kommune.dk"]', '["NODBOKS.kommune.dk"]', '"nodboks-a.kommune.dk"'):
        with pytest.raises(FleetError, match="tls_names must be a list of DNS names"):
            load(tmp_path, HEAD + box(extra=f"tls_names = {odd}"))
    with pytest.raises(FleetError, match="two boxes have the tls_name"):
        load(tmp_path, HEAD + box(extra=names) + box("boks-2", OTHER, extra=names))


def test_what_the_municipality_decides_about_reading(tmp_path):
    more = 'code_tables = ["koder/fsiii.json", "ffb.csv"]\nhistory_days = 30\nplan = "plan"\n'
    owner = load(tmp_path, HEAD + more + box()).municipality

    assert owner.code_tables == (tmp_path / "koder" / "fsiii.json", tmp_path / "ffb.csv")
    assert (owner.history_days, owner.plan) == (30, tmp_path / "plan")
    assert load(tmp_path, HEAD + box()).municipality.history_days == 14
    assert load(tmp_path, HEAD + box()).municipality.plan is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "municipality: name is missing"),
        ("[municipality]\nnavn = 'x'", "unknown key municipality.navn"),
        (
            "[municipality]\nnames = 'x'",
            "unknown key municipality.names; did you mean municipality.name?",
        ),
        ("municipality = 3", "[municipality] must be a table"),
        (HEAD, "there is no [[box]]"),
        (HEAD + "box = 3", "unknown key municipality.box"),
        ("box = 3\n" + HEAD, "there is no [[box]]"),
        ("box = [3]\n" + HEAD, "[box 1] must be a table"),
        (HEAD + "[boxes]", "unknown key boxes; did you mean box?"),
        (HEAD + box(extra="unit = 'a'"), "unknown key box 1.unit; did you mean box 1.units?"),
        (HEAD + '[[box]]\nid = "b"', "box 1: name is missing"),
        (HEAD + box(units="[]"), "units must be a list of names or ids"),
        (HEAD + box(units='"a"'), "units must be a list of names or ids"),
        (HEAD + box(units="[1]"), "units must be a list of names or ids"),
        (HEAD + "code_tables = 'a'\n" + box(), "code_tables must be a list of files"),
        (HEAD + "code_tables = [1]\n" + box(), "code_tables must be a list of files"),
        (HEAD + "history_days = 0\n" + box(), "history_days = 0 is not a number of days"),
        (HEAD + "history_days = true\n" + box(), "history_days = True is not a number"),
        (HEAD + "history_days = '14'\n" + box(), "history_days = '14' is not a number"),
        (HEAD + box("boks 1"), "id may hold letters, digits and -"),
        (HEAD + box("../x"), "id may hold letters, digits and -"),
        (HEAD + box(recipient="age1x"), "recipient is not an age recipient"),
        (HEAD + box() + box("BOKS-1", OTHER), "two boxes have the id 'boks-1'"),
        (HEAD + box() + box("boks-2"), "two boxes have the recipient"),
        (HEAD.replace('"trust"', "3") + box(), "municipality: trust = 3 is not a text"),
        ("[", "Invalid"),
    ],
)
def test_what_is_wrong_is_said_with_the_file_and_the_right_word(tmp_path, text, complaint):
    with pytest.raises(FleetError, match=re.escape(complaint)) as caught:
        load(tmp_path, text)

    assert "fleet.toml" in str(caught.value)


def test_file_that_is_missing_or_not_text_is_named(tmp_path):
    (tmp_path / "latin.toml").write_bytes(b"\xe6")

    with pytest.raises(FleetError, match="No such file"):
        load_fleet(tmp_path / "fleet.toml")
    with pytest.raises(FleetError, match=r"latin\.toml"):
        load_fleet(tmp_path / "latin.toml")


def serving(*units):
    return FleetBox("boks-1", "Boks", RECIPIENT, units)


@pytest.mark.parametrize(
    ("units", "ids"),
    [
        (("a",), ("a",)),
        (("Solgården", "a"), ("a",)),
        (("c", "b"), ("b", "c")),
        (("*",), ("a", "b", "c")),
    ],
)
def test_units_are_found_by_id_or_name(units, ids):
    assert serving(*units).unit_ids(KNOWN) == ids


def test_unit_that_is_not_in_the_feed_is_named_with_the_nearest():
    with pytest.raises(
        FleetError, match=r"'Solgarden' is not in the feed; did you mean Solgården\?"
    ):
        serving("Solgarden").unit_ids(KNOWN)


def test_name_that_two_units_share_asks_for_the_id():
    with pytest.raises(FleetError, match="is the name of b, c; write the id"):
        serving("Åbrinken").unit_ids(KNOWN)


def test_box_that_is_not_in_the_fleet_is_named():
    fleet = Fleet(Municipality("x", Path()), (serving("a"),))

    fleet.check_ids(["boks-1"])
    with pytest.raises(FleetError, match=r"there is no box 'boks-2'; did you mean boks-1\?"):
        fleet.check_ids(["boks-2"])


def test_every_key_is_documented():
    page = (Path(provisioning.__file__).parent / "FLEET.md").read_text(encoding="utf-8")
    keys = [f"municipality.{name}" for name in Municipality.__dataclass_fields__]
    keys += [f"box.{name}" for name in FleetBox.__dataclass_fields__]

    assert [key for key in keys if f"`{key}`" not in page] == []
