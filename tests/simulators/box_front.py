"""A whole front: real web process, real nginx before it, and certificates carried to it."""

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from appliance.certificates.chain import read_chain
from appliance.certificates.kept import chain_path, write_chain
from appliance.certificates.own_key import KEY, make_request
from appliance.certificates.request import tls_folder
from appliance.config import BoxConfig, TlsSection
from tests.simulators.nginx import BoxFront, running_box_front
from tests.simulators.screen_certificates import NAME, Leaf, ScreenAuthority, key_of
from tests.simulators.web_process import WebProcess, free_port, web_process


@dataclass
class ServedBox:
    """A box on the hotspot; `public_key` is what its certificates are for."""

    web: WebProcess
    front: BoxFront
    authority: ScreenAuthority
    public_key: object

    @property
    def http(self) -> str:
        return f"http://127.0.0.1:{self.front.http_port}"

    @property
    def https(self) -> str:
        return f"https://{NAME}:{self.front.https_port}"

    def install(self, leaf: Leaf | None = None) -> bytes:
        """Do what the sync does with a new certificate, and then the unit for nginx."""
        content = self.authority.chain(self.public_key, leaf)
        state_dir = self.web.config.box.state_dir
        write_chain(state_dir, read_chain(content))
        self.carry(tls_folder(state_dir) / KEY, chain_path(state_dir))
        return content

    def carry(self, *files: Path) -> None:
        """Copy files to where nginx looks, whole, as `nodboks-certificate.service` does."""
        for path in files:
            shutil.copyfile(path, self.front.tls / f".{path.name}")
            (self.front.tls / f".{path.name}").replace(self.front.tls / path.name)


@contextlib.contextmanager
def served_box(
    folder: Path, mode: str = "preferred", authority: ScreenAuthority | None = None
) -> Iterator[ServedBox]:
    """Serve a locked box over http, and over https as soon as it has a certificate."""
    https_port = free_port()

    def behind_front(config: BoxConfig) -> BoxConfig:
        tls = TlsSection(mode, (NAME,), https_port)
        return replace(config, tls=tls, web=replace(config.web, behind_proxy=True))

    asked = make_request(folder / "state", (NAME,))
    nginx = folder / "nginx"
    nginx.mkdir()
    with (
        web_process(folder, behind_front) as web,
        running_box_front(nginx, web.config.web.port, https_port) as front,
    ):
        yield ServedBox(web, front, authority or ScreenAuthority(), key_of(asked.pem))
