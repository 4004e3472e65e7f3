from tests.appliance.commands.settings_file import SETTINGS, run


def test_config_show_tells_every_value_and_its_origin(tmp_path):
    settings = tmp_path / "box.toml"
    settings.write_text(SETTINGS)

    result = run("config", "show", "--config", settings)

    assert result.exit_code == 0
    assert f"box.id = boks-1  # {settings}" in result.output
    assert "hub.cadence_min = 15  # default" in result.output
