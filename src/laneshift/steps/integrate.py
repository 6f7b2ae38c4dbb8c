"""Step 6, integrate: whatever else names the module (entry points, configuration, docs, owners) names the new place."""

from __future__ import annotations

from laneshift.steps.work import Outcome, Parts, Work


def integrate(work: Work, parts: Parts) -> Outcome:
    """The tree after this step is the item's whole change."""
    if work.verify_only:
        return Outcome("not_applicable", "source and destination are the same", work.tree)
    applied = parts.applied(work)
    python, everything = applied.referenced.entries, applied.integrated.entries
    mended = work.intent.fix.paths if work.intent.fix is not None else ()
    registries = sorted(path for path, entry in everything.items() if python.get(path) != entry and path not in mended)
    summary = f"{len(registries)} file(s) that are not code name the new place"
    return Outcome("passed", summary, applied.tree, {"registries": registries, "tree": applied.tree.oid})
