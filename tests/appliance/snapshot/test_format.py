"""FORMAT.md is true: its vectors open with this software and with Debian's own programs."""

import re
import shutil
import sqlite3
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from appliance import crypto
from appliance.snapshot.attachment_index import SealedAttachment, decode_index
from appliance.snapshot.hashing import sha256_hex, sha256_of_file
from appliance.snapshot.packing import SealedPart, pack, unpack, unpack_delta
from appliance.snapshot.trust import Standing, Vouching, judge, verify
from tests.appliance.snapshot.town import change_database, make_database

pytestmark = pytest.mark.vault

VECTORS = Path(__file__).parent / "vectors"
FORMAT = Path(__file__).parents[3] / "appliance" / "snapshot" / "FORMAT.md"
SLOT = "card-000102030405060708090a0b0c0d0e0f.age"


def vector(name: str) -> str:
    """Return a value from the table of FORMAT.md."""
    found = re.search(rf"^\| {re.escape(name)}.* \| `(.*)` \|$", FORMAT.read_text(), re.MULTILINE)
    assert found, name
    return found[1]


@pytest.fixture
def programs() -> None:
    missing = [name for name in ("age", "zstd") if not shutil.which(name)]
    if missing:
        pytest.skip(f"needs Debian's {' and '.join(missing)}: apt-get install age zstd")


def open_by_hand(sealed: Path, identity: str, folder: Path) -> bytes:
    """Run `age -d -i key sealed | zstd -d`, as the document says."""
    key = folder / "key.txt"
    key.write_text(identity)
    opened = subprocess.run(
        ["age", "-d", "-i", str(key), str(sealed)], check=True, capture_output=True
    )
    return subprocess.run(
        ["zstd", "-d"], input=opened.stdout, check=True, capture_output=True
    ).stdout


def test_the_vector_still_opens(tmp_path: Path):
    sealed = VECTORS / "base.zst.age"
    target = tmp_path / "records.db"
    device_key = vector("device key")

    unpack(
        sealed,
        device_key,
        target,
        vector("its database's SHA-256"),
        int(vector("its database's size")),
    )

    with sqlite3.connect(target) as db:
        names = db.execute("SELECT given_name FROM citizens ORDER BY id").fetchall()
    db.close()
    assert names == [("Agnes",), ("Bent",)]
    assert sha256_of_file(sealed) == vector("`base.zst.age` SHA-256")
    assert crypto.recipient_of(device_key) == vector("its recipient")


def test_the_vector_of_a_delta_still_opens(tmp_path: Path):
    base = SealedPart(VECTORS / "base.zst.age", vector("its database's SHA-256"))
    delta = SealedPart(VECTORS / "delta.zst.age", vector("the delta's database's SHA-256"))
    size = int(vector("its database's size"))
    target = tmp_path / "records.db"

    unpack_delta(
        replace(base, plain_size=size), replace(delta, plain_size=size),
        vector("device key"), target,
    )  # fmt: skip

    with sqlite3.connect(target) as db:
        names = db.execute("SELECT given_name FROM citizens ORDER BY id").fetchall()
    db.close()
    assert names == [("Agnes",), ("Clara",)]
    assert sha256_of_file(delta.path) == vector("`delta.zst.age` SHA-256")


def test_the_vectors_signature_holds_for_ever():
    root = (VECTORS / "1.root.json").read_bytes()
    targets = (VECTORS / "1.targets.json").read_bytes()

    manifest = verify(Vouching((root,), targets), root)

    judge(manifest, sha256_hex(targets), Standing("boks-17"))
    assert manifest.base.sha256 == vector("`base.zst.age` SHA-256")
    assert manifest.plain_sha256 == vector("its database's SHA-256")


def test_the_identities_are_made_as_written():
    salt = bytes.fromhex(vector("card salt"))

    assert crypto.identity_from_bytes(bytes(range(32))) == vector("device key")
    assert crypto.identity_from_bytes(bytes(range(32, 64))) == vector("device-bound identity")
    assert crypto.identity_from_code(vector("card code"), salt) == vector("card identity")


def test_the_card_slot_opens_in_two_steps():
    inner = crypto.decrypt((VECTORS / SLOT).read_bytes(), vector("device-bound identity"))

    assert crypto.decrypt(inner, vector("card identity")).decode() == vector("device key")


def test_the_attachment_is_vouched_for_by_the_list_and_opens():
    sealed = (VECTORS / "attachment.age").read_bytes()

    listed = decode_index(f"{vector('the list that vouches for it')}\n".encode())

    assert listed == (SealedAttachment(vector("`attachment.age` SHA-256"), len(sealed)),)
    assert sha256_hex(sealed) == listed[0].sha256
    assert crypto.identity_from_bytes(bytes(range(64, 96))) == vector("attachment identity")
    content = crypto.decrypt(sealed, vector("attachment identity"))
    assert sha256_hex(content) == vector("its content's SHA-256")


