"""Keep the walls standing. The tables say what may import what; read them first.

Every rule is a function that lists what breaks it, and every rule is tried on a planted violation
as well: a rule that catches nothing is worse than none.
"""

import ast
import re
from collections.abc import Callable, Iterator

import pytest

from tests.code_map import Code, Function, Module, project, reachable

# ── who may import whom: printers ← appliance ← provisioning ──────────────────────────────────
WALLS = {
    "printers": {"printers"},
    "appliance": {"printers", "appliance"},
    "provisioning": {"printers", "appliance", "provisioning"},
}
# Inside the appliance, from the ground up. A part may import any row below its own, and itself.
LAYERS = (
    ("errors", "clock", "notify", "policy", "version", "working_days"),
    ("files", "command_line", "settings_file", "words", "quiet_log"),
    ("attempts", "line_status", "outage_settings", "beacon_settings", "panel_settings"),
    ("config", "crypto", "signatures", "box_clock"),
    ("records", "plan", "sealed_log", "certificates"),
    ("routes", "snapshot", "care_journal"),
    ("sync", "beacon"),
    ("vault",),
    ("outage",),
    ("paper", "health"),  # a sheet tells what came of an outage
    ("printing",),
    ("web", "worker", "panel", "keeper", "demo"),
    ("commands",),
    ("cli",),
    ("__main__",),
)
# The process that talks to the network cannot open the records, and the screens hold no key:
# not even through others may the left import the right.
OUT_OF_REACH = {
    "appliance.sync": (
        "appliance.vault",
        "appliance.crypto",
        "appliance.records.store",
        "appliance.sealed_log.writer",
        "appliance.certificates.own_key",
    ),
    "appliance.beacon": ("appliance.vault", "appliance.crypto", "appliance.records.store"),
    "appliance.worker": (
        "appliance.crypto",
        "appliance.records.store",
        "appliance.vault.key_slots",
        "appliance.vault.opener",
        "appliance.sealed_log.writer",
        "appliance.certificates.own_key",
    ),
    "appliance.panel": (
        "appliance.crypto",
        "appliance.records.store",
        "appliance.sync",
        "appliance.vault.key_slots",
        "appliance.vault.opener",
        "appliance.sealed_log.writer",
        "appliance.certificates.own_key",
    ),
    "appliance.web": (
        "appliance.vault.key_slots",
        "appliance.vault.opener",
        "appliance.sync",
        "appliance.sealed_log.writer",
        "appliance.certificates.own_key",
    ),
}
# Other people's libraries, each behind one door.
ONE_DOOR = {
    "cups": ("printers.cups_printer",),
    "gpiozero": ("appliance.panel.lamp",),
    "apscheduler": ("appliance.worker",),
    "flask": ("appliance.web",),
    "gunicorn": ("appliance.web",),
    "jinja2": ("appliance.web", "provisioning.report_page"),
    "werkzeug": ("appliance.web",),
    "typst": ("appliance.paper.typesetting",),
    "pyrage": ("appliance.crypto",),
    "argon2": ("appliance.crypto",),
    # Signatures and X.509 only: what is sealed is sealed by age.
    "cryptography": (
        "appliance.signatures",
        "appliance.certificates",
        "appliance.sync.tls",
        "provisioning.certificates",
        "provisioning.root_ceremony",
        "provisioning.signing",
        "provisioning.bulk_client",
    ),
    "bech32": ("appliance.crypto",),
    "backports.zstd": ("appliance.snapshot.compression",),
    "compression.zstd": ("appliance.snapshot.compression",),
    "sqlite_utils": ("appliance.records.writer", "appliance.demo", "provisioning"),
    "tuf": (
        "appliance.snapshot.roots",
        "appliance.snapshot.trust",
        "appliance.sync",
        "provisioning.repository",
        "provisioning.root_ceremony",
        "provisioning.signing",
    ),
    "securesystemslib": (
        "appliance.snapshot.roots",
        "appliance.snapshot.trust",
        "appliance.sync",
        "provisioning.repository",
        "provisioning.root_ceremony",
        "provisioning.signing",
    ),
    "obstore": ("provisioning.mirroring.bucket_store",),
    "openpyxl": ("provisioning.sources.lists.excel",),
    "jwt": ("provisioning.bulk_client",),
    "systemd": (),  # our own folder of that name shadows the module
}
# A command loads its heavy parts itself.
LATE_IMPORTS = (
    "appliance.cli",
    "appliance.commands.keys",
    "appliance.commands.plan",
    "appliance.commands.printer",
    "appliance.commands.printing",
    "appliance.commands.readiness",
    "provisioning.cli",
)
ENVIRONMENT = ("appliance.notify",)  # everything else reads box.toml
WALL_CLOCK = ("appliance.clock",)
ADDRESSES = ("appliance.records.addresses", "appliance.records.models", "appliance.demo")
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "data"}
MOST_LINES, MOST_FUNCTION_LINES, MOST_PARAMETERS, MOST_BROAD_EXCEPTS = 400, 60, 5, 2

