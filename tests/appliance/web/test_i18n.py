import re

import pytest
from flask import Flask, g

from appliance.web import i18n
from tests.appliance.web import catalogue
from tests.appliance.web.conftest import WebBox

_FIELDS = re.compile(r"%\((\w+)\)s")


def test_every_danish_sentence_has_an_english_one() -> None:
    missing = catalogue.untranslated(catalogue.updated(catalogue.read_catalogue()))

    assert not missing, "translate these in messages.po"


def test_catalogue_holds_today_s_sentences_and_no_old_ones() -> None:
    committed = {message.id for message in catalogue.read_catalogue() if message.id}

    assert committed == catalogue.source_messages(), "run tests.appliance.web.catalogue"


def test_compiled_catalogue_is_not_stale() -> None:
    compiled = catalogue.compiled()

    compiled.pop("", None)
    assert compiled == catalogue.as_compiled(catalogue.read_catalogue())


def test_translations_keep_every_placeholder() -> None:
    for message in catalogue.read_catalogue():
        danish = message.id if isinstance(message.id, tuple) else (message.id,)
        english = message.string if isinstance(message.string, tuple) else (message.string,)
        for source, translated in zip(danish, english, strict=True):
            assert set(_FIELDS.findall(source)) == set(_FIELDS.findall(translated)), source


def test_sentence_missing_in_english_is_shown_in_danish() -> None:
    with Flask(__name__).app_context():
        g.language = "en"

        assert i18n.translate("Findes ikke i kataloget.") == "Findes ikke i kataloget."
        assert i18n.translate("") == ""


@pytest.mark.parametrize(
    ("language", "written", "in_full"),
    [("da", "03.00", "man. 23. nov. 2026 kl. 03.00"), ("en", "03:00", "Mon 23 Nov 2026 03:00")],
)
def test_times_are_written_as_the_language_writes_them(
    box: WebBox, language: str, written: str, in_full: str
) -> None:
    with box.app.app_context():
        g.language = language

        assert i18n.clock_time(box.clock.now()) == written
        assert i18n.day_and_time(box.clock.now()) == in_full


def test_unknown_time_is_said_in_both_languages(box: WebBox) -> None:
    with box.app.app_context():
        assert i18n.day_and_time(None) == "ukendt"
        g.language = "en"

        assert i18n.clock_time(None) == "unknown"
        assert i18n.day(None) == ""


def test_plural_follows_the_count(box: WebBox) -> None:
    with box.app.app_context():
        g.language = "en"

        assert i18n.translate_plural("%(n)s beboer", "%(n)s beboere", 1) == "%(n)s resident"
        assert i18n.translate_plural("%(n)s beboer", "%(n)s beboere", 2) == "%(n)s residents"
