"""A module at the old place that passes everything on and warns, with a date on which it goes."""

from __future__ import annotations

import datetime as dt
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

from laneshift.code.moves.result import MoveResult
from laneshift.code.moves.site import module_name
from laneshift.code.shim_date import EXPIRY_NAME
from laneshift.errors import Refused
from laneshift.repo.objects import File, Tree

_TEXT = '''"""Moved to `{new}`. This shim goes on {expiry}."""

import importlib
import warnings

{variable} = "{expiry}"

warnings.warn("{old} moved to {new}; the old name goes on {expiry}", DeprecationWarning, stacklevel=2)
_moved = importlib.import_module("{new}")
__all__ = getattr(_moved, "__all__", [name for name in vars(_moved) if not name.startswith("_")])
globals().update({{name: getattr(_moved, name) for name in __all__ if hasattr(_moved, name)}})


def __getattr__(name: str) -> object:
    return getattr(_moved, name)
'''


@dataclass(frozen=True, slots=True)
class Shim:
    """The tree with shims, and the old names they keep alive until `expiry` by path."""

    tree: Tree
    paths: Mapping[str, str]
    expiry: dt.date


def shim(result: MoveResult, expiry: dt.date) -> Shim:
    """Put a shim at the old path of every module that moved. Raises `Refused` when nothing that moved is a module."""
    files: dict[str, File] = {}
    paths: dict[str, str] = {}
    for old_path, new_path in result.relocations.items():
        if not old_path.endswith(".py") or posixpath.basename(old_path) == "__main__.py":
            continue
        old, new = module_name(old_path, result.old_root), module_name(new_path, result.new_root)
        text = _TEXT.format(old=old, new=new, expiry=expiry.isoformat(), variable=EXPIRY_NAME)
        files[old_path] = File(text.encode())
        paths[old_path] = old
    if not files:
        raise Refused("moves.nothing-to-shim", "no Python module moved", where=result.intent.src)
    return Shim(result.tree.edit(files), paths, expiry)
