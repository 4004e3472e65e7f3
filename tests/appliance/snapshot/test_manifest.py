import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import NewerFormatError, SnapshotError, UnreadableSnapshotError
from appliance.snapshot.manifest import (
    BASE,
    DELTA,
    FORMAT,
    Manifest,
    ManifestObject,
    from_json,
    to_json,
)

A, B, C = ("a" * 64, "b" * 64, "c" * 64)
BASE_OBJECT = ManifestObject("base.zst.age", BASE, A, 900, B, 4096)
DELTA_OBJECT = ManifestObject("delta.zst.age", DELTA, C, 90, C, 5000)
MANIFEST = Manifest(
    format=FORMAT,
    box_id="boks-17",
    version=7,
    signed_at=datetime(2026, 11, 23, 2, 0, tzinfo=UTC),
    schema_version=1,
    plain_sha256=B,
    plain_size=4096,
    counts={"citizens": 40, "notes": 0},
    objects=(BASE_OBJECT,),
)


def changed(**fields: Any) -> dict[str, Any]:
    return to_json(MANIFEST) | fields


def changed_object(**fields: Any) -> dict[str, Any]:
    return changed(objects=[to_json(MANIFEST)["objects"][0] | fields])


def test_a_manifest_survives_json():
    again = from_json(json.loads(json.dumps(to_json(MANIFEST))))

    assert again == MANIFEST
    assert again.base == BASE_OBJECT
    assert again.delta is None


def with_deltas(*objects: ManifestObject) -> dict[str, Any]:
    """A manifest that ends in the database of the delta."""
    ends = {"plain_sha256": C, "plain_size": 5000}
    return changed(objects=[asdict(item) for item in objects], **ends)


def test_a_delta_is_part_of_the_format():
    manifest = from_json(with_deltas(BASE_OBJECT, DELTA_OBJECT))

    assert manifest.format == 1
    assert manifest.base == BASE_OBJECT
    assert manifest.delta == DELTA_OBJECT
    assert from_json(json.loads(json.dumps(to_json(manifest)))) == manifest


def test_a_second_delta_is_for_newer_software():
    second = replace(DELTA_OBJECT, name="tick.zst.age", sha256=A)

    with pytest.raises(NewerFormatError, match="two deltas"):
        from_json(with_deltas(BASE_OBJECT, second, DELTA_OBJECT))


def test_a_delta_before_its_base_is_refused():
    with pytest.raises(UnreadableSnapshotError, match="stands before its base"):
        from_json(with_deltas(DELTA_OBJECT, BASE_OBJECT))


def test_a_delta_without_a_base_is_refused():
    with pytest.raises(UnreadableSnapshotError, match="exactly one base"):
        from_json(with_deltas(DELTA_OBJECT))


def test_a_delta_that_ends_in_another_database_is_refused():
    with pytest.raises(UnreadableSnapshotError, match="do not end in the signed database"):
        from_json(with_deltas(BASE_OBJECT, replace(DELTA_OBJECT, plain_size=5001)))


@pytest.mark.parametrize(
    "raw",
    [
        {"format": 2},
        changed(format=2, surprise="new"),
        changed_object(kind="attachment"),
        changed_object(kind="attachment", extra=1),
    ],
)
def test_what_newer_software_wrote_is_called_that(raw: Any):
    with pytest.raises(NewerFormatError):
        from_json(raw)


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        "manifest",
        {},
        changed(format=0),
        changed(format="1"),
        changed(format=True),
        changed(surprise=1),
        {key: value for key, value in changed().items() if key != "counts"},
        changed(box_id=""),
        changed(box_id="../boks-18"),
        changed(box_id=17),
        changed(version=0),
        changed(version=1.0),
        changed(signed_at="2026-11-23T02:00:00"),
        changed(signed_at="2026-13-23T02:00:00Z"),
        changed(signed_at=None),
        changed(plain_sha256=A.upper()),
        changed(plain_sha256=A[:-1]),
        changed(plain_sha256=C),
        changed(plain_size=-1),
        changed(plain_size=4097),
        changed(counts=[]),
        changed(counts={"citizens": -1}),
        changed(counts={"citizens": "40"}),
        changed(counts={"Citizens; DROP": 1}),
        changed(objects={}),
        changed(objects=[]),
        changed(objects=["base"]),
        changed(objects=[to_json(MANIFEST)["objects"][0]] * 2),
        changed_object(name="../../etc/passwd"),
        changed_object(name=".hidden"),
        changed_object(name="a" * 65),
        changed_object(kind=DELTA),
        changed_object(kind=3),
        changed_object(size=0),
        changed_object(sha256=f"{A}\n"),
        changed_object(extra=1),
    ],
)
def test_an_odd_manifest_is_refused(raw: Any):
    with pytest.raises(UnreadableSnapshotError, match="manifest: "):
        from_json(raw)


def test_two_objects_of_one_name_are_refused():
    first = to_json(MANIFEST)["objects"][0]
    raw = changed(objects=[first, first | {"kind": DELTA}])

    with pytest.raises(UnreadableSnapshotError, match="one name"):
        from_json(raw)


def listed(name: str = "attachments.txt") -> dict[str, Any]:
    """The list of attachments, whose plain values are its own."""
    return {
        "name": name, "kind": "attachments", "sha256": A, "size": 72,
        "plain_sha256": A, "plain_size": 72,
    }  # fmt: skip


def test_a_list_of_attachments_is_an_object_of_the_same_format():
    first = to_json(MANIFEST)["objects"][0]
    ends = {"plain_sha256": first["plain_sha256"], "plain_size": first["plain_size"]}

    manifest = from_json(changed(objects=[first, listed()], **ends))

    assert manifest.format == 1
    assert manifest.index is not None
    assert manifest.index.name == "attachments.txt"
    assert from_json(to_json(manifest)) == manifest


def test_two_lists_of_attachments_are_refused():
    first = to_json(MANIFEST)["objects"][0]

    with pytest.raises(UnreadableSnapshotError, match="two lists"):
        from_json(changed(objects=[first, listed(), listed("more.txt")]))


def test_two_bases_are_refused():
    first = to_json(MANIFEST)["objects"][0]
    raw = changed(objects=[first, first | {"name": "other"}])

    with pytest.raises(UnreadableSnapshotError, match="exactly one base"):
        from_json(raw)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def read(raw: Any) -> Manifest | None:
    """Return the manifest, or None for one that was refused under a name."""
    try:
        return from_json(raw)
    except SnapshotError:
        return None


@given(json_values)
def test_any_json_is_a_manifest_or_a_named_error(raw: Any):
    assert read(raw) is None


@given(st.sampled_from(sorted(to_json(MANIFEST))), json_values)
def test_any_value_in_any_field_is_taken_as_it_is_or_refused(name: str, value: Any):
    manifest = read(changed(**{name: value}))

    assert manifest is None or to_json(manifest)[name] == value


@given(st.sampled_from(sorted(to_json(MANIFEST)["objects"][0])), json_values)
def test_any_value_in_an_object_is_taken_as_it_is_or_refused(name: str, value: Any):
    manifest = read(changed_object(**{name: value}))

    assert manifest is None or to_json(manifest)["objects"][0][name] == value
