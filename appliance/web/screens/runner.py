"""Hand one unit to a neighbour box on a USB stick, and take one in: the runner pack.

Whoever leads the shift hands on a unit they may see themselves. Whoever takes one in says why, as
for breaking the glass: the unit then stands beside the box's own, and is nobody's own here. Shows
no citizen. Called through `create_app`.
"""

from dataclasses import replace

from flask import Blueprint, abort, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from appliance.errors import (
    KeeperDownError,
    LockedError,
    NodboksError,
    OlderSnapshotError,
    OtherMakeError,
    OwnUnitError,
    SlotMissingError,
    SnapshotError,
    StorageError,
    TooManyPacksError,
    VaultError,
)
from appliance.policy import RUNNER_KEPT
from appliance.records.models import Unit
from appliance.sealed_log.entry import Action
from appliance.snapshot.neighbours import Neighbour
from appliance.vault.protocol import RunnerStatus
from appliance.web import audit
from appliance.web.errors import NO_PACK, NO_REASON, NO_STICK, NOTHING_CHOSEN, OLD_PACK
from appliance.web.guards import needs_unlock, reading, visitor
from appliance.web.screens.glass import LONGEST_REASON, REASONS, reason_of
from appliance.words import Words, words_of

bp = Blueprint("runner", __name__)
# Why a pack did not come in, in words of its own; the rest is a pack that cannot be used.
_SAID_AS_IT_IS = (OtherMakeError, OwnUnitError, TooManyPacksError, KeeperDownError, StorageError)
PLACE = "/loeberpakke"


@bp.get(PLACE)
@needs_unlock
@audit.shows_nobody
def show() -> Response:
    """Show what is in the box and on the stick, and the form to hand a unit on."""
    return _page()


@bp.post(f"{PLACE}/giv")
@needs_unlock
@audit.shows_nobody
def make() -> Response:
    """Write one unit to the stick for another box."""
    if not visitor().may_make_shift_code:
        abort(403)
    units = {str(unit.id): unit for unit in _own_units(_packs()[0])}
    boxes = {each.box_id for each in _neighbours()}
    unit = units.get(request.form.get("afsnit", ""))
    to_box = request.form.get("boks", "")
    if unit is None or to_box not in boxes:
        return _page(NOTHING_CHOSEN)
    entry = audit.entry_of(Action.RUNNER_MADE, visitor().person, about=to_box)
    try:
        g.services.keeper.make_runner(unit.id, to_box, replace(entry, unit_id=unit.id))
    except SlotMissingError:
        return _page(NO_STICK)
    return redirect(f"{PLACE}?lavet=1", 303)


@bp.post(f"{PLACE}/hent")
@needs_unlock
@audit.shows_nobody
def take() -> Response:
    """Take a unit in from the stick, after the reason was given."""
    _refuse_who_may_not_take()
    reason = reason_of(request.form.get("grund", ""), request.form.get("tekst", ""))
    if not reason:
        return _page(NO_REASON)
    file = request.form.get("fil", "")
    entry = audit.entry_of(Action.RUNNER_TAKEN, visitor().person, about=file)
    try:
        g.services.keeper.take_runner(file, replace(entry, text=reason))
    except SlotMissingError:
        return _page(NO_STICK)
    except LockedError:
        raise  # the front page says it
    except OlderSnapshotError:
        return _page(OLD_PACK)
    except _SAID_AS_IT_IS as error:
        return _page(words_of(error))
    except (SnapshotError, VaultError):
        return _page(NO_PACK)
    return redirect("/afsnit", 303)


@bp.post(f"{PLACE}/fjern")
@needs_unlock
@audit.shows_nobody
def drop() -> Response:
    """Forget a unit that was taken in."""
    _refuse_who_may_not_take()
    key = request.form.get("pakke", "")
    entry = audit.entry_of(Action.RUNNER_DROPPED, visitor().person, about=key)
    try:
        g.services.keeper.drop_runner(key, entry)
    except VaultError:  # somebody else was faster
        return redirect(PLACE, 303)
    return redirect(PLACE, 303)


def _refuse_who_may_not_take() -> None:
    """Keep out whoever has no name that was checked, and no card in the hand."""
    asking = visitor()
    if not (asking.is_card_holder or asking.may_break_glass):
        abort(403)


def _page(problem: Words | None = None) -> Response:
    packs, trouble = _packs()
    page = render_template(
        "runner.html",
        problem=problem,
        trouble=trouble,
        kept=[each for each in packs if each.is_kept],
        offered=[each for each in packs if not each.is_kept],
        may_make=visitor().may_make_shift_code,
        may_take=visitor().is_card_holder or visitor().may_break_glass,
        units=_own_units(packs),
        boxes=_neighbours(),
        is_made=problem is None and request.args.get("lavet") == "1",
        reasons=REASONS,
        longest=LONGEST_REASON,
        days=RUNNER_KEPT.days,
    )
    return make_response(page, 422 if problem else 200)


def _packs() -> tuple[tuple[RunnerStatus, ...], Words | None]:
    try:
        return g.services.keeper.runners(), None
    except SnapshotError:
        return (), NO_PACK


def _own_units(packs: tuple[RunnerStatus, ...]) -> list[Unit]:
    """Return the units this visitor may hand on: those they see, and no guest of this box."""
    guests = {each.unit_id for each in packs if each.is_kept}
    store = reading().store
    units = (unit for unit in store.units() if unit.id not in guests and store.citizens(unit.id))
    return [unit for unit in units if visitor().may_see_unit(unit.id)]


def _neighbours() -> tuple[Neighbour, ...]:
    """Return the other boxes by name; none where nobody vouches for them."""
    try:
        found = g.services.neighbours()
    except NodboksError:
        return ()
    return tuple(sorted(found, key=lambda one: one.name))
