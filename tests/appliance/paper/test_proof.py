"""The sums of a proof are kept as a file with no word of a record in it."""

import stat
from datetime import UTC, datetime

import pytest

from appliance.paper.document import Flaw, Typeset
from appliance.paper.proof import NAME, Tally, Trial, proof_line, read_proof, write_proof

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
STRICT = Trial("medication_list", "syd", "aase", Typeset.STRICT, seconds=0.02)
ODD = Trial(
    "medication_list", "syd", "tove", Typeset.REPAIRED, (Flaw("Navn", ("U+6F22",)),), ("CAVE",),
    seconds=0.4,
)  # fmt: skip
FAILED = Trial("pack", "syd", error="N-600")


def proof_of(*trials):
    tally = Tally()
    for trial in trials:
        tally.add(trial)
    return tally.proof((7, "0.2.0"), AT, 1.25)


def test_proof_counts_sheets_citizens_and_what_is_worth_a_look():
    proof = proof_of(STRICT, ODD, FAILED, STRICT)

    assert (proof.sheets, proof.citizens, proof.not_strict, proof.overfull) == (4, 2, 2, 1)
    assert proof.grades == {"strict": 2, "repaired": 1, "failed": 1}
    assert proof.slowest is ODD
    assert proof.findings == (ODD, FAILED)


def test_one_line_says_it_all():
    assert proof_line(proof_of(STRICT, ODD)) == (
        "proof of snapshot 7: 2 sheets of 2 citizens (1 repaired, 1 strict),"
        " 1 with overfull fields, 1.2 s, slowest 0.40 s"
    )
    assert "(none)" in proof_line(proof_of())


def test_proof_comes_back_from_its_file_as_it_was(tmp_path):
    proof = proof_of(STRICT, ODD, FAILED)

    write_proof(tmp_path, proof)

    assert read_proof(tmp_path) == proof
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600


def test_thousands_of_findings_do_not_fill_the_memory(tmp_path):
    proof = proof_of(*[ODD] * 5_000)

    write_proof(tmp_path, proof)

    assert proof.not_strict == 5_000
    assert (tmp_path / NAME).stat().st_size < 100_000


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b'{"proven_at": "x"}', b"\xff", b'{"findings": 3}']
)
def test_a_file_that_is_no_proof_is_none(tmp_path, content):
    (tmp_path / NAME).write_bytes(content)

    assert read_proof(tmp_path) is None


def test_proof_of_another_software_with_other_fields_is_none(tmp_path):
    write_proof(tmp_path, proof_of(ODD))
    text = (tmp_path / NAME).read_text(encoding="utf-8")
    (tmp_path / NAME).write_text(text.replace('"overfull": 1', '"crowded": 1'), encoding="utf-8")

    assert read_proof(tmp_path) is None
