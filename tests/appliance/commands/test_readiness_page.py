from dataclasses import replace

from appliance.commands.readiness_page import readiness_page
from appliance.health.readiness import readiness
from tests.appliance.health.test_readiness import APPROVED, READY


def page(**changes: object) -> str:
    facts = replace(READY, **changes)
    return readiness_page("Solgården <syd>", facts, readiness(facts)).decode()


def test_every_line_stands_on_the_page_with_its_light_in_a_word() -> None:
    text = page(test=None)

    for line in readiness(replace(READY, test=None)):
        assert f'<tr class="{line.light.value}"><td>{line.light.word}</td>' in text
        assert line.said in text


def test_what_is_to_be_mended_stands_first_and_is_counted() -> None:
    text = page(test=None, proof=None)

    assert "Skal rettes: 1 · Se på det: 1 · I orden: 20" in text
    assert text.index('class="red"') < text.index('class="amber"') < text.index('class="green"')


def test_what_people_wrote_is_text_and_nothing_else() -> None:
    text = page(plan=replace(APPROVED, municipality="<script>x</script>"))

    assert "<script" not in text
    assert "Solgården &lt;syd&gt;" in text


def test_the_page_fetches_nothing_from_anywhere() -> None:
    assert not [word for word in ("http", "src=", "url(", "<link", "@import") if word in page()]
