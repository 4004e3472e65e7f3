"""From the feed to what a box is offered: each photo sealed once, for its own box only."""

import base64
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from appliance import crypto
from appliance.records.models import Attachment, SectionState
from appliance.records.schema import ATTACHMENT_IDENTITY
from appliance.records.terms import Section
from appliance.snapshot.attachment_index import SealedAttachment, decode_index
from appliance.snapshot.hashing import sha256_hex
from provisioning.box_snapshot import BoxOrder, build_box
from provisioning.fleet import load_fleet
from provisioning.night_report import BoxVerdict
from provisioning.publish import PublishOrder, publish
from provisioning.signing import attachment_keys
from tests.provisioning.attachments.files import JPEG, pdf, png
from tests.provisioning.conftest import Hub
from tests.provisioning.feeds import about, organization, patient, statement, take, write_feed

pytestmark = pytest.mark.slow  # seconds, not milliseconds


def document(number: str, citizen: str, content: bytes):
    attachment = {"title": number, "data": base64.b64encode(content).decode()}
    return about("DocumentReference", number, citizen, content=[{"attachment": attachment}])


def fill(hub: Hub, **documents: bytes) -> None:
    """Write tonight's feed; a document's name begins with its citizen: a1_letter."""
    for unit in ("a", "b"):
        people = [patient(f"{unit}{number}", unit) for number in range(10)]
        medicine = [statement(f"m{one['id']}", one["id"]) for one in people]
        own = [
            document(name, name[:2], content)
            for name, content in documents.items()
            if name.startswith(unit)
        ]
        given = [organization(unit, f"Solgården {unit}"), *people, *medicine, *own]
        write_feed(hub.feed / unit, given, ("DocumentReference",))


def targets(hub: Hub, box_id: str) -> Path:
    return hub.public / "boxes" / box_id / "targets"


def index_of(hub: Hub, box_id: str) -> tuple[SealedAttachment, ...]:
    index = hub.manifest(box_id).index
    if index is None:
        return ()
    return decode_index((targets(hub, box_id) / f"{index.sha256}.attachments.txt").read_bytes())


def opened(hub: Hub, box_id: str) -> dict[str, bytes]:
    """What the box can open, by title, with nothing but its own key."""
    store = hub.open_box(box_id)
    identity = store.meta().get(ATTACHMENT_IDENTITY, "")
    found = {}
    for one in store.all_of(Attachment):
        path = targets(hub, box_id) / f"{one.object_sha256}.attachment.age"
        assert sha256_hex(path.read_bytes()) == one.object_sha256
        found[one.title.replace(" ", "_")] = crypto.decrypt(path.read_bytes(), identity)
    return found


def test_each_box_can_open_its_own_photos_and_has_no_others(hub: Hub) -> None:
    fill(hub, a1_letter=pdf(), a2_photo=JPEG, b1_photo=png())

    report = hub.publish()

    assert report.is_clean
    assert opened(hub, "boks-a") == {"a1_letter": pdf(), "a2_photo": JPEG}
    assert opened(hub, "boks-b") == {"b1_photo": png()}
    assert {item.sha256 for item in index_of(hub, "boks-b")}.isdisjoint(
        item.sha256 for item in index_of(hub, "boks-a")
    )


def test_the_manifest_vouches_for_the_list_and_the_list_for_the_objects(hub: Hub) -> None:
    fill(hub, a1_letter=pdf(), a2_letter=pdf())

    hub.publish()

    (item,) = index_of(hub, "boks-a")  # two citizens, one letter, one object
    path = targets(hub, "boks-a") / f"{item.sha256}.attachment.age"
    assert path.stat().st_size == item.size
    assert path.stat().st_mode & 0o777 == 0o644
    assert hub.manifest("boks-a").format == 1
    assert hub.manifest("boks-a").counts["attachments"] == 2


def test_an_unchanged_photo_is_the_same_object_tomorrow(hub: Hub) -> None:
    fill(hub, a1_letter=pdf(), a2_photo=JPEG)
    hub.publish()
    before = index_of(hub, "boks-a")
    fill(hub, a1_letter=pdf(), a2_photo=png())
    hub.publish()

    after = index_of(hub, "boks-a")

    assert len(set(before) & set(after)) == 1
    assert opened(hub, "boks-a") == {"a1_letter": pdf(), "a2_photo": png()}


def test_the_night_before_keeps_its_photos_and_no_other_night_does(hub: Hub) -> None:
    for content in (pdf(), pdf(300), pdf(400)):
        fill(hub, a1_letter=content)
        hub.publish()

    there = [path for path in targets(hub, "boks-a").iterdir() if "attachment.age" in path.name]
    assert len(there) == 2


def test_a_box_without_photos_has_neither_list_nor_identity(hub: Hub) -> None:
    fill(hub, a1_letter=pdf())

    hub.publish()

    assert hub.manifest("boks-b").index is None
    assert ATTACHMENT_IDENTITY not in hub.open_box("boks-b").meta()
    assert not attachment_keys(hub.folder / "trust", "boks-b").exists()


def test_it_changes_the_identity_by_deleting_its_file(hub: Hub) -> None:
    fill(hub, a1_letter=pdf())
    hub.publish()
    before = hub.open_box("boks-a").meta()[ATTACHMENT_IDENTITY], index_of(hub, "boks-a")
    attachment_keys(hub.folder / "trust", "boks-a").unlink()

    hub.publish()

    after = hub.open_box("boks-a").meta()[ATTACHMENT_IDENTITY], index_of(hub, "boks-a")
    assert before[0] != after[0]
    assert before[1] != after[1]
    assert opened(hub, "boks-a") == {"a1_letter": pdf()}


