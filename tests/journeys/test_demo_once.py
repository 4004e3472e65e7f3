"""The main job, once, by the command a newcomer types: from export to paper in one folder."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from appliance.plan.shipped import shipped_plan

pytestmark = [pytest.mark.slow, pytest.mark.vault]


@dataclass(frozen=True)
class Night:
    """What one run of `nodboks demo --once` left behind."""

    out: Path
    printed: str

    @property
    def unit_feed(self) -> Path:
        (folder,) = self.out.glob("feed/*solg*")
        return folder

    @property
    def pack(self) -> Path:
        return Path(re.search(r"paper: (.+\.pdf)", self.printed)[1])

    @property
    def plan_set(self) -> Path:
        (other,) = {*(self.out / "paper").glob("*.pdf")} - {self.pack}
        return other

    @cached_property
    def paper_text(self) -> str:
        return self.text_of(self.pack)

    def text_of(self, pdf: Path) -> str:
        done = subprocess.run(
            ["pdftotext", "-raw", pdf, "-"], capture_output=True, text=True, check=True
        )
        return done.stdout

    @cached_property
    def pages(self) -> list[str]:
        """The text of each page without any white space or invisible breaks."""
        return [squeeze(page) for page in self.paper_text.split("\f")]

    def pages_of(self, citizen: dict) -> str:
        """All pages of one citizen's own list, found by name and CPR in the running header."""
        cpr = next(
            item["value"]
            for item in citizen["identifier"]
            if item["system"].startswith("urn:oid:1.2.208.176.1")
        )
        mark = f"CPR{cpr[:6]}-{cpr[6:]}"
        return "".join(page for page in self.pages if mark in page and name_of(citizen) in page)

    @cached_property
    def citizens(self) -> dict[str, dict]:
        return {item["id"]: item for item in self.resources(self.unit_feed, "Patient")}

    @cached_property
    def medicines(self) -> dict[str, dict]:
        return {item["id"]: item for item in self.resources(self.unit_feed, "Medication")}

    @cached_property
    def orders(self) -> list[dict]:
        return self.resources(self.unit_feed, "MedicationStatement", "MedicationRequest")

    def citizen_of(self, order: dict) -> dict:
        return self.citizens[order["subject"]["reference"].removeprefix("Patient/")]

    def brand_of(self, order: dict) -> str:
        if "medicationCodeableConcept" in order:
            return order["medicationCodeableConcept"]["text"]
        reference = order["medicationReference"]["reference"]
        contained = {f"#{item['id']}": item for item in order.get("contained", [])}
        medicine = contained.get(reference) or self.medicines[reference.split("/")[-1]]
        return medicine["code"]["text"]

    def resources(self, folder: Path, *types: str) -> list[dict]:
        lines = [
            line for path in folder.glob("*.ndjson") for line in path.read_bytes().splitlines()
        ]
        return [item for item in map(json.loads, lines) if item["resourceType"] in types]


def squeeze(text: str) -> str:
    return re.sub(r"[\s\u200b\u00a0\u202f\u00ad]+", "", text)


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    out = tmp_path_factory.mktemp("night") / "demo"
    command = [sys.executable, "-m", "appliance", "demo", "--once", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return Night(out, done.stdout)


def test_the_path_of_the_paper_is_printed_and_is_a_pdf(night):
    assert night.pack.read_bytes().startswith(b"%PDF-")
    assert night.pack.parent == night.out / "paper"


def test_the_whole_plan_set_is_printed_beside_the_pack(night):
    text = night.text_of(night.plan_set)
    plan = shipped_plan()

    for title in (*(card.title for card in plan.cards), *(each.title for each in plan.letters)):
        assert squeeze(title) in squeeze(text), title
    for words in ("Plansæt", "Kontaktrunde", "Tilkaldeliste", "Beslutninger", "Nedbruddets omfang"):
        assert words in text
    assert [c["id"] for c in night.citizens.values() if name_of(c) in squeeze(text)] == []


def test_every_citizen_of_the_unit_is_on_paper_with_the_full_cpr(night):
    citizens = night.resources(night.unit_feed, "Patient")

    assert len(citizens) >= 60
    for citizen in citizens:
        assert name_of(citizen) in night.pages_of(citizen), citizen["id"]


def test_no_medication_line_of_the_feed_is_missing_on_the_citizens_own_pages(night):
    orders = night.orders
    missing = [
        (order["id"], text)
        for order in orders
        if order["status"] in {"active", "on-hold"}
        for text in [night.brand_of(order), *(item["text"] for item in order.get("reasonCode", []))]
        if squeeze(text) not in night.pages_of(night.citizen_of(order))
    ]

    assert len(orders) >= 60 * 5
    assert missing == []


def test_the_end_mark_counts_as_many_lines_as_the_feed_has(night):
    for citizen in night.resources(night.unit_feed, "Patient"):
        active = [
            order
            for order in night.orders
            if night.citizen_of(order)["id"] == citizen["id"] and order["status"] == "active"
        ]
        as_needed = sum(is_as_needed(order) for order in active)
        fixed = len(active) - as_needed

        text = night.pages_of(citizen)
        shown = re.findall(r"Slutpålisten:(\d+)faste?·(\d+)PN", text)
        assert [(int(f), int(n)) for f, n in shown] == [(fixed, as_needed)], citizen["id"]


def test_a_stolen_box_folder_holds_nothing_readable(night):
    secrets = secrets_of(night)

    hits = hits_in(night.out / "box", secrets)
    control = hits_in(night.out / "feed", secrets)

    assert len(secrets) > 200
    assert hits == []
    assert control, "the search itself must be able to find something"


def test_the_records_are_gone_from_memory_afterwards(night):
    ram = re.search(r'ram_dir = "(.+)"', (night.out / "box" / "box.toml").read_text())[1]

    assert ram.startswith("/dev/shm/")
    assert not Path(ram).exists()


def is_as_needed(order: dict) -> bool:
    doses = order.get("dosage", []) + order.get("dosageInstruction", [])
    return any(dose.get("asNeededBoolean") or "asNeededCodeableConcept" in dose for dose in doses)


def name_of(citizen: dict) -> str:
    name = citizen["name"][0]
    return squeeze(" ".join([*name["given"], name["family"]]))


def secrets_of(night: Night) -> set[bytes]:
    """Every CPR and name of the whole town, and what would betray a key or a database."""
    secrets = {b"SQLite format 3", b"AGE-SECRET-KEY", b"$argon2id$"}
    for folder in (night.out / "feed").iterdir():
        for person in (
            night.resources(folder, "Patient", "RelatedPerson") if folder.is_dir() else []
        ):
            secrets |= {item["value"].encode() for item in person.get("identifier", [])}
            for name in person.get("name", []):
                full = " ".join([*name.get("given", []), name.get("family", "")]).strip()
                secrets |= {full.encode(), name.get("family", "").encode()}
    return {secret for secret in secrets if len(secret) >= 6}


def hits_in(folder: Path, secrets: set[bytes]) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [
        f"{path.relative_to(folder)}: {secret.decode()}"
        for path in files
        for secret in secrets
        if secret in path.read_bytes()
    ]
