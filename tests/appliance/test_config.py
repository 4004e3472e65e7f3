import copy
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from appliance.config import SECTIONS, BoxConfig, describe, load_config, parse_config, to_toml
from appliance.errors import ConfigError

SMALLEST: dict[str, Any] = {
    "box": {"id": "lindehuset-1", "name": "Plejecenter Lindehuset"},
    "hub": {"url": "https://hub.example/lindehuset-1/"},
}
BASE = Path("/etc/nodboks")
NAME = "nodboks-solgaarden.kommune.dk"
KEYS = [f"{section}.{item.name}" for section, kind in SECTIONS.items() for item in fields(kind)]


def parse(**changes: Any) -> BoxConfig:
    raw = copy.deepcopy(SMALLEST)
    for key, value in changes.items():
        section, _, name = key.partition("__")
        raw.setdefault(section, {})[name] = value
    return parse_config(raw, "box.toml", BASE)


def test_smallest_file_is_enough_and_the_rest_has_defaults() -> None:
    config = parse_config(SMALLEST, "box.toml", BASE)

    assert config.box.id == "lindehuset-1"
    assert config.hub.cadence_min == 15
    assert config.printer.kind == "folder"


def test_file_on_disk_is_read_with_paths_relative_to_it(tmp_path: Path) -> None:
    path = tmp_path / "box.toml"
    path.write_text(to_toml({**SMALLEST, "printer": {"folder": Path("paper")}}), encoding="utf-8")

    config = load_config(path)

    assert config.printer.folder == tmp_path / "paper"
    assert config.box.state_dir == Path("/var/lib/nodboks")


def test_everything_lives_in_ram_that_goes_with_the_power() -> None:
    config = parse(box__ram_dir="/run/nodboks")

    assert config.keeper_socket == Path("/run/nodboks/keeper.sock")
    assert config.records_dir == Path("/run/nodboks/records")


@pytest.mark.parametrize("key", KEYS)
def test_a_mistyped_key_is_refused_with_the_right_one_suggested(key: str) -> None:
    section, _, name = key.partition(".")
    mistyped = name[:-1] + "x" if len(name) > 2 else name + "x"

    with pytest.raises(ConfigError, match=f"unknown key {section}.{mistyped}; did you mean {key}"):
        parse(**{f"{section}__{mistyped}": "1"})


@pytest.mark.parametrize("section", SECTIONS)
def test_a_mistyped_section_is_refused_with_the_right_one_suggested(section: str) -> None:
    with pytest.raises(ConfigError, match=f"unknown key {section}s; did you mean {section}"):
        parse_config({**SMALLEST, f"{section}s": {}}, "box.toml", BASE)


def test_a_key_like_no_other_is_refused_without_a_guess() -> None:
    with pytest.raises(ConfigError, match=r"box\.toml: unknown key hub\.zzzz$"):
        parse(hub__zzzz=1)


def test_a_hub_may_be_described_in_full() -> None:
    hub = parse(
        hub__client_cert="box.pem",
        hub__client_key="box.key",
        hub__proxy="http://proxy.example:3128",
        hub__max_kbit_s=2000,
        hub__interface="eth0",
        hub__usb_dir="/media/usb",
    ).hub

    assert (hub.client_cert, hub.client_key) == (BASE / "box.pem", BASE / "box.key")
    assert (hub.proxy, hub.max_kbit_s) == ("http://proxy.example:3128", 2000)
    assert (hub.interface, hub.usb_dir) == ("eth0", Path("/media/usb"))


