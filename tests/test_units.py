"""Judge the unit files: each program has its own user and its own walls, and the README says so."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest

SYSTEMD = Path(__file__).resolve().parents[1] / "systemd"
SERVICES = sorted(SYSTEMD.glob("*.service"))
# What a keeper is given besides, on a box whose secret lives in a chip.
CHIPS = {"tpm": ("/dev/tpmrm0 rw", "tss"), "otp": ("/dev/vcio rw", "video")}
# What runs once and ends; everything else is a program that stays.
ONCE = [
    SYSTEMD / f"nodboks-{name}.service"
    for name in ("certificate", "printer-recover", "printer@", "prove")
]
# What must reach devices, to reset a printer that hangs and to light the lamp; no capability.
REACHES_DEVICES = {
    "nodboks-printer-recover": "char-usb_device rw",
    "nodboks-panel": "char-gpiochip rw",
}
PROGRAMS = [path for path in SERVICES if path not in ONCE]
README = (SYSTEMD / "README.md").read_text(encoding="utf-8")
# Never let off from, in any unit.
FRAME = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "CapabilityBoundingSet": "",
    "AmbientCapabilities": "",
    "MemoryDenyWriteExecute": "yes",
    "LimitCORE": "0",
}
STAYS = {"Restart": "always", "Type": "notify"}

MEMORY_RULES = [
    "Environment=PYTHONMALLOC=malloc",
    "Environment=GLIBC_TUNABLES=glibc.malloc.perturb=165:glibc.malloc.tcache_count=0",
]
every_chip = pytest.mark.parametrize("chip", CHIPS)
KEEPER, TLS_GROUP = 61_234, 61_235
every_program = pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
every_service = pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
needs_analyze = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="apt install systemd (systemd-analyze)"
)
needs_root = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("systemd-tmpfiles") is None,
    reason="only root can make users and their folders (apt install systemd)",
)


class Directives(dict[str, str]):
    """The settings of a section; one that stands twice adds up, as systemd reads it."""

    def __setitem__(self, key: str, value: str) -> None:
        is_new = key not in self or not isinstance(value, list)
        super().__setitem__(key, value if is_new else [*self[key], *value])


def service_of(path: Path) -> dict[str, str]:
    parser = ConfigParser(dict_type=Directives, strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path, encoding="utf-8")
    return {key: value.replace("\n", " ") for key, value in parser["Service"].items()}


def unit(name: str) -> dict[str, str]:
    return service_of(SYSTEMD / f"nodboks-{name}.service")


def test_every_program_of_the_box_has_its_unit() -> None:
    names = ["keeper", "panel", "web", "worker"]

    assert [path.stem for path in PROGRAMS] == [f"nodboks-{name}" for name in names]


@every_service
def test_a_unit_starts_from_the_hardened_frame(path: Path) -> None:
    service = service_of(path)
    device = REACHES_DEVICES.get(path.stem)
    let_off = {"PrivateDevices": "no"} if device else {}

    assert {key: service.get(key) for key in FRAME} == {**FRAME, **let_off}
    assert service.get("DeviceAllow") == device


@every_program
def test_a_program_is_started_again_for_ever(path: Path) -> None:
    service = service_of(path)

    assert {key: service.get(key) for key in STAYS} == STAYS
    assert service["ExecStart"].startswith(f"/opt/nodboks/bin/nodboks {path.stem[8:]} ")


@every_service
def test_a_unit_carries_no_secret_and_no_other_environment_than_the_memory_rules(
    path: Path,
) -> None:
    lines = [line for line in path.read_text().splitlines() if line.startswith("Environment")]

    assert lines == (MEMORY_RULES if unit_holds_records(path) else [])


def unit_holds_records(path: Path) -> bool:
    """The keeper, the web and the proof have records in their heap; the worker never sees one."""
    return path.stem in ("nodboks-keeper", "nodboks-web", "nodboks-prove")


def test_no_two_programs_share_a_user() -> None:
    users = [service_of(path)["User"] for path in PROGRAMS]

    assert users == [path.stem for path in PROGRAMS]


def test_the_only_holder_of_the_key_has_no_network() -> None:
    keeper = unit("keeper")

    assert keeper["PrivateNetwork"] == "yes"
    assert keeper["IPAddressDeny"] == "any"
    assert keeper["RestrictAddressFamilies"] == "AF_UNIX"


def test_the_keeper_sees_the_swaps_it_must_refuse() -> None:
    assert "ProcSubset" not in unit("keeper")
    assert unit("keeper")["LimitMEMLOCK"] == "infinity"


def test_the_process_that_talks_to_the_network_cannot_reach_records_or_keys() -> None:
    hidden = set(unit("worker")["InaccessiblePaths"].split())

    assert hidden >= {
        "/run/nodboks/records",
        "/var/lib/nodboks/slots",
        "-/var/lib/nodboks/device.secret",
        "-/var/lib/nodboks/device.tpm",
        "-/var/lib/nodboks/device.otp",
    }
    assert unit("worker")["ReadWritePaths"].split() == [
        "/var/lib/nodboks",
        "/run/nodboks/beacon",
    ]


def test_the_screens_reach_loopback_only_and_no_key() -> None:
    web = unit("web")

    assert (web["IPAddressDeny"], web["IPAddressAllow"]) == ("any", "localhost")
    assert "/var/lib/nodboks/slots" in web["InaccessiblePaths"]
    assert set(web["ReadWritePaths"].split()) == {
        "/run/nodboks/web",
        "/run/nodboks/panel",
        "/var/lib/nodboks/serials",
        "/var/lib/nodboks/outage",
    }


def test_the_proof_of_sheets_reads_what_the_web_reads_and_talks_to_nobody() -> None:
    prove, web = unit("prove"), unit("web")

    assert (prove["User"], prove["Group"]) == (web["User"], web["Group"])
    assert prove["InaccessiblePaths"] == web["InaccessiblePaths"]
    assert prove["ReadWritePaths"] == "/run/nodboks/web"  # a proof takes no serial number
    assert (prove["PrivateNetwork"], prove["RestrictAddressFamilies"]) == ("yes", "none")


def test_the_proof_of_sheets_gives_way_to_everything_else() -> None:
    prove = unit("prove")

    # Without CPUWeight= the other two count only among the proof's own threads.
    wanted = {"Nice": "19", "CPUSchedulingPolicy": "idle", "CPUWeight": "idle"}
    assert {key: prove.get(key) for key in wanted} == wanted
    assert prove["MemoryMax"] == "256M"
    assert prove["ExecStart"].startswith("/opt/nodboks/bin/nodboks prove --background ")


def test_a_copy_that_is_opened_starts_the_proof_and_a_locked_box_does_not() -> None:
    path = (SYSTEMD / "nodboks-prove.path").read_text(encoding="utf-8")
    service = (SYSTEMD / "nodboks-prove.service").read_text(encoding="utf-8")
    target = (SYSTEMD / "nodboks.target").read_text(encoding="utf-8")

    assert "PathChanged=/run/nodboks/records/current.json" in path
    assert "ConditionPathExists=/run/nodboks/records/current.json" in service
    assert "Wants=nodboks-prove.path" in target


@every_program
def test_a_unit_may_ask_what_keeps_the_clock_and_never_set_it(path: Path) -> None:
    service = service_of(path)

    # It forbids to ask as well as to set: the clock would be unsure for ever.
    assert "ProtectClock" not in service
    assert "adjtimex clock_adjtime" in service["SystemCallFilter"]
    assert (service["CapabilityBoundingSet"], service["NoNewPrivileges"]) == ("", "yes")


def test_only_the_keeper_writes_the_sealed_log_and_the_screens_do_not_even_see_it() -> None:
    folder = "/var/lib/nodboks/outbox/log"
    made = (SYSTEMD / "nodboks.tmpfiles").read_text(encoding="utf-8")

    assert folder in unit("keeper")["ReadWritePaths"].split()
    assert "-/var/lib/nodboks/outbox" in unit("web")["InaccessiblePaths"].split()
    assert f"d {folder} 0750 nodboks-keeper nodboks" in made


@every_chip
def test_a_chip_costs_the_keeper_one_device_and_its_group_and_the_readme_says_so(chip: str) -> None:
    device, group = CHIPS[chip]

    given = service_of(SYSTEMD / f"keeper-{chip}.conf")

    assert given == {
        "PrivateDevices": "no", "DeviceAllow": device, "SupplementaryGroups": group,
    }  # fmt: skip
    assert unit("keeper")["DevicePolicy"] == "closed"
    assert f"| keeper, with `keeper-{chip}.conf` | `PrivateDevices=` |" in README


@needs_analyze
@every_chip
def test_systemd_judges_the_keeper_with_a_chip_safer_than_two_of_ten(
    chip: str, tmp_path: Path
) -> None:
    keeper = tmp_path / "nodboks-keeper.service"
    added = tmp_path / "nodboks-keeper.service.d" / f"{chip}.conf"
    added.parent.mkdir()
    shutil.copy(SYSTEMD / keeper.name, keeper)
    shutil.copy(SYSTEMD / f"keeper-{chip}.conf", added)
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(keeper)]

    judged = subprocess.run(command, capture_output=True, text=True, check=False)

    assert judged.returncode == 0, judged.stdout[-300:]
    assert "PrivateDevices=" in weak_points(judged.stdout)  # the addition was read


def weak_points(judgement: str) -> str:
    return "".join(line for line in judgement.splitlines() if line.startswith("✗"))


def test_the_key_of_the_screens_is_out_of_reach_of_network_and_screens() -> None:
    for name in ("worker", "web"):
        hidden = set(unit(name)["InaccessiblePaths"].split())

        assert hidden >= {"-/var/lib/nodboks/tls/key.pem", "-/run/nodboks-tls"}


def test_what_carries_the_certificate_to_nginx_reaches_nothing_else() -> None:
    service = unit("certificate")
    commands = [word for word in service["ExecStart"].split() if word.startswith("/usr/bin")]

    assert set(commands) == {"/usr/bin/install", "/usr/bin/mv"}
    assert (service["Type"], service["User"], service["Group"]) == (
        "oneshot", "nodboks-keeper", "nodboks-tls",
    )  # fmt: skip
    assert service["PrivateNetwork"] == "yes"
    assert service["ReadWritePaths"] == "/run/nodboks-tls"
    assert {"-/run/nodboks", "-/var/lib/nodboks/slots"} <= set(service["InaccessiblePaths"].split())


def test_what_carries_the_certificate_runs_whenever_a_new_one_has_come() -> None:
    path = (SYSTEMD / "nodboks-certificate.path").read_text(encoding="utf-8")
    front = (SYSTEMD / "nginx-box.conf").read_text(encoding="utf-8")
    target = (SYSTEMD / "nodboks.target").read_text(encoding="utf-8")

    assert "PathChanged=/var/lib/nodboks/tls/chain.pem" in path
    assert "nodboks-certificate.path nodboks-certificate.service" in target
    for name in ("chain.pem", "key.pem"):
        assert f"/run/nodboks-tls/{name}" in front
        assert f"/run/nodboks-tls/{name}" in unit("certificate")["ExecStart"]


@every_program
def test_the_readme_names_the_unit_its_user_and_each_exemption(path: Path) -> None:
    service = service_of(path)
    program = path.stem.removeprefix("nodboks-")
    chapter = README.partition("## Exemptions and why")[2].partition("\n## ")[0]
    rows = [row for row in chapter.splitlines() if re.match(rf"\| [^|]*\b{program}\b", row)]

    assert f"| `{path.name}` | `{service['User']}` |" in README
    let_off = {
        "PrivateNetwork": "PrivateNetwork" not in service,
        "PrivateUsers": "PrivateUsers" not in service,
        "ProcSubset": "ProcSubset" not in service,
        "UMask": service["UMask"] != "0077",
        "LimitMEMLOCK": "LimitMEMLOCK" in service,
        "ProtectClock": "ProtectClock" not in service,
        "PrivateDevices": service["PrivateDevices"] != "yes",
    }
    missing = [key for key, is_off in let_off.items() if is_off and f"`{key}=" not in str(rows)]
    assert missing == []


@pytest.mark.parametrize("path", ONCE, ids=lambda path: path.stem)
def test_the_readme_names_what_runs_once_and_its_user(path: Path) -> None:
    assert f"| `{path.name}` | `{service_of(path)['User']}` |" in README


@needs_analyze
@every_service
def test_systemd_judges_the_unit_safer_than_two_of_ten(path: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(path)]

    judged = subprocess.run(command, capture_output=True, text=True, check=False)

    assert judged.returncode == 0, judged.stdout[-300:]


@needs_analyze
def test_systemd_understands_every_line(tmp_path: Path) -> None:
    for path in (*SERVICES, *SYSTEMD.glob("*.target"), *SYSTEMD.glob("*.path")):
        text = path.read_text(encoding="utf-8").replace("/opt/nodboks/bin/nodboks", "/bin/true")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    command = ["systemd-analyze", "verify", "--man=no", *map(str, tmp_path.iterdir())]

    verified = subprocess.run(command, capture_output=True, text=True, check=False)

    ours = [line for line in verified.stderr.splitlines() if "nodboks" in line]
    assert ours == []


@needs_root
def test_users_and_folders_are_made_as_the_units_need_them(tmp_path: Path) -> None:
    for name in ("etc", "var/lib", "run"):
        (tmp_path / name).mkdir(parents=True)
    for program, file in (("sysusers", "sysusers"), ("tmpfiles", "tmpfiles")):
        create = ["--create"] if program == "tmpfiles" else []
        subprocess.run(
            [f"systemd-{program}", f"--root={tmp_path}", *create, SYSTEMD / f"nodboks.{file}"],
            check=True,
            capture_output=True,
        )
    users = (tmp_path / "etc/passwd").read_text(encoding="utf-8")
    uid = {line.split(":")[0]: int(line.split(":")[2]) for line in users.splitlines()}

    assert {*uid, "root"} >= {service_of(path)["User"] for path in SERVICES}
    assert (tmp_path / "run/nodboks/records").stat().st_uid == uid["nodboks-keeper"]
    assert (tmp_path / "run/nodboks/web").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "run/nodboks/panel").stat().st_uid == uid["nodboks-web"]
    assert (tmp_path / "run/nodboks/panel").stat().st_mode & 0o777 == 0o750
    assert (tmp_path / "run/nodboks/beacon").stat().st_uid == uid["nodboks-worker"]
    assert (tmp_path / "run/nodboks/beacon").stat().st_mode & 0o777 == 0o750
    assert (tmp_path / "var/lib/nodboks").stat().st_mode & 0o7777 == 0o3770
    assert (tmp_path / "var/lib/nodboks/tls").stat().st_mode & 0o7777 == 0o3770
    assert (tmp_path / "var/lib/nodboks/printer").stat().st_uid == uid["nodboks-worker"]
    assert (tmp_path / "run/nodboks-spool").stat().st_mode & 0o7777 == 0o710
    groups = (tmp_path / "etc/group").read_text(encoding="utf-8")
    assert re.search(r"^nodboks-tls:[^:]*:\d+:www-data$", groups, re.MULTILINE)
    assert re.search(r"^lpadmin:[^:]*:\d+:nodboks-printer$", groups, re.MULTILINE)


@pytest.fixture
def others_may_enter() -> Iterator[Path]:
    """A folder other users can reach; pytest's own are closed to them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@needs_root
