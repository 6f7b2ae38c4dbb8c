"""import-linter itself, in process: what it says of contracts over packages in a folder."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import grimp
from grimp.exceptions import GrimpException
from importlinter import configuration
from importlinter.application.use_cases import _register_contract_types
from importlinter.application.user_options import UserOptions
from importlinter.domain.contract import InvalidContractOptions, registry
from importlinter.domain.helpers import MissingImport

configuration.configure()
_register_contract_types(UserOptions({}, []))
REFUSALS = (ValueError, GrimpException, MissingImport, InvalidContractOptions)
"""How import-linter tells that a contract cannot be judged."""


@contextmanager
def importable(folder: Path, *packages: str) -> Iterator[None]:
    """Let `folder` go first where Python looks for packages, and forget what was known of them."""
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        sys.path_importer_cache.pop(str(folder), None)
        for name in list(sys.modules):
            if name.partition(".")[0] in {package.partition(".")[0] for package in packages}:
                del sys.modules[name]


def graph_of(folder: Path, general: Mapping[str, Any]) -> grimp.ImportGraph:
    """The graph that import-linter would build for these general options."""
    packages = general["root_packages"]
    with importable(folder, *packages):
        return grimp.build_graph(
            *packages,
            include_external_packages=general.get("include_external_packages") in ("True", "true"),
            exclude_type_checking_imports=general.get("exclude_type_checking_imports") in ("True", "true"),
            cache_dir=None,
        )


def verdict(graph: grimp.ImportGraph, general: Mapping[str, Any], contract: Mapping[str, Any]) -> str:
    """`kept`, `broken` or `invalid`, by import-linter's own class for the type of contract."""
    try:
        made = registry.get_contract_class(contract["type"])(contract["name"], dict(general), dict(contract))
        return "kept" if made.check(deepcopy(graph), verbose=False).kept else "broken"
    except REFUSALS:
        return "invalid"


def edges(graph: grimp.ImportGraph) -> set[tuple[str, str]]:
    """Every direct import."""
    return {(module, each) for module in graph.modules for each in graph.find_modules_directly_imported_by(module)}
