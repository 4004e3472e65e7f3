"""A phone without JavaScript: opens pages, fills in the forms that stand on them, keeps cookies."""

import html
import http.cookiejar
import re
import urllib.parse
import urllib.request
from dataclasses import dataclass, field

_FORM = re.compile(r'<form [^>]*?method="post" action="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def plain(markup: str) -> str:
    """Return the words of some markup in one line."""
    whole = markup.replace("<wbr>", "")  # where a word may be broken it is still one
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", whole)).split())


@dataclass
class Phone:
    """One browser; `page` is what its screen shows now."""

    address: str
    page: str = ""
    cookies: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def __post_init__(self) -> None:
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def open(self, path: str) -> str:
        return self._show(self.address + path)

    def links(self, pattern: str) -> list[str]:
        return re.findall(f'href="({pattern})"', self.page)

    def words(self, tag: str, kind: str) -> list[str]:
        """Return the text of every element of this tag and class on the page, as it is read."""
        found = re.findall(f'<{tag}[^>]* ?class="{kind}"[^>]*>(.*?)</{tag}>', self.page, re.DOTALL)
        return [plain(each) for each in found]

    def section(self, anchor: str) -> "Phone":
        """Return what a phone would show that has scrolled to this heading, and no further."""
        found = re.search(f'<section aria-labelledby="{anchor}".*?</section>', self.page, re.DOTALL)
        return Phone(self.address, found[0] if found else "")

    def submit(self, action: str, **fields: str) -> str:
        """Send the form on the page whose action matches the pattern, with its hidden fields."""
        for where, body in _FORM.findall(self.page):
            if re.fullmatch(action, where):
                values = {
                    name: html.unescape(value) for name, value in _HIDDEN.findall(body)
                } | fields
                return self._show(self.address + where, urllib.parse.urlencode(values).encode())
        raise AssertionError(f"no form {action!r} on the page")

    def _show(self, url: str, form: bytes | None = None) -> str:
        with self._opener.open(urllib.request.Request(url, form), timeout=90) as answer:
            self.page = answer.read().decode()
        return self.page
