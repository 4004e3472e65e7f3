"""A care system on loopback that answers as it is asked to."""

from http.server import BaseHTTPRequestHandler


class CareSystem(BaseHTTPRequestHandler):
    """Answers as the path says; `/tavs` takes the question and is silent."""

    def do_GET(self) -> None:
        if self.path == "/tavs":
            self.server.closing.wait(60)  # type: ignore[attr-defined]
            return
        self.send_response(int(self.path[1:4]))
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""
