"""What the print service tells of queues and devices; a real one is asked in tests/real."""

from typing import Any

from printers.cups_queues import Queue, UsbDevice, queue_from, usb_devices

TOLD = {
    "usb://Brother/HL-2030?serial=X": {"device-make-and-model": "Brother HL-2030 series"},
    "usb://HP/P3015": {},
    "usb": {"device-make-and-model": "Unknown"},
    "ipp": {},
}


class ServiceWithDevices:
    """A print service that can look at the USB bus, as with Debian's whole package `cups`."""

    def getDevices(self, **wanted: Any) -> dict[str, dict[str, str]]:  # noqa: N802  (pycups)
        assert wanted["include_schemes"] == ["usb"]
        return TOLD


def test_only_real_devices_are_listed() -> None:
    found = usb_devices(ServiceWithDevices())

    assert found == (
        UsbDevice("usb://Brother/HL-2030?serial=X", "Brother HL-2030 series"),
        UsbDevice("usb://HP/P3015", ""),
    )


def test_a_queue_that_refuses_jobs_is_stopped() -> None:
    queue = queue_from("q", {"printer-state": 3, "printer-is-accepting-jobs": False})

    assert queue == Queue("q", "", "", is_stopped=True)