@pytest.mark.parametrize("key", ["box.id", "box.name", "hub.url"])
def test_a_missing_key_is_named(key: str) -> None:
    section, _, name = key.partition(".")
    raw = copy.deepcopy(SMALLEST)
    del raw[section][name]

    with pytest.raises(ConfigError, match=f"{key} is missing"):
        parse_config(raw, "box.toml", BASE)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hub__cadence_min": "15"}, r"hub\.cadence_min = '15' is not a whole number"),
        ({"hub__cadence_min": True}, r"hub\.cadence_min = True is not a whole number"),
        ({"hub__ca_file": 7}, r"hub\.ca_file = 7 is not a path in quotes"),
        ({"web__allowed_hosts": "x"}, r"web\.allowed_hosts = 'x' is not a list of texts"),
        ({"web__allowed_hosts": [1]}, r"web\.allowed_hosts = \[1\] is not a list of texts"),
        ({"memory__allow_disk_swap": 1}, r"memory\.allow_disk_swap = 1 is not true or false"),
        ({"box__id": "../etc"}, r"box\.id may hold"),
        ({"box__id": ""}, r"box\.id may hold"),
        ({"box__id": "æblehuset"}, r"box\.id may hold"),
        ({"box__name": 7}, r"box\.name = 7 is not text in quotes"),
        ({"hub__cadence_min": 0}, r"hub\.cadence_min must be 1–1440"),
        ({"hub__timeout_s": 601}, r"hub\.timeout_s must be 1–600"),
        ({"web__port": 70000}, r"web\.port must be 1–65535"),
        ({"printer__kind": "fax"}, r"printer\.kind must be"),
        ({"printer__test_day": "tirsdag"}, r"printer\.test_day must be a day of the week"),
        ({"printer__test_hour": 3}, r"printer\.test_hour must be 7–15"),
        ({"hub__url": "ftp://hub"}, r"hub\.url must be http"),
        ({"hotspot__ssid": "Nødboks"}, r"hotspot\.ssid may be 1–32 characters without"),
        ({"hotspot__ssid": "N" * 33}, r"hotspot\.ssid may be 1–32 characters"),
        ({"hotspot__ssid": "Nodboks "}, r"hotspot\.ssid may be 1–32 characters"),
        ({"hotspot__address": "10.77.0.1"}, r"hotspot\.address must be http"),
        ({"hotspot__address": "http://10.77.0.1/k"}, r"hotspot\.address must be http"),
        ({"hub__max_kbit_s": -1}, r"hub\.max_kbit_s must be 0–10000000"),
        ({"hub__max_kbit_s": 63}, r"hub\.max_kbit_s must be 0 .* or at least 64"),
        ({"hub__old_after_min": 14}, r"hub\.old_after_min must be 15–10080"),
        ({"hub__client_cert": "c.pem"}, r"hub\.client_cert and hub\.client_key go together"),
        ({"hub__client_key": "c.key"}, r"hub\.client_cert and hub\.client_key go together"),
        (
            {"hub__client_cert": "c", "hub__client_key": "k", "hub__url": "http://hub"},
            r"hub\.client_cert needs an https",
        ),
        ({"hub__proxy": "proxy:3128"}, r"hub\.proxy must be http://name:port"),
        ({"hub__proxy": "http://me:secret@proxy:3128"}, r"hub\.proxy .* without a user name"),
        ({"hub__proxy": "https://proxy:3128"}, r"hub\.proxy must be http://name:port"),
        ({"hub__interface": "../eth0"}, r"hub\.interface must be the name"),
        ({"hub__usb_dir": 7}, r"hub\.usb_dir = 7 is not a path in quotes"),
        ({"tls__mode": "on"}, r"tls\.mode must be off, preferred or required"),
        (
            {"tls__names": ["Nodboks.kommune.dk"]},
            r"tls\.names: Nodboks\.\S+ is no DNS name",
        ),
        ({"tls__names": ["*.kommune.dk"]}, r"is no DNS name"),
        ({"tls__names": ["10.77.0.1"]}, r"is no DNS name"),
        ({"tls__names": ["nodboks"]}, r"is no DNS name"),
        ({"tls__names": [f"{'a.' * 130}dk"]}, r"is no DNS name"),
        ({"tls__port": 0}, r"tls\.port must be 1–65535"),
        ({"tls__mode": "required", "web__behind_proxy": True}, r"needs tls\.names"),
        ({"tls__mode": "required", "tls__names": [NAME]}, r"needs web\.behind_proxy"),
        ({"web__behind_proxy": True, "web__host": "0.0.0.0"}, r"needs a web\.host on loopback"),
        ({"web__behind_proxy": True, "web__host": "10.77.0.1"}, r"needs a web\.host on loopback"),
        ({"outage__start": "always"}, r"outage\.start must be suggest or auto"),
        ({"outage__gateway": "10.1.0.1"}, r"outage: 10\.1\.0\.1 is not name:port"),
        ({"outage__internet": ["a:1", "http://b"]}, r"outage: http://b is not name:port"),
        ({"outage__gateway": "10.1.0.1:99999"}, r"outage: 10\.1\.0\.1:99999 is not name:port"),
        ({"outage__care_system": "eoj.example.dk"}, r"outage\.care_system must be http"),
        ({"outage__care_system": "https://me:secret@eoj.dk/"}, r"without a user name"),
        ({"outage__probe_every_s": 9}, r"outage\.probe_every_s must be 10–3600"),
        ({"outage__down_after_min": 0}, r"outage\.down_after_min must be 1–1440"),
    ],
)
def test_an_impossible_value_is_refused_by_name(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse(**change)


def test_names_of_https_are_answered_to_behind_a_front_that_speaks_it() -> None:
    config = parse(web__behind_proxy=True, tls__names=[NAME], tls__mode="required")

    assert config.https_names == (NAME,)
    assert config.own_hosts == (*config.web.allowed_hosts, NAME)


@pytest.mark.parametrize("change", [{"tls__mode": "off"}, {"web__behind_proxy": False}])
def test_names_of_https_count_for_nothing_where_nobody_speaks_it(change: dict[str, Any]) -> None:
    config = parse(**{"web__behind_proxy": True, "tls__names": [NAME], **change})

    assert config.https_names == ()
    assert NAME not in config.own_hosts


def test_a_section_that_is_no_table_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"\[web\] must be a table"):
        parse_config({**SMALLEST, "web": 8080}, "box.toml", BASE)


def test_the_file_is_named_when_it_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"box\.toml: No such file"):
        load_config(tmp_path / "box.toml")


@pytest.mark.parametrize("content", [b"[box", b"\xff\xfe"])
def test_the_file_is_named_when_it_is_not_toml(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "box.toml"
    path.write_bytes(content)

    with pytest.raises(ConfigError, match=r"box\.toml: "):
        load_config(path)


def test_describe_lists_every_key_with_its_origin() -> None:
    described = {key: (value, origin) for key, value, origin in describe(parse(web__port=8443))}

    assert list(described) == KEYS
    assert described["web.port"] == ("8443", "box.toml")
    assert described["web.host"] == ("127.0.0.1", "default")


def test_written_toml_reads_back_to_the_same_settings() -> None:
    hub = {**SMALLEST["hub"], "ca_file": Path("/etc/ca.pem")}
    values = {**SMALLEST, "hub": hub, "web": {"allowed_hosts": ["nodboks.internal"]}}

    config = parse_config(tomllib.loads(to_toml(values)), "box.toml", BASE)

    assert config.hub.ca_file == Path("/etc/ca.pem")
    assert config.web.allowed_hosts == ("nodboks.internal",)
