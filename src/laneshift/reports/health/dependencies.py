"""What a repository declares against what its code imports, how much of it is pinned, and what is known against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from laneshift.config.health import Health as Limits
from laneshift.errors import CheckFailed
from laneshift.manifests.outside import canonical, external, wanted
from laneshift.manifests.world import World
from laneshift.repo.objects import Tree
from laneshift.reports.health.model import Figure, Section, count, judged, rate
from laneshift.reports.sbom.model import Sbom
from laneshift.reports.sbom.osv_folder import look as held_against
from laneshift.reports.sbom.repository import repository_bill

_FOR_CHECKERS = frozenset({"-typeshed"})
"""Canonical names of what type checkers have built in, and nothing installs."""


@dataclass(frozen=True, slots=True)
class Dependencies:
    """`declared` distributions and those `imported`; `undeclared` maps what only the code names to the first file that
    imports it. `bill` is the bill of materials, with what is known against it where somebody looked."""

    declared: frozenset[str]
    imported: frozenset[str]
    undeclared: Mapping[str, str]
    bill: Sbom


def look(tree: Tree, world: World, advisories: Path | None) -> Dependencies:
    """Look at a tree. `advisories` is a folder of OSV files, None for none.

    Raises `CheckFailed` (`health.nothing-declared`) where no file says what is needed, and as the bill of materials and
    the reading of advisories do.
    """
    declared = frozenset(name for own in world.declarations.values() for name in own)
    if not declared:
        raise CheckFailed("health.nothing-declared", "no file of this tree says what it needs", where=tree.oid)
    bill = repository_bill(tree)
    looked = None if advisories is None else held_against(advisories, bill.components)
    imported: set[str] = set()
    undeclared: dict[str, str] = {}
    for path, resolved in world.graph.resolved.items():
        own = world.declared_for(path.rpartition("/")[0])
        asked = wanted(world.facts[path].imports, resolved.outside) if resolved.outside else {}
        for entry in external(asked, own) if asked else ():
            name = canonical(str(entry["name"]))
            if name in _FOR_CHECKERS:
                continue
            imported.add(name)
            if name not in own and not entry.get("optional"):
                undeclared.setdefault(name, path)
    return Dependencies(declared, frozenset(imported), undeclared, replace(bill, looked=looked))


def section(found: Dependencies, limits: Limits) -> Section:
    """The section of the report. What was not held against advisories has no figure for them, which is not zero."""
    parts = found.bill.components
    pinned = sum(bool(each.version or each.origin) for each in parts)
    unused = found.declared - found.imported
    figures = [
        count("declared", "distributions that are declared", len(found.declared), better="either"),
        count("imported", "distributions that are imported", len(found.imported), better="either"),
        count("undeclared", "imported and not declared", len(found.undeclared), limits.undeclared),
        count("unused", "declared and imported nowhere", len(unused), better="either"),
        count("unpinned", "packages without a version", len(parts) - pinned, limits.unpinned),
    ]
    if parts:
        figures.insert(4, rate("pinned", "packages with a version", pinned, len(parts)))
    notes = [f"{path} imports {name}, which nothing declares" for name, path in sorted(found.undeclared.items())]
    looked = found.bill.looked
    if looked is None:
        notes.append("not held against advisories: none were given (--osv)")
    else:
        figures.append(_known(found.bill, limits))
        told = (
            f"{each.id}: {each.purl}{', ' + each.why if each.why else ''} {each.summary}" for each in looked.findings
        )
        notes = [*told, *notes]
    return judged("dependencies", figures, notes, [(each.words, each.value) for each in figures if each.of is None])


def _known(bill: Sbom, limits: Limits) -> Figure:
    looked = bill.looked
    found = () if looked is None else looked.findings
    return count("vulnerable", "advisories against packages", len(found), limits.vulnerable)
