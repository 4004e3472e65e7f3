import subprocess
from dataclasses import replace
from datetime import timedelta

import pytest

from appliance import crypto
from appliance.beacon.statement import write_statement
from appliance.clock import TRUSTED, ClockLevel
from appliance.errors import ConfigError, LogNotKeptError, StorageError, WrongCodeError
from appliance.sealed_log.chain import read_segment
from appliance.sealed_log.entry import Action, ClockTrust, Entry, When, from_bytes, new_whom
from appliance.sealed_log.head import read_head
from appliance.sealed_log.outbox import log_folder
from appliance.vault import keeper_log
from appliance.vault.card_code import new_card_code
from appliance.vault.device_secret import device_secret_of
from appliance.vault.enrolment import log_keys_of
from appliance.vault.keeper_client import KeeperClient
from appliance.vault.keeper_log import KeeperLog
from appliance.vault.key_slots import KeySlots
from tests.appliance.beacon.boxes import STATEMENT
from tests.appliance.vault.boxes import CITIZEN, keeper_process, unlocked

AASE = new_whom("c-0", "0101300000")


@pytest.fixture
def log(box, clock):
    made = KeeperLog(box.state_dir, "box-17", device_secret_of(box.state_dir), clock)
    yield made
    made.close()


def look(clock, action=Action.VIEW_CITIZEN, **more):
    return Entry(action, When(clock.now(), clock.monotonic()), whom=(AASE,), **more)


def lines_of(box):
    for path in sorted(log_folder(box.state_dir).glob("*.log")):
        yield from read_segment(path.read_bytes()).lines


def entries_of(box):
    sealed = [line.payload for line in lines_of(box) if line.is_sealed]
    return [from_bytes(crypto.decrypt(payload, box.audit_identity)) for payload in sealed]


def actions_of(box):
    return [entry.action for entry in entries_of(box)]


def test_audit_key_opens_what_was_entered_and_the_box_itself_cannot(box, log, clock):
    log.take([look(clock)])
    log.note(Action.UNLOCK)

    assert actions_of(box) == [Action.VIEW_CITIZEN, Action.UNLOCK]
    assert entries_of(box)[0].whom == (AASE,)
    assert log.journal(device_key(box)) == []


def device_key(box):
    return KeySlots(box.state_dir, device_secret_of(box.state_dir)).open_card(box.code).device_key


def test_journal_can_be_read_again_with_the_device_key_and_nothing_else_can(box, log, clock):
    log.take([look(clock), look(clock, Action.JOURNAL, text="Faldt kl. 3, set til")])
    log.take([look(clock, Action.JOURNAL, text="Sover igen")])

    texts = [entry.text for entry in log.journal(device_key(box))]

    assert texts == ["Faldt kl. 3, set til", "Sover igen"]
    assert log.journal(crypto.new_identity()) == []


def test_what_is_kept_is_surely_on_the_disk_or_refused(box, log, clock, monkeypatch):
    log.keep([look(clock, Action.JOURNAL, text="Sover")])
    monkeypatch.setattr(keeper_log, "log_keys_of", no_keys)
    late = KeeperLog(box.state_dir, "box-17", device_secret_of(box.state_dir), clock)

    with pytest.raises(LogNotKeptError):
        late.keep([look(clock, Action.JOURNAL, text="Faldt")])

    assert [entry.text for entry in log.journal(device_key(box))] == ["Sover"]


def test_box_without_keys_signs_no_word(box, clock, monkeypatch):
    monkeypatch.setattr(keeper_log, "log_keys_of", no_keys)
    late = KeeperLog(box.state_dir, "box-17", device_secret_of(box.state_dir), clock)

    with pytest.raises(ConfigError):
        late.sign_beacon(write_statement(replace(STATEMENT, sender="box-17")).decode())


def no_keys(*_):
    raise ConfigError("the keys of the log are gone")


def test_journal_that_cannot_be_read_is_a_named_error(box, log, clock):
    log.take([look(clock, Action.JOURNAL, text="Sover")])
    folder = log_folder(box.state_dir)
    (folder / "000009.log").mkdir()

    with pytest.raises(StorageError):
        log.journal(device_key(box))
    (folder / "000009.log").rmdir()


