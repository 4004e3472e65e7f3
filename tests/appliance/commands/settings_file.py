"""The settings of a small box, and its program run with them."""

from click.testing import CliRunner, Result

from appliance.cli import nodboks
from tests.simulators.screen_certificates import NAME

SETTINGS = """
[box]
id = "boks-1"
name = "Test"
state_dir = "state"
ram_dir = "ram"
[hub]
url = "http://127.0.0.1:9"
"""
# A name for https, behind its front.
NAMED = f'{SETTINGS}[web]\nbehind_proxy = true\n[tls]\nnames = ["{NAME}"]\n'


def run(*arguments: object, **more: object) -> Result:
    """Run a command of the box."""
    return CliRunner().invoke(nodboks, [str(part) for part in arguments], **more)
