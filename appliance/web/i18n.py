"""Show Danish, or English where a visitor asked for it.

Danish sentences in code and templates are the source; the one catalogue is English, read with the
standard library's gettext. A sentence that is missing there is shown in Danish. Dates and clock
times are written here, because their form differs too. Called by templates and screens.
"""

import functools
import gettext as stdlib_gettext
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import Flask, g, request

from appliance.clock import DANISH_TIME
from appliance.records.age import show_date_time, show_short_day, show_time, show_whole_date_time

LANGUAGE_COOKIE = "sprog"
DANISH = "da"
LANGUAGES = {DANISH: "Dansk", "en": "English"}
_FOLDER = Path(__file__).parent / "translations"


@functools.cache
def _catalogue(language: str) -> stdlib_gettext.NullTranslations:
    """Load a catalogue once; Danish is the source and has none."""
    if language == DANISH:
        return stdlib_gettext.NullTranslations()
    return stdlib_gettext.translation("messages", _FOLDER, [language])


def choose_language() -> str:
    """Return the language this browser asked for with the switch, else Danish."""
    wanted = request.cookies.get(LANGUAGE_COOKIE, DANISH)
    return wanted if wanted in LANGUAGES else DANISH


def language() -> str:
    """Return the language of this answer."""
    chosen: str = g.get("language", DANISH)
    return chosen


def translate(sentence: str) -> str:
    """Return a whole sentence in the visitor's language; for sentences that live elsewhere."""
    return _catalogue(language()).gettext(sentence) if sentence else ""


def translate_plural(one: str, many: str, count: int) -> str:
    """Return the sentence that fits the count."""
    return _catalogue(language()).ngettext(one, many, count)


def clock_time(moment: datetime | None) -> str:
    """Write a clock time: 02.05 in Danish, 02:05 in English."""
    if language() == DANISH or moment is None:
        return translate(show_time(moment))
    return moment.astimezone(DANISH_TIME).strftime("%H:%M")


def day_and_time(moment: datetime | None) -> str:
    """Write day and time in full."""
    if language() == DANISH or moment is None:
        return translate(show_date_time(moment))
    return moment.astimezone(DANISH_TIME).strftime("%a %-d %b %Y %H:%M")


def whole_day_and_time(moment: datetime) -> str:
    """Write weekday, day and time without short forms, to be compared with another clock."""
    if language() == DANISH:
        return show_whole_date_time(moment)
    return moment.astimezone(DANISH_TIME).strftime("%A %-d %B %Y %H:%M")


def day(moment: date | None) -> str:
    """Write a date: 04.07.1931 in Danish, 4 Jul 1931 in English, where figures are ambiguous."""
    if moment is None:
        return ""
    return moment.strftime("%d.%m.%Y" if language() == DANISH else "%-d %b %Y")


def weekday(moment: date) -> str:
    """Write a day of these weeks: man. 23. nov. in Danish, Mon 23 Nov in English."""
    return show_short_day(moment) if language() == DANISH else moment.strftime("%a %-d %b")


def install(app: Flask) -> None:
    """Give the templates `_()`, `{% trans %}` and the filters for dates."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    install_callables: Callable[..., Any] = app.jinja_env.install_gettext_callables  # type: ignore[attr-defined]
    install_callables(translate, translate_plural, newstyle=True)
    filters: dict[str, Callable[..., str]] = {
        "clock_time": clock_time, "day_and_time": day_and_time, "day": day, "said": translate,
        "whole_day_and_time": whole_day_and_time, "weekday": weekday,
    }  # fmt: skip
    app.jinja_env.filters.update(filters)
