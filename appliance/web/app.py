"""Put the web together: one `create_app`, every part handed in, refusing what is not guarded.

Called by `server.py` and the tests.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Flask, current_app, g, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from appliance.clock import time_at
from appliance.config import BoxConfig
from appliance.errors import NodboksError
from appliance.records.terms import Section
from appliance.web import audit, errors, guards, i18n, journal_view, pack_size, paper_view, security
from appliance.web.assets import ENDPOINT, Assets
from appliance.web.board_words import BOARD_WORDS
from appliance.web.care_terms import in_english_too
from appliance.web.outage_view import duration, outage_for_strip, when_reached
from appliance.web.portal.answers import answer_probe, note_use
from appliance.web.practice.door import PracticeDoor
from appliance.web.screens import (
    boards,
    citizen,
    citizens,
    clock,
    cover,
    documents,
    glass,
    locked,
    login,
    medication,
    pack_at_once,
    paper_back,
    portal,
    practice,
    preferences,
    printing,
    routes,
    runner,
    search,
    self_test,
    sheets,
    shift_code,
    status,
    units,
)
from appliance.web.screens.journal import front as journal
from appliance.web.screens.outage import front as outage
from appliance.web.secure_way import NOTHING, secure_way
from appliance.web.services import Services
from appliance.web.strip import NO_DATA, UNKNOWN, Strip, strip_by
from appliance.web.visitor import Visitor
from appliance.web.who_asks import find_visitor

_SCREENS = (
    locked, portal, login, cover, units, glass, runner, shift_code, citizens, citizen, medication,
    documents, search, routes, printing, sheets, status, self_test, clock, preferences, outage,
    journal, boards, paper_back, practice, pack_at_once,
)  # fmt: skip
EXTENSION = "nodboks"


def create_app(config: BoxConfig, services: Services) -> Flask:
    """Return the whole web as a WSGI application.

    Raises:
        ConfigError: a view has no guard, or does not say how it is entered into the log.

    """
    app = errors.QuietFlask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = security.MAX_BODY_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = security.MAX_BODY_BYTES
    app.config["MAX_FORM_PARTS"] = security.MAX_FORM_PARTS
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    i18n.install(app)
    app.jinja_env.filters.update(phone_number=citizen.phone_number)
    app.jinja_env.filters.update(masked_cpr=medication.masked_cpr, whole_cpr=medication.whole_cpr)
    app.jinja_env.filters.update(breakable=medication.breakable, term=in_english_too)
    app.jinja_env.filters.update(reached=lambda at_s: time_at(services.clock, at_s))
    app.jinja_env.filters.update(duration=duration, when_reached=when_reached)
    journal_view.install(app)
    paper_view.install(app)
    pack_size.install(app)
    app.jinja_env.globals.update(board_words=BOARD_WORDS)
    errors.install(app)
    _install_requests(app, config, services)
    assets = Assets()
    app.register_blueprint(assets.blueprint())
    for screen in _SCREENS:
        app.register_blueprint(screen.bp)
    app.context_processor(lambda: _for_templates(config, assets))
    if services.practice is not None:
        app.wsgi_app = PracticeDoor(app.wsgi_app, services.practice)  # type: ignore[method-assign]
    if config.web.behind_proxy:
        # One hop, our own nginx, which overwrites what a phone may have sent of these.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=0)  # type: ignore[method-assign]
    guards.refuse_unmarked(app)
    audit.refuse_unmarked(app)
    return app


def _install_requests(app: Flask, config: BoxConfig, services: Services) -> None:
    """Do for every request, in this order: whose host, who asks, may they, is the form ours."""
    # The front listens where browsers look; alone, this program does.
    shown_port = security.HTTP_PORT if config.web.behind_proxy else config.web.port

    def before() -> Response | None:
        # Set first: the error page needs them, whatever fails below.
        g.services, g.config, g.visitor, g.reading = services, config, None, None
        g.language = i18n.choose_language()
        g.secure_way = NOTHING
        foreign = answer_probe(security.own_address(config.own_hosts, shown_port))
        foreign = foreign or security.refuse_foreign_host(config.own_hosts, shown_port)
        if foreign is not None:
            return foreign
        g.secure_way = secure_way(
            config, services.certificate(), services.clock.now(), is_secure=request.is_secure
        )
        g.reading = services.records.current()
        g.visitor = find_visitor(services)
        turned_away = guards.check()
        if turned_away is not None:
            return turned_away
        security.refuse_forged_form()
        note_use()
        return None

    app.before_request(before)
    app.after_request(security.finish)
    app.after_request(audit.finish)  # the last one registered is the first to run


def _for_templates(config: BoxConfig, assets: Assets) -> dict[str, Any]:
    return {
        "box": config.box,
        "visitor": g.get("visitor"),
        "cover_after_s": cover.covered_after_s(),
        "language": i18n.language(),
        "languages": i18n.LANGUAGES,
        "theme": request.cookies.get("tema", ""),
        "form_token": security.form_token,
        "strip": _strip,
        "outage": outage_for_strip,
        "secure": g.get("secure_way", NOTHING),
        "here": _here(),
        "practice": practice.shown,
        "unsure_time": _unsure_time,
        "asset": lambda name: current_app.url_for(ENDPOINT, name=assets.served_name(name)),
    }


def _strip() -> Strip:
    """Return what every page says about the age of its data; a page may say it per section."""
    services: Services | None = g.get("services")
    if services is None:
        return UNKNOWN
    if g.reading is not None:
        shown = strip_by(services.clock, g.as_of if "as_of" in g else _oldest_visible())
        is_medicine = "as_of" not in g or g.get("as_of_section") is Section.MEDICATION
        return replace(shown, is_medicine=is_medicine, copied_at=_installed(services))
    try:
        installed = services.installed_at()
    except NodboksError:
        return UNKNOWN
    return replace(strip_by(services.clock, installed), is_copy=True) if installed else NO_DATA


def _installed(services: Services) -> datetime | None:
    """Return when the copy was made, where that can be read."""
    try:
        return services.installed_at()
    except NodboksError:
        return None


def _unsure_time() -> datetime | None:
    """Return what the box's clock shows where nobody vouches for it, else None."""
    services: Services | None = g.get("services")
    if services is None or services.clock.judged().is_trusted:
        return None
    return services.clock.now()


def _oldest_visible() -> datetime | None:
    """Return the age of the oldest medication the visitor may see, or of the whole box."""
    visitor: Visitor | None = g.visitor
    units = list(g.reading.medication_as_of)
    if visitor is not None and visitor.sees_citizens:
        units = [unit_id for unit_id in units if visitor.may_see_unit(unit_id)]
    oldest: datetime | None = g.reading.oldest_medication(units)
    return oldest


def _here() -> str:
    """Return the page to come back to after switching language; never one made by a POST."""
    if request.method == "GET" and request.endpoint is not None:
        return request.path
    return "/"
