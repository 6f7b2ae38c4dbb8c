"""Atlases that earlier processes made, kept beside the index by tree. A cache: it may go at any time."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import laneshift
from laneshift.code.index import Index
from laneshift.lanes.arrows import KINDS, Arrow
from laneshift.lanes.atlas import Atlas, inverted, survey, survey_next
from laneshift.lanes.places import Places
from laneshift.lanes.symlinks import Linked
from laneshift.repo.objects import Tree

_FORMAT = 1
_KEPT = 6
_LARGEST = 256 << 20
_log = logging.getLogger("laneshift.lanes")


def atlas_of(tree: Tree, index: Index, roots: Iterable[str] = (), near: Atlas | None = None) -> Atlas:
    """The atlas of a tree: the kept one, or one made now and kept. `near` is of a tree that differs in a few files."""
    chosen = tuple(roots)
    if near is not None and near.roots == chosen:
        return survey_next(near, tree, index)
    found = load(tree, chosen)
    if found is None:
        found = survey(tree, index, chosen)
        keep(found)
    return found


def load(tree: Tree, roots: tuple[str, ...]) -> Atlas | None:
    """The kept atlas of a tree; None when there is none, or none that can be read."""
    path = _place(tree, roots)
    try:
        if path.stat().st_size > _LARGEST:
            return None
        digest, _, body = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if hashlib.sha256(body).hexdigest().encode() != digest:
        _log.warning("%s: damaged, and made again [lanes.damaged-atlas]", path)
        return None
    return _atlas(tree, roots, json.loads(body))


def keep(atlas: Atlas) -> None:
    """Write an atlas down, and drop the oldest ones. A disk that does not take it costs nothing but time later."""
    body = json.dumps(_plain(atlas), separators=(",", ":")).encode("ascii")
    path = _place(atlas.tree, atlas.roots)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".unfinished-", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        Path(name).replace(path)
        for old in sorted(path.parent.glob("*.json"), key=lambda each: each.stat().st_mtime)[:-_KEPT]:
            old.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("%s: not kept: %s [lanes.not-kept]", path, error)


def _place(tree: Tree, roots: tuple[str, ...]) -> Path:
    python = f"{sys.implementation.name} {sys.version_info.major}.{sys.version_info.minor}"
    key = hashlib.sha256(repr((_FORMAT, laneshift.__version__, python, roots)).encode()).hexdigest()[:16]
    return tree.repository.state_dir / "lanes" / f"{tree.oid}-{key}.json"


def _plain(atlas: Atlas) -> dict[str, Any]:
    """Paths once, in a list; everything else by their numbers."""
    number = {path: at for at, path in enumerate(atlas.out)}
    kinds = {kind: at for at, kind in enumerate(KINDS)}
    flat = [[part for each in arrows for part in _flat(each, number, kinds)] for arrows in atlas.out.values()]
    ways = atlas.linked
    return {
        "paths": list(atlas.out),
        "arrows": flat,
        "scanned": sorted(number[path] for path in atlas.scanned),
        "passing": sorted(number[path] for path in atlas.passing),
        "blind": {str(number[path]): lines for path, lines in sorted(atlas.blind.items())},
        "linked": [dict(ways.files), dict(ways.links), ways.outside, ways.submodules],
    }


def _flat(arrow: Arrow, number: dict[str, int], kinds: dict[Any, int]) -> tuple[int, int, int]:
    return number[arrow.target], arrow.line, kinds[arrow.kind]


def _atlas(tree: Tree, roots: tuple[str, ...], body: dict[str, Any]) -> Atlas:
    paths: list[str] = body["paths"]
    out = {path: tuple(_arrows(paths, flat)) for path, flat in zip(paths, body["arrows"], strict=True)}
    files, links, outside, submodules = body["linked"]
    return Atlas(
        tree=tree,
        roots=roots,
        named=lru_cache(1)(lambda: Places.of(paths, roots)),
        out=out,
        into=inverted(out),
        scanned=frozenset(paths[at] for at in body["scanned"]),
        blind={paths[int(at)]: tuple(lines) for at, lines in body["blind"].items()},
        passing=frozenset(paths[at] for at in body["passing"]),
        linked=Linked(files, links, tuple(outside), tuple(submodules)),
        consulted=None,
    )


def _arrows(paths: list[str], flat: list[int]) -> Iterator[Arrow]:
    parts = iter(flat)
    return (Arrow(paths[target], line, KINDS[kind]) for target, line, kind in zip(parts, parts, parts, strict=True))
