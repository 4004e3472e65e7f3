import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from tuf.api.metadata import Metadata, Targets

from appliance import crypto
from appliance.certificates.own_key import make_request
from appliance.errors import CertificateError
from appliance.snapshot.manifest import NEIGHBOURS_NAME
from appliance.snapshot.neighbours import decode_neighbours
from appliance.sync.hub_slot import HUB_SLOT
from appliance.vault.enrolment_file import EnrolmentFile
from provisioning.certificates.shelf import Shelf
from provisioning.cli import provision
from provisioning.errors import FingerprintError
from provisioning.fleet import load_fleet
from provisioning.signing import create_trust

pytestmark = pytest.mark.slow  # seconds, not milliseconds

RECIPIENT = crypto.recipient_of(crypto.new_identity())
BOX = EnrolmentFile("boks-17", RECIPIENT, "0f" * 32, b"age-encryption.org/v1\nsealed")
TLS_NAME = "nodboks-solgaarden.kommune.dk"
NEW = ("--name", "Solgården, medicinrum", "--unit", "Plejecenter Solgården")


@pytest.fixture
def fleet(tmp_path, clock):
    """A fleet.toml as `init` leaves it, with a remark of its owner."""
    create_trust(tmp_path / "trust", clock)
    path = tmp_path / "fleet.toml"
    path.write_text('[municipality]\nname = "Prøve"\ntrust = "trust"\n# ring til Bent først\n')
    return path


@pytest.fixture
def accept(fleet, tmp_path):
    def run(box=BOX, *words, fingerprint=None):
        file = tmp_path / "enrolment.json"
        file.write_bytes(box.to_bytes())
        told = fingerprint or box.fingerprint
        command = ["accept", str(file), "--fleet", str(fleet), "--fingerprint", told, *words]
        return CliRunner().invoke(provision, command)

    return run


def kept(fleet, box_id="boks-17"):
    return fleet.parent / "trust/online/hub-slots" / f"{box_id}.age"


def test_new_box_is_in_the_fleet_and_the_hub_keeps_its_half(accept, fleet):
    result = accept(BOX, *NEW)

    (box,) = load_fleet(fleet).boxes
    assert result.exit_code == 0
    assert (box.id, box.recipient, box.log_key) == (BOX.box_id, RECIPIENT, BOX.log_key)
    assert (box.name, box.units) == ("Solgården, medicinrum", ("Plejecenter Solgården",))
    assert kept(fleet).read_bytes() == BOX.hub_slot
    assert kept(fleet).stat().st_mode & 0o777 == 0o600
    assert "# ring til Bent først" in fleet.read_text()


def test_second_box_stands_behind_the_first(accept, fleet):
    other = replace(BOX, box_id="boks-18", log_key="ff" * 32)
    other = replace(other, recipient=crypto.recipient_of(crypto.new_identity()))
    accept(BOX, *NEW)
    accept(other, "--name", "Egebo", "--unit", "*")

    assert [box.id for box in load_fleet(fleet).boxes] == ["boks-17", "boks-18"]


def test_swapped_file_is_found_by_its_fingerprint(accept, fleet):
    result = accept(BOX, *NEW, fingerprint=replace(BOX, log_key="ff" * 32).fingerprint)

    assert isinstance(result.exception, FingerprintError)
    assert "not the file the box wrote" in str(result.exception)
    assert not kept(fleet).exists()
    assert "[[box]]" not in fleet.read_text()


def test_fingerprint_is_taken_as_people_type_it(accept):
    typed = BOX.fingerprint.replace(" ", "").lower()

    assert accept(BOX, *NEW, fingerprint=typed).exit_code == 0


def test_new_hub_half_of_a_known_box_needs_no_name(accept, fleet):
    accept(BOX, *NEW)
    result = accept(replace(BOX, hub_slot=b"age-encryption.org/v1\nanother"))

    assert result.exit_code == 0
    assert kept(fleet).read_bytes().endswith(b"another")
    assert len(load_fleet(fleet).boxes) == 1


