"""Read the project's source into a map of modules and imports, for the architecture test.

Pure `ast`: nothing is imported or run, so a module that cannot be imported here (no CUPS, no GPIO)
is judged all the same. `plant` adds an invented module, to prove that a rule catches it.
"""

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("appliance", "printers", "provisioning")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Import:
    """One imported module, dotted; `is_inside` tells whether it stands inside a function."""

    target: str
    line: int
    is_inside: bool


@dataclass(frozen=True)
class Module:
    """One source file; `name` is dotted, a package is named without `__init__`."""

    path: str
    source: str

    @functools.cached_property
    def name(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @functools.cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source, self.path)

    @functools.cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(self.tree))

    @functools.cached_property
    def imports(self) -> tuple[Import, ...]:
        inside = {id(node) for function in self.functions for node in ast.walk(function)}
        return tuple(
            Import(target, node.lineno, id(node) in inside)
            for node in self.nodes
            if isinstance(node, ast.Import | ast.ImportFrom)
            for target in _targets(node)
        )

    @functools.cached_property
    def functions(self) -> tuple[Function, ...]:
        return tuple(node for node in self.nodes if isinstance(node, Function))

    @functools.cached_property
    def dotted_names(self) -> tuple[tuple[ast.AST, str], ...]:
        """Every name that is used, as it is written: `os`, `os.environ`."""
        found = (node for node in self.nodes if isinstance(node, ast.Attribute | ast.Name))
        return tuple((node, ast.unparse(node)) for node in found)

    def where(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


class Code(dict[str, Module]):
    """All modules by name."""

    def plant(self, path: str, source: str) -> "Code":
        """Return the code with one more module, or one replaced."""
        module = Module(path, source)
        return Code({**self, module.name: module})

    def ours(self, target: str) -> str | None:
        """Return the module of ours an import reaches, or None for other people's code."""
        while target:
            if target in self:
                return target
            target = target.rpartition(".")[0]
        return None

    def edges(self) -> dict[str, set[str]]:
        """Map each module to the modules of ours it imports, wherever the import stands."""
        return {
            name: {found for item in module.imports if (found := self.ours(item.target))} - {name}
            for name, module in self.items()
        }


@functools.cache
def project() -> Code:
    """Read the three packages."""
    files = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    modules = [Module(str(file.relative_to(ROOT)), file.read_text("utf-8")) for file in files]
    return Code({module.name: module for module in modules})


def reachable(edges: dict[str, set[str]], start: str) -> set[str]:
    """Return every module the start needs, directly or through others."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        waiting += edges[name] - seen
        seen |= edges[name]
    return seen


def _targets(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """Name what is imported; `from a import b` may mean the module a.b, so it is named whole."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    else:
        yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)
