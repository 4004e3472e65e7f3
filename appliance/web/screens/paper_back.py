"""Account for the numbered paper of an outage, sheet by sheet, down to nothing; then sign off.

A number is typed as it stands at the foot of the sheet; one the box does not know is taken too, as
somebody has it in the hand. The last word on a number counts, so a slip is put right by saying
something else. Signing off is refused while a sheet or an entry of the journal is open anywhere in
the box. Called through `create_app`.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appliance.care_journal.events import SheetAccounted, SheetFate
from appliance.care_journal.numbered_paper import NumberedSheet, count
from appliance.care_journal.wire import LONGEST
from appliance.paper.serial import read_serial
from appliance.records.models import Unit
from appliance.sealed_log.entry import Action
from appliance.web import audit, journal_desk, paper_view, signing_off, typed_forms
from appliance.web.errors import NO_SHEET_TICKED, NO_SUCH_NUMBER, TICK_NOT_KEPT
from appliance.web.guards import needs_unlock, reading
from appliance.web.journal_desk import ToNote
from appliance.web.journal_forms import kept_by, line
from appliance.web.paper_view import OnePaper
from appliance.web.typed_forms import FormProblem
from appliance.words import Words

bp = Blueprint("paper_back", __name__)
_LIST = "/papir"
# So many events fit into one request to the keeper.
_AT_ONCE = 50
_EVERY = "alle"
_FATES = {fate.value: fate for fate in SheetFate}
FILTERS: dict[str, Callable[[NumberedSheet], bool]] = {
    "ude": lambda sheet: sheet.is_out,
    "tastes-ind": lambda sheet: sheet.is_back,
    "afloest": lambda sheet: bool(sheet.superseded_by),
    "alle": lambda _: True,
}


def list_page(problem: Words | None = None) -> str:
    """Return the list, with the counts and what stands in the way of signing off."""
    journal = journal_desk.journal()
    paper = paper_view.everything(journal)
    mine = paper_view.visible(paper.sheets)
    chosen = request.args.get("vis", "ude")
    wanted = FILTERS.get(chosen) or abort(404)
    shown = [each for each in mine if wanted(each.sheet)]
    audit.saw(each.citizen for each in shown if each.citizen)
    standing = signing_off.standing(journal, paper)
    return render_template(
        "paper_back.html",
        shown=shown,
        chosen=chosen,
        counts={name: sum(pick(each.sheet) for each in mine) for name, pick in FILTERS.items()},
        elsewhere=standing.papers - count(each.sheet for each in mine).open,
        standing=standing,
        units=_units_of(mine),
        problem=problem,
        initials=typed_forms.known_initials(),
        typed=request.form.get("nummer", ""),
        ticked=_ticked(shown),
        heaps=Counter(title_of(each) for each in shown),
    )


def title_of(one: OnePaper) -> str:
    """Return what a sheet is called where sheets of a kind stand together; nothing if unknown."""
    return one.sheet.paper.title if one.sheet.paper else ""


def _ticked(shown: list[OnePaper]) -> set[str]:
    """Return which sheets are ticked: those of a form that came back, or of a whole heap."""
    heap = request.args.get("kryds")
    if heap is None:
        return set(request.form.getlist("ark"))
    return {each.sheet.serial for each in shown if heap in (_EVERY, title_of(each))}


def _units_of(papers: list[OnePaper]) -> list[Unit]:
    """Return the visitor's units whose list somebody may want on paper: those with sheets open."""
    left = {each.unit.id for each in papers if each.sheet.is_open and each.unit}
    return [unit for unit in reading().store.units() if unit.id in left]


@bp.get(_LIST)
@needs_unlock
@audit.entered_as(Action.VIEW_PRINTS)
def show_list() -> str:
    """Show the list."""
    return list_page()


