"""Judge what drives the lamp: its unit and the udev rule of its pins."""

from tests.test_units import SYSTEMD, unit


def test_the_lamp_reaches_its_pins_and_neither_records_keys_nor_a_network() -> None:
    panel = unit("panel")
    target = (SYSTEMD / "nodboks.target").read_text(encoding="utf-8")
    rule = (SYSTEMD / "70-nodboks-panel.rules").read_text(encoding="utf-8")

    assert panel["SupplementaryGroups"] == "gpio"
    assert 'KERNEL=="gpiochip*", GROUP="gpio"' in rule
    assert "-/run/nodboks/records" in panel["InaccessiblePaths"]
    assert "-/var/lib/nodboks/slots" in panel["InaccessiblePaths"]
    assert (panel["PrivateNetwork"], panel.get("ReadWritePaths")) == ("yes", None)
    assert "Wants=nodboks-panel.service" in target  # never Requires: a lamp stops nobody


def test_a_panel_that_hangs_is_started_again_and_one_without_a_lamp_is_not() -> None:
    assert unit("panel")["WatchdogSec"] == "60"
    assert unit("panel")["RestartPreventExitStatus"] == "0"
