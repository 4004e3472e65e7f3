"""FORMAT.md is true: its vectors open with this software and with Debian's own age."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from appliance import crypto
from appliance.sealed_log.chain import Gap, genesis, parse_gap, read_segment, tail_of
from appliance.sealed_log.entry import Action, from_bytes, to_bytes
from appliance.sealed_log.head import Head, read_head, signed_head
from appliance.signatures import is_signed_by, public_key_of
from provisioning.sealed_log.findings import Kind
from provisioning.sealed_log.reading import open_log, read_log
from provisioning.sealed_log.verify import verify
from tests.appliance.sealed_log.logs import BoxLog, entry

VECTORS = Path(__file__).parent / "vectors"
FORMAT = Path(__file__).parents[3] / "appliance" / "sealed_log" / "FORMAT.md"
ACTIONS = [
    Action.START, Action.VIEW_CITIZEN, Action.BREAK_GLASS, Action.JOURNAL, Action.SHEET_MADE,
]  # fmt: skip


def vector(name: str) -> str:
    """Return a value from the table of FORMAT.md."""
    found = re.search(rf"^\| {re.escape(name)}.* \| `(.*)` \|$", FORMAT.read_text(), re.MULTILINE)
    assert found, name
    return found[1]


PUBLIC_KEY = bytes.fromhex(vector("public key"))


@pytest.fixture
def age():
    if not shutil.which("age"):
        pytest.skip("needs Debian's age: apt-get install age")

    def run(*arguments, given):
        done = subprocess.run(["age", *arguments], input=given, capture_output=True, check=True)
        return done.stdout

    return run


def opened_by_hand(age, segment: str, line: int, key: Path) -> bytes:
    """Do what the document says: sed, cut, base64, age."""
    shell = f"sed -n {line}p {segment} | cut -d' ' -f2 | base64 -d"
    payload = subprocess.run(["sh", "-c", shell], capture_output=True, check=True, cwd=VECTORS)
    return age("-d", "-i", str(key), given=payload.stdout)


def test_vectors_are_whole_and_open_with_this_software():
    verified = verify(*read_log(VECTORS), PUBLIC_KEY, [vector("on paper after line 6")])
    opened = open_log(verified.lines, vector("audit key"))

    assert [finding.kind for finding in verified.findings] == [Kind.GAP, Kind.PAPER]
    assert verified.end.digest.hex() == vector("h(6)")
    assert [one.entry.action for one in opened.entries] == ACTIONS
    assert opened.findings == ()


def test_digests_are_what_the_document_says():
    segment = read_segment((VECTORS / "000001.log").read_bytes())
    digest = hashlib.sha256(b"nodboks-log 1\n" + PUBLIC_KEY).digest()
    assert digest.hex() == vector("h(0)") == genesis(PUBLIC_KEY).digest.hex()
    for number, line in enumerate(segment.lines, 1):
        digest = hashlib.sha256(digest + number.to_bytes(8, "big") + line.payload).digest()
    assert digest.hex() == vector("h(4)")
    assert segment.tail == vector("tail").encode()
    gap = read_segment((VECTORS / "000002.log").read_bytes()).lines[0]
    assert parse_gap(gap.payload) == Gap((tail_of("000001.log", segment.tail),))


def test_stock_age_opens_a_line_with_the_audit_key(age, tmp_path):
    key = tmp_path / "audit.key"
    key.write_text(vector("audit key"))

    plain = opened_by_hand(age, "000001.log", 3, key)

    assert len(plain) % 256 == 0
    assert json.loads(plain)["whom"] == [["c-7f3a", "0101301234"]]


def test_stock_age_opens_the_journal_and_nothing_else_with_the_device_key(age, tmp_path):
    key = tmp_path / "device.key"
    key.write_text(vector("device key"))

    assert json.loads(opened_by_hand(age, "000001.log", 5, key))["action"] == "journal"
    for line in (2, 3, 4):
        with pytest.raises(subprocess.CalledProcessError):
            opened_by_hand(age, "000001.log", line, key)


def test_entry_sealed_by_stock_age_is_read_by_this_software(age, tmp_path):
    recipient = crypto.recipient_of(vector("audit key"))
    box = BoxLog(tmp_path / "log")
    payload = age("-r", recipient, given=to_bytes(entry()))
    box.log.append([payload], is_durable=True)
    box.log.close()

    lines = verify(*read_log(box.folder), box.public_key).lines

    assert [one.entry for one in open_log(lines, vector("audit key")).entries] == [entry()]
    assert from_bytes(crypto.decrypt(payload, vector("audit key"))) == entry()


def test_head_is_signed_as_the_document_says():
    content = (VECTORS / "head.json").read_bytes()
    signing_key = bytes.fromhex(vector("signing key"))
    head = read_head(content)

    assert public_key_of(signing_key) == PUBLIC_KEY
    assert signed_head(head, signing_key) == content
    with pytest.raises(ValueError, match="not that of this log"):
        signed_head(head, b"\x01" * 32)


def test_head_of_other_fields_or_another_signature_is_refused():
    content = (VECTORS / "head.json").read_bytes()
    raw = json.loads(content)
    assert isinstance(read_head(content), Head)

    for changed in (raw | {"note": 1}, raw | {"number": 7}, raw | {"key": "00" * 32}):
        with pytest.raises(ValueError, match="signature"):
            read_head(json.dumps(changed).encode())


def test_malformed_key_signed_nothing():
    assert not is_signed_by(b"", b"", b"short")
    assert not is_signed_by(b"message", bytes(64), PUBLIC_KEY)


def test_document_names_every_action():
    text = FORMAT.read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith("| `action`"))

    assert set(re.findall(r"[a-z]+(?:_[a-z]+)*", row.partition("one of:")[2])) >= set(Action)
