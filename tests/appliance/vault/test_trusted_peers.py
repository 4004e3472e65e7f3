"""Who may talk to the keeper, and who may ask it what."""

import os
import socket
import subprocess
import sys

import pytest

from appliance.errors import (
    VaultError,
)
from appliance.vault.keeper_client import KeeperClient
from appliance.vault.keeper_server import Peer, TrustedPeers, peer_of
from appliance.vault.protocol import Op
from tests.appliance.vault.boxes import serving


def test_user_who_is_not_trusted_learns_nothing(keeper, box):
    nobody = TrustedPeers(frozenset())
    with (
        serving(keeper, box.config.keeper_socket, trusted=nobody),
        pytest.raises(VaultError, match="may not talk") as refused,
    ):
        KeeperClient(box.config.keeper_socket).status()

    assert type(refused.value) is VaultError


@pytest.mark.parametrize(
    ("peer", "may"),
    [
        (Peer(0, frozenset({0})), True),
        (Peer(501, frozenset({501})), True),
        (Peer(777, frozenset({777})), True),
        (Peer(502, frozenset({502, 600})), True),
        (Peer(502, frozenset({502})), False),
    ],
)
def test_root_owner_named_users_and_group_members_may_talk(peer, may):
    trusted = TrustedPeers(uids=frozenset({0, 501, 777}), gids=frozenset({600}))

    assert trusted.may_talk(peer) == may


def test_this_process_trusts_itself_root_and_whom_it_is_told():
    trusted = TrustedPeers.around_this_process(frozenset({4711}))

    assert {0, os.geteuid(), 4711} == trusted.uids
    assert trusted.gids == {os.getegid()}


def test_kernel_tells_user_and_all_groups_of_the_peer():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        peer = peer_of(ours)

    assert peer == Peer(os.geteuid(), frozenset({os.getegid(), *os.getgroups()}))


_STRANGER = """\
import os, sys
from pathlib import Path
from appliance.vault.keeper_client import KeeperClient
os.setgroups([int(group) for group in sys.argv[2:]])
os.setgid(65534)
os.setuid(65534)
try:
    print(KeeperClient(Path(sys.argv[1])).status())
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become another user")
def test_kernel_keeps_strangers_out_and_lets_group_members_in(keeper, box, ram_dir):
    path = box.config.keeper_socket
    for folder in (ram_dir, path.parent):
        folder.chmod(0o755)

    def ask(*groups):
        command = [sys.executable, "-c", _STRANGER, str(path), *groups]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    with serving(keeper, path):
        assert "KeeperDownError keeper.sock: Permission denied" in ask()
        path.chmod(0o666)
        assert "VaultError this user may not talk" in ask()
        assert "KeeperStatus(locked=True" in ask(str(os.getegid()))


def test_worker_may_have_its_word_signed():
    limited = TrustedPeers(frozenset({7}), limited=frozenset({7}))

    assert limited.may_ask(Peer(7, frozenset()), Op.BEACON)
    assert not limited.may_ask(Peer(7, frozenset()), Op.JOURNAL)


def test_panel_is_told_the_status_and_may_ask_nothing_else():
    panel = Peer(8, frozenset({600}))
    trusted = TrustedPeers(frozenset({0}), frozenset({600}), lookers=frozenset({8}))

    assert trusted.may_talk(panel)
    assert [op for op in Op if trusted.may_ask(panel, op)] == [Op.STATUS]
