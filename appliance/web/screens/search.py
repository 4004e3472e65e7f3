"""Find citizens by any word of their record.

The words are posted and kept on the server for the session: a name in an address would stay in the
history of a private phone. Called through `create_app`.
"""

import re
from dataclasses import dataclass

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from appliance.records.folding import home_of, is_personal_number
from appliance.records.models import Citizen, Unit
from appliance.records.search import Hit, SearchIndex
from appliance.records.terms import CitizenId
from appliance.sealed_log.entry import Action
from appliance.web import audit
from appliance.web.guards import needs_unlock, reading, visitor
from appliance.web.screens.citizens import LONGEST_WORDS

bp = Blueprint("search", __name__)
_SCREEN = "search"
_MOST_HITS = 200
_NAMED = "citizens"


@dataclass(frozen=True, slots=True)
class Found:
    """One citizen who was found, and where the words stand."""

    citizen: Citizen
    unit: Unit | None
    hit: Hit | None  # None where the dwelling itself was asked for


@bp.get("/soeg")
@needs_unlock
@audit.entered_as(Action.SEARCH)
def show_search() -> str:
    """Show the field and what the last words found."""
    words = g.services.notes.words(visitor().session.token, _SCREEN)
    index = reading().search
    found = _find(index, words) if index and words else []
    is_number = is_personal_number(words)
    if words:
        # A number of somebody is not written down anywhere, not even in the sealed log.
        audit.saw((one.citizen for one in found), text="" if is_number else words)
    else:
        audit.shows_nobody_this_time()
    return render_template(
        "search.html",
        words=words,
        found=found,
        is_number=is_number,
        is_ready=index is not None,
    )


@bp.post("/soeg")
@needs_unlock
@audit.shows_nobody
def search() -> Response:
    """Keep the words and show what they find."""
    words = request.form.get("ord", "").strip()[:LONGEST_WORDS]
    g.services.notes.keep_words(visitor().session.token, _SCREEN, words)
    return redirect("/soeg", 303)


def _find(index: SearchIndex, words: str) -> list[Found]:
    """Return the visitor's citizens who were found, each once.

    First whoever lives just there, then names and dwellings in the order of the dwellings, then
    whose record mentions the words, the best hit first.
    """
    store, home, seen = reading().store, home_of(words), visitor().unit_ids
    units = {unit.id: unit for unit in store.units()}
    people = {each.id: each for each in store.citizens() if visitor().may_see_unit(each.unit_id)}
    order = {each: place for place, each in enumerate(people)}
    hits = list(index.find(words, _MOST_HITS, seen))
    if home != words.casefold() and re.search(r"[0-9]", home):
        # A dwelling is asked for: nobody's record that happens to mention the words.
        hits = [*hits, *index.find(home, _MOST_HITS, seen)]
        hits = [hit for hit in hits if hit.section == _NAMED]
    hits = [hit for hit in hits if hit.citizen_id in order]
    named = (hit for hit in hits if hit.section == _NAMED)
    best: dict[CitizenId, Hit | None] = {
        each.id: None for each in people.values() if home_of(each.dwelling or "") == home
    }
    for hit in (*sorted(named, key=lambda hit: order[hit.citizen_id]), *hits):
        best.setdefault(hit.citizen_id, hit)
    return [Found(people[one], units.get(people[one].unit_id), hit) for one, hit in best.items()]
