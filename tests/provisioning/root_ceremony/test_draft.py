import json
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from appliance.clock import HeldClock
from appliance.errors import StorageError
from provisioning.errors import RootError
from provisioning.root_ceremony.draft import Draft, read_draft, write_draft
from provisioning.root_ceremony.install import Wanted, make_draft
from provisioning.root_ceremony.keys import new_root_key
from provisioning.signing import create_trust, load_signer, load_trust
from tests.provisioning.root_ceremony.conftest import Municipality


def told(draft: Draft) -> list[str]:
    return [str(one) for one in draft.lacking()]


def test_a_draft_says_how_many_signatures_of_which_threshold_are_missing(
    municipality: Municipality,
):
    draft = municipality.signed(municipality.draft(), 1)

    missing = sorted(municipality.key_id(number)[:16] for number in (2, 3))
    by = ", ".join(missing)
    assert told(draft) == [
        f"1 of 2 signatures by the keys of root {root}: 1 missing, by {by}" for root in (1, 2)
    ]


def test_two_people_complete_a_draft(municipality: Municipality):
    draft = municipality.signed(municipality.draft(), 1, 3)

    draft.verify()
    assert all(one.is_met for one in draft.lacking())


def test_the_same_key_twice_counts_once(municipality: Municipality):
    draft = municipality.signed(municipality.draft(), 1, 1)

    assert [one.signed for one in draft.lacking()] == [1, 1]
    with pytest.raises(RootError, match="1 of 2 signatures"):
        draft.verify()


def test_the_keys_before_and_the_keys_after_must_both_agree(
    municipality: Municipality, tmp_path: Path
):
    new = [new_root_key(tmp_path / "safe", f"new-{number}") for number in (1, 2)]
    lost = (municipality.key_id(1), municipality.key_id(2))
    draft = municipality.draft(removed=lost, added=tuple(one.public for one in new))
    municipality.signed(draft, 1, 2)

    assert [one.is_met for one in draft.lacking()] == [True, False]
    with pytest.raises(RootError, match="keys of root 2"):
        draft.verify()
    for one in new:
        draft.sign(load_signer(one.private))
    draft.verify()


def test_a_stranger_cannot_sign(municipality: Municipality):
    draft = municipality.draft()

    with pytest.raises(RootError, match="neither before nor after"):
        draft.sign(CryptoSigner.generate_ed25519())


def test_the_online_key_cannot_sign_a_root(municipality: Municipality):
    draft = municipality.draft()

    with pytest.raises(RootError, match="neither before nor after"):
        draft.sign(load_trust(municipality.folder).online)


def test_a_draft_survives_the_stick_with_its_signatures(municipality: Municipality, tmp_path: Path):
    draft = municipality.signed(municipality.draft(replaces_online=True), 1)
    write_draft(tmp_path / "root.draft", draft)

    again = read_draft(tmp_path / "root.draft")

    assert (again.trusted, again.following) == (draft.trusted, draft.following)


def test_no_secret_travels_in_a_draft(municipality: Municipality, tmp_path: Path):
    write_draft(tmp_path / "root.draft", municipality.signed(municipality.draft()))

    assert b"PRIVATE" not in (tmp_path / "root.draft").read_bytes()


@pytest.mark.parametrize(
    "content", [b"", b"null", b"[]", b"{}", b'{"format": 1}', b"\xff", b"[" * 100_000]
)
def test_what_is_no_draft_is_refused(tmp_path: Path, content: bytes):
    (tmp_path / "root.draft").write_bytes(content)

    with pytest.raises(RootError, match="draft"):
        read_draft(tmp_path / "root.draft")


def test_a_draft_of_another_format_is_refused(tmp_path: Path):
    (tmp_path / "root.draft").write_text(json.dumps({"format": "nodboks-root-draft-2"}))

    with pytest.raises(RootError, match="nodboks-root-draft-2"):
        read_draft(tmp_path / "root.draft")


def test_a_draft_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(StorageError, match=r"root\.draft"):
        read_draft(tmp_path / "root.draft")


def test_a_changed_root_before_is_noticed(municipality: Municipality, tmp_path: Path):
    path = tmp_path / "root.draft"
    write_draft(path, municipality.draft())
    raw = json.loads(path.read_bytes())
    raw["trusted"]["signed"]["roles"]["root"]["threshold"] = 1
    path.write_text(json.dumps(raw))

    with pytest.raises(RootError, match="or damaged"):
        read_draft(path)


def test_a_signature_over_something_else_does_not_count(municipality: Municipality):
    draft = municipality.signed(municipality.draft())
    draft.following.signed.version = 3

    assert [one.signed for one in draft.lacking()] == [0, 0]
    with pytest.raises(RootError):
        draft.verify()


def test_a_draft_that_follows_another_root_than_the_one_in_the_safe_is_refused(
    municipality: Municipality, tmp_path: Path, clock: HeldClock
):
    own = load_trust(municipality.folder).root
    robbed = create_trust(tmp_path / "robbed", clock)

    municipality.draft().refuse_other_root(own)
    with pytest.raises(RootError, match="do not sign it"):
        make_draft(tmp_path / "robbed", Wanted(), clock).refuse_other_root(own)
    with pytest.raises(RootError, match="damaged"):
        municipality.draft().refuse_other_root(robbed.root[:-9])