Rule = Callable[[Code], Iterator[str]]


def _is_within(name: str, places: tuple[str, ...]) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


def walls(code: Code) -> Iterator[str]:
    """Yield imports that go the wrong way through a top-level wall."""
    for name, targets in code.edges().items():
        allowed = WALLS[name.partition(".")[0]]
        wrong = {target for target in targets if target.partition(".")[0] not in allowed}
        yield from (f"{name} imports {target}" for target in sorted(wrong))


def layers(code: Code) -> Iterator[str]:
    """Yield imports inside the appliance that go upwards or sideways."""
    rows = {part: row for row, parts in enumerate(LAYERS) for part in parts}
    for name, targets in code.edges().items():
        part = _part(name)
        if part and part not in rows:
            yield f"{name} stands in no layer"
        for other in sorted(filter(None, {_part(target) for target in targets})):
            if part and other != part and rows.get(other, 0) >= rows.get(part, 0):
                yield f"{name} imports appliance.{other}, which is not below it"


def _part(name: str) -> str:
    """Return the layer's name in appliance.<layer>…, or nothing."""
    package, _, rest = name.partition(".")
    return rest.partition(".")[0] if package == "appliance" else ""


def out_of_reach(code: Code) -> Iterator[str]:
    """Yield ways, even indirect, from a part to what it must never hold."""
    edges = code.edges()
    for start, forbidden in OUT_OF_REACH.items():
        for name in (name for name in code if _is_within(name, (start,))):
            met = [other for other in reachable(edges, name) if _is_within(other, forbidden)]
            yield from (f"{name} can reach {other}" for other in sorted(met))


def cycles(code: Code) -> Iterator[str]:
    """Yield modules that need themselves, imports inside functions included."""
    edges = code.edges()
    yield from (f"{name} is in a cycle" for name in code if name in reachable(edges, name))


def one_door(code: Code) -> Iterator[str]:
    """Yield imports of a library that do not stand behind its door."""
    guarded = {library.partition(".")[0] for library in ONE_DOOR}
    for name, module in code.items():
        for item in module.imports:
            if item.target.partition(".")[0] not in guarded:
                continue
            for library, doors in ONE_DOOR.items():
                if _is_within(item.target, (library,)) and not _is_within(name, doors):
                    yield f"{module.path}:{item.line} imports {library}"


def imports_at_the_top(code: Code) -> Iterator[str]:
    """Yield relative imports, imports inside functions, and imports by name."""
    for name, module in code.items():
        for item in module.imports:
            if item.target.startswith("."):
                yield f"{module.path}:{item.line} imports relatively"
            if item.is_inside and name not in LATE_IMPORTS:
                yield f"{module.path}:{item.line} imports inside a function"
            if item.target in ("importlib.import_module", "importlib.import_module.import_module"):
                yield f"{module.path}:{item.line} imports by name"
        yield from _uses(module, r"__import__|importlib\.import_module")


