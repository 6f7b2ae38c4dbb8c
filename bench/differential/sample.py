"""The costly checks of a move, on a checkout: imports in a fresh interpreter, and some of the project's own tests."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.differential import probe, suites
from bench.differential.examine import Outcome
from corpus.project import run
from laneshift.code.modules import is_package_file

_TOUCHED, _OTHERS, _TARGETS = 12, 8, 2


@dataclass(frozen=True, slots=True)
class Checkout:
    """A clone to put trees into, the interpreter for it, its bytecode, and the tree that it started from."""

    folder: Path
    python: Path
    compiled: Path
    base: str
    names: Mapping[str, str]
    roots: tuple[str, ...]
    suite: suites.Suite | None

    def put(self, tree: str) -> None:
        """Make the files those of `tree`."""
        run(self.folder, "read-tree", "--reset", "-u", tree)


@dataclass(frozen=True, slots=True)
class Sampled:
    """How much was checked, and what did not hold. `imported` counts modules that could be imported before.

    `circular` holds what did not hold because the destination's package cannot be imported where the module is needed:
    the tree before the move fails in the same way once the module imports that package. And what failed for a cycle of
    imports that the move had told of.
    """

    imported: int
    tests: int
    surprises: tuple[str, ...]
    circular: tuple[str, ...] = ()


def sample(checkout: Checkout, outcome: Outcome, seed: int) -> Sampled:
    """Compare the checkout of the base with that of the tree after the move."""
    chance = random.Random(seed)
    modules = _modules(checkout, outcome, chance)
    targets = _targets(checkout.suite, outcome, chance)
    checkout.put(checkout.base)
    before = _imports(checkout, modules, checkout.roots)
    ran = _tests(checkout, targets, {})
    checkout.put(outcome.tree)
    after_names = [probe.renamed(name, outcome.old_name, outcome.new_name) for name in modules]
    after = _imports(checkout, after_names, checkout.roots)
    found = probe.lost(before, after, outcome.old_name, outcome.new_name)
    then = _tests(checkout, targets, outcome.relocations) if ran is not None and ran.green else None
    if ran is not None and then is not None and then.passed != ran.passed:
        found.append(f"tests {' '.join(targets)}: {ran.passed} passed before, {then.passed} after: {then.output}")
    importable = sum(answer == "ok" for answer in before.values())
    passed = ran.passed if ran is not None and ran.green else 0
    tested = targets if any(each.startswith("tests ") for each in found) else ()
    told = told_before(found, outcome)
    found = [each for each in found if each not in told]
    if found and _fails_without_the_move(checkout, outcome, before, after, tested):
        return Sampled(importable, passed, (), (*told, *found))
    return Sampled(importable, passed, tuple(found), tuple(told))


def told_before(found: Sequence[str], outcome: Outcome) -> list[str]:
    """Those of what was found that the move had told of: modules that are in the middle of an import of themselves."""
    return [each for each in found if outcome.cycle and "partially initialized module" in each]


def _fails_without_the_move(
    checkout: Checkout,
    outcome: Outcome,
    before: Mapping[str, str],
    after: Mapping[str, str],
    targets: Sequence[str],
) -> bool:
    """Whether all that broke breaks as well where the module stays and imports the package that it was to move to."""
    if not outcome.control:
        return False
    checkout.put(outcome.control)
    old, new = outcome.old_name, outcome.new_name
    broken = [name for name, answer in before.items() if answer == "ok" and probe.lost({name: "ok"}, after, old, new)]
    alone = _imports(checkout, broken, checkout.roots)
    tested = _tests(checkout, targets, {})
    return not any(alone.get(name) == "ok" for name in broken) and (tested is None or not tested.green)


def _modules(checkout: Checkout, outcome: Outcome, chance: random.Random) -> list[str]:
    """Some modules that the move touched, all that moved (within reason), and some of the others."""
    touched = [path for path in outcome.touched if path in checkout.names]
    moving = [path for path in outcome.relocations if path in checkout.names]
    others = sorted(set(checkout.names) - set(touched) - set(moving))
    chosen = _some(chance, touched, _TOUCHED) + _some(chance, moving, _TOUCHED) + _some(chance, others, _OTHERS)
    return sorted({checkout.names[path] for path in chosen if not path.endswith("__main__.py")})


def _targets(suite: suites.Suite | None, outcome: Outcome, chance: random.Random) -> list[str]:
    """Test files that the move touched come first."""
    if suite is None:
        return []
    near = [
        target
        for target in suite.targets
        if any(path == target or path.startswith(f"{target}/") for path in outcome.touched)
    ]
    rest = [target for target in suite.targets if target not in near]
    return (near + _some(chance, rest, _TARGETS))[:_TARGETS]


def _some(chance: random.Random, of: Sequence[str], most: int) -> list[str]:
    return chance.sample(list(of), min(most, len(of)))


def _imports(checkout: Checkout, modules: Sequence[str], roots: Sequence[str]) -> Mapping[str, str]:
    return probe.probe(checkout.python, checkout.folder, roots, modules, checkout.compiled)


def _tests(checkout: Checkout, targets: Sequence[str], relocations: Mapping[str, str]) -> suites.Ran | None:
    if checkout.suite is None or not targets:
        return None
    there = [relocations.get(target, target) for target in targets]
    return suites.run(checkout.python, checkout.folder, checkout.suite, there, checkout.compiled)


def named(names: Mapping[str, str], package: str) -> dict[str, str]:
    """Those modules of a project that can be meant to be imported: below its package, and not tests' data."""
    return {
        path: name
        for path, name in names.items()
        if path.startswith(f"{package}/") and (is_package_file(path) or path.endswith(".py"))
    }
