"""From two feeds to a phone without JavaScript: a letter, a photo, a print somebody dropped."""

import io
import urllib.error

import pytest
from pypdf import PdfReader

from appliance.demo.documents import photo
from appliance.demo.night import NURSE
from appliance.snapshot.installed import Installed
from tests.journeys.phone import Phone
from tests.journeys.staged_box import RunningBox, running_box
from tests.waiting import eventually

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    with running_box(tmp_path_factory.mktemp("documents") / "demo", "keeper", "web") as box:
        box.sync()
        box.keeper.unlock(box.stage.card_code)
        yield box


@pytest.fixture
def phone(box: RunningBox) -> Phone:
    phone = Phone(box.address)
    eventually(lambda: phone.open("/"))
    code = box.stage.town.login_codes[NURSE]
    phone.submit("/log-ind", initialer=NURSE, personlig_kode=code)
    return phone


def first_unit(box: RunningBox):
    return next(iter(box.stage.town.units))


def documents_of(phone: Phone, name: str) -> dict[str, str]:
    """Go from the list of citizens to one citizen's documents; return their addresses by title."""
    phone.open("/afsnit")
    phone.open(phone.links("/afsnit/[^/]+/borgere")[0])
    rows = phone.page.split("<li ")
    row = next(row for row in rows if name in row)
    phone.open(Phone("", row).links("/borgere/[^/]+/medicin")[0])
    phone.open(phone.links("/borgere/[^/]+/dokumenter")[0])
    return titles(phone, "/borgere/[^/]+/dokumenter/[a-z0-9]+")


def titles(phone: Phone, pattern: str) -> dict[str, str]:
    found = {}
    for row in phone.page.split("<li>")[1:]:
        (title,) = Phone("", row).words("strong", "") or [row.split('lang="da">')[1].split("<")[0]]
        found[title] = Phone("", row).links(pattern)[0]
    return found


def fetched(phone: Phone, path: str) -> tuple[str, bytes]:
    with phone._opener.open(phone.address + path, timeout=90) as answer:
        return answer.headers["Content-Type"], answer.read()


def test_the_nurse_reads_a_letter_and_looks_at_a_photo(box: RunningBox, phone: Phone) -> None:
    citizen = first_unit(box).care.citizens[0]

    found = documents_of(phone, citizen.name)

    kind, letter = fetched(phone, found["Udskrivningsbrev"])
    assert kind == "application/pdf"
    assert citizen.name in PdfReader(io.BytesIO(letter)).pages[0].extract_text()
    assert fetched(phone, found["Sår på højre hæl"]) == ("image/png", photo(0))


def test_a_dropped_print_is_with_its_citizen_and_the_rota_with_its_unit(
    box: RunningBox, phone: Phone
) -> None:
    stories = {}  # by address: two of them have one name
    for citizen in first_unit(box).care.citizens[:4]:
        found = documents_of(phone, citizen.name)
        if "Livshistorie" in found:
            text = PdfReader(io.BytesIO(fetched(phone, found["Livshistorie"])[1])).pages[0]
            stories[found["Livshistorie"]] = citizen.name in text.extract_text()
    phone.open("/afsnit")
    phone.open(phone.links("/afsnit/[^/]+/borgere")[0])
    phone.open(phone.links("/afsnit/[^/]+/dokumenter")[0])
    rota = titles(phone, "/afsnit/[^/]+/dokumenter/[a-z0-9]+")

    assert list(stories.values()) == [True]
    assert set(rota) == {"Vagtplan"}
    assert fetched(phone, rota["Vagtplan"])[0] == "application/pdf"


def test_nothing_of_a_document_lies_on_the_card_in_the_open(box: RunningBox) -> None:
    installed = Installed(box.stage.config.box.state_dir)
    current = installed.current()
    assert current is not None
    attachments = installed.attachments(current.manifest)

    assert len(attachments) == 7
    for item in attachments:
        assert installed.path(item.sha256).read_bytes().startswith(b"age-encryption.org/v1\n")
    for path in box.stage.config.box.state_dir.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert b"%PDF-" not in content
        assert photo(0)[:60] not in content


def test_a_lost_document_is_a_sentence_and_a_sync_brings_it_back(
    box: RunningBox, phone: Phone
) -> None:
    found = documents_of(phone, first_unit(box).care.citizens[1].name)
    address = found["Udskrivningsbrev"]
    box.keeper.lock()
    box.keeper.unlock(box.stage.card_code)
    phone.open("/")
    phone.submit("/log-ind", initialer=NURSE, personlig_kode=box.stage.town.login_codes[NURSE])
    installed = Installed(box.stage.config.box.state_dir)
    for item in installed.attachments(installed.current().manifest):
        installed.path(item.sha256).unlink()

    with pytest.raises(urllib.error.HTTPError) as refused:
        fetched(phone, address)

    assert refused.value.code == 503
    assert "ligger ikke på boksen lige nu" in refused.value.read().decode()
    box.sync()
    assert fetched(phone, address)[0] == "application/pdf"


def test_a_locked_box_shows_none(box: RunningBox, phone: Phone) -> None:
    found = documents_of(phone, first_unit(box).care.citizens[0].name)
    box.keeper.lock()

    kind, content = fetched(phone, found["Udskrivningsbrev"])

    assert kind.startswith("text/html")
    assert b"%PDF-" not in content
    assert not list(box.stage.config.records_dir.glob("*"))
    box.keeper.unlock(box.stage.card_code)
