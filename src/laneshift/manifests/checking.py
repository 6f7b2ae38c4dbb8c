"""Whether the manifests of a tree are right: their text, the schema, and that each is about the folder it is in.

This takes no import graph, so that it costs little. Whether what a manifest says of the code is still so (`stale`) is
another question, which only the generator can answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from laneshift.config import Settings
from laneshift.errors import Fault
from laneshift.manifests.checking_code import Code
from laneshift.manifests.checking_kept import keep, key_of, load
from laneshift.manifests.discovery import manifest_path, refusal
from laneshift.manifests.document import Json, NotReadableError, joined, members_of, split
from laneshift.manifests.fields import FILE
from laneshift.manifests.judging import Judged, judged
from laneshift.manifests.merging import at, merged
from laneshift.repo.objects import Entry, Tree
from laneshift.repo.tree_listing import list_by_git

_CODE = "manifest.invalid"
ENDING = ".manifest.json"


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at, and all that is wrong. No fault over nothing looked at is not a success."""

    manifests: tuple[str, ...]
    faults: tuple[Fault, ...]


def check(
    tree: Tree,
    settings: Settings,
    paths: Collection[str] = (),
    *,
    roundtrip: bool = False,
    ahead: Mapping[str, Judged] | None = None,
) -> Checked:
    """Check every manifest of a tree, or those at and below `paths`. What was found in all of a tree is kept.

    `ahead` is what is known of texts already, by the ids of their blobs.
    """
    key = "" if paths else key_of(tree, settings, roundtrip=roundtrip)
    known = load(tree.repository, key) if key else None
    if known is not None:
        return Checked(*known)
    fresh = _checked(tree, settings, paths, roundtrip, ahead or {})
    if key:
        keep(tree.repository, key, (fresh.manifests, fresh.faults))
    return fresh


def _checked(
    tree: Tree, settings: Settings, paths: Collection[str], roundtrip: bool, ahead: Mapping[str, Judged]
) -> Checked:
    list_by_git(tree)
    code = Code.of((path for path, _ in tree.below("")), settings.source_roots)
    found = {path: entry.oid for path, entry in _manifests(tree, settings) if _is_wanted(path, paths)}
    faults: list[Fault] = []
    for path, oid in found.items():
        value, wrong = ahead.get(oid) or judged(tree.repository.blob(oid))
        own = list(wrong or _misplaced(value, path, settings, code))
        own += list(_not_the_same(tree.repository.blob(oid))) if roundtrip else []
        faults += (Fault(_CODE, path, what, cure) for what, cure in own)
    return Checked(tuple(found), tuple(faults))


def listed(tree: Tree, settings: Settings) -> Iterator[str]:
    """Every manifest of a tree, in the order of the tree: files of that name, and those beside a module."""
    return (path for path, _ in _manifests(tree, settings))


def _manifests(tree: Tree, settings: Settings) -> Iterator[tuple[str, Entry]]:
    inside = f"{settings.manifests.folder}/" if settings.manifests.folder else ""
    for path, entry in tree.below(""):
        if not path.endswith(ENDING) or not path.startswith(inside) or not entry.is_regular:
            continue
        if path.rpartition("/")[2] == FILE or f"{path.removesuffix(ENDING)}.py" in tree:
            yield path, entry


def faults_of(data: bytes) -> list[tuple[str, str]]:
    """What is wrong with the text of a manifest, wherever it stands, each with a cure, which may be empty."""
    return list(judged(data).faults)


def _misplaced(value: Json, path: str, settings: Settings, code: Code) -> Iterator[tuple[str, str]]:
    """What does not fit the place: the manifest of a module that is elsewhere, or that may not have one."""
    told, name = at(value, ("module", "path")), at(value, ("module", "name"))
    cure = "laneshift manifest generate"
    if manifest_path(told, settings.manifests.folder) != path:
        yield (
            f"module.path is {told!r}, whose manifest belongs at {manifest_path(told, settings.manifests.folder)}",
            cure,
        )
        return
    if not code.has(told):
        yield f"module.path is {told!r}, where there is no Python code", "remove the manifest"
        return
    real = code.name_of(told)
    if name != real:
        yield f"module.name is {name!r}, and {told} is {real or 'no module'}", cure
    if why := refusal(told, real, settings.manifests):
        yield f"this module has no manifest: {why}", "remove the manifest"


def _not_the_same(data: bytes) -> Iterator[tuple[str, str]]:
    """Reading and writing a manifest without a change has to give the same bytes."""
    try:
        before, text, after = split(data)
        again = f"{before}{joined(members_of(text)) if members_of(text) else text}{after}".encode()
        if again != data or merged(data, {}) != data:
            yield "written again it would have other bytes", "report this file: it is a bug"
    except NotReadableError:
        return


def _is_wanted(path: str, paths: Collection[str]) -> bool:
    if not paths:
        return True
    home = path.removesuffix(f"/{FILE}")
    plain = [each.rstrip("/") for each in paths]
    return any(each in ("", ".", path, home) or path.startswith(f"{each}/") for each in plain)