def test_line_that_opens_and_is_no_entry_is_passed_over(box, log, clock):
    log.take([look(clock, Action.JOURNAL, text="Sover")])
    both = [crypto.recipient_of(key) for key in (device_key(box), crypto.new_identity())]
    log._get_ready().log.append([crypto.encrypt(b"no entry", both)], is_durable=True)

    assert len(log.journal(device_key(box))) == 1


def test_signed_head_names_box_and_end_and_is_that_of_the_enrolled_key(box, log):
    log.note(Action.UNLOCK)
    status = log.sign()

    head = read_head((log_folder(box.state_dir) / "head.json").read_bytes())

    assert (head.box_id, head.public_key.hex()) == ("box-17", box.enrolment.log_key)
    assert (head.end.number, head.end.shown) == (status.number, status.shown)


def test_entry_from_before_what_had_already_happened_is_marked_as_unsure(box, log, clock):
    log.take([look(clock)])
    clock.move(timedelta(hours=-3))
    log.take([look(clock)])
    clock.move(timedelta(hours=4))
    log.take([look(clock)])
    log.expect_after(clock.now() + timedelta(days=1))
    log.take([look(clock)])

    trust = [entry.when.clock for entry in entries_of(box)]
    assert trust == [ClockTrust.OK, ClockTrust.UNSURE, ClockTrust.OK, ClockTrust.UNSURE]


@pytest.mark.parametrize(
    ("level", "trust"),
    [
        (ClockLevel.NTP, ClockTrust.OK),
        (ClockLevel.RTC, ClockTrust.OK),
        (ClockLevel.MANUAL, ClockTrust.OK),
        (ClockLevel.UNSURE, ClockTrust.UNSURE),
    ],
)
def test_entry_says_whether_anybody_vouched_for_the_clock(box, log, clock, level, trust):
    clock.judgement = replace(TRUSTED, level=level)

    log.take([look(clock)])

    assert [entry.when.clock for entry in entries_of(box)] == [trust]


def test_time_that_nobody_vouched_for_is_not_learnt_from(box, log, clock):
    log.take([look(clock)])
    first = clock.now()
    for level in (ClockLevel.UNSURE, ClockLevel.MANUAL):
        clock.judgement = replace(TRUSTED, level=level)
        clock.move(timedelta(days=1000))
        log.take([look(clock)])
    clock.judgement = TRUSTED
    doubted = look(clock)
    log.take([replace(doubted, when=replace(doubted.when, clock=ClockTrust.UNSURE))])

    assert log.latest == first
    clock.move(timedelta(days=-1990))
    log.take([look(clock)])
    assert entries_of(box)[-1].when.clock is ClockTrust.OK


def test_box_that_lost_its_log_keys_counts_entries_and_says_so(box, log, clock):
    key = box.state_dir / "log-signing.age"
    content = key.read_bytes()
    key.unlink()

    status = log.take([look(clock), look(clock)], lost=1)
    assert (status.lost, status.problem, status.shown) == (3, "N-502", "")
    with pytest.raises(ConfigError):
        log.sign()

    key.write_bytes(content)
    status = log.take([look(clock)])
    assert (status.lost, status.problem) == (3, "")


def test_log_keys_that_do_not_belong_together_are_refused(box):
    (box.state_dir / "log-signing.pub").write_text("00" * 32)

    with pytest.raises(ConfigError, match="belong together"):
        log_keys_of(box.state_dir, device_secret_of(box.state_dir))


@pytest.mark.parametrize("name", ["audit.pub", "log-signing.pub", "log-signing.age"])
def test_log_key_that_is_damaged_is_a_named_error(box, name):
    (box.state_dir / name).write_bytes(b"\xff")

    with pytest.raises(ConfigError):
        log_keys_of(box.state_dir, device_secret_of(box.state_dir))


def test_box_that_was_never_enrolled_closes_its_log_without_a_trace(tmp_path, clock):
    log = KeeperLog(tmp_path, "box-17", device_secret_of(tmp_path), clock)
    log._commit()

    log.close()

    assert list(tmp_path.iterdir()) == []


def test_gap_among_the_notes_is_passed_over(box, log, clock):
    log.take([look(clock, Action.JOURNAL, text="Sover")], lost=1)

    assert len(log.journal(device_key(box))) == 1


