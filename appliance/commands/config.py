"""`nodboks config`: look at the settings of the box. Only reads. Registered by `cli`."""

from pathlib import Path

import click

from appliance.command_line import TAKES_CONFIG
from appliance.config import describe, load_config


@click.group("config")
def config_group() -> None:
    """Look at the settings.

    Example: nodboks config show
    """


@config_group.command("show")
@TAKES_CONFIG
def config_show(config_path: Path) -> None:
    """Print every key, its value and where it came from.

    Example: nodboks config show --config /etc/nodboks/box.toml
    """
    for key, value, origin in describe(load_config(config_path)):
        click.echo(f"{key} = {value}  # {origin}")
