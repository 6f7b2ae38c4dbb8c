"""The inventory as the bytes of `integration_manifest.json`."""

from __future__ import annotations

import json
from typing import Any

from laneshift.code.modules import Modules
from laneshift.manifests.inventory.nine import nine_steps
from laneshift.manifests.inventory.records import Entry, Inventory, ModuleFacts


def document(inventory: Inventory, roots: tuple[str, ...]) -> dict[str, Any]:
    """Every field in its order. `roots` are the source roots of the tree."""
    modules = Modules(roots, {})
    return {
        "generated": f"tree:{inventory.tree}",
        "total_modules": len(inventory.entries),
        "complexity_breakdown": dict(inventory.breakdown()),
        "total_effort_hours": float(inventory.hours),
        "modules": [_module(entry, modules) for entry in inventory.entries],
    }


def text(document: dict[str, Any]) -> bytes:
    """The file: ASCII, two spaces for each level, a line feed at the end."""
    return (json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False) + "\n").encode("ascii")


def _module(entry: Entry, modules: Modules) -> dict[str, Any]:
    facts = entry.facts
    return {
        "module": facts.module,
        "score": entry.score,
        "current_location": facts.path,
        "target_location": entry.target,
        "location_reasoning": entry.location_reasoning,
        "complexity": entry.complexity,
        "effort_hours": float(entry.hours),
        "risk_level": entry.risk,
        "complexity_rationale": entry.rationale,
        "loc": facts.loc,
        "classes": facts.classes,
        "functions": facts.functions,
        "imports_core": entry.imports_core,
        "imports_matriz": entry.imports_matriz,
        "integration_steps": list(nine_steps(facts, entry.target, entry.lane, modules.name_of(entry.target) or "")),
        "dependencies": _dependencies(facts),
        "metadata": {
            "last_modified_days": facts.age_days,
            "in_archive": entry.in_archive,
            "in_candidate_labs": entry.in_candidate_labs,
        },
    }


def _dependencies(facts: ModuleFacts) -> dict[str, Any]:
    """Modules of the tree by lane, what comes from elsewhere, and what is nowhere."""
    by_lane: dict[str, list[str]] = {}
    for lane, name in facts.imports:
        by_lane.setdefault(lane, []).append(name)
    return {"lanes": by_lane, "outside": list(facts.outside), "unresolved": list(facts.unresolved)}
