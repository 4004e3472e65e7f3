from typing import Any

import pytest
import tomli_w
from click.testing import CliRunner, Result

from appliance.clock import SystemClock
from appliance.command_line import DONE, FAILED
from provisioning.fetch_command import fetch
from tests.provisioning.bulk_client.conftest import Lab, write_key
from tests.simulators.bulk_server import AS_OF, CLIENT_ID, KEY_ID, outcome, reply


@pytest.fixture
def told(lab: Lab, ec_key: Any) -> Lab:
    """A hub whose settings lie in a file."""
    write_key(lab.folder / "key.pem", ec_key)
    lab.server.public_key = ec_key.public_key()
    # The command takes the machine's own clock and patience: nothing here waits.
    lab.clock.at = SystemClock().now()
    lab.server.looks = 0
    return lab


def run(lab: Lab, *more: str, **export: Any) -> Result:
    login = {"client_id": CLIENT_ID, "private_key": "key.pem", "key_id": KEY_ID}
    document = {"server": {"url": lab.server.url}, "login": login, "export": export}
    path = lab.folder / "feed-server.toml"
    path.write_text(tomli_w.dumps(document))
    arguments = ["--server", str(path), "--out", str(lab.out), *more]
    return CliRunner().invoke(fetch, arguments, standalone_mode=False)


def test_the_command_fetches_and_says_what_came(told: Lab):
    told.server.files["error/OperationOutcome/0"] = outcome("processing", "warning")
    told.server.files["deleted/Bundle/0"] = b"{}"

    result = run(told)

    assert result.return_value == DONE
    assert f"patient: 3 files, 81 resources, 0.0 MB, true as of {AS_OF}" in result.stdout
    assert "patient: the server noted 1 × warning (in error/)" in result.stdout
    assert "patient: 1 files of deleted resources, kept apart" in result.stdout
    assert "nodboks-provision: patient: Patient.001.ndjson (1 of 5)" in result.stdout


def test_a_group_that_fails_is_said_with_code_and_hint(told: Lab):
    told.server.faults["Group/a"] = [reply(404, outcome("not-found"))]

    result = run(told, level="group", groups=["a", "b"])

    assert result.return_value == FAILED
    assert "group a: not fetched" in result.stderr
    assert "error N-754: Omsorgssystemets server afviser" in result.stderr
    assert "hint: Send linjen" in result.stderr
    assert "group b: 3 files" in result.stdout


def test_a_folder_that_was_not_fetched_is_warned_of(told: Lab):
    (told.out / "Group" / "old").mkdir(parents=True)

    result = run(told, level="group", groups=["b"])

    assert result.return_value == DONE
    assert "warning: Group/old in" in result.stderr


def test_the_command_can_start_over(told: Lab):
    assert run(told, "--afresh").return_value == DONE
    assert "--afresh" in (CliRunner().invoke(fetch, ["--help"]).output)
