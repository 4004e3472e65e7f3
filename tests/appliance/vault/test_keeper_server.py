"""The keeper's socket and its client: a real socket, real threads, a real box behind them."""

import json
import socket
import stat
import struct
import threading
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.beacon.datagram import tag_of, unpack
from appliance.beacon.statement import is_statement_of, write_statement
from appliance.clock import ClockLevel, HeldClock, SystemClock
from appliance.errors import (
    ClockNotSetError,
    ConfigError,
    KeeperDownError,
    MistypedCodeError,
    NoSnapshotError,
    StorageError,
    VaultError,
    WrongCodeError,
)
from appliance.sealed_log.entry import Action
from appliance.sealed_log.outbox import log_folder
from appliance.vault import keeper_server, protocol
from appliance.vault.card_code import format_card_code, new_card_code
from appliance.vault.device_secret import device_secret_of
from appliance.vault.enrolment import log_keys_of
from appliance.vault.keeper_client import KeeperClient
from appliance.vault.keeper_server import KeeperServer
from appliance.vault.keeper_service import KeeperService
from tests.appliance.beacon.boxes import STATEMENT
from tests.appliance.sealed_log.logs import entry
from tests.appliance.vault.boxes import OWN, serving
from tests.appliance.vault.test_keeper_log import entries_of
from tests.appliance.vault.test_print_note import NOTE
from tests.simulators.machine_time import TODAY, SimulatedMachine
from tests.waiting import eventually

pytestmark = pytest.mark.slow  # seconds, not milliseconds


@contextmanager
def connected(path, timeout_s=60.0):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout_s)
        connection.connect(str(path))
        yield connection


def answer_to(path, content):
    """Send raw bytes, close our side, and return whatever comes back."""
    with connected(path) as connection:
        try:
            connection.sendall(content)
            connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass
        received = b""
        try:
            while chunk := connection.recv(4096):
                received += chunk
        except ConnectionResetError:
            pass
        return received


def test_unlock_refresh_status_and_lock_through_the_socket(client, box, records_db):
    box.install(1, records_db)

    assert client.status().locked
    assert client.unlock(format_card_code(box.code)).version == 1
    assert client.refresh().version == 1
    assert not client.status().locked
    assert client.lock().locked
    assert box.ram_files() == []


def test_log_is_kept_and_signed_through_the_socket(client, box):
    kept = client.log([entry()], lost=1)
    signed = client.sign_head()

    assert (kept.log.lost, kept.log.problem) == (1, "")
    assert (log_folder(box.state_dir) / "head.json").exists()
    assert signed.log.number > 0


def test_clock_is_set_through_the_socket_and_entered_before_the_answer(box, clock):
    machine = SimulatedMachine(system=clock.now() - timedelta(days=400))
    service = KeeperService(box.config, machine.clock(box.config.box.ram_dir))
    service.start()
    with closing(service), serving(service, box.config.keeper_socket):
        client = KeeperClient(box.config.keeper_socket)
        done = client.set_clock(TODAY, entry(Action.CLOCK_SET, about="2026-12-01T02:14:00Z"))
        with pytest.raises(ClockNotSetError):
            client.set_clock(TODAY - timedelta(days=400), entry(Action.CLOCK_SET))

        assert (done.clock, done.is_clock_set_by_hand) == (ClockLevel.MANUAL, True)
        assert machine.clock(box.config.box.ram_dir).now() == TODAY
        assert [one.action for one in entries_of(box)] == [Action.START, Action.CLOCK_SET]


def test_errors_come_out_of_the_client_as_the_class_they_were(client, box):
    with pytest.raises(MistypedCodeError):
        client.unlock("1234")
    with pytest.raises(WrongCodeError):
        client.unlock(new_card_code())
    with pytest.raises(NoSnapshotError, match="the code fits"):
        client.unlock(box.code)


def test_socket_is_for_owner_and_group(client, box):
    mode = box.config.keeper_socket.stat().st_mode

    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o660
    assert client.status().locked


def test_socket_of_a_dead_keeper_is_replaced_and_ours_goes_with_us(keeper, box):
    path = box.config.keeper_socket
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))

    with serving(keeper, path):
        assert KeeperClient(path).status().locked

    assert not path.exists()


