import pytest

from appliance.outage_settings import OutageSection, odd_outage


def test_a_box_that_is_told_nothing_watches_nothing_and_begins_nothing() -> None:
    plain = OutageSection()

    assert (plain.is_watching, plain.start) == (False, "suggest")
    assert not any(is_wrong for is_wrong, _ in odd_outage(plain))


@pytest.mark.parametrize(
    "section",
    [
        OutageSection(care_system="https://eoj.example.dk/login"),
        OutageSection(internet=("1.1.1.1:443", "[2606:4700::1111]:443", "dns.example.dk:53")),
        OutageSection(gateway="10.1.0.1:22", start="auto"),
    ],
)
def test_whatever_is_named_is_watched(section: OutageSection) -> None:
    assert section.is_watching
    assert not any(is_wrong for is_wrong, _ in odd_outage(section))


@pytest.mark.parametrize(
    "address",
    ["eoj.by.test", "https://eoj.by.test:99999/", "https://eoj.by.test:x/", "http://a@b/"],
)
def test_address_of_a_care_system_where_nobody_could_ever_answer_is_refused(address: str) -> None:
    wrong = [why for is_wrong, why in odd_outage(OutageSection(care_system=address)) if is_wrong]

    assert wrong == ["outage.care_system must be http(s)://…, without a user name"]
