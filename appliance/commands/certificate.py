"""`nodboks certificate`: ask for the certificate of the screens, or look at it.

Thin: the key is made and stays where `certificates` keeps it. Registered by `cli`.
"""

from pathlib import Path

import click

from appliance.certificates.kept import look_up
from appliance.certificates.own_key import make_request
from appliance.clock import SystemClock, format_time
from appliance.command_line import TAKES_CONFIG, say
from appliance.config import load_config
from appliance.errors import CertificateError
from appliance.files import write_atomically

NAME = "nodboks"


@click.group()
def certificate() -> None:
    """Ask for the certificate of the screens, or look at it.

    Example: nodboks certificate show
    """


@certificate.command("request")
@TAKES_CONFIG
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write the request to; else it is printed.",
)
def certificate_request(config_path: Path, out: Path | None) -> None:
    """Write what the hub needs to get this box a certificate; the key stays here.

    Example: nodboks certificate request --out /media/usb/solgaarden-1.csr
    """
    config = load_config(config_path)
    made = make_request(config.box.state_dir, config.tls.names)
    if out is None:
        click.echo(made.pem, nl=False)
    else:
        write_atomically(out, made.pem, mode=0o644)
        say(NAME, f"request for {', '.join(made.names)} written to {out}")


@certificate.command("show")
@TAKES_CONFIG
def certificate_show(config_path: Path) -> None:
    """Say for which names the box has a certificate, whose and until when, or what is wrong.

    Example: nodboks certificate show --config /etc/nodboks/box.toml
    """
    config = load_config(config_path)
    found = look_up(config.box.state_dir, config.tls.names)
    if not found.begins or not found.ends:
        raise CertificateError(found.problem)
    say(NAME, f"names: {', '.join(found.names)}")
    say(NAME, f"issuer: {found.issuer}")
    say(NAME, f"valid: {format_time(found.begins)} to {format_time(found.ends)}")
    if found.has_run_out(SystemClock().now()):
        say(NAME, "problem: it has run out, or this box's clock is ahead")
    elif not config.https_names:
        say(NAME, 'problem: not offered: tls.mode is "off", or web.behind_proxy is not set')
