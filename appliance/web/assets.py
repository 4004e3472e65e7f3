"""Serve the stylesheet, the script and the icon under names that hold their content's hash.

A changed file has a new name, so browsers may keep the old one for ever and never show a stale
one. Refuses every other name: this is not a folder listing. Called by `create_app`.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask import Blueprint, Response, abort, request

from appliance.web.guards import open_to_all

_FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_HASH_LENGTH = 12
ENDPOINT = "assets.serve"


@dataclass(frozen=True)
class Asset:
    """One static file, read once at start."""

    content: bytes
    media_type: str

    @cached_property
    def packed(self) -> bytes:
        """Return the content compressed; it holds no secret that its length could give away."""
        return gzip.compress(self.content, mtime=0)


class Assets:
    """All static files by the name they are served under."""

    def __init__(self, folder: Path = _FOLDER) -> None:
        self._by_served_name: dict[str, Asset] = {}
        self._served_names: dict[str, str] = {}
        for path in sorted(folder.iterdir()):
            content = _as_sent(path)
            digest = hashlib.sha256(content).hexdigest()[:_HASH_LENGTH]
            served = f"{path.stem}.{digest}{path.suffix}"
            self._by_served_name[served] = Asset(content, _TYPES[path.suffix])
            self._served_names[path.name] = served

    def served_name(self, name: str) -> str:
        """Return the name under which `app.css` is served."""
        return self._served_names[name]

    def blueprint(self) -> Blueprint:
        """Return the one view that serves them."""
        bp = Blueprint("assets", __name__)

        @bp.get("/static/<name>")
        @open_to_all
        def serve(name: str) -> Response:
            asset = self._by_served_name.get(name)
            if asset is None:
                abort(404)
            takes_packed = request.accept_encodings.quality("gzip") > 0
            content = asset.packed if takes_packed else asset.content
            response = Response(content, content_type=asset.media_type)
            if takes_packed:
                response.headers["Content-Encoding"] = "gzip"
            response.headers["Vary"] = "Accept-Encoding"
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
            return response

        return bp


def _as_sent(path: Path) -> bytes:
    """Return a file as phones get it: a script without its comment lines and indentation."""
    content = path.read_bytes()
    if path.suffix != ".js":
        return content
    lines = [line.strip() for line in content.decode().splitlines()]
    kept = [line for line in lines if line and not line.startswith("//")]
    return "\n".join(kept).encode()
