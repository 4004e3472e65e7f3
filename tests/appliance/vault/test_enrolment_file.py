import json
from dataclasses import replace

import pytest

from appliance import crypto
from appliance.certificates.own_key import make_request
from appliance.errors import ConfigError
from appliance.vault.enrolment_file import EnrolmentFile, read_enrolment

IDENTITY = crypto.new_identity()
FILE = EnrolmentFile("box-17", crypto.recipient_of(IDENTITY), "0f" * 32, b"age-encryption.org/v1\n")


def test_file_comes_out_as_it_went_in():
    assert read_enrolment(FILE.to_bytes()) == FILE


@pytest.mark.parametrize(
    "other",
    [
        {"box_id": "box-18"},
        {"recipient": crypto.recipient_of(crypto.new_identity())},
        {"log_key": "ff" * 32},
        {"hub_slot": b"another"},
        {"tls_request": "another"},
    ],
)
def test_every_change_gives_another_fingerprint(other):
    changed = replace(FILE, **other)

    assert changed.fingerprint != FILE.fingerprint
    assert len(FILE.fingerprint.split()) == 5


@pytest.mark.parametrize(
    "broken",
    [
        {"box_id": "../box"},
        {"box_id": 7},
        {"recipient": IDENTITY},
        {"log_key": "short"},
        {"hub_slot": "not base64!"},
        {"tls_request": 7},
        {"tls_request": "no request"},
        {"hub_slot": "QUFB" * 2000},
        {"format": 2},
        {"more": "than there should be"},
    ],
)
def test_file_that_says_something_else_is_refused_and_not_repeated(broken):
    raw = json.loads(FILE.to_bytes()) | broken

    with pytest.raises(ConfigError) as refused:
        read_enrolment(json.dumps(raw).encode())

    assert "AGE-SECRET-KEY" not in str(refused.value)


def test_request_for_a_certificate_travels_with_the_names_it_is_for(tmp_path):
    request = make_request(tmp_path, ("nodboks-solgaarden.kommune.dk",)).pem.decode()
    asking = replace(FILE, tls_request=request)

    assert read_enrolment(asking.to_bytes()) == asking
    assert asking.tls_names == ("nodboks-solgaarden.kommune.dk",)
    assert FILE.tls_names == ()


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff\xfe", b"[" * 5000])
def test_anything_else_is_no_enrolment_file(content):
    with pytest.raises(ConfigError, match="no enrolment file"):
        read_enrolment(content)