def test_service_takes_entries_and_signs_while_the_box_is_locked(full_box, keeper, clock):
    status = keeper.log_entries([look(clock)], 0)
    signed = keeper.sign_head()

    assert status.locked
    assert actions_of(full_box) == [Action.START, Action.VIEW_CITIZEN]
    assert signed.log.shown == list(lines_of(full_box))[-1].end.shown


def test_disk_that_hangs_holds_nobody_up_and_is_told(box, log, clock, monkeypatch):
    monkeypatch.setattr(keeper_log, "_DURABLE_WAIT_S", 0.05)
    log.note(Action.START)
    with log._get_ready().log._lock:
        status = log.note(Action.UNLOCK)
        assert status.problem == "N-502"
        assert status.waiting == 1

    log.take([look(clock)])
    assert log.status().problem == ""
    assert actions_of(box) == [Action.START, Action.UNLOCK, Action.VIEW_CITIZEN]


def test_log_that_cannot_be_signed_at_the_end_still_ends(box, clock):
    log = KeeperLog(box.state_dir, "box-17", device_secret_of(box.state_dir), clock)
    log.note(Action.START)
    (log_folder(box.state_dir) / "head.json").mkdir()

    log.close()

    assert actions_of(box) == [Action.START, Action.STOP]


def test_keeper_enters_what_it_does_itself(full_box, keeper):
    with pytest.raises(WrongCodeError):
        keeper.unlock(new_card_code())
    unlocked(keeper, full_box)
    keeper.lock()

    assert actions_of(full_box) == [
        Action.START, Action.WRONG_CARD, Action.UNLOCK, Action.LOCK,
    ]  # fmt: skip


def test_what_the_web_saw_crosses_the_socket_into_the_log(full_box, clock):
    with keeper_process(full_box):
        client = KeeperClient(full_box.config.keeper_socket)
        client.unlock(full_box.code)
        status = client.log([look(clock)], lost=2)
        signed = client.sign_head()

    assert (status.log.lost, status.log.problem, status.log.waiting) == (2, "", 0)
    assert signed.log.number >= 4
    assert Action.VIEW_CITIZEN in actions_of(full_box)
    assert actions_of(full_box)[-1] is Action.VIEW_CITIZEN  # killed: no STOP


def test_keeper_that_is_told_to_stop_signs_where_the_log_ends(full_box):
    with keeper_process(full_box) as process:
        process.terminate()
        process.wait(90)
    end = list(lines_of(full_box))[-1].end

    assert actions_of(full_box)[-1] is Action.STOP
    head = read_head((log_folder(full_box.state_dir) / "head.json").read_bytes())
    assert head.end == end


# The kernel may give a signal to any thread, and a Python handler runs in the first one only:
# asleep in select(), the first one must still be woken.
SIGNALS_LAND_ELSEWHERE = """\
import signal, threading
threading.Thread(target=threading.Event().wait, daemon=True).start()
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
"""


def test_keeper_stops_though_the_signal_lands_in_another_thread(full_box):
    with keeper_process(full_box, SIGNALS_LAND_ELSEWHERE) as process:
        process.terminate()
        process.wait(90)

    assert process.returncode == 0
    assert actions_of(full_box)[-1] is Action.STOP


def test_state_folder_holds_no_cpr_name_initials_or_reason(full_box, clock):
    reason = "Nabovagten er væk"
    with keeper_process(full_box):
        client = KeeperClient(full_box.config.keeper_socket)
        client.unlock(full_box.code)
        client.log([
            look(clock),
            look(clock, Action.SEARCH, text=CITIZEN),
            look(clock, Action.BREAK_GLASS, text=reason),
            look(clock, Action.JOURNAL, text=f"{CITIZEN} sover"),
        ])  # fmt: skip
        client.sign_head()
    found = subprocess.run(
        ["grep", "-rlaE", f"0101300000|{CITIZEN}|{reason}|sover|view_citizen|AGE-SECRET-KEY",
         str(full_box.state_dir)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert found.stdout == ""
    assert len(entries_of(full_box)) >= 5


def test_log_is_readable_by_the_group_that_uploads_it_and_by_nobody_else(full_box):
    with keeper_process(full_box):
        KeeperClient(full_box.config.keeper_socket).sign_head()
    folder = log_folder(full_box.state_dir)

    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert modes == {"000001.log": 0o640, "head.json": 0o640, "owner.lock": 0o600}
    assert folder.stat().st_mode & 0o007 == 0
