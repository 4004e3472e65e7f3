import functools
from collections.abc import Iterator
from dataclasses import replace

import pytest

from appliance import crypto
from appliance.vault.keeper_client import KeeperClient
from appliance.vault.keeper_service import KeeperService
from tests.appliance.vault.boxes import make_box, make_records, ram_folder, serving
from tests.appliance.vault.two_boxes import Two, placed


@pytest.fixture
def ram_dir():
    with ram_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def records_db(tmp_path_factory):
    return make_records(tmp_path_factory.mktemp("records") / "records.db")


@pytest.fixture(scope="session")
def remembering_argon2():
    return functools.cache(crypto.identity_from_code)


@pytest.fixture
def box(tmp_path, ram_dir, monkeypatch, remembering_argon2):
    """An enrolled box with nothing installed; each code and salt is hashed for real, but once."""
    monkeypatch.setattr(crypto, "identity_from_code", remembering_argon2)
    return make_box(tmp_path, ram_dir)


@pytest.fixture
def usb_box(box, tmp_path):
    """The box, told where a USB stick is mounted; the stick is empty."""
    stick = tmp_path / "stick"
    stick.mkdir()
    hub = replace(box.config.hub, usb_dir=stick)
    return replace(box, config=replace(box.config, hub=hub))


@pytest.fixture
def full_box(box, records_db):
    """A box with snapshot 1 installed."""
    box.install(1, records_db)
    return box


@pytest.fixture
def keeper(box, clock):
    service = KeeperService(box.config, clock)
    service.start()
    yield service
    service.close()


@pytest.fixture
def two(tmp_path, clock, remembering_argon2, monkeypatch) -> Iterator[Two]:
    """Solgården and Engvej, both open; the one knows the other."""
    monkeypatch.setattr(crypto, "identity_from_code", remembering_argon2)
    stick = tmp_path / "stick"
    stick.mkdir()
    with (
        placed(tmp_path / "ours", stick, "box-17", clock) as ours,
        placed(tmp_path / "theirs", stick, "box-18", clock) as theirs,
    ):
        made = Two(ours, theirs, tmp_path)
        made.install()
        made.open()
        yield made


@pytest.fixture
def client(keeper, box) -> Iterator[KeeperClient]:
    """Serve the keeper on its real socket, and return a client of it."""
    with serving(keeper, box.config.keeper_socket):
        yield KeeperClient(box.config.keeper_socket)
