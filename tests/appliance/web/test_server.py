from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.errors import StorageError
from appliance.web.server import build_services, run_web, server_settings, web_folder
from tests.simulators.box_state import SimulatedKeeper, config_in, town_of


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


def test_server_is_one_process_of_threads_that_writes_no_addresses(tmp_path: Path) -> None:
    config = config_in(tmp_path, tmp_path / "ram", port=8123)

    settings = server_settings(config, web_folder(config), lambda _a, _b: None)

    assert settings["bind"] == "127.0.0.1:8123"
    assert settings["workers"] == 1
    assert settings["worker_tmp_dir"] == str(tmp_path / "ram" / "web")
    assert "accesslog" not in settings


def test_ram_folder_that_cannot_be_made_is_a_named_error(tmp_path: Path) -> None:
    (tmp_path / "ram").write_text("a file in the way")

    with pytest.raises(StorageError):
        run_web(config_in(tmp_path, tmp_path / "ram"))