def test_box_enrolled_again_under_its_id_says_what_to_write(accept, fleet):
    accept(BOX, *NEW)
    again = replace(BOX, log_key="ff" * 32)
    result = accept(again)

    assert f'log_key = "{"ff" * 32}"' in str(result.exception)
    assert kept(fleet).read_bytes() == BOX.hub_slot


def test_new_box_without_a_name_and_a_key_two_boxes_share_are_refused(accept, fleet):
    before = fleet.read_text()
    nameless = accept(BOX)
    accept(BOX, *NEW)
    shared = accept(replace(BOX, box_id="boks-18"), *NEW)

    assert nameless.exit_code == 2
    assert "two boxes have the recipient" in str(shared.exception)
    assert len(load_fleet(fleet).boxes) == 1
    assert before in fleet.read_text()


@pytest.fixture
def asking(tmp_path):
    """The box, asking for the certificate of its screens as well."""
    request = make_request(tmp_path / "box", (TLS_NAME,)).pem.decode()
    return replace(BOX, tls_request=request)


def test_request_for_a_certificate_is_taken_in_with_the_box(accept, fleet, asking):
    result = accept(asking, *NEW)

    (box,) = load_fleet(fleet).boxes
    assert result.exit_code == 0
    assert f"box boks-17 for {TLS_NAME}, fingerprint" in result.output
    assert box.tls_names == (TLS_NAME,)
    assert Shelf(fleet.parent / "certificates").request(box).pem.decode() == asking.tls_request


def test_known_box_cannot_ask_for_a_name_the_fleet_does_not_give_it(accept, fleet, asking):
    accept(BOX, *NEW)
    result = accept(asking)

    assert isinstance(result.exception, CertificateError)
    assert TLS_NAME in str(result.exception)
    assert load_fleet(fleet).boxes[0].tls_names == ()


def test_file_that_is_none_is_named(fleet, tmp_path):
    file = tmp_path / "photo.json"
    file.write_text(json.dumps({"format": 1}))
    result = CliRunner().invoke(provision, ["accept", str(file), "--fleet", str(fleet)])

    assert "photo.json: this is no enrolment file" in str(result.exception)


def test_publish_serves_the_half_and_takes_it_away_with_its_file(hub):
    slots = hub.folder / "trust/online/hub-slots"
    slots.mkdir()
    (slots / "boks-a.age").write_bytes(BOX.hub_slot)
    hub.publish()
    served = hub.public / "boxes/boks-a" / HUB_SLOT
    content = served.read_bytes()
    (slots / "boks-a.age").unlink()
    hub.publish()

    assert content == BOX.hub_slot
    assert not served.exists()
    assert not (hub.public / "boxes/boks-b" / HUB_SLOT).exists()


def revoke(hub, box_id="boks-a"):
    command = ["revoke", box_id, "--fleet", str(hub.fleet), "--out", str(hub.public)]
    return CliRunner().invoke(provision, command)


def test_revoked_box_is_served_no_half_from_that_moment_also_by_the_mirror(hub):
    mirror = hub.folder / "mirror"
    mirror.mkdir()
    hub.fleet.write_text(
        hub.fleet.read_text().replace("help_phone", 'publish_to = "mirror"\nhelp_phone')
    )
    (hub.folder / "trust/online/hub-slots").mkdir()
    (hub.folder / "trust/online/hub-slots/boks-a.age").write_bytes(BOX.hub_slot)
    hub.publish()
    places = [folder / "boxes/boks-a" / HUB_SLOT for folder in (hub.public, mirror)]
    were_there = [place.exists() for place in places]

    result = revoke(hub)
    hub.publish()

    assert were_there == [True, True]
    assert "the hub opens it no more" in result.output
    assert not any(place.exists() for place in places)


def neighbours_told(hub, box_id="boks-b"):
    """Read the signed list that came with a box's newest copy."""
    folder = hub.public / "boxes" / box_id
    signed = (folder / f"metadata/{hub.manifest(box_id).version}.targets.json").read_bytes()
    listed = Metadata[Targets].from_bytes(signed).signed.targets[NEIGHBOURS_NAME]
    content = (folder / f"targets/{listed.hashes['sha256']}.{NEIGHBOURS_NAME}").read_bytes()
    return {one.box_id for one in decode_neighbours(content)}


