"""A machine with a USB bus for each test that asks."""

from collections.abc import Iterator

import pytest

from tests.simulators.usb_machine import UsbMachine


@pytest.fixture
def machine() -> Iterator[UsbMachine]:
    with UsbMachine() as made:
        yield made
