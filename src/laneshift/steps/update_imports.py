"""Step 5, update_imports: every reference in Python code and strings names the new place."""

from __future__ import annotations

from collections import Counter

from laneshift.steps.work import Outcome, Parts, Work


def update_imports(work: Work, parts: Parts) -> Outcome:
    """Reports, and does not guess, names that are computed at run time."""
    if work.verify_only:
        return Outcome("not_applicable", "source and destination are the same", work.tree)
    applied = parts.applied(work)
    tree = applied.with_tests(applied.referenced)
    result = applied.result
    notices = [{"path": n.path, "line": n.line, "kind": n.kind, "text": n.text} for n in result.notices]
    facts = {
        "forms": dict(sorted(Counter(edit.form for edit in result.edits).items())),
        "files": sorted({edit.path for edit in result.edits}),
        "notices": notices,
        "conservative": sorted(result.conservative),
    }
    summary = f"{len(result.edits)} reference(s) in {len(facts['files'])} file(s)"
    if notices:
        summary += f", {len(notices)} computed name(s) reported"
    return Outcome("passed", summary, tree, facts)