@bp.post(_LIST)
@needs_unlock
@audit.entered_as(Action.JOURNAL)
@kept_by(list_page, TICK_NOT_KEPT)
def account() -> Response:
    """Say the same of every sheet that was ticked."""
    fate, by = _fate(), typed_forms.initials()
    ticked = set(request.form.getlist("ark"))
    chosen = [each for each in _mine() if each.sheet.serial in ticked]
    if not chosen:
        raise FormProblem(NO_SHEET_TICKED)
    notes = [_note(each, fate, by) for each in chosen if each.sheet.fate is not fate]
    _write(notes)
    return redirect(_back(), 303)


@bp.post(f"{_LIST}/nummer")
@needs_unlock
@audit.shows_nobody
@kept_by(list_page)
def find() -> Response:
    """Go to the sheet whose number was typed."""
    serial = read_serial(request.form.get("nummer", ""))
    if serial is None:
        raise FormProblem(NO_SUCH_NUMBER)
    return redirect(url_for(".show", serial=serial), 303)


def page(serial: str, problem: Words | None = None) -> str:
    """Return one sheet and what can be said of it."""
    one = _one(serial)
    audit.saw([one.citizen] if one.citizen else [], about=serial)
    return render_template(
        "paper_back_one.html",
        one=one,
        problem=problem,
        initials=typed_forms.known_initials(),
        typed=request.form,
        longest=LONGEST,
    )


@bp.get(f"{_LIST}/<serial>")
@needs_unlock
@audit.entered_as(Action.VIEW_PRINTS)
def show(serial: str) -> str:
    """Show one sheet."""
    return page(serial)


@bp.post(f"{_LIST}/<serial>")
@needs_unlock
@audit.entered_as(Action.JOURNAL)
@kept_by(page, TICK_NOT_KEPT)
def say(serial: str) -> Response:
    """Say what became of one sheet."""
    one, fate = _one(serial), _fate()
    note = _note(one, fate, typed_forms.initials(), line("bemaerkning"))
    before = one.sheet.said.what if one.sheet.said else None
    _write([note] if note.what != before else [])
    return redirect(_LIST, 303)


@bp.post(f"{_LIST}/afslut")
@needs_unlock
@audit.entered_as(Action.JOURNAL)
@kept_by(list_page, TICK_NOT_KEPT)
def sign_off() -> Response:
    """Vouch for it that all of it is in the care system; refused while anything is open."""
    signing_off.sign_off()
    return redirect(_LIST, 303)


def _fate() -> SheetFate:
    return _FATES[typed_forms.choice("hvad", _FATES)]


def _mine() -> list[OnePaper]:
    return paper_view.visible(paper_view.everything(journal_desk.journal()).sheets)


def _one(serial: str) -> OnePaper:
    """Return a number the visitor may see; also one nobody knows of, but not one that is hidden."""
    if read_serial(serial) != serial:
        abort(404)
    every = paper_view.everything(journal_desk.journal()).sheets
    known = next((each for each in every if each.serial == serial), None)
    found = paper_view.visible([known or NumberedSheet(serial, None)])
    return found[0] if found else abort(404)


def _note(one: OnePaper, fate: SheetFate, by: str, remark: str = "") -> ToNote:
    unit_id = one.sheet.paper.unit_id if one.sheet.paper else ""
    return ToNote(SheetAccounted(one.sheet.serial, fate, remark), by, unit_id=unit_id)


def _write(notes: list[ToNote]) -> None:
    """Note it; nothing where all of it was said before. Shows nobody."""
    audit.saw(())
    for some in _in_parts(notes):
        journal_desk.write(some)
    if not notes:
        audit.shows_nobody_this_time()


def _in_parts(notes: list[ToNote]) -> Iterator[list[ToNote]]:
    for first in range(0, len(notes), _AT_ONCE):
        yield notes[first : first + _AT_ONCE]


def _back() -> str:
    chosen = request.args.get("vis", "ude")
    return url_for(".show_list", vis=chosen) if chosen in FILTERS else _LIST
