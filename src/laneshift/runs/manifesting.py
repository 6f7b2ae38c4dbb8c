"""Manifests of the user's work tree: worked out, written all or none, migrated, and put into a batch."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Iterator, Mapping

from laneshift.code.index import Index
from laneshift.errors import Refused
from laneshift.manifests import near_kept
from laneshift.manifests.checking import check, listed
from laneshift.manifests.coverage import Coverage, coverage
from laneshift.manifests.discovery import Unit
from laneshift.manifests.document import NotReadableError
from laneshift.manifests.generating import Generated, generate
from laneshift.manifests.migrating import migrated
from laneshift.manifests.near import generate_near
from laneshift.manifests.settled import settle
from laneshift.manifests.told import Rejected, Told
from laneshift.manifests.world import settings_in, world_of
from laneshift.repo.objects import File, Repository, Tree
from laneshift.repo.worktree import apply

_LARGEST_DIFF = 200_000


def work_out(repository: Repository, tree: Tree, processes: int, paths: Collection[str] = ()) -> Generated:
    """The manifests of a tree as they should be. Raises `Refused` for paths that are no modules, and for no modules."""
    near = None if paths else near_kept.load(repository)
    with Index.open(repository, processes=processes) as index:
        made = None if near is None else generate_near(tree, near, index)
        if made is None:
            world = world_of(tree, index)
            made = generate(world, tree, paths)
            world.signals.write()
    if not made.units and not made.rejected:
        raise Refused("manifest.nothing", "there is no module in this tree", cure="see manifests.set_aside")
    return made


def write(repository: Repository, tree: Tree, made: Generated, *, everything: bool) -> Told:
    """Write what is to change into the work tree, which holds `tree`: all of it, each file in one step, or nothing.

    Raises `NeedsPerson` where the work tree is not what `tree` says any more.
    """
    told = Told(tuple(made.written), len(made.same), made.failed, made.rejected)
    changes = {path: File(data) for path, data in made.written.items()}
    after = apply(repository, kept_modes(tree, changes), tree) if changes else tree
    if everything and not made.failed:
        settle(repository, after.oid, {"same": told.modules, "rejected": [[r.path, r.reason] for r in made.rejected]})
        if made.consulted is not None:
            consulted = near_kept.turned(made.consulted)
            near_kept.keep(repository, near_kept.Near(after.oid, made.units, made.rejected, consulted))
    return told


def kept_modes(tree: Tree, files: Mapping[str, File]) -> dict[str, File]:
    """The same files with the modes that they have in `tree`."""
    there = {path: tree.entry(path) for path in files}
    return {path: file._replace(mode=entry.mode) if (entry := there[path]) else file for path, file in files.items()}


def differences_of(tree: Tree, made: Generated) -> Iterator[str]:
    """What would change, as unified diffs."""
    for path, data in made.written.items():
        before = tree.read(path) if path in tree else b""
        if len(before) + len(data) > _LARGEST_DIFF:
            yield f"--- {path}\n+++ {path}\n(too large to be shown)\n"
            continue
        old, new = (text.decode("utf-8", "replace").splitlines(keepends=True) for text in (before, data))
        lines = difflib.unified_diff(old, new, f"a/{path}" if path in tree else "/dev/null", f"b/{path}")
        yield "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def migrate(tree: Tree, paths: Collection[str] = ()) -> tuple[dict[str, bytes], tuple[Rejected, ...], int]:
    """New bytes of every older manifest, those that cannot be migrated with the reason, and how many there are."""
    settings = settings_in(tree)
    plain = [path.rstrip("/") for path in paths]
    files: dict[str, bytes] = {}
    failed = []
    count = 0
    for path in listed(tree, settings):
        if plain and not any(each in (".", path) or path.startswith(f"{each}/") for each in plain):
            continue
        count += 1
        data = tree.read(path)
        try:
            new = migrated(data)
        except NotReadableError as error:
            failed.append(Rejected(path, str(error)))
            continue
        if new != data:
            files[path] = new
    return files, tuple(failed), count


def covered(repository: Repository, tree: Tree, processes: int) -> Coverage:
    """How many modules of a tree have a valid manifest."""
    settings = settings_in(tree)
    checked = check(tree, settings)
    with Index.open(repository, processes=processes) as index:
        found = world_of(tree, index).found
    faulty = ((fault.where, fault.what) for fault in checked.faults)
    return coverage(found, checked.manifests, faulty, settings.manifests.goal)


def batch_of(made: Generated, depth: int) -> bytes:
    """A batch file with an item for every module whose manifest is to change; with a `depth`, one for every folder
    that many parts deep instead, which regenerates all below it. No two items regenerate the same manifest: two that
    did would make the same change, and only the first of them could land."""
    items: dict[str, str] = {}
    for unit in made.units:
        if unit.manifest in made.written:
            parts = unit.path.split("/")
            src = "/".join(parts[:depth]) if 0 < depth <= len(parts) else _alone(unit)
            items.setdefault(src, src.replace("/", ".") if depth and depth < len(parts) else unit.name)
    rows = (
        f'[[items]]\nkind = "manifest"\nmodule = {json.dumps(name)}\nsrc = {json.dumps(src)}\n'
        for src, name in items.items()
    )
    return "\n".join(rows).encode()


def _alone(unit: Unit) -> str:
    """A path that names this module and none below it."""
    marker = f"{unit.path}/__init__.py"
    return marker if marker in unit.files else unit.files[0]
