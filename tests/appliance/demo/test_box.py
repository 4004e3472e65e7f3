"""A whole box in one folder."""

from appliance.demo.box import BoxFolder
from appliance.paper.place import place_of


def test_the_demo_has_a_network_for_its_poster(tmp_path):
    config = BoxFolder(tmp_path, tmp_path / "paper").write_config("http://hub", tmp_path, 8080)

    assert place_of(config).has_wifi
    assert place_of(config).help_phone == "87 00 00 00"