def environment(code: Code) -> Iterator[str]:
    """Yield reads of the environment outside the allowed places."""
    for name, module in code.items():
        if name not in ENVIRONMENT:
            yield from _uses(module, r"os\.(environb?|getenv)")


def wall_clock(code: Code) -> Iterator[str]:
    """Yield places that tell the time by themselves."""
    pattern = r"(.*\.)?(datetime\.(now|utcnow|today)|date\.today)|time\.(time|time_ns|localtime)"
    for name, module in code.items():
        if name not in WALL_CLOCK:
            yield from _uses(module, pattern)


def _uses(module: Module, pattern: str) -> Iterator[str]:
    """Yield the dotted names in a module that match a pattern."""
    for node, dotted in module.dotted_names:
        if re.fullmatch(pattern, dotted):
            yield f"{module.where(node)} uses {dotted}"


def protected_addresses(code: Code) -> Iterator[str]:
    """Yield places of the box that read where a citizen lives past the rule of the flag."""
    pattern = r"(.*\.)?(citizen\.address|postcode|city|easting|northing|is_address_protected)"
    for name, module in code.items():
        if _is_within(name, ("appliance",)) and not _is_within(name, ADDRESSES):
            yield from _uses(module, pattern)


def vague_names(code: Code) -> Iterator[str]:
    """Yield files and folders whose name says nothing."""
    for name in code:
        if VAGUE_NAMES & set(re.split(r"[._]", name)):
            yield f"{name} has a name that says nothing"


def sizes(code: Code) -> Iterator[str]:
    """Yield files, functions and parameter lists that are too long."""
    for module in code.values():
        lines = len(module.source.splitlines())
        if lines > MOST_LINES:
            yield f"{module.path} has {lines} lines"
        for function in module.functions:
            length = (function.end_lineno or function.lineno) - function.lineno + 1
            if length > MOST_FUNCTION_LINES:
                yield f"{module.where(function)} {function.name} has {length} lines"
            if len(_parameters(function)) > MOST_PARAMETERS:
                yield f"{module.where(function)} {function.name} has too many parameters"


def _parameters(function: Function) -> list[str]:
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return [item.arg for item in every if item.arg not in ("self", "cls")]


def docstrings(code: Code) -> Iterator[str]:
    """Yield modules and public classes and functions that say nothing of themselves."""
    for module in code.values():
        public = (node for node in _public(module.tree) if ast.get_docstring(node) is None)
        yield from (f"{module.where(node)} has no docstring" for node in public)


def _public(node: ast.AST) -> Iterator[ast.Module | ast.ClassDef | Function]:
    """Yield the node and the public definitions in it, not those inside functions."""
    if isinstance(node, ast.Module | ast.ClassDef | Function):
        yield node
    for child in ast.iter_child_nodes(node):
        is_private = getattr(child, "name", "").startswith("_")
        if isinstance(child, ast.ClassDef | Function) and not is_private:
            yield from _public(child) if isinstance(child, ast.ClassDef) else [child]


def broad_excepts(code: Code) -> Iterator[str]:
    """Yield handlers that catch everything and do not pass it on, beyond the few allowed."""
    found = [
        module.where(node)
        for module in code.values()
        for node in module.nodes
        if (isinstance(node, ast.ExceptHandler) and _is_broad(node.type) and not _reraises(node))
        or (isinstance(node, ast.Call) and _suppresses_all(node))
    ]
    if len(found) > MOST_BROAD_EXCEPTS:
        yield f"{len(found)} handlers catch everything: {', '.join(found)}"


def _is_broad(kind: ast.expr | None) -> bool:
    return kind is None or bool(re.search(r"\b(Base)?Exception\b", ast.unparse(kind)))