def test_a_box_that_was_enrolled_anew_gets_an_identity_the_old_card_does_not_know(
    hub: Hub,
) -> None:
    fill(hub, a1_letter=pdf())
    hub.publish()
    before = hub.open_box("boks-a").meta()[ATTACHMENT_IDENTITY]
    hub.identities["boks-a"] = crypto.new_identity()
    hub.write_fleet(**{"boks-a": ["a"], "boks-b": ["Solgården b"]})

    hub.publish()

    assert hub.open_box("boks-a").meta()[ATTACHMENT_IDENTITY] != before
    assert opened(hub, "boks-a") == {"a1_letter": pdf()}


def test_a_repository_that_was_lost_is_filled_again(hub: Hub) -> None:
    fill(hub, a1_letter=pdf())
    hub.publish()
    for path in targets(hub, "boks-a").glob("*.attachment.age"):
        path.unlink()

    hub.publish()

    assert opened(hub, "boks-a") == {"a1_letter": pdf()}


def test_nothing_of_a_photo_lies_in_the_open_on_the_hub(hub: Hub) -> None:
    fill(hub, a1_letter=pdf())
    hub.publish()
    plain, bare = pdf(), sha256_hex(pdf()).encode()

    for path in [*hub.public.rglob("*"), *(hub.folder / "trust").rglob("*")]:
        if path.is_file():
            assert plain not in path.read_bytes()
            assert bare not in path.read_bytes()


def test_a_drop_beside_a_feed_reaches_the_citizens_box(hub: Hub) -> None:
    number = {"system": "urn:oid:1.2.208.176.1.2", "value": "0101301234"}
    people = [patient(f"a{one}", "a") for one in range(9)]
    given = [organization("a", "Solgården a"), *people, patient("a9", "a", identifier=[number])]
    write_feed(hub.feed / "a", given)
    drop = hub.folder / "drop"
    for name in ("010130-1234 hæl.pdf", "Solgården a/vagter.pdf", "b/plan.pdf"):
        (drop / name).parent.mkdir(parents=True, exist_ok=True)
        (drop / name).write_bytes(pdf(100 + len(name)))

    report = publish(PublishOrder([hub.feed, drop], load_fleet(hub.fleet), hub.public), hub.clock)

    assert {box.verdict for box in report.boxes} == {BoxVerdict.PUBLISHED}
    assert set(opened(hub, "boks-a")) == {"hæl", "vagter"}
    assert set(opened(hub, "boks-b")) == {"plan"}
    store = hub.open_box("boks-a")
    (own,) = [one for one in store.all_of(Attachment) if one.citizen_id]
    assert store.citizen(own.citizen_id).cpr == "0101301234"
    assert [one.title for one in store.attachments_of_unit("a")] == ["vagter"]
    assert "010130" not in report.path.read_text()


def break_unit(hub: Hub, unit: str) -> None:
    """Damage a unit's medicine, so that it goes out as it last was."""
    path = hub.feed / unit / "MedicationStatement.ndjson"
    path.write_bytes(path.read_bytes()[:-20])


def test_a_unit_that_goes_out_as_it_last_was_keeps_its_photos(hub: Hub) -> None:
    fill(hub, a1_letter=pdf())
    hub.publish()
    fill(hub)
    break_unit(hub, "a")
    hub.write_fleet(**{"boks-a": ["a", "b"], "boks-b": ["Solgården b"]})

    hub.publish()

    assert opened(hub, "boks-a") == {"a1_letter": pdf()}


def test_a_photo_of_last_night_that_is_nowhere_any_more_holds_no_box_and_is_said(
    hub: Hub,
) -> None:
    fill(hub, a1_letter=pdf(), b1_photo=JPEG)
    hub.publish()
    fill(hub, b1_photo=JPEG)
    break_unit(hub, "a")
    # A box that never had unit a: what it was sealed as lies in another box's repository.
    hub.write_fleet(**{"boks-a": ["a"], "boks-b": ["a", "b"]})

    report = hub.publish()

    assert opened(hub, "boks-b") == {"b1_photo": JPEG}
    store = hub.open_box("boks-b")
    states = {
        one.unit_id: one
        for one in store.all_of(SectionState)
        if one.section is Section.ATTACHMENTS and not one.citizen_id
    }
    assert (states["a"].is_complete, states["b"].is_complete) == (False, True)
    assert states["a"].reason == "Nogle billeder og dokumenter kunne ikke tages med."
    assert {box.box_id for box in report.boxes if box.version} >= {"boks-b"}


def test_without_a_sealer_no_photo_travels(tmp_path: Path, clock) -> None:
    taken = take(
        write_feed(tmp_path / "feed", [organization(), patient(), document("d", "1", pdf())]),
        tmp_path,
    )
    order = BoxOrder("boks", "Boks", "Prøve", "87", ("solgaarden",), clock.now())

    content = build_box(taken.night.staging, order, tmp_path / "box.sqlite")

    assert content.counts["attachments"] == 0
    with closing(sqlite3.connect(tmp_path / "box.sqlite")) as database:
        assert database.execute("SELECT count(*) FROM attachments").fetchone() == (0,)
