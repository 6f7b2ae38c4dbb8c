"""The packages of a tree as star rules see them: from their manifests where there are some, and from the code."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from laneshift.code.facts import Links
from laneshift.code.modules import Modules
from laneshift.errors import Fault
from laneshift.manifests.stars.canon import REST, Canon
from laneshift.manifests.stars.evidence import Subject
from laneshift.repo.objects import Tree

FILE = "module.manifest.json"
LARGEST = 1 << 20
"""Bytes of a manifest that is read."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The packages in the order of their paths, and what could not be read of their manifests."""

    subjects: tuple[Subject, ...]
    faults: tuple[Fault, ...]


def subjects_of(tree: Tree, links: Mapping[str, Links], modules: Modules, canon: Canon) -> Seen:
    """Every package of the tree. `links` are those of its Python files.

    A manifest that cannot be read, or names a star that the canon does not have, is a fault, and its package is left
    out: nothing is suggested for what is not understood.
    """
    files: dict[str, list[str]] = {}
    for path in links:
        files.setdefault(path.rpartition("/")[0], []).append(path)
    found: list[Subject] = []
    faults: list[Fault] = []
    for folder in sorted(_packages(tree, modules)):
        name = modules.name_of(f"{folder}/__init__.py")
        manifest, problems = _manifest(tree, folder, canon)
        faults.extend(problems)
        if name is not None and not problems:
            outside = {one.module.partition(".")[0] for path in files.get(folder, ()) for one in links[path].imports}
            found.append(_subject(folder, name, manifest, canon, tuple(sorted(outside - {""}))))
    return Seen(tuple(found), tuple(faults))


def primary_star(manifest: Mapping[str, Any]) -> str:
    """The primary star that a manifest names, as written; empty when it names none."""
    return _text(_table(manifest, "constellation_alignment"), "primary_star")


def _packages(tree: Tree, modules: Modules) -> Iterator[str]:
    seen: set[str] = set()
    for path in modules.by_path:
        if path.endswith("/__init__.py"):
            seen.add(path.removesuffix("/__init__.py"))
    for path, entry in tree.below(""):
        if path.endswith(f"/{FILE}") and entry.is_regular:
            seen.add(path.removesuffix(f"/{FILE}"))
    yield from seen


def _manifest(tree: Tree, folder: str, canon: Canon) -> tuple[Mapping[str, Any], list[Fault]]:
    path = f"{folder}/{FILE}"
    entry = tree.entry(path)
    if entry is None:
        return {}, []
    if not entry.is_regular or tree.repository.blob_size(entry.oid) > LARGEST:
        return {}, [Fault("stars.bad-manifest", path, f"is no regular file of at most {LARGEST} bytes")]
    try:
        read = json.loads(tree.read(path).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        return {}, [Fault("stars.bad-manifest", path, f"is not JSON: {str(error)[:200]}")]
    if not isinstance(read, dict):
        return {}, [Fault("stars.bad-manifest", path, "is no JSON object")]
    alignment = _table(read, "constellation_alignment")
    named = [_text(alignment, "primary_star"), *_texts(alignment, "secondary_stars")]
    return read, [_unknown(path, star, canon) for star in named if star and canon.get(star) is None]


def _unknown(path: str, star: str, canon: Canon) -> Fault:
    close = canon.close(star)
    cure = f"did you mean {' or '.join(map(repr, close))}?" if close else f"known: {', '.join(canon.ids)}"
    return Fault("stars.unknown-star", path, f"{star[:80]!r} is not a star of the canon", cure)


def _subject(folder: str, name: str, manifest: Mapping[str, Any], canon: Canon, outside: tuple[str, ...]) -> Subject:
    alignment = _table(manifest, "constellation_alignment")
    capabilities = manifest.get("capabilities")
    tables = [each for each in capabilities if isinstance(each, dict)] if isinstance(capabilities, list) else []
    return Subject(
        path=folder,
        module=name,
        star=_canonical(canon, _text(alignment, "primary_star")) or REST,
        secondary=tuple(_canonical(canon, star) for star in _texts(alignment, "secondary_stars")),
        tier=_text(_table(manifest, "testing"), "quality_tier"),
        owner=_text(_table(manifest, "metadata"), "owner"),
        capabilities=tuple(text for each in tables for key in ("name", "type") if (text := _text(each, key))),
        nodes=_texts(_table(manifest, "matriz_integration"), "pipeline_nodes"),
        dependencies=outside,
    )


def _canonical(canon: Canon, name: str) -> str:
    star = canon.get(name) if name else None
    return "" if star is None else star.id


def _table(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = document.get(key)
    return value if isinstance(value, dict) else {}


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    return value if isinstance(value, str) else ""


def _texts(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = table.get(key)
    return tuple(text for text in value if isinstance(text, str)) if isinstance(value, list) else ()
