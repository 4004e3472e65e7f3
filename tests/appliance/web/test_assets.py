import gzip
import hashlib
from pathlib import Path

import pytest

from appliance.web.assets import Assets
from tests.appliance.web.conftest import Phone, WebBox

STATIC = Path(__file__).parents[3] / "appliance" / "web" / "static"


def test_files_are_served_under_their_hash_and_kept_for_ever(phone: Phone) -> None:
    name = Assets().served_name("app.css")

    answer = phone.get(f"/static/{name}")

    content = (STATIC / "app.css").read_bytes()
    assert answer.data == content
    assert hashlib.sha256(content).hexdigest()[:12] in name
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"


def test_pages_use_the_names_with_the_hash(phone: Phone) -> None:
    page = phone.get("/").text

    assert all(Assets().served_name(name) in page for name in ("app.css", "app.js", "icon.svg"))


def test_other_names_are_not_served(phone: Phone) -> None:
    for name in ("app.css", "..%2fapp.py", "%2e%2e/app.py", "app.000000000000.css"):
        assert phone.get(f"/static/{name}").status_code in (404, 303)


def test_browser_that_can_gets_the_same_file_packed(phone: Phone) -> None:
    name = Assets().served_name("app.css")

    answer = phone.get(f"/static/{name}", headers={"Accept-Encoding": "br, gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(answer.data) == (STATIC / "app.css").read_bytes()
    assert "Content-Encoding" not in phone.get(f"/static/{name}").headers


@pytest.mark.parametrize("path", ["/", "/velkommen", "/afsnit", "/status", "/soeg", "/udskrifter"])
def test_any_first_page_with_style_and_script_is_at_most_twelve_kilobytes(
    box: WebBox, path: str
) -> None:
    phone = box.phone() if path in ("/", "/velkommen") else box.unlocked_phone()
    assets = Assets()

    page = phone.get(path, headers={"Accept-Encoding": "gzip"})
    packed = [
        phone.get(f"/static/{assets.served_name(name)}", headers={"Accept-Encoding": "gzip"}).data
        for name in ("app.css", "app.js", "icon.svg")
    ]

    # The page itself travels as it is: packed, its length would tell of secrets in it.
    assert page.status_code == 200
    assert len(page.data) + sum(map(len, packed)) <= 12 * 1024


def test_script_and_style_stay_small(phone: Phone) -> None:
    sent = phone.get(f"/static/{Assets().served_name('app.js')}").data

    assert len(sent) < 3000
    assert (STATIC / "app.css").stat().st_size < 16_000


def test_script_is_sent_without_comments_and_otherwise_as_it_is(phone: Phone) -> None:
    sent = phone.get(f"/static/{Assets().served_name('app.js')}").text.splitlines()
    written = [line.strip() for line in (STATIC / "app.js").read_text().splitlines()]

    assert sent == [line for line in written if line and not line.startswith("//")]
    assert not any(line.startswith("/*") or "`" in line for line in written)  # no other kinds


def test_nothing_is_fetched_from_elsewhere() -> None:
    for path in STATIC.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http" not in text
        assert "@import" not in text
