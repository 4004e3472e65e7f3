"""List what each operating system asks to learn whether it is on the internet. Data, and look-up.

A phone that gets its answer believes the network is good and stays; one that is sent elsewhere
shows our page by itself. The bodies are exact: iOS takes anything else for a portal. Sources: the
platforms' own documents and code as collected by offspot/captive-portal, and AOSP's NetworkMonitor;
none of it was tried on a real phone here. `HOSTS` are the names the box's DNS must answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass

_PLAIN, _HTML = "text/plain", "text/html"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a probe."""

    status: int
    body: str = ""
    media_type: str = _PLAIN
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """One address a system asks for, and the answer that means "internet" to it."""

    system: str
    host: str
    path: str
    success: Reply


_NO_CONTENT = Reply(204)
_APPLE = Reply(200, "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>", _HTML)
_NETWORK_MANAGER = Reply(200, "NetworkManager is online\n")


def _each(
    system: str, hosts: Iterable[str], paths: Iterable[str], reply: Reply
) -> tuple[Probe, ...]:
    return tuple(Probe(system, host, path, reply) for host in hosts for path in paths)


PROBES = (
    *_each(
        "Android, ChromeOS",
        (
            "connectivitycheck.gstatic.com",
            "connectivitycheck.android.com",
            "clients3.google.com",
            "play.googleapis.com",
            "www.google.com",
            "www.gstatic.com",
        ),
        ("/generate_204", "/gen_204"),
        _NO_CONTENT,
    ),
    *_each(
        "Android (Huawei, Xiaomi)",
        ("connectivitycheck.platform.hicloud.com", "connect.rom.miui.com"),
        ("/generate_204",),
        _NO_CONTENT,
    ),
    *_each("iOS, macOS", ("captive.apple.com",), ("/", "/hotspot-detect.html"), _APPLE),
    *_each("iOS, macOS", ("www.apple.com",), ("/library/test/success.html",), _APPLE),
    *_each(
        "Windows",
        ("www.msftconnecttest.com", "ipv6.msftconnecttest.com"),
        ("/connecttest.txt",),
        Reply(200, "Microsoft Connect Test"),
    ),
    *_each("Windows", ("www.msftncsi.com",), ("/ncsi.txt",), Reply(200, "Microsoft NCSI")),
    *_each("Firefox", ("detectportal.firefox.com",), ("/success.txt",), Reply(200, "success\n")),
    *_each(
        "Firefox",
        ("detectportal.firefox.com",),
        ("/canonical.html",),
        Reply(
            200,
            '<meta http-equiv="refresh"'
            ' content="0;url=https://support.mozilla.org/kb/captive-portal"/>',
            _HTML,
        ),
    ),
    *_each("GNOME", ("nmcheck.gnome.org",), ("/check_network_status.txt",), _NETWORK_MANAGER),
    *_each("Debian", ("network-test.debian.org",), ("/nm",), _NETWORK_MANAGER),
    *_each(
        "Ubuntu",
        ("connectivity-check.ubuntu.com",),
        ("/",),
        Reply(204, headers=(("X-NetworkManager-Status", "online"),)),
    ),
    *_each("KDE", ("networkcheck.kde.org",), ("/",), Reply(200, "OK\n")),
)
HOSTS = tuple(sorted({probe.host for probe in PROBES}))
_BY_ADDRESS = {(probe.host, probe.path): probe for probe in PROBES}


def find_probe(host: str, path: str) -> Probe | None:
    """Return the probe that asks for this address; a port in the Host header does not matter."""
    name = host.strip().lower().partition(":")[0].rstrip(".")
    return _BY_ADDRESS.get((name, path))
