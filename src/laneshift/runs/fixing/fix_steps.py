"""The step in which an item that failed is offered to a fixer. An attempt that was begun is never made again.

What the fixer left is read back as bytes, judged, recorded and kept, before the journal says that there is a fix: who
is killed before that has used up the attempt, and nothing else.
"""

from __future__ import annotations

import difflib
import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from laneshift.code.codemods.fix import FIX, fix_of, fixed_files
from laneshift.code.codemods.fixpoint import written
from laneshift.code.codemods.recorded import record_of
from laneshift.code.codemods.records import Codemod
from laneshift.config import Settings, with_pytest
from laneshift.errors import LaneshiftError
from laneshift.evidence.canonical import canonical
from laneshift.evidence.records import Record
from laneshift.manifests.applying import apply
from laneshift.repo.objects import Tree
from laneshift.runs.codemod_records import keep, publish
from laneshift.runs.engine import fence
from laneshift.runs.events import Event
from laneshift.runs.failure import is_machines
from laneshift.runs.fixer import MOST_ATTEMPTS, Fixer, Told
from laneshift.runs.fixing.allowed import editable
from laneshift.runs.fixing.attempts import AMENDED, BEGAN, ENDED, FAILED, LOST, REFUSED, SUGGESTED, item_in, key_of
from laneshift.runs.fixing.judging import ending, verdict
from laneshift.runs.fixing.prompt import Failing, prompt
from laneshift.runs.plan import Plan, PlannedItem
from laneshift.runs.workshop import Workshop
from laneshift.steps.runner.worked import Worked

_OFFERED = frozenset({"check_deps", "create_tests", "test", "gates"})
"""Steps that fail for what is in the item. What the machine did wrong is nobody's to mend."""
_LONGEST_DIFF = 200_000

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class _Scene:
    """One attempt: the item as it stands, the tree without any fix, the tree to work on, and what may be edited."""

    item: PlannedItem
    bare: Tree
    tree: Tree
    allowed: tuple[str, ...]