def give_log_keys(hub):
    """Let every box of the fleet sign, so that the others are told of it."""
    written = hub.fleet.read_text()
    for number, box_id in enumerate(hub.identities):
        key = f'log_key = "{number:02x}{"ab" * 31}"'
        written = written.replace(f'id = "{box_id}"', f'id = "{box_id}"\n{key}')
    hub.fleet.write_text(written)


def test_revoked_box_is_out_of_every_list_published_afterwards_whatever_the_fleet_says(hub):
    give_log_keys(hub)
    hub.publish()
    before, written = neighbours_told(hub), hub.fleet.read_text()

    said = revoke(hub).output
    report = hub.publish()

    assert (before, neighbours_told(hub)) == ({"boks-a"}, set())
    assert "publish now" in said
    assert hub.fleet.read_text() == written
    assert [box.box_id for box in report.boxes] == ["boks-b"]
    assert any("boks-a is revoked" in line for line in report.warnings)


def test_nothing_more_is_sealed_to_a_revoked_box(hub):
    hub.publish()
    version = hub.manifest("boks-a").version
    revoke(hub)
    hub.publish()

    assert hub.manifest("boks-a").version == version
    assert hub.manifest("boks-b").version == version + 1


def test_store_that_was_out_of_reach_when_a_box_was_revoked_loses_its_half_later(hub):
    mirror = hub.folder / "mirror"
    half = mirror / "boxes/boks-a" / HUB_SLOT
    hub.publish()
    revoke(hub)
    half.parent.mkdir(parents=True)
    half.write_bytes(BOX.hub_slot)
    hub.fleet.write_text(
        hub.fleet.read_text().replace("help_phone", 'publish_to = "mirror"\nhelp_phone')
    )

    assert hub.publish().is_clean
    assert not half.exists()


def test_revoked_box_is_never_taken_in_again_under_its_id(accept, fleet, tmp_path):
    accept(BOX, *NEW)
    command = ["revoke", "boks-17", "--fleet", str(fleet), "--out", str(tmp_path / "public")]
    revoked = CliRunner().invoke(provision, command)
    again = accept(BOX)
    (fleet.parent / "trust/online/revoked/boks-17").unlink()

    assert revoked.exit_code == 0
    assert "enrol it under a new id" in str(again.exception)
    assert not kept(fleet).exists()
    assert accept(BOX).exit_code == 0


def test_revoking_what_was_never_accepted_says_so_and_an_unknown_box_is_wrong_use(hub):
    hub.publish()

    assert "the hub kept no key" in revoke(hub).output
    assert revoke(hub, "boks-x").exit_code == 2


def test_box_that_left_the_fleet_is_served_no_half_and_can_still_be_revoked(hub):
    (hub.folder / "trust/online/hub-slots").mkdir()
    (hub.folder / "trust/online/hub-slots/boks-a.age").write_bytes(BOX.hub_slot)
    hub.publish()
    served = hub.public / "boxes/boks-a" / HUB_SLOT
    was_served = served.exists()
    hub.write_fleet(**{"boks-b": ["Solgården b"]})
    result = revoke(hub)
    served.write_bytes(BOX.hub_slot)  # as if nobody had revoked it
    hub.publish()

    assert was_served
    assert "the hub opens it no more" in result.output
    assert not served.exists()


def test_half_of_the_key_does_not_travel_on_a_stick(hub, tmp_path):
    (hub.folder / "trust/online/hub-slots").mkdir()
    (hub.folder / "trust/online/hub-slots/boks-a.age").write_bytes(BOX.hub_slot)
    hub.publish()
    stick = tmp_path / "stick"
    (stick / "boxes/boks-a/metadata").mkdir(parents=True)
    (stick / "boxes/boks-a" / HUB_SLOT).write_bytes(b"from an older version")
    command = ["export-usb", "boks-a", "--from", str(hub.public), "--out", str(stick)]
    result = CliRunner().invoke(provision, command)

    assert result.exit_code == 0
    assert (stick / "boxes/boks-a/metadata/timestamp.json").exists()
    assert not (stick / "boxes/boks-a" / HUB_SLOT).exists()
