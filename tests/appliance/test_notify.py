import socket

import pytest

from appliance.notify import notify_alive, notify_ready, notify_stopping


@pytest.fixture(params=["path", "abstract"])
def supervisor(request, tmp_path, monkeypatch):
    """Listen the way systemd does, on a path or in the abstract namespace."""
    shown = str(tmp_path / "notify") if request.param == "path" else f"@nodboks-{tmp_path}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind("\0" + shown[1:] if shown.startswith("@") else shown)
        listener.settimeout(60)
        monkeypatch.setenv("NOTIFY_SOCKET", shown)
        yield listener


def test_supervisor_hears_ready_alive_and_stopping(supervisor):
    notify_ready()
    notify_alive()
    notify_stopping()

    heard = [supervisor.recv(99) for _ in range(3)]
    assert heard == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]


def test_without_a_supervisor_nothing_happens(monkeypatch, caplog):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)

    notify_ready()

    assert caplog.text == ""


def test_supervisor_that_is_gone_is_logged_not_fatal(monkeypatch, tmp_path, caplog):
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))

    notify_ready()

    assert "systemd was not told READY=1" in caplog.text
