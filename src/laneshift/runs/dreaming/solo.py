"""One item alone on the base, by the very steps that a run takes, as far as these run no code of the project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from laneshift.config import with_pytest
from laneshift.errors import LaneshiftError
from laneshift.evidence.canonical import digest_of
from laneshift.gates.context import Gate, Ports
from laneshift.gates.door import gates_of
from laneshift.gates.judging import Memory, judged
from laneshift.runs.dreaming.asking import RISKS
from laneshift.runs.dreaming.scene import Scene
from laneshift.runs.plan import PlannedItem
from laneshift.runs.workshop import Workshop
from laneshift.steps.beside import moves_of
from laneshift.steps.check_deps import check_deps
from laneshift.steps.gates import describe
from laneshift.steps.integrate import integrate
from laneshift.steps.move import move
from laneshift.steps.review import review
from laneshift.steps.test import changes_code, selection
from laneshift.steps.update_imports import update_imports
from laneshift.steps.work import Author, Outcome, Parts, Step, Work

_STEPS: Mapping[str, Step] = {
    "review": review,
    "check_deps": check_deps,
    "move": move,
    "update_imports": update_imports,
    "integrate": integrate,
}
_NEEDS_A_RUN = "self-report"
"""The gate that holds claims against what tests have shown."""


@dataclass(frozen=True)
class Solo:
    """What an item is alone. `stopped` is the step that would stop it, with `why`; empty where none is foreseen.

    `files` are those with edits, `forms` the edits by the form of the reference, `tests` the selected test files,
    `gates` the verdicts of the gates that run no code. `score` is of 100, more is safer; `percent` is how likely the
    item is to need attention, with its named `factors`, None where the review does not tell.
    """

    item: str
    stopped: str = ""
    why: str = ""
    score: int = 0
    risk: str = ""
    finding: str = ""
    percent: int | None = None
    factors: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    forms: Mapping[str, int] | None = None
    notices: tuple[str, ...] = ()
    violations: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()
    cycles: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    gates: Mapping[str, str] | None = None
    verify_only: bool = False

    @property
    def danger(self) -> int:
        """From 0 to 100, more is worse: what ways are put in order by."""
        return 100 - self.score if self.percent is None else self.percent

    @property
    def edits(self) -> int:
        """How many references are rewritten."""
        return sum((self.forms or {}).values())

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "item": self.item,
            "foreseen": "stops" if self.stopped else "verified" if self.verify_only else "lands",
            "stopped_at": self.stopped,
            "why": self.why,
            "risk": self._risk(),
            "edits": self.edits,
            "files": list(self.files),
            "forms": dict(self.forms or {}),
            "notices": list(self.notices),
            "lane_violations": list(self.violations),
            "newly_unresolved": list(self.unresolved),
            "new_cycles": list(self.cycles),
            "tests": list(self.tests),
            "gates": dict(self.gates or {}),
        }

    def _risk(self) -> dict[str, Any]:
        told = {"score": self.score, "word": self.risk, "finding": self.finding}
        return {**told, "percent": self.percent, "factors": list(self.factors)}


class Soloist:
    """Tries items of one scene alone, one at a time."""

    def __init__(self, shop: Workshop, scene: Scene) -> None:
        settings = scene.settings
        self._scene = scene
        self.parts = Parts(
            repository=shop.repository,
            index=shop.index,
            sandbox=shop.sandbox(settings),
            pytest=shop.sandbox(with_pytest(settings)),
            settings=settings,
            lanes=scene.lanes,
            rules=scene.rules,
            store=shop.store,
            memory=_FORGETFUL,
            moves=moves_of(item.intent for item in scene.items if item.to_run),
        )
        self._gates: tuple[Gate, ...] = tuple(
            gate for gate in gates_of(settings) if not gate.runs_code and gate.id != _NEEDS_A_RUN
        )

    def try_alone(self, item: PlannedItem) -> Solo:
        """What the steps tell of the item, up to the first that stops it."""
        work = self._work(item)
        told: dict[str, Outcome] = {}
        for name, step in _STEPS.items():
            try:
                outcome = step(work, self.parts)
            except LaneshiftError as error:
                return self._told(item, work, told, name, error.what)
            told[name] = outcome
            if outcome.stops:
                return self._told(item, work, told, name, outcome.summary)
            work = replace(work, tree=outcome.tree, facts={**work.facts, name: outcome.facts})
        return self._gated(item, work, told)

    def _gated(self, item: PlannedItem, work: Work, told: Mapping[str, Outcome]) -> Solo:
        parts = self.parts

        ports = Ports(
            parts.sandbox,
            lambda tree: parts.graph(tree, near=work.base_tree).unresolved,
            parts.baseline,
            parts.standing,
            parts.contracts,
        )
        verdicts = judged(self._gates, describe(work, parts), ports, parts.memory)
        found = self._told(item, work, told, "", "")
        gates = {verdict.gate: verdict.status.value for verdict in verdicts}
        tests = selection(work, parts) if changes_code(work) else tuple(parts.settings.tests.always)
        blocking = [verdict for verdict in verdicts if verdict.blocks]
        found = replace(found, gates=gates, tests=tests)
        if not blocking:
            return found
        first = blocking[0]
        return replace(found, stopped="gates", why=f"gate {first.gate} {first.status}: {first.reason}")

    def _told(self, item: PlannedItem, work: Work, told: Mapping[str, Outcome], stopped: str, why: str) -> Solo:
        facts = {name: outcome.facts for name, outcome in told.items()}
        reviewed, checked, updated = (facts.get(name, {}) for name in ("review", "check_deps", "update_imports"))
        return Solo(
            item=item.id,
            stopped=stopped,
            why=why,
            score=int(reviewed.get("score", 0)),
            risk=str(reviewed.get("risk", RISKS[-1])),
            finding=str(reviewed.get("finding", "")),
            percent=reviewed.get("risk_percent"),
            factors=tuple(reviewed.get("risk_factors", ())),
            files=tuple(updated.get("files", ())),
            forms=updated.get("forms", {}),
            notices=tuple(f"{n['path']}:{n['line']}: {n['kind']}: {n['text']}" for n in updated.get("notices", ())),
            violations=tuple(checked.get("lane_violations", ())),
            unresolved=tuple(checked.get("newly_unresolved", ())),
            cycles=tuple(checked.get("new_cycles", ())),
            verify_only=work.verify_only,
        )

    def _work(self, item: PlannedItem) -> Work:
        scene = self._scene
        return Work(
            batch="dream",
            base=scene.base,
            base_tree=scene.tree,
            tree=scene.tree,
            intent=item.intent,
            intent_digest=item.intent_digest,
            verify_only=item.verify_only,
            lane=item.lane,
            task=item.task,
            author=Author("", "", 0),
        )


def _recall(_inputs: str) -> None:
    """Nothing is remembered, so that each dream is its own."""


def _forget(_inputs: str, _verdict: object) -> None:
    """As `_recall`."""


_FORGETFUL = Memory(_recall, _forget, digest_of)
