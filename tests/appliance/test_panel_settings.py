import pytest

from appliance.config import parse_config
from appliance.errors import ConfigError
from appliance.panel_settings import PanelSection

PLAIN = {"box": {"id": "boks-1", "name": "Test"}, "hub": {"url": "http://127.0.0.1:9"}}


def panel(tmp_path, **keys: object) -> PanelSection:
    return parse_config({**PLAIN, "panel": keys}, "box.toml", tmp_path).panel


def test_box_has_no_lamp_until_it_is_told_of_one(tmp_path) -> None:
    assert panel(tmp_path) == PanelSection((), active_high=True)


def test_lamp_is_three_pins_and_may_light_on_low(tmp_path) -> None:
    assert panel(tmp_path, lamp=[17, 27, 22], active_high=False) == PanelSection(
        (17, 27, 22), False
    )


@pytest.mark.parametrize("lamp", [[17], [17, 27], [17, 17, 22], [17, 27, 22, 5], [5, 6, 7, 5]])
def test_anything_but_three_different_pins_is_refused(tmp_path, lamp) -> None:
    with pytest.raises(ConfigError, match=r"panel\.lamp must be three different pins"):
        panel(tmp_path, lamp=lamp)


@pytest.mark.parametrize("pin", [-1, 0, 1, 28])
def test_pin_that_is_not_on_the_header_is_refused(tmp_path, pin) -> None:
    with pytest.raises(ConfigError, match=r"panel\.lamp must be BCM numbers"):
        panel(tmp_path, lamp=[pin, 27, 22])


@pytest.mark.parametrize("lamp", [["GPIO17", "GPIO27", "GPIO22"], [True, 27, 22], 17, [1.5, 2, 3]])
def test_what_is_no_list_of_whole_numbers_is_refused(tmp_path, lamp) -> None:
    with pytest.raises(ConfigError, match="is not a list of whole numbers"):
        panel(tmp_path, lamp=lamp)
