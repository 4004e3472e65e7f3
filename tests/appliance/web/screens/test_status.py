from dataclasses import replace
from datetime import timedelta

from appliance.commands.proof_run import ProofRun
from appliance.errors import KeeperDownError
from appliance.line_status import UPLOAD, SyncStatus, write_status
from appliance.vault.protocol import SlotStatus
from appliance.web.app import create_app
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.screens.test_medication import words_of


def test_status_is_open_to_all_and_dialable(box: WebBox, phone: Phone) -> None:
    box.print_all()

    text = phone.get("/status").text

    page = words_of(text)
    assert "Solgården · box-17" in page
    assert "Lås Låst" in page
    assert "Kopi lavet man. 23. nov. 2026 kl. 02.05" in page
    assert "Printeren er klar." in page
    assert 'href="tel:87000000"' in text


def test_status_of_an_open_box_tells_of_copy_and_search(box: WebBox) -> None:
    page = words_of(box.unlocked_phone().get("/status").text)

    assert "Lås Åben" in page
    assert "Kopi nr. 1" in page
    assert "Søgning Klar" in page


def test_status_as_json_holds_codes_only(box: WebBox, phone: Phone) -> None:
    box.print_all()

    assert phone.get("/status.json").json == {
        "box": "box-17", "now": "2026-11-23T02:00:00Z", "locked": True, "problems": [],
        "snapshot_signed_at": "2026-11-23T01:05:00Z", "snapshot_version": None,
        "fell_back": False, "search_ready": False, "log_number": 0, "log_waiting": 0,
        "log_lost": 0, "fetched_at": None, "log_sent_at": None, "open_until": None,
        "cards_used": 0, "device_secret": "file", "https_names": [], "certificate_ends": None,
        "clock": "ntp", "outage": None, "last_drill": None, "care_system": "unknown",
        "printer_ready": True, "printer_reasons": [], "sheets_tried": None, "sheets_odd": None,
        "lamp": "fault",  # in a test nothing is installed, and no desk runs
    }  # fmt: skip


def test_status_tells_in_both_languages_what_the_lamp_should_show(box: WebBox) -> None:
    phone = box.unlocked_phone()
    no_desk = words_of(phone.get("/status").text)
    box.services.desk._look_around()
    well = words_of(phone.get("/status").text)
    phone.client.set_cookie("sprog", "en")

    assert "Lampe på boksen Rød, blinker hurtigt: Boksen kan ikke bruges." in no_desk
    assert "Lampe på boksen Grøn, lyser svagt: Alt virker." in well
    assert "Lamp on the box Green, dim: all is well." in words_of(phone.get("/status").text)


def test_status_tells_how_the_sheets_of_the_open_copy_were_tried(box: WebBox) -> None:
    phone = box.unlocked_phone()
    run = ProofRun(box.config, box.clock)
    proof = run.prove()
    run.keep(proof)
    good = words_of(phone.get("/status").text)
    run.keep(replace(proof, grades={"strict": proof.sheets - 2, "repaired": 2}))
    odd = words_of(phone.get("/status").text)
    told = phone.get("/status.json").json or {}

    assert f"Ark prøvet Alle {proof.sheets} ark kan laves uden fejl" in good
    assert f"2 af {proof.sheets} ark skal ses efter" in odd
    assert (told["sheets_tried"], told["sheets_odd"]) == (proof.sheets, 2)


def test_proof_of_another_copy_says_nothing_of_the_open_one(box: WebBox) -> None:
    phone = box.unlocked_phone()
    run = ProofRun(box.config, box.clock)
    run.keep(replace(run.prove(), version=99))

    assert "Ark prøvet" not in phone.get("/status").text
    assert (phone.get("/status.json").json or {})["sheets_tried"] is None


def test_keeper_that_is_down_is_a_fact_on_the_page(box: WebBox, phone: Phone) -> None:
    box.keeper.problem = KeeperDownError()

    assert "Boksens nøgleprogram svarer ikke." in phone.get("/status").text
    assert (phone.get("/status.json").json or {})["problems"] == ["N-406"]


def test_box_without_data_and_without_phone_still_has_a_status(box: WebBox) -> None:
    box.installed[0] = None
    config = replace(box.config, box=replace(box.config.box, help_phone=""))
    phone = Phone(create_app(config, box.services).test_client())

    page = words_of(phone.get("/status").text)

    assert "Kopi lavet ukendt" in page
    assert "IT-vagten" not in page
    assert "IT-vagten" not in phone.get("/findes-ikke").text


def test_used_card_and_the_end_of_the_opening_are_told(box: WebBox, phone: Phone) -> None:
    now = box.clock.now()
    box.keeper.slots = (SlotStatus("card-00", "card", "2026-11-22T20:00:00Z"),)
    box.keeper.open_until = now + timedelta(hours=11)

    page, told = words_of(phone.get("/status").text), phone.get("/status.json").json or {}

    assert "Nødkort Brugt søn. 22. nov. 2026 kl. 21.00 Bed IT-vagten om et nyt." in page
    assert "Låser selv Efter man. 23. nov. 2026 kl. 14.00, når ingen bruger boksen" in page
    assert (told["cards_used"], told["open_until"]) == (1, "2026-11-23T13:00:00Z")


def test_how_fetching_and_sending_go_is_told_in_words(box: WebBox) -> None:
    state_dir, now = box.config.box.state_dir, box.clock.now()
    write_status(state_dir, SyncStatus(now, now - timedelta(hours=2), "N-301"))
    write_status(state_dir, SyncStatus(now, None, "N-304"), UPLOAD)
    config = replace(box.config, hub=replace(box.config.hub, upload=True))
    page = words_of(Phone(create_app(config, box.services).test_client()).get("/status").text)

    assert "Boksen kan ikke få forbindelse til kommunens server. N-301" in page
    assert "Kommunens server lukker ikke boksen ind. N-304" in page
    assert "Sidst hentet man. 23. nov. 2026 kl. 01.00" in page
    assert "Log sendt ukendt" in page


def test_status_tells_of_a_drill_and_when_there_last_was_one(box: WebBox, phone: Phone) -> None:
    assert "Sidste øvelse Ingen endnu" in words_of(phone.get("/status").text)
    phone.post("/indsatsplan/oevelse", initialer="AB")
    told = phone.get("/status.json").json or {}
    assert (told["outage"], told["last_drill"]) == ("drill", "2026-11-23T02:00:00Z")
    box.clock.move(timedelta(days=1))
    phone.post("/indsatsplan/start", initialer="AB", siden="0")

    assert "Sidste øvelse man. 23. nov. 2026 kl. 03.00" in words_of(phone.get("/status").text)
    assert (phone.get("/status.json").json or {})["outage"] == "outage"


def test_status_is_there_though_the_log_of_the_plan_cannot_be_read(
    box: WebBox, phone: Phone
) -> None:
    box.config.box.state_dir.mkdir(parents=True, exist_ok=True)
    (box.config.box.state_dir / "outage").write_text("no folder")

    assert (phone.get("/status.json").json or {})["last_drill"] is None
