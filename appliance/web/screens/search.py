"""Find citizens by any word of their record.

The words are posted and kept on the server for the session: a name in an address would stay in the
history of a private phone. Called through `create_app`.
"""

from dataclasses import dataclass

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from appliance.records.models import Citizen, Unit
from appliance.records.search import Hit, SearchIndex
from appliance.sealed_log.entry import Action
from appliance.web import audit
from appliance.web.guards import needs_unlock, reading, visitor
from appliance.web.screens.citizens import LONGEST_WORDS

bp = Blueprint("search", __name__)
_SCREEN = "search"
_MOST_HITS = 200


@dataclass(frozen=True, slots=True)
class Found:
    """One citizen who was found, and where the words stand."""

    citizen: Citizen
    unit: Unit | None
    hit: Hit


@bp.get("/soeg")
@needs_unlock
@audit.entered_as(Action.SEARCH)
def show_search() -> str:
    """Show the field and what the last words found."""
    words = g.services.notes.words(visitor().session.token, _SCREEN)
    index = reading().search
    found = _find(index, words) if index and words else []
    if words:
        audit.saw((one.citizen for one in found), text=words)
    else:
        audit.shows_nobody_this_time()
    return render_template("search.html", words=words, found=found, is_ready=index is not None)


@bp.post("/soeg")
@needs_unlock
@audit.shows_nobody
def search() -> Response:
    """Keep the words and show what they find."""
    words = request.form.get("ord", "").strip()[:LONGEST_WORDS]
    g.services.notes.keep_words(visitor().session.token, _SCREEN, words)
    return redirect("/soeg", 303)


def _find(index: SearchIndex, words: str) -> list[Found]:
    """Return the visitor's citizens who were found, each once, the best hit first."""
    store = reading().store
    units = {unit.id: unit for unit in store.units()}
    best: dict[str, Found] = {}
    for hit in index.find(words, _MOST_HITS, visitor().unit_ids):
        if hit.citizen_id in best:
            continue
        citizen = store.citizen(hit.citizen_id)
        if citizen is not None and visitor().may_see_unit(citizen.unit_id):
            best[hit.citizen_id] = Found(citizen, units.get(citizen.unit_id), hit)
    return list(best.values())