def test_certificate_and_key_reach_nginx_and_nobody_else(others_may_enter: Path) -> None:
    """Run the lines of the unit as its user would, in folders as tmpfiles makes them."""
    state, ram = others_may_enter / "tls", others_may_enter / "ram"
    for folder in (state, ram):
        folder.mkdir(mode=0o750)
        os.chown(folder, KEEPER, TLS_GROUP)
    for name, mode in (("key.pem", 0o600), ("chain.pem", 0o644)):
        (state / name).write_text(name)
        (state / name).chmod(mode)
        os.chown(state / name, KEEPER, KEEPER)
    lines = (SYSTEMD / "nodboks-certificate.service").read_text(encoding="utf-8").splitlines()
    for line in (line for line in lines if line.startswith("ExecStart=")):
        command = line.removeprefix("ExecStart=").replace("/var/lib/nodboks/tls", str(state))
        command = command.replace("/run/nodboks-tls", str(ram))
        subprocess.run(command.split(), check=True, user=KEEPER, group=TLS_GROUP, extra_groups=[])

    found = {path.name: path.stat() for path in ram.iterdir()}
    assert set(found) == {"chain.pem", "key.pem"}
    assert {(one.st_uid, one.st_gid, one.st_mode & 0o777) for one in found.values()} == {
        (KEEPER, TLS_GROUP, 0o640)
    }
