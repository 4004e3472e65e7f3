"""What hangs on the wall comes from `box.toml` and one small file, which may be missing or odd."""

from dataclasses import replace

import pytest

from appliance.config import BoxConfig, BoxSection, HotspotSection, HubSection
from appliance.paper.place import Place, place_of


@pytest.fixture
def place_with(tmp_path):
    """Return a function that reads the place of a box whose passphrase file holds this."""

    def read(content):
        path = tmp_path / "passphrase"
        if content is not None:
            path.write_bytes(content)
        return place_of(
            BoxConfig(
                BoxSection("boks-1", "Solgården", help_phone="87 00 00 00"),
                HubSection("https://hub.example"),
                hotspot=HotspotSection("Nodboks-1", path),
            )
        )

    return read


def test_the_file_holds_the_passphrase_and_nothing_else(place_with):
    place = place_with(b"gul-kano-fire-egern\r\n")

    assert place.passphrase == "gul-kano-fire-egern"
    assert place.has_wifi
    assert (place.box_id, place.box_name, place.help_phone) == (
        "boks-1",
        "Solgården",
        "87 00 00 00",
    )


@pytest.mark.parametrize(
    "content",
    [None, b"", b"short", b"x" * 64, b"x" * 5000, "gule kanoer på ø".encode(), b"two\nlines here"],
    ids=["missing", "empty", "short", "long", "huge", "danish", "lines"],
)
def test_a_file_that_holds_no_passphrase_costs_nobody_a_start(place_with, content, caplog):
    place = place_with(content)

    assert not place.has_wifi
    assert place.ssid == "Nodboks-1"
    assert "hotspot.passphrase_file" in caplog.text
    assert "lines here" not in caplog.text


def test_nothing_set_up_is_no_error():
    assert not Place().has_wifi
    assert not replace(Place(), passphrase="gul-kano-fire-egern").has_wifi


def test_the_address_is_typed_without_http_but_never_without_https():
    assert Place().typed_address == "10.77.0.1"
    assert Place(address="https://boks.kommune.dk").typed_address == "https://boks.kommune.dk"
