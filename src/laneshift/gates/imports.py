"""Gate `imports`: changed files parse, no import is newly unresolved, and what imported before imports now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from laneshift.gates.compiling import compile_error
from laneshift.gates.context import Change, Ports, Unresolved
from laneshift.gates.faults import imports as faults
from laneshift.gates.import_probe import MARK
from laneshift.gates.sandbox import Limits, Sandbox
from laneshift.gates.verdict import Exempt, Verdict, counted, errored
from laneshift.repo.objects import Tree

_PROBE = Path(__file__).with_name("import_probe.py")


class Imports:
    """Compares before with after, so that a repository with thousands of old faults is normal."""

    id = "imports"
    description = "changed files parse, no new unresolved import, moved modules import in a fresh interpreter"
    cost = 1.5
    runs_code = True
    runs = 2
    plant = staticmethod(faults.plant)

    def applies(self, change: Change) -> Exempt | None:
        """It does, but for a change of other files alone that moves nothing. A change of nothing errs."""
        if change.modules or change.importers or not change.touched:
            return None
        return None if any(path.endswith(".py") for path in change.touched) else Exempt.NOTHING_OF_ITS_KIND

    def inputs(self, change: Change) -> Mapping[str, Any]:
        """Both trees, since an import may read any file, and the modules to try."""
        trees = [change.before.oid, change.after.oid]
        names = [dict(change.modules), dict(change.importers), dict(change.paths)]
        return {"trees": trees, "names": names, "roots": list(change.roots)}

    def check(self, change: Change, ports: Ports) -> Verdict:
        """Failed names each file and module; errored when the interpreter could not be asked."""
        files = {new: old for new, old in change.changed().items() if new.endswith(".py")}
        names = {**change.modules, **change.importers}
        if not files and not names:
            return counted(self.id, 0, (), "changed Python files or modules")
        if change.before.oid == change.after.oid:
            return _as_it_stands(change, ports, names)
        bad = [*_newly_broken(change, files), *_newly_unresolved(change, ports)]
        after = import_probe(ports.sandbox, change.after, change.roots, names, change.limits)
        # What imports now needs no excuse, so the tree before is asked for the others alone.
        broken = {new: names[new] for new, error in (after or {}).items() if error}
        before = import_probe(ports.sandbox, change.before, change.roots, broken.values(), change.limits)
        if before is None or after is None:
            return errored(self.id, "the fresh interpreter gave no answer")
        bad += [f"{new} no longer imports: {after[new]}" for new, old in broken.items() if not before[old]]
        return counted(self.id, max(len(files) + len(names), len(bad)), tuple(bad), "files and modules")


def _as_it_stands(change: Change, ports: Ports, names: Iterable[str]) -> Verdict:
    """Nothing changes, so there is no older fault to compare with: a module that is to be verified has to import."""
    found = import_probe(ports.sandbox, change.after, change.roots, names, change.limits)
    if found is None:
        return errored(Imports.id, "the fresh interpreter gave no answer")
    bad = [f"{name} does not import: {error}" for name, error in found.items() if error]
    return counted(Imports.id, len(found), tuple(bad), "modules")


def import_probe(
    sandbox: Sandbox, tree: Tree, roots: Sequence[str], modules: Iterable[str], limits: Limits
) -> dict[str, str] | None:
    """Each module with the error that importing it raises, empty when none; None when there was no answer."""
    names = sorted(set(modules))
    if not names:
        return {}
    program = _PROBE.read_text(encoding="utf-8")
    run = sandbox.run(tree.oid, ["python", "-c", program, json.dumps(list(roots)), json.dumps(names)], limits)
    marked = [line for line in run.output.splitlines() if line.startswith(MARK)]
    if not run.ok or not marked:
        return None
    found: Mapping[str, str] = json.loads(marked[-1].removeprefix(MARK))
    return {name: found[name] for name in names} if set(found) == set(names) else None


def _newly_broken(change: Change, files: Mapping[str, str]) -> list[str]:
    bad = []
    for new, old in files.items():
        entry = change.after.entry(new)
        if entry is None or not entry.is_regular:
            continue
        error = compile_error(change.after.read(new), new)
        if error and not (old in change.before and compile_error(change.before.read(old), old)):
            bad.append(f"{new} does not compile: {error}")
    return bad


def _newly_unresolved(change: Change, ports: Ports) -> list[str]:
    paths = {old: new for new, old in change.paths.items()}
    modules = {old: new for new, old in change.modules.items()}
    before, after = ports.unresolved(change.before), ports.unresolved(change.after)
    new = newly_unresolved(before, after, paths, modules)
    return [f"{path} imports {name}, which no longer exists" for path, name in new]


def newly_unresolved(
    before: Unresolved, after: Unresolved, paths: Mapping[str, str], modules: Mapping[str, str]
) -> list[tuple[str, str]]:
    """What is unresolved after and was not before, sorted. `paths` and `modules` map old names to new ones."""
    known = {(paths.get(path, path), spelt) for path, name in before for spelt in (name, renamed(name, modules))}
    return sorted(after - known)


def renamed(name: str, modules: Mapping[str, str]) -> str:
    """A dotted name with its longest start that is a module of `modules` (old to new) written as the new one."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        found = modules.get(".".join(parts[:end]))
        if found is not None:
            return ".".join([found, *parts[end:]])
    return name
