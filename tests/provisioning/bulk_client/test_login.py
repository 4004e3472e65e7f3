import json
import urllib.parse
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from provisioning.bulk_client.errors import (
    LoginRefusedError,
    ServerRefusedError,
    ServerUnreachableError,
    UnexpectedAnswerError,
)
from provisioning.bulk_client.settings import ExportSection, Level, LoginSection
from tests.provisioning.bulk_client.conftest import Lab
from tests.simulators.bulk_server import (
    CLIENT_ID,
    KEY_ID,
    SimulatedBulkServer,
    as_usual,
    hang_up,
    html,
    many,
    outcome,
    reply,
)

pytestmark = pytest.mark.slow  # seconds, not milliseconds

TOKEN = "/auth/token"


@pytest.fixture
def known(lab: Lab, ec_key: Any) -> Lab:
    """A hub the server knows the key of."""
    lab.log_in(ec_key)
    return lab


@pytest.mark.parametrize("kind", ["rsa_key", "ec_key"])
def test_either_kind_of_key_lets_us_in(lab: Lab, kind: str, request: pytest.FixtureRequest):
    lab.log_in(request.getfixturevalue(kind))

    assert lab.fetch().files == 3
    (claims,) = lab.server.assertions
    assert claims["alg"] == {"rsa_key": "RS384", "ec_key": "ES384"}[kind]
    assert "iat" not in claims


def test_one_token_serves_a_whole_run(known: Lab):
    known.fetch()

    assert len(known.server.paths(TOKEN)) == 1
    assert len(known.server.paths("smart-configuration")) == 1


def test_a_token_is_renewed_shortly_before_it_ends(known: Lab):
    known.server.looks, known.server.retry_after = 6, "120"

    known.fetch()

    assert len(known.server.paths(TOKEN)) == 3
    assert len({claims["jti"] for claims in known.server.assertions}) == 3


def test_a_token_the_server_no_longer_takes_is_renewed_once_in_the_middle(known: Lab):
    def revoke(handler: Any) -> None:
        known.server.revoke()
        handler.answer()

    known.server.faults["/files/"] = [as_usual, revoke]

    assert known.fetch().files == 3
    assert len(known.server.paths(TOKEN)) == 2


def test_a_server_that_takes_no_token_ends_after_one_renewal(known: Lab):
    known.server.faults["$export"] = many(reply(401, outcome("login")))

    with pytest.raises(LoginRefusedError, match="kick-off: status 401 with a new token"):
        known.fetch()

    assert len(known.server.paths("$export")) == 2


def test_the_wrong_key_is_refused_and_nothing_secret_is_said(lab: Lab, ec_key: Any):
    lab.log_in(ec_key, signs_with=ec.generate_private_key(ec.SECP384R1()))

    with pytest.raises(LoginRefusedError) as caught:
        lab.fetch()

    assert str(caught.value) == f"{lab.server.origin}: status 400, invalid_client"
    assert lab.server.paths("$export") == []


def test_a_login_that_fails_is_not_tried_for_every_group(lab: Lab, ec_key: Any):
    lab.export = ExportSection(Level.GROUP, groups=("a", "b", "c"))
    lab.log_in(ec_key, signs_with=ec.generate_private_key(ec.SECP384R1()))

    report = lab.run()

    assert [type(result.error) for result in report.results] == [LoginRefusedError] * 3
    assert len(lab.server.paths(TOKEN)) == 1


def test_an_error_no_standard_knows_is_not_repeated(known: Lab):
    body = json.dumps({"error": "citizen 010203-1234 unknown"}).encode()
    known.server.faults[TOKEN] = [reply(403, body)]

    with pytest.raises(LoginRefusedError, match=r"status 403$"):
        known.fetch()


def test_a_token_server_with_a_hiccup_is_asked_again(known: Lab):
    known.server.faults[TOKEN] = [reply(503), reply(429, Retry_After="9"), reply(500), hang_up]

    assert known.fetch().files == 3
    assert 9.0 in known.waits


def test_a_token_server_that_stays_broken_is_unreachable(known: Lab):
    known.server.faults[TOKEN] = many(reply(500))

    with pytest.raises(ServerUnreachableError, match="login: status 500"):
        known.fetch()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"access_token": None}, "no usable access_token"),
        ({"access_token": "a\r\nX: y"}, "no usable access_token"),
        ({"access_token": "é"}, "no usable access_token"),
        ({"token_type": "mac"}, "not a bearer token"),
    ],
)
def test_a_token_we_cannot_use_is_refused(known: Lab, fields: dict[str, Any], reason: str):
    known.server.token_fields = fields

    with pytest.raises(UnexpectedAnswerError, match=reason):
        known.fetch()


