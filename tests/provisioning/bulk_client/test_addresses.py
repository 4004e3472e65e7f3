import pytest

from provisioning.bulk_client.addresses import link, objection_to, origin_of
from provisioning.bulk_client.errors import UnexpectedAnswerError


@pytest.mark.parametrize(
    "url",
    [
        "https://fhir.example.dk/r4",
        "HTTPS://FHIR.example.dk:8443",
        "http://127.0.0.1:8080/fhir",
        "http://127.7.7.7",
        "http://localhost/fhir",
        "http://[::1]:80/",
    ],
)
def test_https_and_this_very_machine_may_be_asked(url: str):
    assert objection_to(url) == ""


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://fhir.example.dk/r4", "https only"),
        ("http://127.0.0.1.example.dk/", "https only"),
        ("http://localhost.example.dk/", "https only"),
        ("ftp://fhir.example.dk/", "begins with https"),
        ("fhir.example.dk", "begins with https"),
        ("/r4", "begins with https"),
        ("", "begins with https"),
        ("https://", "begins with https"),
        ("https://x:99999999/", "begins with https"),
        ("https://[::1/", "begins with https"),
        ("https://bent:kode@fhir.example.dk/", "password"),
        ("https://127.0.0.1\\@evil.example/", ""),
    ],
)
def test_everything_else_is_objected_to(url: str, reason: str):
    assert reason in objection_to(url)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Fhir.Example.dk/r4?key=s3cret", "https://fhir.example.dk:443"),
        ("http://localhost:8080/x", "http://localhost:8080"),
        ("https://a.example\\@b.example/", "https://a.example:443"),
        ("nonsense", "(no address)"),
        ("https://[", "(no address)"),
    ],
)
def test_only_scheme_host_and_port_are_ever_shown(url: str, origin: str):
    assert origin_of(url) == origin


def test_a_link_may_be_relative():
    assert link("https://a.dk/r4/x", "../f/1 ", "a file") == "https://a.dk/f/1"


@pytest.mark.parametrize("given", ["http://a.dk/s3cret", "https://[s3cret", "javascript:s3cret"])
def test_a_link_that_may_not_be_asked_is_refused_without_showing_it(given: str):
    with pytest.raises(UnexpectedAnswerError, match="a file") as caught:
        link("https://a.dk/", given, "a file")

    assert "s3cret" not in str(caught.value)
