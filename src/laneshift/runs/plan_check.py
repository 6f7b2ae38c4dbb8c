"""What a plan that comes from elsewhere may hold. Its digest shows accidents, not intent: anyone can compute one.

Pure. The batch and the item names become parts of file and ref names, the paths are written to trees, so each is held
to the rules that a batch file is held to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from laneshift.code.codemods.apply import known
from laneshift.code.codemods.fix import FIX, may_be_mended
from laneshift.code.codemods.submitted import SUBMISSION
from laneshift.errors import LaneshiftError
from laneshift.evidence.canonical import canonical
from laneshift.repo.commits import Identity
from laneshift.repo.ref_names import is_valid
from laneshift.rollout.pins import of_text, pins_problem
from laneshift.runs.classify import STATUSES
from laneshift.runs.paths import complaints, normalise, visible
from laneshift.runs.plan import MOST_STAGES, Plan, PlannedItem

_BATCH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
_OBJECT_ID = re.compile(r"[0-9a-f]{40}")
_LONGEST_ID = 200
_LONGEST_TEXT = 300


def plan_faults(plan: Plan) -> list[str]:
    """Everything in `plan` that `laneshift plan` would never write; empty for a sound plan."""
    return [*_head_faults(plan), *_item_faults(plan)]


def _head_faults(plan: Plan) -> Iterator[str]:
    if not _BATCH.fullmatch(plan.batch) or ".." in plan.batch or plan.batch.endswith((".", ".lock")):
        yield f"{visible(plan.batch)!r} cannot name a batch"
    for name, oid in (("base", plan.base), ("base_tree", plan.base_tree)):
        if not _OBJECT_ID.fullmatch(oid):
            yield f"{name} is not an object id"
    if not plan.target.startswith("refs/heads/") or not is_valid(plan.target):
        yield f"{visible(plan.target)!r} is not a branch"
    if not 0 <= plan.when < 2**53:
        yield "`when` is not a time in unix seconds"
    try:
        Identity(plan.author_name, plan.author_email)
    except LaneshiftError as error:
        yield error.what
    if problem := pins_problem(plan.pins):
        yield problem
    elif (plan.pins["base"], plan.pins["tool"]) != (of_text(plan.base), of_text(plan.tool)):
        yield "the pins of base and tool are not those of the plan"
    for path in (*plan.rules.roots, plan.rules.characterization_dir):
        if normalise(path) and complaints(path):
            yield complaints(path)[0].what


def _item_faults(plan: Plan) -> Iterator[str]:
    times = Counter(item.id for item in plan.items)
    for item in plan.items:
        if times[item.id] > 1 or not item.id or len(item.id) > _LONGEST_ID or visible(item.id) != item.id:
            yield f"line {item.line}: the item has no name of its own"
        if item.status not in STATUSES:
            yield f"line {item.line}: no class is called {visible(item.status)!r}"
        if item.to_run:
            yield from _path_faults(item)
            yield from _rollout_faults(item)


def _rollout_faults(item: PlannedItem) -> Iterator[str]:
    for text in (*item.stars, item.stratum):
        if not text or len(text) > _LONGEST_TEXT or visible(text) != text:
            yield f"line {item.line}: a star or the stratum has no name that can be shown"
    if not 1 <= item.stage <= MOST_STAGES:
        yield f"line {item.line}: no run has a stage {item.stage}"


def _path_faults(item: PlannedItem) -> Iterator[str]:
    for path in (item.src, item.dst):
        bad = complaints(path)
        if bad or normalise(path) != path:
            yield f"line {item.line}: {bad[0].what if bad else 'the path is not in its plain form'}"
    if item.fix:
        yield from _fix_faults(item)
    if item.codemod:
        yield from _codemod_faults(item)
    elif item.verify_only != (item.src == item.dst):
        yield f"line {item.line}: the class {item.status} does not fit the paths"


def _codemod_faults(item: PlannedItem) -> Iterator[str]:
    """A stored codemod is in its one plain form, known by name, and held to the scope that the item shows."""
    try:
        codemod = item.intent.codemod
    except LaneshiftError as error:
        yield f"line {item.line}: {error.what}"
        return
    told = codemod is not None and (known(codemod.name) or codemod.name == SUBMISSION)
    if codemod is None or not told or canonical(codemod.as_json()).decode() != item.codemod:
        yield f"line {item.line}: the codemod is none that this program knows"
    elif codemod.name == SUBMISSION:
        bad = [path for path in codemod.paths if complaints(path) or normalise(path) != path]
        if bad or not codemod.paths or not codemod.pin or item.src != item.dst or item.verify_only:
            yield f"line {item.line}: the submission names {visible(bad[0]) if bad else 'no file'!r}, or is not pinned"
    elif codemod.paths != (item.src,) or item.src != item.dst or item.verify_only:
        yield f"line {item.line}: the codemod reaches beyond the scope of its item"


def _fix_faults(item: PlannedItem) -> Iterator[str]:
    """A stored fix is in its one plain form, of Python files that it names one by one, and of an item that runs."""
    try:
        fix = item.intent.fix
    except LaneshiftError as error:
        yield f"line {item.line}: {error.what}"
        return
    if fix is None or fix.name != FIX or canonical(fix.as_json()).decode() != item.fix:
        yield f"line {item.line}: the fix is none that this program knows"
    elif item.status != "ready" or not fix.paths or not all(may_be_mended(path) for path in fix.paths):
        yield f"line {item.line}: the fix is of files that no fix may edit"
    elif bad := [path for path in fix.paths if complaints(path) or normalise(path) != path]:
        yield f"line {item.line}: the fix names {visible(bad[0])!r}, which is no plain path"