def test_a_token_that_does_not_say_how_long_it_is_good_is_used_for_a_while(known: Lab):
    known.server.token_fields = {"expires_in": None, "token_type": None}

    assert known.fetch().files == 3
    assert len(known.server.paths(TOKEN)) == 1


@pytest.mark.parametrize("answer", [reply(404), html(), reply(200, b"{}"), reply(200, b"[]")])
def test_a_server_that_does_not_say_where_tokens_are_is_unexpected(known: Lab, answer: Any):
    known.server.faults["smart-configuration"] = [answer]

    with pytest.raises(UnexpectedAnswerError, match=r"set login\.token_url"):
        known.fetch()


def test_a_token_endpoint_over_plain_http_is_refused(known: Lab):
    found = json.dumps({"token_endpoint": "http://login.example.dk/token"}).encode()
    known.server.faults["smart-configuration"] = [reply(200, found)]

    with pytest.raises(UnexpectedAnswerError, match="token_endpoint begins with http://"):
        known.fetch()


def test_a_configured_token_endpoint_is_not_looked_up(known: Lab):
    assert known.login is not None
    token_url = f"{known.server.origin}{TOKEN}"
    jwks = "https://hub.example.dk/jwks.json"
    known.login = LoginSection(CLIENT_ID, known.login.private_key, KEY_ID, token_url, jwks)

    known.fetch()

    assert known.server.paths("smart-configuration") == []
    assert known.server.assertions[0]["jku"] == jwks


# ── who gets to see the token ─────────────────────────────────────────────────────────────────


def bearers(server: SimulatedBulkServer) -> set[str | None]:
    return {seen.headers.get("Authorization", "")[:6] for seen in server.sent("/files/")}


def test_files_that_need_no_token_get_none(known: Lab):
    known.server.needs_token = False

    assert known.fetch().files == 3
    assert bearers(known.server) == {""}
    assert len(known.server.paths("/files/")) == 3


def test_a_redirect_to_another_host_does_not_carry_the_token(known: Lab, clock: Any):
    with SimulatedBulkServer(clock).serving() as other:
        other.files = known.server.files
        known.server.faults["/files/"] = [
            reply(302, Location=f"{other.origin}{path}")
            for path in ("/files/0/output/Patient/0", "/files/0/output/Organization/0")
        ]

        assert known.fetch().files == 3
        assert bearers(other) == {""}
        assert bearers(known.server) == {"Bearer"}


def test_files_on_another_host_that_need_a_token_name_the_setting(known: Lab, clock: Any):
    with SimulatedBulkServer(clock, known.server.public_key).serving() as other:
        other.files = known.server.files
        known.server.file_url = f"{other.origin}/files"

        with pytest.raises(LoginRefusedError, match=r"not in server\.trusted_origins") as caught:
            known.fetch()

        assert other.origin in str(caught.value)
        assert bearers(other) == {""}


def test_a_trusted_origin_gets_the_token(known: Lab, clock: Any):
    with SimulatedBulkServer(clock, known.server.public_key).serving() as other:
        other.files, other.tokens = known.server.files, known.server.tokens
        known.server.file_url = f"{other.origin}/files"
        known.trusted = (other.origin,)

        assert known.fetch().files == 3
        assert bearers(other) == {"Bearer"}


def test_a_server_that_wants_a_login_nobody_configured_says_so(lab: Lab, ec_key: Any):
    lab.server.public_key = ec_key.public_key()

    with pytest.raises(LoginRefusedError, match=r"there is no \[login\]"):
        lab.fetch()


def test_a_login_without_the_right_to_export_is_refused(known: Lab):
    known.server.faults["$export"] = [reply(403, outcome("forbidden"))]

    with pytest.raises(ServerRefusedError, match="kick-off: status 403, error/forbidden"):
        known.fetch()


def test_neither_key_nor_token_nor_assertion_is_ever_said_or_stored(known: Lab):
    known.server.faults["MedicationStatement"] = many(hang_up, 6)
    with pytest.raises(ServerUnreachableError) as caught:
        known.fetch()

    stored = b"".join(p.read_bytes() for p in known.working.rglob("*") if p.is_file())
    everything = f"{stored!r}{caught.value}{known.spoken()}"
    form = urllib.parse.parse_qs(known.server.sent(TOKEN)[0].body.decode())
    assert form["client_assertion"][0] not in everything
    assert not [token for token in known.server.tokens if token in everything]
    assert "s3cret" not in everything
