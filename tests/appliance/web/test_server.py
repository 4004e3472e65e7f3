import os
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.errors import StorageError
from appliance.printing.orders import Order
from appliance.vault.opened import POINTER
from appliance.web.server import build_services, run_web, server_settings
from appliance.web.visitor import card_holder
from tests.simulators.box_people import SYD
from tests.simulators.box_state import SimulatedKeeper, config_in, town_of
from tests.waiting import eventually

pytestmark = pytest.mark.slow  # seconds, not milliseconds


def test_services_join_the_real_parts_and_forget_everybody_at_lock(
    tmp_path: Path, clock: HeldClock
) -> None:
    config = config_in(tmp_path, tmp_path / "ram")
    keeper = SimulatedKeeper(config.records_dir, town_of(clock.now()), clock)
    services = build_services(config, clock)
    keeper.open()
    services.records.require()
    services.notes.keep_words("token", "search", "insulin")

    keeper.lock()
    services.records.current()

    assert services.notes.words("token", "search") == ""
    assert services.installed_at() is None
    services.desk.stop()


def test_lock_is_seen_without_any_request(tmp_path: Path, clock: HeldClock) -> None:
    config = config_in(tmp_path, tmp_path / "ram")
    keeper = SimulatedKeeper(config.records_dir, town_of(clock.now()), clock)
    services = build_services(config, clock)
    keeper.open()
    services.records.require()
    session = services.sessions.start(card_holder("AB"))
    services.desk.start()

    keeper.lock()

    eventually(lambda: not services.sessions.find(session.token))
    assert services.sessions.count() == 0
    services.desk.stop()


def test_note_nobody_understands_does_not_stop_the_paper(tmp_path: Path, clock: HeldClock) -> None:
    config = config_in(tmp_path, tmp_path / "ram")
    config.records_dir.mkdir(parents=True)
    (config.records_dir / POINTER).write_text("no note")
    services = build_services(config, clock)
    services.desk.start()

    job = services.desk.queue.order(Order("pack", SYD.id))
    eventually(lambda: not services.desk.queue.job(job.id).phase.is_under_way)

    assert services.desk.queue.job(job.id).trouble == "N-400"
    services.desk.stop()


def test_files_of_the_web_are_its_own_and_a_folder_in_the_way_is_a_named_error(
    clock: HeldClock, tmp_path: Path
) -> None:
    (tmp_path / "ram").write_text("a file in the way")
    before = os.umask(0o022)
    try:
        with pytest.raises(StorageError):
            run_web(config_in(tmp_path, tmp_path / "ram"), clock)
    finally:
        umask = os.umask(before)

    assert umask == 0o077


def test_server_is_one_process_of_threads_that_writes_no_addresses(tmp_path: Path) -> None:
    config = config_in(tmp_path, tmp_path / "ram", port=8123)

    settings = server_settings(config, config.web_dir, lambda _a, _b: None)

    assert settings["bind"] == "127.0.0.1:8123"
    assert settings["workers"] == 1
    assert settings["worker_tmp_dir"] == str(tmp_path / "ram" / "web")
    assert "accesslog" not in settings
