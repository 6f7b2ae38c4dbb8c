"""The packages of a tree as star rules see them: from their manifests where there are some, and from the code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from laneshift.code.facts import Links
from laneshift.errors import Fault
from laneshift.manifests.discovery import Unit
from laneshift.manifests.document import NotReadableError, read
from laneshift.manifests.stars.canon import REST, Canon
from laneshift.manifests.stars.evidence import Subject
from laneshift.repo.objects import Tree


@dataclass(frozen=True, slots=True)
class Seen:
    """The packages in the order of their paths, and what could not be read of their manifests."""

    subjects: tuple[Subject, ...]
    faults: tuple[Fault, ...]


def subjects_of(tree: Tree, units: Iterable[Unit], links: Mapping[str, Links], canon: Canon) -> Seen:
    """The modules `units` of the tree. `links` are those of its Python files.

    A manifest that cannot be read, or names a star that the canon does not have, is a fault, and its module is left
    out: nothing is suggested for what is not understood.
    """
    found: list[Subject] = []
    faults: list[Fault] = []
    for unit in units:
        manifest, problems = _manifest(tree, unit.manifest, canon)
        faults.extend(problems)
        if not problems:
            handle = unit.manifest if unit.manifest in tree else unit.files[0]
            found.append(_subject(unit, handle, manifest, canon, _outside(unit, links)))
    return Seen(tuple(found), tuple(faults))


def stars_of(tree: Tree, units: Iterable[Unit], canon: Canon) -> Mapping[str, str]:
    """Path of the manifest to the primary star of every module whose manifest is there or may yet be made."""
    read_ = ((unit, _manifest(tree, unit.manifest, canon)) for unit in units)
    return {
        unit.manifest: _canonical(canon, _text(_table(manifest, "constellation_alignment"), "primary_star")) or REST
        for unit, (manifest, faults) in read_
        if not faults
    }


def _manifest(tree: Tree, path: str, canon: Canon) -> tuple[Mapping[str, Any], list[Fault]]:
    entry = tree.entry(path)
    if entry is None:
        return {}, []
    if not entry.is_regular:
        return {}, [Fault("stars.bad-manifest", path, "is no regular file")]
    try:
        manifest: Mapping[str, Any] = read(tree.read(path))
    except NotReadableError as error:
        return {}, [Fault("stars.bad-manifest", path, f"cannot be read: {error}")]
    alignment = _table(manifest, "constellation_alignment")
    named = [_text(alignment, "primary_star"), *_texts(alignment, "secondary_stars")]
    return manifest, [_unknown(path, star, canon) for star in named if star and canon.get(star) is None]


def _unknown(path: str, star: str, canon: Canon) -> Fault:
    close = canon.close(star)
    cure = f"did you mean {' or '.join(map(repr, close))}?" if close else f"known: {', '.join(canon.ids)}"
    return Fault("stars.unknown-star", path, f"{star[:80]!r} is not a star of the canon", cure)


def _subject(unit: Unit, handle: str, manifest: Mapping[str, Any], canon: Canon, outside: tuple[str, ...]) -> Subject:
    alignment = _table(manifest, "constellation_alignment")
    capabilities = manifest.get("capabilities")
    tables = [each for each in capabilities if isinstance(each, dict)] if isinstance(capabilities, list) else []
    return Subject(
        path=unit.path,
        module=unit.name,
        manifest=unit.manifest,
        handle=handle,
        star=_canonical(canon, _text(alignment, "primary_star")) or REST,
        secondary=tuple(_canonical(canon, star) for star in _texts(alignment, "secondary_stars")),
        tier=_text(_table(manifest, "testing"), "quality_tier"),
        owner=_text(_table(manifest, "metadata"), "owner"),
        capabilities=tuple(text for each in tables for key in ("name", "type") if (text := _text(each, key))),
        nodes=_texts(_table(manifest, "matriz_integration"), "pipeline_nodes"),
        dependencies=outside,
    )


def _outside(unit: Unit, links: Mapping[str, Links]) -> tuple[str, ...]:
    """The first parts of the absolute imports of a module's own files."""
    imports = (one for path in unit.files for one in links[path].imports if not one.level)
    return tuple(sorted({one.module.partition(".")[0] for one in imports}))


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
