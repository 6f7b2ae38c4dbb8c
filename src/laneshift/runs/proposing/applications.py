"""ASGI applications of a repository, found without running anything: module-level names and factories."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from laneshift.code.modules import Modules
from laneshift.code.parsing import PARSING
from laneshift.repo.grep import containing
from laneshift.repo.objects import Tree
from laneshift.runs.proposing.areas import is_beside, packages_of, test_area

_OPENAPI = {"FastAPI": "/openapi.json", "Litestar": "/schema/openapi.json", "Starlette": "", "Quart": ""}
_MAKERS = {**_OPENAPI, "get_asgi_application": ""}
"""What makes an application, and where it serves its OpenAPI document, empty for those that have none of their own."""

_FROM = frozenset({"fastapi", "litestar", "starlette", "quart", "django"})
_NAMES = ("app", "application", "api", "asgi")
_FILES = ("main", "app", "asgi", "application", "server", "api", "__init__")
_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class AppIdea:
    """An application: `package.module:name`, whether it is made by calling that, and its OpenAPI document's path."""

    target: str
    path: str
    line: int
    factory: bool = False
    openapi: str = ""


def app_ideas(tree: Tree, python: Sequence[str], roots: Sequence[str]) -> list[AppIdea]:
    """Every application outside of tests, documentation and examples, the likeliest first."""
    modules, packages = Modules.of(python, roots), packages_of(python)
    known = containing(tree, {f"{maker}(" for maker in _MAKERS})
    candidates = python if known is None else sorted(set(known).intersection(python))
    found: list[AppIdea] = []
    for path in candidates:
        name = modules.name_of(path)
        entry = tree.entry(path)
        if name is None or entry is None or not entry.is_regular or is_beside(path) or test_area(path, packages):
            continue
        if tree.repository.blob_size(entry.oid) <= _LARGEST:
            found += _apps(tree.repository.blob(entry.oid), path, name)
    return sorted(found, key=_rank)


def _rank(app: AppIdea) -> tuple[bool, int, int, int, str]:
    name = app.target.partition(":")[2]
    stem = app.path.rpartition("/")[2].removesuffix(".py")
    named = _NAMES.index(name) if name in _NAMES else len(_NAMES)
    filed = _FILES.index(stem) if stem in _FILES else len(_FILES)
    return app.factory, named, filed, app.path.count("/"), app.target


def _apps(data: bytes, path: str, module: str) -> Iterator[AppIdea]:
    try:
        with PARSING, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(data).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    names = dict(_imported(body))
    for node in body:
        if isinstance(node, ast.FunctionDef):
            openapi = _made_by(node, names)
            if openapi is not None:
                yield AppIdea(f"{module}:{node.name}", path, node.lineno, True, openapi)
            continue
        target, value = _assigned(node)
        openapi = None if value is None else _openapi(value, names)
        if openapi is not None:
            yield AppIdea(f"{module}:{target}", path, node.lineno, False, openapi)


def _imported(body: Sequence[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Local names of what makes applications, and of the modules that have it, with what they mean."""
    for node in body:
        if isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").partition(".")[0] in _FROM:
            yield from ((alias.asname or alias.name, alias.name) for alias in node.names if alias.name in _MAKERS)
        elif isinstance(node, ast.Import):
            yield from ((alias.asname or alias.name, alias.name) for alias in node.names if alias.name in _FROM)


def _assigned(node: ast.stmt) -> tuple[str, ast.expr | None]:
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id, node.value
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id, node.value
    return "", None


def _openapi(value: ast.expr, names: dict[str, str]) -> str | None:
    """Where the application that an expression makes serves its document; None for one that makes none."""
    maker = _maker(value.func, names) if isinstance(value, ast.Call) else ""
    if not isinstance(value, ast.Call) or maker not in _MAKERS:
        return None
    told = next((each.value for each in value.keywords if each.arg == "openapi_url"), None)
    if told is None or maker != "FastAPI":
        return _MAKERS[maker]
    return told.value if isinstance(told, ast.Constant) and isinstance(told.value, str) else ""


def _maker(called: ast.expr, names: dict[str, str]) -> str:
    if isinstance(called, ast.Name):
        return names.get(called.id, "")
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id in names:
        return called.attr
    return ""


def _made_by(function: ast.FunctionDef, names: dict[str, str]) -> str | None:
    """As `_openapi`, for what a function without needed arguments returns."""
    spec = function.args
    needed = len(spec.posonlyargs) + len(spec.args) - len(spec.defaults)
    if needed or None in spec.kw_defaults or function.decorator_list:
        return None
    inside = list(ast.walk(function))
    made = {
        name: found for node in inside if isinstance(node, ast.stmt) for name, found in [_made(node, names)] if name
    }
    for node in inside:
        if isinstance(node, ast.Return) and node.value is not None:
            known = node.value.id if isinstance(node.value, ast.Name) else ""
            return made[known] if known in made else _openapi(node.value, names)
    return None


def _made(node: ast.stmt, names: dict[str, str]) -> tuple[str, str]:
    name, value = _assigned(node)
    openapi = None if value is None else _openapi(value, names)
    return ("", "") if openapi is None else (name, openapi)