class FixSteps:
    """Mending the items of one plan."""

    def __init__(self, shop: Workshop, plan: Plan) -> None:
        self._shop = shop
        self._plan = plan

    def fix(self, argument: Facts) -> dict[str, Any]:
        """Offer what failed. Argument: {run, item, fix, attempt, step, status, cause, notes, log}. Gives {outcome}.

        The outcome is that of the attempt, or empty where nobody is to be asked (again).
        """
        key = key_of(argument["run"], argument["item"], argument["attempt"])
        ended = self._shop.journal.get(f"{key}/ended")
        if ended is None:
            ended = self._tried(key, argument)
        return {"outcome": "" if ended is None else str(ended.facts["outcome"])}

    def _tried(self, key: str, argument: Facts) -> Record | None:
        journal, number = self._shop.journal, argument["attempt"]
        item = item_in(journal, self._plan, argument)
        if argument["status"] != "failed" or argument["step"] not in _OFFERED or item.verify_only:
            return None
        fixer = self._fixer(argument["run"])
        if fixer is None or number > min(fixer.attempts, MOST_ATTEMPTS):
            return None
        common = {"plan": self._plan.id, "item": item.id, "attempt": number, "agent": fixer.name}
        common["step"] = argument["step"]
        if journal.get(f"{key}/began") is not None:
            told = {"outcome": LOST, "why": "the process that waited for it was ended"}
            return journal.append(f"{key}/ended", ENDED, {**common, **told})
        journal.append(f"{key}/began", BEGAN, common, durable=True)
        self._shop.report(Event("fix", f"{fixer.name} mends what failed at {argument['step']}", item.id))
        facts = self._facts(item, fixer, argument)
        fence.check()
        # The first record of this key wins: what somebody else made of a lost attempt stands.
        ended = journal.append(f"{key}/ended", ENDED, {**common, **facts}, durable=True)
        self._shop.report(Event("fix", f"{fixer.name}: {ended.facts['outcome']} {ended.facts['why']}".strip(), item.id))
        return ended

    def _fixer(self, run: str) -> Fixer | None:
        """The one that the run was begun with: asked for by name, or of the settings of the plan's base."""
        started = self._shop.journal.get(f"{run}/started")
        name = str(started.facts.get("fixer", "")) if started is not None else ""
        return self._shop.fixing.fixer(self._settings(), name)

    def _settings(self) -> Settings:
        return self._shop.settings(self._shop.repository.tree(self._plan.base))

    def _facts(self, item: PlannedItem, fixer: Fixer, argument: Facts) -> dict[str, Any]:
        """What an attempt came to. Raises only what the machine did wrong."""
        try:
            scene = self._scene(item)
            if not scene.allowed:
                return {"outcome": REFUSED, "why": "no file of this item may be mended"}
            told = Told(prompt(self._failing(item, argument), scene.allowed), scene.allowed, item.id)
            worked = self._shop.fixing.work(self._settings(), scene.tree, fixer, told)
            return self._taken(scene, fixer, told, worked)
        except LaneshiftError as error:
            if is_machines(error.as_dict()):
                raise
            return {"outcome": FAILED, "why": f"{error.what}: {error.why}" if error.why else error.what}

    def _scene(self, item: PlannedItem) -> _Scene:
        base, rules, intent = self._shop.repository.tree(self._plan.base), self._plan.rules, item.intent
        bare = apply(base, intent.unfixed, rules, self._shop.index.mentions)
        files = fixed_files(bare.tree, intent.fix, bare.tests) if intent.fix is not None else {}
        return _Scene(item, bare.tree, written(bare.tree, files), editable(base, bare, rules))

    def _taken(self, scene: _Scene, fixer: Fixer, told: Told, worked: Worked) -> dict[str, Any]:
        store = self._shop.store
        after = written(scene.tree, worked.files)
        outcome, why = ending(fixer, worked)
        if not outcome:
            settings = self._settings()
            others = self._shop.fixing.objections(settings, fixer, scene.bare, after, scene.allowed)
            roots = tuple(settings.source_roots)
            outcome, why = verdict(fixer, scene.bare, after, scene.allowed, roots, others)
        fix = self._kept(scene, fixer, after) if outcome in (AMENDED, SUGGESTED) else None
        if fix is not None and not fix.paths:
            outcome, why, fix = FAILED, "it put everything back as it was before any fix", None
        details = {"prompt": told.prompt, "diff": _diff(scene.bare, after, scene.allowed)}
        return {
            "outcome": outcome,
            "why": why,
            "paths": sorted(worked.files),
            "fix": canonical(fix.as_json()).decode() if fix is not None else "",
            "record": record_of(fix) if fix is not None else "",
            "details": store.put(canonical(details), durable=True),
            "log": store.put(worked.run.output.encode("utf-8", "replace")) if worked.run.output else "",
            "protections": list(worked.run.protections),
        }

    def _kept(self, scene: _Scene, fixer: Fixer, after: Tree) -> Codemod:
        """The fix from the item as planned to `after`, its record kept from git's collection and given to others."""
        repository = self._shop.repository
        changed = [path for path in scene.allowed if after.entries[path] != scene.bare.entries[path]]
        fix = fix_of(repository, scene.bare, {path: after.read(path) for path in changed}, fixer.name, fixer.email)
        if not changed:
            return fix
        keep(repository, record_of(fix), after)
        remote = self._settings().landing.remote
        if remote and (why := publish(repository, [record_of(fix)], remote)):
            self._shop.report(
                Event("fix", f"{remote} does not have the {FIX} of {scene.item.id}: {why}", scene.item.id)
            )
        return fix

    def _failing(self, item: PlannedItem, argument: Facts) -> Failing:
        store, codemod = self._shop.store, item.intent.codemod
        notes = json.loads(store.get(argument["notes"]))["facts"]
        log = store.get(argument["log"]).decode("utf-8", "replace") if argument["log"] else ""
        about = f"move {item.src} to {item.dst}" if codemod is None else f"apply {codemod.name} to {item.src}"
        command = _command(self._settings(), argument["step"], notes)
        return Failing(item.id, about, argument["step"], argument["cause"], command, log, self._before(argument))

    def _before(self, argument: Facts) -> str:
        """Why the attempt before this one did not do; empty for the first."""
        number = argument["attempt"] - 1
        ended = self._shop.journal.get(f"{key_of(argument['run'], argument['item'], number)}/ended")
        if ended is None:
            return ""
        return (
            str(ended.facts["why"]) or "It was taken, and this is what still failed with it. It is in the files here."
        )


def _command(settings: Settings, step: str, notes: Facts) -> str:
    """The command line that shows what failed; empty for a step that is none."""
    if step == "test":
        return shlex.join([*settings.tests.command, *map(str, notes.get("selected", ()))])
    if step == "create_tests":
        return shlex.join([*with_pytest(settings).tests.command, str(notes.get("test", ""))])
    return ""


def _diff(before: Tree, after: Tree, paths: tuple[str, ...]) -> str:
    """What was done to the files, as a unified diff of bounded length."""
    lines: list[str] = []
    for path in paths:
        if after.entries[path] != before.entries[path]:
            old, new = (
                tree.read(path).decode("utf-8", "replace").splitlines(keepends=True) for tree in (before, after)
            )
            lines += difflib.unified_diff(old, new, f"a/{path}", f"b/{path}")
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)[:_LONGEST_DIFF]
