"""One list of components out of what many files name. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from laneshift.reports.sbom.model import Component
from laneshift.reports.sbom.reading.need import Need


def merged(named: Iterable[tuple[str, Need]]) -> tuple[Component, ...]:
    """Components by name, version and origin. `named` are paths of files and what each names.

    What is named without a version is told at every pinned version that it allows; where there is none, it is a
    component without a version.
    """
    pinned: dict[tuple[str, str, str], Component] = {}
    loose: list[tuple[str, Need]] = []
    for path, need in named:
        if need.version or need.origin:
            _put(pinned, path, need)
        else:
            loose.append((path, need))
    by_name: dict[str, list[Component]] = {}
    for component in pinned.values():
        by_name.setdefault(component.name, []).append(component)
    for path, need in loose:
        allowed = [each for each in by_name.get(need.name, []) if _allows(need.specifier, each)]
        for each in allowed:
            _put(pinned, path, replace(need, version=each.version, origin=each.origin))
        if not allowed:
            _put(pinned, path, need)
    return tuple(pinned[key] for key in sorted(pinned))


def _put(components: dict[tuple[str, str, str], Component], path: str, need: Need) -> None:
    key = (need.name, need.version, need.origin)
    known = components.get(key, Component(*key))
    said = f"{path}: {need.said}" if need.said else path
    components[key] = replace(
        known,
        hashes=tuple(sorted({*known.hashes, *need.hashes})),
        said=tuple(sorted({*known.said, said})),
    )


def _allows(specifier: str, component: Component) -> bool:
    if not specifier or not component.version:
        return True
    try:
        return SpecifierSet(specifier).contains(Version(component.version), prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return False
