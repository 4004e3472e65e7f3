"""A night on a real box, programs killed, and in the morning the hub tells who saw whom."""

import re
import sqlite3

import pytest
from pypdf import PdfReader

from appliance.sealed_log.outbox import files_to_send, log_folder
from appliance.snapshot.installed import Installed
from appliance.vault.opened import Opened
from tests.journeys.phone import Phone
from tests.journeys.staged_box import RunningBox, running_box
from tests.waiting import eventually

pytestmark = pytest.mark.slow  # seconds, not milliseconds
# Longer than what ciphertext spells by chance.
INITIALS = "NATVAGT7"


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    with running_box(tmp_path_factory.mktemp("log") / "demo", "keeper", "web", "worker") as box:
        eventually(lambda: Installed(box.stage.config.box.state_dir).current())
        eventually(lambda: Phone(box.address).open("/status"))
        yield box


def let_in(box: RunningBox) -> Phone:
    """Come in with the card; a killed web's last child may still answer and then hang up."""
    phone = Phone(box.address)

    def is_in() -> bool:
        phone.open("/")
        if "/laas-op" in phone.page:
            phone.submit("/laas-op", kode=box.stage.card_code, initialer=INITIALS)
        return "Afsnit" in phone.page or "Plejecenter" in phone.page

    eventually(is_in)
    return phone


def first_citizen(box: RunningBox) -> tuple[str, str, str]:
    opened = Opened.read(box.stage.config.records_dir)
    assert opened is not None
    with sqlite3.connect(f"file:{opened.records}?mode=ro&immutable=1", uri=True) as records:
        return records.execute(
            "SELECT id, cpr, family_name FROM citizens WHERE cpr IS NOT NULL ORDER BY id"
        ).fetchone()


def test_night_with_kills_is_told_whole_in_the_morning_and_the_state_holds_nothing_readable(box):
    phone = let_in(box)
    citizen_id, cpr, family_name = first_citizen(box)
    phone.open(f"/borgere/{citizen_id}/medicin")
    phone.submit(r"/udskriv/medicinliste/.*")
    eventually(lambda: list(box.stage.config.printer.folder.glob("*.pdf")))
    box.kill("web")
    phone = let_in(box)
    phone.open(f"/borgere/{citizen_id}/dokumenter")
    box.kill("keeper")
    eventually(box.keeper.status)
    phone = let_in(box)
    phone.open(f"/borgere/{citizen_id}/medicin")
    head = box.keeper.sign_head().log

    verified = box.log("verify", "--paper", head.shown)
    told = box.log("access-report", *box.audit_key, "--cpr", cpr)

    assert re.search(rf"paper: .*line {head.number}", verified)
    for what in ("Så medicinlisten", "Bestilte udskrift", "Udskrift blev lavet", "dokumenter"):
        assert what in told
    assert told.count("Så medicinlisten") >= 2
    assert INITIALS in told
    state = box.stage.config.box.state_dir
    for path in [*state.rglob("*"), *box.stage.logs.iterdir()]:
        content = path.read_bytes() if path.is_file() else b""
        for secret in (cpr, family_name, INITIALS, "view_citizen", "AGE-SECRET-KEY"):
            assert secret.encode() not in content, (path.name, secret)


def test_paper_of_the_night_shows_an_end_the_log_holds(box):
    pdf = min(box.stage.config.printer.folder.glob("*.pdf"))
    shown = re.search(r"Log ([0-9A-F]{8})", PdfReader(pdf).pages[0].extract_text())
    assert shown

    assert f"paper with {shown[1]}" in box.log("verify", "--paper", shown[1])


def test_everything_that_is_to_be_uploaded_is_ciphertext_or_a_digest(box):
    folder = log_folder(box.stage.config.box.state_dir)

    *segments, head = files_to_send(folder)

    assert segments
    for path in segments:
        header, *lines = path.read_text(encoding="ascii").splitlines()
        assert re.fullmatch(r"nodboks-log 1 [0-9a-f]{64} \d+ [0-9a-f]{64}", header)
        for line in lines:
            number, payload, digest = line.split(" ")
            assert number.isdecimal()
            assert payload.startswith(("YWdlLWVuY3J5cHRpb24ub3JnL3YxC", "eyJnYXAiOjEs"))
            assert re.fullmatch(r"[0-9a-f]{64}", digest)
    assert set(re.findall(r'"(\w+)":', head.read_text())) == {
        "format", "box", "key", "number", "digest", "at", "signature",
    }  # fmt: skip