@pytest.mark.usefixtures("programs")
def test_debians_own_age_opens_the_attachment(tmp_path: Path):
    key = tmp_path / "photos.txt"
    key.write_text(vector("attachment identity"))
    command = ["age", "-d", "-i", str(key), str(VECTORS / "attachment.age")]

    opened = subprocess.run(command, check=True, capture_output=True).stdout

    assert sha256_hex(opened) == vector("its content's SHA-256")


@pytest.mark.usefixtures("programs")
def test_debians_own_programs_open_the_vector(tmp_path: Path):
    plain = open_by_hand(VECTORS / "base.zst.age", vector("device key"), tmp_path)

    assert sha256_hex(plain) == vector("its database's SHA-256")


@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize("size", [500, 2_000_000])
def test_debians_own_programs_open_what_we_pack_byte_for_byte(tmp_path: Path, size: int):
    identity = crypto.new_identity()
    db = make_database(tmp_path / "slim.db", size)
    pack(db, tmp_path / "base.zst.age", crypto.recipient_of(identity))

    assert open_by_hand(tmp_path / "base.zst.age", identity, tmp_path) == db.read_bytes()


def open_delta_by_hand(folder: Path, identity: str, base: Path, delta: Path) -> bytes:
    """Run the two lines of the document, the second with `--patch-from` the first one's output."""
    (folder / "key.txt").write_text(identity)
    (folder / "base.db").write_bytes(open_by_hand(base, identity, folder))
    line = f"age -d -i key.txt '{delta}' | zstd -d --patch-from=base.db"
    return subprocess.run(line, shell=True, cwd=folder, check=True, capture_output=True).stdout  # noqa: S602


@pytest.mark.usefixtures("programs")
def test_debians_own_programs_apply_the_vector_of_a_delta(tmp_path: Path):
    plain = open_delta_by_hand(
        tmp_path, vector("device key"), VECTORS / "base.zst.age", VECTORS / "delta.zst.age"
    )

    assert sha256_hex(plain) == vector("the delta's database's SHA-256")


@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize(
    "size", [500, 2_000_000, pytest.param(100_000_000, marks=pytest.mark.slow)]
)
def test_debians_own_programs_apply_our_deltas_byte_for_byte(tmp_path: Path, size: int):
    identity = crypto.new_identity()
    recipient = crypto.recipient_of(identity)
    old = make_database(tmp_path / "old.db", size)
    new = change_database(old, tmp_path / "new.db")
    pack(old, tmp_path / "base.zst.age", recipient)
    pack(new, tmp_path / "delta.zst.age", recipient, against=old)

    plain = open_delta_by_hand(
        tmp_path, identity, tmp_path / "base.zst.age", tmp_path / "delta.zst.age"
    )

    assert plain == new.read_bytes()
    assert (tmp_path / "delta.zst.age").stat().st_size < 20_000


@pytest.mark.usefixtures("programs")
def test_a_delta_debians_own_programs_make_opens_here(tmp_path: Path):
    identity = crypto.new_identity()
    old = make_database(tmp_path / "old.db", 300_000)
    new = change_database(old, tmp_path / "new.db")
    packed = pack(old, tmp_path / "base.zst.age", crypto.recipient_of(identity))
    line = (
        f"zstd --patch-from=old.db -c new.db | age -r {crypto.recipient_of(identity)} > delta.age"
    )
    subprocess.run(line, shell=True, cwd=tmp_path, check=True)  # noqa: S602
    base = SealedPart(tmp_path / "base.zst.age", packed.plain_sha256, packed.plain_size)
    delta = SealedPart(tmp_path / "delta.age", sha256_of_file(new), new.stat().st_size)

    unpack_delta(base, delta, identity, tmp_path / "out.db")

    assert (tmp_path / "out.db").read_bytes() == new.read_bytes()


@pytest.mark.usefixtures("programs")
def test_what_debians_own_programs_make_opens_here(tmp_path: Path):
    identity = crypto.new_identity()
    db = make_database(tmp_path / "slim.db", 300_000)
    squeezed = subprocess.run(["zstd", "-9", "-c", str(db)], check=True, capture_output=True)
    seal = ["age", "-r", crypto.recipient_of(identity)]
    sealed = subprocess.run(seal, input=squeezed.stdout, check=True, capture_output=True)
    (tmp_path / "base.zst.age").write_bytes(sealed.stdout)

    unpack(tmp_path / "base.zst.age", identity, tmp_path / "out.db", sha256_of_file(db))

    assert (tmp_path / "out.db").read_bytes() == db.read_bytes()


@pytest.mark.usefixtures("programs")
def test_debians_own_age_opens_the_card_slot(tmp_path: Path):
    content = (VECTORS / SLOT).read_bytes()
    for name in ("device-bound identity", "card identity"):
        key = tmp_path / "key.txt"
        key.write_text(vector(name))
        ran = subprocess.run(
            ["age", "-d", "-i", str(key)], input=content, check=True, capture_output=True
        )
        content = ran.stdout

    assert content.decode() == vector("device key")
