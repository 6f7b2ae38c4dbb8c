"""Doctor for gates: the fault that each gate must catch, planted in a scratch copy of the repository.

The copy is a tree in the object database that no ref names; code runs on it in a checkout of the pool. Nobody's work
tree, branch or journal is touched. A gate that is red without any fault proves nothing by being red with one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from laneshift.code.graph import ImportGraph
from laneshift.code.intents import is_script_or_test
from laneshift.config import Settings
from laneshift.gates.context import Change, Gate, Ports, Unresolved
from laneshift.gates.door import gates_of
from laneshift.gates.faults.scene import Planted, Scene
from laneshift.gates.judging import Memory, judged
from laneshift.gates.sandbox import Limits, Sandbox, SuiteResult
from laneshift.gates.verdict import Status, Verdict
from laneshift.gates.waiver_files import waivers_of
from laneshift.gates.waivers import Waivers
from laneshift.lanes.contracts.options import Options
from laneshift.lanes.contracts.standing import verdicts
from laneshift.lanes.contracts.verdicts import Verdict as ContractVerdict
from laneshift.lanes.crossings import Ground, Standing, standing
from laneshift.lanes.kept import atlas_of
from laneshift.repo.objects import Tree
from laneshift.runs.gate_set import machine_failed
from laneshift.runs.planning import lanes_of
from laneshift.runs.workshop import Workshop

_LINE = 200

Outcome = Literal["caught", "missed", "not planted"]


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of one gate's fault: `fault` is what was planted, `why` what the gate said or why it was not."""

    gate: str
    outcome: Outcome
    fault: str
    why: str

    def as_json(self) -> dict[str, str]:
        """Plain data."""
        return {"gate": self.gate, "outcome": self.outcome, "fault": self.fault, "why": self.why}


@dataclass(frozen=True, slots=True)
class Proofs:
    """Every gate's proof, and the waivers that the tree carries."""

    gates: tuple[Proof, ...]
    waivers: Waivers

    @property
    def holds(self) -> bool:
        """Whether a fault was caught and none was missed. Where nothing could be planted, nothing was shown."""
        outcomes = {proof.outcome for proof in self.gates}
        return "caught" in outcomes and "missed" not in outcomes


def prove(shop: Workshop, rev: str = "HEAD", say: Callable[[str], None] = lambda _: None) -> Proofs:
    """Plant the fault of every gate in the tree of `rev`. `say` is told the name of each gate before it is tried.

    Raises `Refused` for settings or plugins that cannot be used, and what the machine has against running anything.
    """
    tree = shop.repository.tree(rev)
    settings = shop.settings(tree)
    gates = gates_of(settings)
    tests = settings.tests
    limits = Limits(seconds=tests.item_seconds, memory_mib=tests.memory_mib)
    scene = Scene(tree, settings, lanes_of(settings, tree), smoke_of(tree, settings), limits)
    ports = _ports(shop, shop.sandbox(settings), scene)
    found = []
    for gate in gates:
        say(gate.id)
        found.append(_proof(gate, scene, ports, _planted(getattr(gate, "plant", None), scene)))
        further = (_planted(plant, scene) for plant in getattr(gate, "further_faults", ()))
        found += [_proof(gate, scene, ports, planted) for planted in further if planted]
    return Proofs(tuple(found), waivers_of(tree, settings, {gate.id for gate in gates}, shop.clock()))


def smoke_of(tree: Tree, settings: Settings) -> Sequence[str]:
    """The smoke suite: the configured one, else the smallest test file, one that is called smoke before others."""
    if settings.tests.smoke:
        return settings.tests.smoke
    return [path for _, _, path in sorted(_tests(tree))][:1]


def _tests(tree: Tree) -> Iterator[tuple[bool, int, str]]:
    for path, entry in tree.entries.items():
        name = path.rpartition("/")[2]
        is_test = name.startswith("test_") and name.endswith(".py") and is_script_or_test(path)
        if is_test and entry.is_regular:
            yield "smoke" not in name, tree.repository.blob_size(entry.oid), path


def _proof(gate: Gate, scene: Scene, ports: Ports, planted: Planted | str) -> Proof:
    if isinstance(planted, str):
        return Proof(gate.id, "not planted", "", planted)
    sound = scene.sound()
    if isinstance(sound, str):
        return Proof(gate.id, "not planted", planted.what, sound)
    if not scene.smoke and gate.id == "smoke":
        return Proof(gate.id, "not planted", planted.what, "there is no smoke suite")
    before = _asked(gate, sound, ports)
    if before.blocks:
        return Proof(
            gate.id, "not planted", planted.what, f"{before.status} without any fault: {before.reason}{_said(before)}"
        )
    verdict = _asked(gate, planted.change, ports)
    outcome: Outcome = "caught" if verdict.status is Status.FAILED else "missed"
    return Proof(gate.id, outcome, planted.what, f"{verdict.status}: {verdict.reason}")


def _said(verdict: Verdict) -> str:
    """The last thing that the project's own code printed: most often why a gate is red in this place."""
    lines = [line.strip() for line in verdict.output.splitlines() if line.strip()]
    return f"; the last line printed: {lines[-1][:_LINE]}" if lines else ""


def _planted(plant: Callable[[Scene], Any] | None, scene: Scene) -> Planted | str:
    if plant is None:
        return "it ships no seeded fault"
    try:
        found = plant(scene)
    except Exception as error:
        if machine_failed(error):
            raise
        return f"its fault could not be planted: {type(error).__name__}: {error}"[:300]
    return found if isinstance(found, Planted | str) else "what it plants is no change"


def _asked(gate: Gate, change: Change, ports: Ports) -> Verdict:
    """Nothing is remembered here: a gate is tried to see what it does."""
    nothing = Memory(lambda _: None, lambda _, __: None, lambda _: "", machine_failed)
    return judged([gate], change, ports, nothing)[0]


def _ports(shop: Workshop, sandbox: Sandbox, scene: Scene) -> Ports:
    roots = scene.settings.source_roots
    suites: dict[tuple[str, tuple[str, ...]], SuiteResult] = {}

    def baseline(tree: Tree, selection: Iterable[str], limits: Limits) -> SuiteResult:
        key = tree.oid, tuple(selection)
        if key not in suites:
            suites[key] = sandbox.suite(tree.oid, key[1], limits)
        return suites[key]

    def stands(tree: Tree, near: Tree) -> Standing:  # noqa: ARG001 - one tree at a time needs no neighbour
        return standing(Ground(atlas_of(tree, shop.index, roots), scene.lanes))

    def contracts(tree: Tree, near: Tree, options: Options) -> tuple[ContractVerdict, ...]:  # noqa: ARG001 - as above
        return verdicts(tree, shop.index, options, roots, lambda: atlas_of(tree, shop.index, roots))

    def unresolved(tree: Tree) -> Unresolved:
        return ImportGraph.of(tree, shop.index, roots).unresolved

    return Ports(sandbox, unresolved, baseline, stands, contracts)