def _reraises(handler: ast.ExceptHandler) -> bool:
    """Tell whether the handler only cleans up: its last statement is a bare raise."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _suppresses_all(call: ast.Call) -> bool:
    return ast.unparse(call.func).endswith("suppress") and any(map(_is_broad, call.args))


LONG = "\n".join(["x = 1"] * 401)
PLANTED: tuple[tuple[Rule, str, str], ...] = (
    (walls, "printers/evil.py", "from appliance.records import models"),
    (
        walls,
        "appliance/health/evil.py",
        "from provisioning import keys_of_all\nimport provisioning",
    ),
    (layers, "appliance/records/evil.py", "from appliance.snapshot import packing"),
    (layers, "appliance/worker.py", "from appliance import keeper"),
    (layers, "appliance/newroom.py", ""),
    (out_of_reach, "appliance/sync/evil.py", "from appliance.vault import opener"),
    (out_of_reach, "appliance/sync/evil.py", "def f():\n    import appliance.crypto"),
    (out_of_reach, "appliance/sync/evil.py", "from appliance.sealed_log.writer import SealedLog"),
    (out_of_reach, "appliance/web/evil.py", "from appliance.vault.key_slots import KeySlots"),
    (out_of_reach, "appliance/sync/evil.py", "from appliance.certificates import own_key"),
    (cycles, "appliance/errors.py", "from appliance import files"),
    (imports_at_the_top, "printers/evil.py", "def f():\n    import os"),
    (imports_at_the_top, "printers/evil.py", "from . import base"),
    (imports_at_the_top, "printers/evil.py", "x = __import__('cups')"),
    (imports_at_the_top, "printers/evil.py", "from importlib import import_module"),
    (environment, "appliance/web/evil.py", "import os\nx = os.environ['HOME']"),
    (environment, "appliance/web/evil.py", "import os\nx = os.getenv('HOME')"),
    (wall_clock, "printers/evil.py", "import datetime\nx = datetime.datetime.now()"),
    (wall_clock, "printers/evil.py", "from datetime import date\nx = date.today()"),
    (wall_clock, "printers/evil.py", "import time\nx = time.time()"),
    (protected_addresses, "appliance/routes/evil.py", "'''Say.'''\nx = citizen.address"),
    (vague_names, "appliance/web/utils.py", ""),
    (vague_names, "printers/job_helpers.py", ""),
    (vague_names, "provisioning/data/__init__.py", ""),
    (sizes, "printers/evil.py", LONG),
    (sizes, "printers/evil.py", "def f():\n" + "    x = 1\n" * 61),
    (sizes, "printers/evil.py", "def f(a, b, c, *, d, e, f): pass"),
    (docstrings, "printers/evil.py", "x = 1"),
    (docstrings, "printers/evil.py", "'''Say.'''\ndef f(): pass"),
    (docstrings, "printers/evil.py", "'''Say.'''\nclass C:\n    '''Say.'''\n    def f(self): pass"),
    (broad_excepts, "printers/evil.py", "try: pass\nexcept Exception: pass\n" * 4),
    (broad_excepts, "printers/evil.py", "try: pass\nexcept: x = 1\n" * 4),
    (broad_excepts, "printers/evil.py", "suppress(ValueError, Exception)\n" * 4),
    *((one_door, "appliance/health/evil.py", f"import {library}") for library in ONE_DOOR),
)
RULES = tuple(dict.fromkeys(rule for rule, _, _ in PLANTED))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Rule) -> None:
    assert list(rule(project())) == []


@pytest.mark.parametrize(
    ("rule", "path", "source"), PLANTED, ids=[f"{case[0].__name__}-{case[1]}" for case in PLANTED]
)
def test_a_planted_violation_is_caught(rule: Rule, path: str, source: str) -> None:
    before = set(rule(project()))

    assert set(rule(project().plant(path, source))) - before


def test_a_part_that_cleans_up_and_raises_again_is_no_broad_except() -> None:
    source = "try: pass\nexcept BaseException:\n    x = 1\n    raise\n" * 4

    assert not set(broad_excepts(project().plant("printers/fair.py", source)))


def test_every_rule_of_this_file_is_tried_on_a_violation() -> None:
    rules = {
        name
        for name, item in globals().items()
        if getattr(item, "__annotations__", {}).get("return") == Iterator[str] and name[0] != "_"
    }

    assert rules == {rule.__name__ for rule in RULES}
