"""Atlases that earlier processes made, kept by tree."""

from __future__ import annotations

import os
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from laneshift.code.index import Index
from laneshift.code.modules import Modules
from laneshift.errors import Refused
from laneshift.lanes import answers, ground_file
from laneshift.lanes.atlas import Atlas, names_differ, survey, survey_next
from laneshift.lanes.kept_arrows import Into, KeptArrows, columns
from laneshift.lanes.lean import lean_survey
from laneshift.lanes.places import Places
from laneshift.lanes.symlinks import Linked
from laneshift.repo.differences import few_differences
from laneshift.repo.objects import Tree

_KIND = "atlas"
_MOST_CHANGED = 2_000


def atlas_of(
    tree: Tree,
    index: Index,
    roots: Iterable[str] = (),
    near: Atlas | None = None,
    *,
    lean: bool = False,
    said: bool = False,
) -> Atlas:
    """The atlas of a tree: the kept one, or one made now and kept. `near` is of a tree that differs in a few files.

    With `lean` it has no more than a kept one has, and with `said` also what its files say, where it is made now.
    """
    chosen = tuple(roots)
    if near is not None and near.roots == chosen:
        return survey_next(near, tree, index)
    found = load(tree, chosen)
    if found is None:
        found = lean_survey(tree, index, chosen, said=said) if lean else survey(tree, index, chosen)
        keep(found)
    return found


def nearest(tree: Tree, roots: Iterable[str] = ()) -> Atlas | None:
    """The kept atlas that it costs least to go on from: of a tree with the same Python files, links and submodules."""
    chosen = tuple(roots)
    least, found = _MOST_CHANGED + 1, None
    for kept in answers.trees_of(tree.repository, _KIND, repr(chosen)):
        try:
            changed = few_differences(tree.repository.folders, kept.oid, tree.oid, least - 1)
        except Refused:
            continue  # git may have dropped it
        if changed is not None and not any(names_differ(path, *both) for path, both in changed.items()):
            least, found = len(changed), kept
        if not least:
            break
    return None if found is None else load(found, chosen)


def load(tree: Tree, roots: tuple[str, ...]) -> Atlas | None:
    """The kept atlas of a tree; None when there is none, or none that can be read."""
    body = answers.load(tree, _KIND, repr(roots))
    return None if body is None else _atlas(tree, roots, body)


def keep(atlas: Atlas) -> None:
    """Write an atlas down, and the survey that the check of an edited tree goes on from."""
    found = columns(atlas.out)
    answers.keep(atlas.tree, _KIND, repr(atlas.roots), _plain(atlas, found))
    keep_survey(atlas, found)


def keep_survey(atlas: Atlas, found: tuple[bytes, bytes] | None = None) -> None:
    """Write the survey of a tree down where there is none; `found` are the columns of its arrows."""
    folder = str(answers.folder(atlas.tree.repository))
    if not os.path.exists(ground_file.survey_place(folder, atlas.tree.oid)):  # noqa: PTH110 - a text, as there
        answers.written(folder, lambda: ground_file.keep_survey(folder, atlas, found or columns(atlas.out)))


def _plain(atlas: Atlas, found: tuple[bytes, bytes]) -> dict[str, Any]:
    """Paths once, in a list; everything else by their numbers."""
    number = {path: at for at, path in enumerate(atlas.out)}
    ways, places = atlas.linked, atlas.named()
    return {
        "paths": list(atlas.out),
        "names": [places.modules.by_path.get(path) for path in atlas.out],
        "roots": places.modules.roots,
        "tops": sorted(places.tops),
        "arrows": [b2a_base64(column, newline=False).decode("ascii") for column in found],
        "scanned": sorted(number[path] for path in atlas.scanned),
        "passing": sorted(number[path] for path in atlas.passing),
        "blind": {str(number[path]): lines for path, lines in sorted(atlas.blind.items())},
        "bent": {str(number[path]): lines for path, lines in sorted(atlas.bent.items())},
        "linked": [dict(ways.files), dict(ways.links), ways.outside, ways.submodules],
    }


def _atlas(tree: Tree, roots: tuple[str, ...], body: dict[str, Any]) -> Atlas:
    paths: list[str] = body["paths"]
    out = KeptArrows.read(paths, *map(a2b_base64, body["arrows"]))
    files, links, outside, submodules = body["linked"]
    return Atlas(
        tree=tree,
        roots=roots,
        named=lru_cache(1)(lambda: _places(paths, body)),
        out=out,
        into=Into(out.importers, out.inverted),
        scanned=frozenset(paths[at] for at in body["scanned"]),
        blind={paths[int(at)]: tuple(lines) for at, lines in body["blind"].items()},
        bent={paths[int(at)]: tuple(lines) for at, lines in body["bent"].items()},
        passing=frozenset(paths[at] for at in body["passing"]),
        linked=Linked(files, links, tuple(outside), tuple(submodules)),
        consulted=None,
        said=None,
    )


def _places(paths: list[str], body: dict[str, Any]) -> Places:
    by_path = {path: name for path, name in zip(paths, body["names"], strict=True) if name is not None}
    known = dict.fromkeys(paths).keys()
    return Places(Modules(tuple(body["roots"]), by_path), known, frozenset(body["tops"]))
