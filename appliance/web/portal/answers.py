"""Answer phones that probe for internet, each by what it should do next.

Runs before anything else of a request and only for names that are not the box's own: a page of ours
never depends on it. Called through `create_app`.
"""

from flask import g, redirect, request
from werkzeug.wrappers import Response

from appliance.web.portal.guests import Standing
from appliance.web.portal.probes import Reply, find_probe

PAGE = "velkommen"
_DEAD = Reply(503)


def answer_probe(own_address: str) -> Response | None:
    """Answer a probe, or return None for any other request."""
    probe = find_probe(request.headers.get("Host", ""), request.path)
    if probe is None or request.method not in ("GET", "HEAD"):
        return None
    standing = g.services.guests.standing(_client())
    if standing is Standing.NEW:
        return redirect(f"{own_address}{PAGE}")
    return _made(probe.success if standing is Standing.LET_IN else _DEAD)


def note_use() -> None:
    """Note that the phone of this request uses the box; sending any form of ours lets it in."""
    if request.method == "POST":
        g.services.guests.let_in(_client())
    elif not request.path.endswith(".json"):  # a page left lying polls by itself
        g.services.guests.use(_client())


def _client() -> str:
    return request.remote_addr or ""


def _made(reply: Reply) -> Response:
    body = "" if request.method == "HEAD" else reply.body
    return Response(body, reply.status, headers=dict(reply.headers), content_type=reply.media_type)
