"""Judge what looks after the printer: its units, the udev rule, the settings of CUPS."""

import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.simulators.lab_tools import SEARCH
from tests.test_units import SYSTEMD, service_of, unit

HAS_UDEV_VERIFY = shutil.which("udevadm") is not None and "verify" in subprocess.run(
    ["udevadm", "--help"], capture_output=True, text=True, check=False
).stdout  # fmt: skip
IPP_USB = shutil.which("ipp-usb", path=SEARCH)


def test_what_makes_the_queue_reaches_the_printer_and_nothing_of_the_box() -> None:
    service = unit("printer@")

    assert service["ExecStart"].startswith("/opt/nodboks/bin/nodboks printer add --found ")
    assert (service["User"], service["SupplementaryGroups"]) == ("nodboks-printer", "lpadmin")
    assert (service["IPAddressDeny"], service["IPAddressAllow"]) == ("any", "localhost")


def test_what_resets_a_printer_is_root_without_rights_and_sees_usb_devices_only() -> None:
    service = unit("printer-recover")

    assert (service["User"], service["CapabilityBoundingSet"]) == ("root", "")
    assert (service["DevicePolicy"], service["DeviceAllow"]) == ("closed", "char-usb_device rw")
    assert service["ExecStart"].startswith("/opt/nodboks/bin/nodboks printer recover ")


@pytest.mark.parametrize("name", ["printer@", "printer-recover"])
def test_what_looks_after_the_printer_sees_neither_records_nor_keys_nor_documents(
    name: str,
) -> None:
    hidden = set(unit(name)["InaccessiblePaths"].split())

    assert hidden >= {
        "-/run/nodboks",
        "-/var/lib/nodboks",
        "-/run/nodboks-tls",
        "-/run/nodboks-spool",
    }
    assert "ReadWritePaths" not in unit(name)


def test_a_printer_that_hangs_is_reset_twice_and_then_left_to_a_person() -> None:
    """A reset looks like a plug-in, which would start the reset again."""
    add = (SYSTEMD / "nodboks-printer@.service").read_text(encoding="utf-8")
    recover = (SYSTEMD / "nodboks-printer-recover.service").read_text(encoding="utf-8")

    assert "\nOnFailure=nodboks-printer-recover.service\n" in add
    assert "\nStartLimitIntervalSec=600\nStartLimitBurst=2\n" in recover


def test_udev_starts_the_queue_for_whatever_prints_and_never_the_usb_backend() -> None:
    rules = (SYSTEMD / "70-nodboks-printer.rules").read_text(encoding="utf-8")
    lines = [line for line in rules.splitlines() if line and not line.startswith("#")]
    parts = [part.strip() for line in lines for part in line.split(",")]
    assignment = r"[A-Z_]+(\{\w+\})?(==|!=|\+=|=)\"[^\"]*\""

    assert [part for part in parts if not re.fullmatch(assignment, part)] == []
    assert sum("nodboks-printer@$kernel.service" in line for line in lines) == 2
    assert 'ENV{ID_USB_INTERFACES}=="*:0701??:*"' in parts
    assert not any("usb-unidir" in line for line in lines)
    assert {line.partition("=")[2] for line in lines if line.startswith("LABEL")} == {
        '"nodboks_printer_end"'
    }


@pytest.mark.skipif(not HAS_UDEV_VERIFY, reason="udevadm verify came with systemd 254")
def test_udev_understands_every_rule() -> None:
    command = ["udevadm", "verify", "--no-style", str(SYSTEMD / "70-nodboks-printer.rules")]

    verified = subprocess.run(command, capture_output=True, text=True, check=False)

    assert verified.returncode == 0, verified.stderr


@pytest.mark.skipif(IPP_USB is None, reason="apt install ipp-usb")
def test_ipp_usb_accepts_its_settings(tmp_path: Path) -> None:
    shutil.copy(IPP_USB or "", tmp_path / "ipp-usb")  # it reads what lies beside it, after /etc
    shutil.copy(SYSTEMD / "ipp-usb.conf", tmp_path / "ipp-usb.conf")

    checked = subprocess.run(
        [tmp_path / "ipp-usb", "check"], capture_output=True, text=True, check=False
    )

    assert "Configuration files: OK" in checked.stdout
    assert checked.returncode == 0


def test_ipp_usb_tells_nobody_and_writes_no_log() -> None:
    parser = ConfigParser(inline_comment_prefixes="#")
    parser.read(SYSTEMD / "ipp-usb.conf", encoding="utf-8")

    assert parser["network"]["dns-sd"] == "disable"
    assert parser["network"]["interface"] == "loopback"
    assert (parser["logging"]["device-log"], parser["logging"]["main-log"]) == ("", "")
    assert parser["logging"]["console-log"] == "error"


def test_documents_wait_in_ram_and_are_swept_before_every_start_of_cupsd() -> None:
    files = (SYSTEMD / "cups-files.conf").read_text(encoding="utf-8")
    made = (SYSTEMD / "nodboks.tmpfiles").read_text(encoding="utf-8")
    service = service_of(SYSTEMD / "cups-nodboks.conf")

    assert "\nRequestRoot /run/nodboks-spool\n" in files
    assert "\nTempDir /run/nodboks-spool/tmp\n" in files
    assert re.search(r"^d /run/nodboks-spool +0710 root +lp$", made, re.MULTILINE)
    assert service["ExecStartPre"].startswith("/usr/bin/find /run/nodboks-spool ")
    assert service["ExecStartPre"].endswith(" -type f -delete")
    assert (service["Restart"], service["LimitCORE"], service["MemorySwapMax"]) == (
        "always", "0", "0",
    )  # fmt: skip
