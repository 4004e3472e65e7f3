"""Say how the box is, to anybody: no citizen data, no names, nothing that needs a code.

Called through `create_app`.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, g, jsonify, render_template
from werkzeug.wrappers import Response

from appliance.clock import format_time, parse_time
from appliance.errors import CertificateError, KeeperDownError, NodboksError, StorageError
from appliance.outage.state import DRILL
from appliance.paper.proof import Proof
from appliance.vault.protocol import KeeperStatus, LogStatus
from appliance.web.guards import open_to_all
from appliance.web.outage_view import outage_for_strip
from appliance.words import words_for, words_of

bp = Blueprint("status", __name__)


@bp.get("/status")
@open_to_all
def show_status() -> str:
    """Show the page."""
    return render_template("status.html", status=_status())


@bp.get("/status.json")
@open_to_all
def status_json() -> Response:
    """Return the same as JSON, for the municipality's supervision."""
    status = _status()
    printer = status["printer"]
    answer = {
        "box": g.config.box.id,
        "now": _text(g.services.clock.now()),
        "clock": status["clock_level"],
        "locked": status["is_locked"],
        "problems": [words.code for words in status["problems"]],
        "snapshot_signed_at": _text(status["signed_at"]),
        "snapshot_version": status["version"],
        "fell_back": status["fell_back"],
        "search_ready": status["is_search_ready"],
        "log_number": status["log"].number,
        "log_waiting": status["log"].waiting,
        "log_lost": status["log"].lost,
        "fetched_at": _text(status["fetched"].last_success if status["fetched"] else None),
        "log_sent_at": _text(status["sent"].last_success if status["sent"] else None),
        "open_until": _text(status["open_until"]),
        "cards_used": len(status["cards_used"]),
        "device_secret": status["device_secret"],
        "https_names": list(status["https_names"]),
        "certificate_ends": _text(status["certificate"].ends),
        "outage": status["outage"],
        "last_drill": _text(status["last_drill"]),
        "care_system": g.services.suspicion().verdict.value,
        "lamp": status["lamp"].value if status["lamp"] else None,
        "sheets_tried": status["proof"].sheets if status["proof"] else None,
        "sheets_odd": status["proof"].not_strict if status["proof"] else None,
        "printer_ready": printer.is_ready,
        "printer_reasons": [words.code for words in printer.words],
    }
    return jsonify(answer)


def _status() -> dict[str, Any]:
    """Collect what may be told; what is broken is a fact to show, not a failure of the page."""
    services, problems = g.services, []
    keeper, signed_at = None, None
    try:
        keeper = services.keeper.status()
    except KeeperDownError as error:
        problems.append(words_of(error))
    try:
        signed_at = services.installed_at()
    except NodboksError as error:
        problems.append(words_of(error))
    log = keeper.log if keeper else LogStatus()
    log_problem = services.log.problem or log.problem
    if log_problem:
        problems.append(words_for(log_problem))
    certificate, names = services.certificate(), g.config.https_names
    if names and (not certificate.is_there or certificate.has_run_out(services.clock.now())):
        problems.append(words_of(CertificateError()))
    return {
        "https_names": names,
        "certificate": certificate,
        "log": replace(log, waiting=log.waiting + services.log.waiting),
        "is_locked": g.reading is None,
        "problems": problems,
        "version": keeper.version if keeper else None,
        "fell_back": keeper.fell_back if keeper else False,
        "signed_at": signed_at,
        "is_search_ready": g.reading is not None and g.reading.search is not None,
        **_keys(keeper),
        **_line(),
        "outage": _outage(),
        "last_drill": _last_drill(),
        "proof": _proof(keeper),
        "printer": services.desk.watch.view,
        "lamp": services.lamp(),
        "now": services.clock.now(),
        "clock_level": services.clock.judged().level,
    }


def _keys(keeper: KeeperStatus | None) -> dict[str, Any]:
    """Collect what is told of the keys: which cards were used, and when the box locks itself."""
    slots = keeper.slots if keeper else ()
    used = sorted(parse_time(slot.used_at) for slot in slots if slot.used_at)
    return {
        "cards_used": used,
        "open_until": keeper.open_until if keeper else None,
        "device_secret": keeper.device_secret if keeper else None,
    }


def _outage() -> str | None:
    """Tell what is on, for the municipality's supervision: an outage, a drill or neither."""
    view = outage_for_strip()
    return None if view is None else "drill" if view.is_drill else "outage"


def _last_drill() -> datetime | None:
    """Tell when staff last practised; an outage that is a drill counts from its beginning."""
    try:
        kept = g.services.outage.kept()
    except StorageError:
        return None
    drills = (start.read.at for _, start in kept if start.what.answer == DRILL)
    return next(drills, None)


def _proof(keeper: KeeperStatus | None) -> Proof | None:
    """Return what is known of the sheets of the copy that is open; that of another says nothing."""
    proof: Proof | None = g.services.proof()
    is_of_it = keeper is not None and proof is not None and proof.version == keeper.version
    return proof if is_of_it else None


def _line() -> dict[str, Any]:
    """Collect how fetching and sending go; a failure is told in the words of its code."""
    fetched, sent = g.services.fetched(), g.services.sent()
    failures = [words_for(each.error) for each in (fetched, sent) if each and each.error]
    return {"fetched": fetched, "sent": sent, "failures": failures, "sends": g.config.hub.upload}


def _text(moment: datetime | None) -> str | None:
    return format_time(moment) if moment else None
