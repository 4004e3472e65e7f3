"""A certificate's way: asked for on the box, signed at the hub, brought by the sync, renewed."""

from pathlib import Path

import pytest

from appliance.certificates.kept import look_up
from appliance.certificates.own_key import KEY
from appliance.certificates.request import tls_folder
from appliance.demo.processes import run_program
from tests.journeys.staged_box import RunningBox, running_box
from tests.simulators.screen_certificates import NAME, ScreenAuthority

pytestmark = pytest.mark.slow


def give_name(box: RunningBox, fleet: Path) -> None:
    """Write the name where municipal IT writes it: for the box, and for the hub."""
    path = box.stage.config_path
    settings = path.read_text().replace("[web]\n", "[web]\nbehind_proxy = true\n")
    path.write_text(f'{settings}\n[tls]\nnames = ["{NAME}"]\n')
    boxes = fleet.read_text().replace("\n[[box]]\n", f'\n[[box]]\ntls_names = ["{NAME}"]\n')
    fleet.write_text(boxes)


def test_certificate_travels_to_the_box_and_its_key_to_nobody(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    fleet, request = out / "hub" / "fleet.toml", tmp_path / "box.csr"
    authority = dict(zip(("--ca-cert", "--ca-key"), ScreenAuthority().write(tmp_path), strict=True))
    signing = [str(word) for pair in authority.items() for word in pair]
    with running_box(out, "keeper") as box:
        config = ("--config", str(box.stage.config_path))

        def on_the_box(*words: str) -> str:
            return run_program("appliance", *words, *config)

        def night(*words: str) -> str:
            """Sign, publish and sync; return what the box says then."""
            run_program("provisioning", "certificate", "sign", "boks-17", "--fleet", str(fleet),
                        *signing, *words)  # fmt: skip
            feeds = [word for name in ("feed", "fmk", "beskeder", "dokumenter")
                     for word in ("--feed", str(out / name))]  # fmt: skip
            places = ("--fleet", str(fleet), "--out", str(out / "hub" / "public"))
            said = run_program("provisioning", "publish", "--quiet", *feeds, *places)
            assert ("certificate: it runs out" in said) == ("20" in words)
            on_the_box("sync")
            return on_the_box("certificate", "show")

        give_name(box, fleet)
        on_the_box("certificate", "request", "--out", str(request))
        first = night("--request", str(request), "--days", "20")
        second = night("--days", "90")

        state_dir = box.stage.config.box.state_dir
        assert look_up(state_dir, (NAME,)).is_there
        key = (tls_folder(state_dir) / KEY).read_bytes()

    assert f"names: {NAME}" in first
    assert first != second
    everywhere = [path.read_bytes() for path in (out / "hub").rglob("*") if path.is_file()]
    assert not [content for content in (*everywhere, request.read_bytes()) if key in content]
