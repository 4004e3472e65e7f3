import re
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

import pytest

from provisioning.bulk_client import errors, settings
from provisioning.bulk_client.errors import ServerSettingsError
from provisioning.bulk_client.settings import SECTIONS, KickOff, Level, load_feed_server

README = (Path(settings.__file__).parent / "README.md").read_text(encoding="utf-8")
SERVER = '[server]\nurl = "https://fhir.example.dk/r4"\n'
LOGIN = '[login]\nclient_id = "c"\nprivate_key = "key.pem"\nkey_id = "k"\n'
KEYS = [(name, item) for name, kind in SECTIONS.items() for item in fields(kind)]


def load(folder: Path, text: str) -> settings.FeedServer:
    path = folder / "feed-server.toml"
    path.write_text(text, encoding="utf-8")
    return load_feed_server(path)


def test_the_address_alone_is_enough(tmp_path: Path):
    read = load(tmp_path, SERVER)

    assert read.server.url == "https://fhir.example.dk/r4"
    assert read.login is None
    assert read.export.level is Level.PATIENT
    assert read.limits.total_min == 240


def test_everything_can_be_said(tmp_path: Path):
    more = '\ntrusted_origins = ["https://files.example.dk"]\nca_file = "ca.pem"\n'
    export = '[export]\nlevel = "group"\ngroups = ["a-1"]\ntypes = ["Patient"]\n'
    kick = 'kick_off = "POST"\nsince = "2026-11-01T00:00:00Z"\n[limits]\nfile_mb = 7\n'
    proxy = 'proxy = "http://proxy.example.dk:3128"\nproxy_login = "proxy-login"\n'

    read = load(tmp_path, SERVER + more + proxy + LOGIN + export + kick)

    assert read.server.ca_file == tmp_path / "ca.pem"
    assert read.login is not None
    assert read.login.private_key == tmp_path / "key.pem"
    assert read.export.groups == ("a-1",)
    assert read.export.kick_off is KickOff.POST
    assert read.limits.file_mb == 7


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[server", "feed-server.toml"),
        ("", "server.url is missing"),
        ("server = 1", "[server] must be a table"),
        ('[servr]\nurl = "x"', "unknown key servr; did you mean server?"),
        ('[server]\nurl = "https://a"\ntimeout = 5', "did you mean server.timeout_s?"),
        ('[server]\nurl = "https://a"\nzzz = 5', "unknown key server.zzz"),
        ('[server]\nurl = "http://fhir.example.dk"', "server.url begins with http://"),
        ('[server]\nurl = "https://u:p@a.dk"', "server.url holds a user name"),
        (SERVER + 'ca_file = ""', "server.ca_file is not a path"),
        (SERVER + "timeout_s = 0", "server.timeout_s is not a whole number above 0"),
        (SERVER + "timeout_s = true", "server.timeout_s is not"),
        (SERVER + 'proxy = "http://u:p@proxy"', "server.proxy is not"),
        (SERVER + 'trusted_origins = "https://a"', "is not a list of texts"),
        (SERVER + 'trusted_origins = ["http://a.dk"]', "trusted_origins http://a.dk begins"),
        (SERVER + "[login]\nclient_id = 7", "login.private_key is missing"),
        (SERVER + LOGIN + "scope = 7", "login.scope is not text"),
        (SERVER + LOGIN + 'token_url = "http://a.dk"', "login.token_url begins"),
        (SERVER + LOGIN + 'jwks_url = "x"', "login.jwks_url is not"),
        (SERVER + '[export]\nlevel = "grup"', "'grup' is none of system, patient, group"),
        (SERVER + "[export]\nlevel = []", "is none of"),
        (SERVER + '[export]\nlevel = "group"', "export.groups is needed"),
        (SERVER + '[export]\ngroups = ["a"]', "export.groups is needed"),
        (SERVER + '[export]\nlevel = "group"\ngroups = ["../x"]', "'../x' is not the id"),
        (SERVER + '[export]\nlevel = "group"\ngroups = [".."]', "'..' is not the id"),
        (SERVER + '[export]\nlevel = "group"\ngroups = ["a", "A"]', "names a group twice"),
        (SERVER + '[export]\ntypes = ["Patient,Flag"]', "is not a resource type"),
        (SERVER + '[export]\nsince = "2026-11-01"', "export.since is not a time"),
        (SERVER + '[export]\nsince = "T"', "export.since is not a time"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, reason: str):
    with pytest.raises(ServerSettingsError, match=re.escape(reason)):
        load(tmp_path, text)


def test_a_key_pasted_where_its_path_belongs_is_not_repeated(tmp_path: Path):
    with pytest.raises(ServerSettingsError) as caught:
        load(tmp_path, SERVER + LOGIN.replace('"key.pem"', '["s3cret"]'))

    assert "s3cret" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(ServerSettingsError, match="No such file"):
        load_feed_server(tmp_path / "feed-server.toml")


@pytest.mark.parametrize(("section", "item"), KEYS, ids=[f"{s}.{i.name}" for s, i in KEYS])
def test_every_key_is_documented_with_its_default(section: str, item: "Field[Any]"):
    assert f"| `{section}.{item.name}` | {_shown(item)} | " in README


def test_no_key_is_documented_that_does_not_exist():
    documented = re.findall(r"^\| `(\w+\.\w+)` \|", README, re.MULTILINE)

    assert sorted(documented) == sorted(f"{name}.{item.name}" for name, item in KEYS)


def test_every_error_has_a_code_of_its_own_a_sentence_and_a_next_step():
    kinds = [item for item in vars(errors).values() if isinstance(item, type)]
    ours = [kind for kind in kinds if issubclass(kind, errors.BulkServerError)]

    assert sorted(kind.code for kind in ours) == [f"N-75{number}" for number in range(10)]
    assert all("sentence" in vars(kind) and "next_step" in vars(kind) for kind in ours)


def _shown(item: "Field[Any]") -> str:
    if item.default is MISSING:
        return "–"
    return f"`{item.default}`" if item.default not in ("", None, ()) else "empty"
