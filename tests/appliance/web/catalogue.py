"""Bring the English catalogue up to date with the Danish source text.

Finds every sentence in the templates, in the web's own words and in the tables of errors, printer
reasons and medicine, keeps the translations there are, and compiles the .mo. Run it after changing
a sentence, then translate what it lists:

    .venv/bin/python -m tests.appliance.web.catalogue
"""

import gettext
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import GETTEXT_FUNCTIONS, babel_extract

import appliance.web
from appliance.beacon import told
from appliance.care_journal import words as journal_words
from appliance.errors import NodboksError
from appliance.health.lamp_state import LampState
from appliance.outage.answer_words import DURATIONS
from appliance.paper.plan_sheets.outage_report import NONE_YET
from appliance.plan.models import WHEN
from appliance.records import alerts, cave, checklist, medicine
from appliance.web import outage_words
from appliance.web.board_words import BOARD_WORDS
from appliance.web.care_terms import TERMS
from appliance.web.errors import WEB_WORDS
from appliance.web.screens.glass import REASONS
from appliance.words import error_kinds
from printers.reasons import PrinterReason

WEB = Path(appliance.web.__file__).parent
PO = WEB / "translations" / "en" / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")
_OPTIONS = {"trimmed": "true", "silent": "false"}
# The words beside a medicine are care terms: in Danish in both languages, as on paper.
_SENTENCES = ("CAVE_", "MEDICATION_", "IN_DOUBT")
_HEADINGS = (
    medicine.FIXED, medicine.AS_NEEDED, medicine.STATUS_UNKNOWN, medicine.NOT_TO_GIVE,
)  # fmt: skip
# The files change when a sentence does, not when the tool is run.
_UNDATED = datetime(2026, 1, 1, tzinfo=UTC)

Message = str | tuple[str, ...]


def source_messages() -> set[Message]:
    """Return every Danish sentence that needs an English one."""
    return _of_templates() | _of_tables()


def _of_templates() -> set[Message]:
    found: set[Message] = set()
    for path in sorted((WEB / "templates").glob("*.html")):
        with path.open("rb") as source:
            for _, _, message, _ in babel_extract(source, GETTEXT_FUNCTIONS, [], _OPTIONS):
                parts = (message,) if isinstance(message, str) else message
                texts = tuple(part for part in parts if part)
                found.add(texts if len(texts) > 1 else texts[0])
    return found


def _of_tables() -> set[Message]:
    words = [*_own_errors(), *PrinterReason, *WEB_WORDS]
    found: set[Message] = {text for word in words for text in (word.sentence, word.next_step)}
    for module in (cave, medicine):
        found |= {text for name, text in vars(module).items() if name.startswith(_SENTENCES)}
    found |= {*_HEADINGS, medicine.END_MARK, *medicine.END_COUNTS, *checklist._LABELS.values()}
    found |= set(alerts.identity_sentences([*alerts._DOUBTS, "of newer software"]))
    own = {"ukendt", NONE_YET, *REASONS.values(), *journal_words.LABELS, *DURATIONS, *WHEN, *TERMS}
    return (
        found
        | own
        | {*outage_words.every_word(), *BOARD_WORDS.values(), *told.SENTENCES}
        | {state.sentence for state in LampState}
    )


def _own_errors() -> list[type[NodboksError]]:
    """Leave out what other programs add to the tree: the web never shows it."""
    return [kind for kind in error_kinds() if kind.__module__ == NodboksError.__module__]


def read_catalogue() -> Catalog:
    """Return the committed catalogue."""
    with PO.open("rb") as source:
        return read_po(source, locale="en", charset="utf-8")


def updated(old: Catalog) -> Catalog:
    """Return the catalogue with today's sentences and the translations known for them."""
    new = Catalog(
        locale="en", charset="utf-8", project="nodboks", fuzzy=False,
        creation_date=_UNDATED, revision_date=_UNDATED, header_comment="# English for Nødboks.",
        msgid_bugs_address="", last_translator="", language_team="",
    )  # fmt: skip
    for message in sorted(source_messages(), key=str):
        known = old.get(message[0] if isinstance(message, tuple) else message)
        new.add(message, known.string if known else None)
    return new


def compiled() -> dict[object, str]:
    """Return what the .mo holds, as gettext will read it."""
    with MO.open("rb") as source:
        return dict(gettext.GNUTranslations(source)._catalog)  # type: ignore[attr-defined]


def as_compiled(catalogue: Catalog) -> dict[object, str]:
    """Return what the .mo should hold."""
    found: dict[object, str] = {}
    for message in catalogue:
        if message.id and message.pluralizable:
            found |= {(message.id[0], form): text for form, text in enumerate(message.string)}
        elif message.id:
            found[message.id] = message.string
    return found


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the sentences that have no English yet."""
    return [
        str(message.id)
        for message in catalogue
        if message.id and not (all(message.string) if message.pluralizable else message.string)
    ]


def main() -> int:
    """Update both files; list what has to be translated."""
    new = updated(read_catalogue() if PO.exists() else Catalog(locale="en"))
    with PO.open("wb") as sink:
        write_po(sink, new, width=100, omit_header=False, sort_output=True)
    with MO.open("wb") as sink:
        write_mo(sink, new)
    missing = untranslated(new)
    for sentence in missing:
        sys.stdout.write(f"not translated: {sentence}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
