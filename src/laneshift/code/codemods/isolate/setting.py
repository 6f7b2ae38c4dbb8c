"""What `isolate-import` is asked for, held against a tree. Pure."""

from __future__ import annotations

from typing import NamedTuple

from laneshift.code.codemods.isolate.bindings import is_below
from laneshift.code.codemods.isolate.one_file import MODES
from laneshift.code.codemods.records import Codemod
from laneshift.code.modules import Modules, is_package_file
from laneshift.errors import Refused
from laneshift.repo.objects import Tree

NAME = "isolate-import"
_KNOWN = ("lane", "mode", "registry", "start")


class Setting(NamedTuple):
    """What the tree and the parameters say: the modules, the lane, the mode, the registry, and where tests go.

    `start` is where the program starts: the file, and the name of a function in it or nothing for the file's own top.
    """

    modules: Modules
    lane: str
    mode: str
    registry: str
    folder: str
    start: tuple[str, str] = ("", "")

    @property
    def providers(self) -> str:
        """The module in the lane that puts its things into the registry."""
        return f"{self.lane}.providers"


def setting_of(tree: Tree, codemod: Codemod, roots: tuple[str, ...], folder: str) -> Setting:
    """Raises `Refused` (`codemod.bad-parameter`) for parameters that make no sense here."""
    given = dict(codemod.parameters)
    unknown = sorted(given.keys() - set(_KNOWN))
    if unknown:
        raise _bad(f"{NAME} takes no {unknown[0]!r}", f"known: {', '.join(_KNOWN)}")
    modules = Modules.of(tree.entries, roots)
    lane, mode, registry = given.get("lane", ""), given.get("mode", "lazy"), given.get("registry", "")
    if mode not in MODES:
        raise _bad(f"no mode is called {mode!r}", f"one of {', '.join(MODES)}")
    if not lane or not (lane in modules.by_name or lane in modules.packages):
        raise _bad(f"the tree has no package {lane!r}", "--param lane=DOTTED.NAME")
    if mode == "provider" and (not _is_module(registry) or is_below(registry, lane)):
        raise _bad(f"{registry!r} cannot be the registry", "--param registry=PRODUCTION.MODULE")
    if mode == "provider" and not is_package_file(modules.by_name.get(lane, "")):
        raise _bad(f"{lane!r} is no package, so it cannot provide anything", "another mode, or a package")
    return Setting(modules, lane, mode, registry, folder, _start(given.get("start", ""), mode, modules))


def _start(told: str, mode: str, modules: Modules) -> tuple[str, str]:
    module, _, function = told.partition(":")
    if not told:
        return "", ""
    if mode != "provider":
        raise _bad("only mode `provider` has anything to do at start", "leave `start` out")
    if module not in modules.by_name or (function and not function.isidentifier()):
        raise _bad(f"the tree has no module {module!r}", "--param start=MODULE, or MODULE:FUNCTION")
    return modules.by_name[module], function


def _is_module(name: str) -> bool:
    return "." in name and all(part.isidentifier() for part in name.split("."))


def _bad(what: str, cure: str) -> Refused:
    return Refused("codemod.bad-parameter", what, cure=cure)