def test_fault_nobody_foresaw_while_locking_is_tried_again_a_second_later(
    client, keeper, monkeypatch, caplog
):
    looks = []

    def break_once():
        looks.append(1)
        if len(looks) == 1:
            raise ValueError("Åse Ågård")

    monkeypatch.setattr(keeper, "lock_when_over", break_once)
    eventually(lambda: len(looks) > 1)

    assert client.status().locked
    assert "locking when time is up: ValueError at test_keeper_server.py" in caplog.text
    assert "Åse" not in caplog.text


def test_nobody_listening_is_keeper_down(box):
    with pytest.raises(KeeperDownError, match=r"keeper\.sock"):
        KeeperClient(box.config.keeper_socket).status()


@contextmanager
def saying(path, *replies):
    """Play a keeper that sends these bytes, one entry per caller, and hangs up."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def play():
            for reply in replies:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(4096)
                    connection.sendall(reply)

        thread = threading.Thread(target=play)
        thread.start()
        yield KeeperClient(path)
        thread.join()


def test_keeper_that_hangs_up_or_babbles_is_keeper_down(ram_dir):
    endless = b"x" * (protocol.MAX_REPLY_BYTES + 1)
    with saying(ram_dir / "s", b"", b"half", b"garbage\n", endless) as client:
        for named in ("hung up", "hung up", "version", "never ends"):
            with pytest.raises(KeeperDownError, match=named):
                client.status()


def test_keeper_that_does_not_answer_in_time_is_keeper_down(ram_dir):
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(ram_dir / "s"))
        silent.listen()

        with pytest.raises(KeeperDownError, match="timed out"):
            KeeperClient(ram_dir / "s", quick_timeout_s=0.05).status()


def test_two_clients_at_once_both_get_their_answer(client, box, records_db):
    box.install(1, records_db)
    versions = []
    both = [
        threading.Thread(target=lambda: versions.append(client.unlock(box.code).version))
        for _ in range(2)
    ]
    for each in both:
        each.start()
    locked_meanwhile = client.status()
    for each in both:
        each.join()

    assert versions == [1, 1]
    assert locked_meanwhile.device_secret == "file"


def test_unknown_op_and_version_are_answered_not_ignored(client, box):
    path = box.config.keeper_socket
    for request in (b'{"v": 1, "op": "open-sesame"}\n', b'{"v": 9, "op": "status"}\n'):
        reply = json.loads(answer_to(path, request))

        assert reply["error"]["code"] == VaultError.code
    assert client.status().locked


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    content=st.one_of(
        st.binary(max_size=3000),
        st.binary(max_size=900).map(lambda raw: raw + b"\n"),
        st.dictionaries(st.text(max_size=9), st.integers() | st.text(max_size=40)).map(
            lambda raw: json.dumps({"v": 1, "op": "unlock"} | raw).encode() + b"\n"
        ),
    )
)
def test_garbage_is_answered_with_an_error_and_the_keeper_lives_on(client, box, content):
    reply = answer_to(box.config.keeper_socket, content)

    assert reply == b"" or b'"error"' in reply
    assert client.status().locked


def test_endless_request_is_cut_off(client, box):
    reply = answer_to(box.config.keeper_socket, b"x" * 100_000)

    assert reply == b"" or b"longer than" in reply
    assert client.status().locked


def test_request_without_line_end_is_refused(client, box):
    reply = answer_to(box.config.keeper_socket, b'{"v": 1, "op": "lock"}')

    assert b"before the end of its line" in reply
    assert client.status().locked


def test_caller_that_drips_or_sleeps_is_cut_off_at_the_deadline(keeper, box, monkeypatch):
    monkeypatch.setattr(keeper_server, "_REQUEST_DEADLINE_S", 0.15)
    path = box.config.keeper_socket
    with serving(keeper, path), connected(path) as sleeper, connected(path) as dripper:
        for _ in range(40):
            try:
                dripper.sendall(b" ")
            except (BrokenPipeError, ConnectionResetError):
                break
            threading.Event().wait(0.01)

        assert b"no whole request came" in sleeper.recv(4096)
        assert b"no whole request came" in dripper.recv(4096)


class WatchedClock(HeldClock):
    """Counts how often it was looked at."""

    looks = 0

    def monotonic(self):
        self.looks += 1
        return super().monotonic()


def test_deadline_that_passed_between_two_bytes_counts(keeper, box, clock, monkeypatch):
    monkeypatch.setattr(keeper_server, "_REQUEST_DEADLINE_S", 90)
    path, clock = box.config.keeper_socket, WatchedClock(clock.at)
    with serving(keeper, path, clock=clock), connected(path) as dripper:
        dripper.sendall(b" ")
        # For the deadline, and before each wait for a byte: the second one is waited for.
        eventually(lambda: clock.looks == 3)
        clock.ticks_s += 600
        dripper.sendall(b" ")

        assert b"too slow" in dripper.recv(4096)


def test_caller_that_leaves_before_its_reply_harms_nobody(client, box, caplog):
    caplog.set_level("INFO")
    before = set(threading.enumerate())
    for _ in range(20):
        with connected(box.config.keeper_socket) as connection:
            connection.sendall(protocol.format_request(protocol.Request(protocol.Op.STATUS)))
            # SO_LINGER 0 with unread bytes: the keeper's send meets a closed end.
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        # The next one served, this one surely is; a busy machine answers it late.
        assert client.status().locked
        for thread in set(threading.enumerate()) - before:
            thread.join(30)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_fault_nobody_foresaw_is_answered_and_the_next_caller_served(client, keeper, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(keeper, "sign_head", lambda: {}["odd"])
        with pytest.raises(KeeperDownError, match="could not do it"):
            client.sign_head()

    assert client.status().locked


def test_reply_to_a_caller_that_hung_up_is_logged_without_fuss(keeper, box, caplog):
    caplog.set_level("INFO")
    server = KeeperServer(keeper, box.config.keeper_socket, OWN, SystemClock())
    ours, theirs = socket.socketpair()
    theirs.sendall(protocol.format_request(protocol.Request(protocol.Op.STATUS)))
    theirs.close()

    server._room.acquire()
    server._converse(ours)
    server.close()

    assert "left before its reply" in caplog.text


def test_seventeenth_caller_at_once_is_told_and_the_next_one_served(keeper, box, monkeypatch):
    monkeypatch.setattr(keeper_server, "_REQUEST_DEADLINE_S", 90)
    path = box.config.keeper_socket
    with serving(keeper, path):
        crowd = [socket.socket(socket.AF_UNIX) for _ in range(16)]
        for each in crowd:
            each.connect(str(path))

        assert b"too many callers" in answer_to(path, b"")

        for each in crowd:
            each.close()
        assert eventually(lambda: KeeperClient(path).status().locked)


def test_path_too_long_for_a_socket_is_refused_with_a_hint(keeper, ram_dir):
    server = KeeperServer(keeper, ram_dir / ("x" * 120), OWN, SystemClock())

    with pytest.raises(ConfigError, match=r"shorter box\.ram_dir"), server.listening():
        pass
    server.close()


def test_folder_that_is_gone_is_named(keeper, ram_dir):
    server = KeeperServer(keeper, ram_dir / "never" / "s", OWN, SystemClock())

    with pytest.raises(StorageError, match="listening on s"), server.listening():
        pass
    server.close()


def test_prints_are_kept_through_the_socket(client, box):
    assert client.keep_prints([NOTE]).locked
    assert list((box.state_dir / "prints").glob("*.age"))


def test_keeper_signs_the_word_of_its_own_box_and_nothing_else(client, box):
    own = replace(STATEMENT, sender=box.config.box.id)
    content = write_statement(own)
    sent = unpack(client.seal_beacon(content))
    key = log_keys_of(box.state_dir, device_secret_of(box.state_dir)).public_key

    assert (sent.tag, sent.statement) == (tag_of(key), content)
    assert is_statement_of(content, sent.signature, key)
    head = b"nodboks-log-head 1\n{}"
    for other in (write_statement(STATEMENT), content + b" ", head, b"x" * 60_000):
        with pytest.raises(VaultError, match="nothing to sign"):
            client.seal_beacon(other)
