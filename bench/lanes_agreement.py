"""`python -m bench.lanes_agreement [--json]`: contracts judged by us and by import-linter on real projects."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.lanes_projects import CASES, Case
from corpus.fetch import CACHE
from corpus.project import project
from laneshift.code.index import Index
from laneshift.lanes.contracts.imports import imports_of
from laneshift.lanes.contracts.options import Options, read
from laneshift.lanes.contracts.packages import find
from laneshift.lanes.contracts.standing import options_of
from laneshift.lanes.contracts.verdicts import Verdict
from laneshift.lanes.kept import atlas_of
from laneshift.lanes.sources import sources
from laneshift.repo.objects import Repository, Tree
from laneshift.repo.worktree import snapshot
from laneshift.runs.lane_check import Atlases, contracts
from laneshift.runs.lane_rules import rules_of

_PROGRAM = Path(__file__).parent / "programs" / "import_linter.py"


@dataclass(frozen=True, slots=True)
class Compared:
    """One project: how many direct imports both found, and what only one of them says."""

    name: str
    own: bool
    verdicts: tuple[tuple[str, str, str], ...]
    imports: int
    only_ours: tuple[tuple[str, str], ...]
    only_theirs: tuple[tuple[str, str], ...]

    @property
    def agrees(self) -> bool:
        """Whether every verdict and every direct import is the same."""
        return not self.only_ours and not self.only_theirs and all(ours == theirs for _, ours, theirs in self.verdicts)


def compare(name: str, folder: Path, packages: str, written: str) -> Compared:
    """Judge the contracts of the repository at `folder`, or the written ones, both ways."""
    tree = snapshot(Repository.open(folder))
    data = written.encode()
    options = read(lambda path: data if path == "pyproject.toml" else None) if written else options_of(tree)
    if options is None:
        raise SystemExit(f"{name} has no contracts")
    verdicts, ours = _ours(tree, options)
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(written)
        file.flush()
        theirs = _theirs(folder, packages, [file.name] if written else [])
    edges = {(importer, imported) for importer, imported in theirs["edges"]}
    rows = tuple((mine.name, mine.status, said) for mine, (_, said) in zip(verdicts, theirs["verdicts"], strict=True))
    return Compared(name, not written, rows, len(edges), tuple(sorted(ours - edges)), tuple(sorted(edges - ours)))


def _ours(tree: Tree, options: Options) -> tuple[tuple[Verdict, ...], set[tuple[str, str]]]:
    with Index.open(tree.repository, processes=2) as index:
        atlas = atlas_of(tree, index)
        said = atlas.said or sources(tree, index, [path for path in index.files(tree) if path.endswith(".py")])
        found = find(atlas.out, options.root_packages, atlas.modules.roots)
        left_out = {"dynamic"} | ({"type-checking"} if options.without_type_checking else set())
        direct = imports_of(found, found.seen, lambda path: said[atlas.linked.files.get(path, path)].imports).direct
        kept = (one for one in direct if one.kind not in left_out and (options.with_externals or not one.outside))
        atlases = Atlases(index, rules_of(tree).roots, whole=True)
        return contracts(atlases, tree, options), {(one.importer, one.imported) for one in kept}


def _theirs(folder: Path, packages: str, configuration: Sequence[str]) -> Any:
    command = [sys.executable, str(_PROGRAM), packages, *configuration]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return json.loads(done.stdout)


def one(case: Case, cache: Path) -> Compared:
    """One project of the list."""
    name = f"{case.sdist.project} {case.sdist.version}"
    return compare(name, project(case.sdist, cache), case.folder, case.contracts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare every project, and this repository itself. 1 when anything differs."""
    parser = argparse.ArgumentParser(prog="python -m bench.lanes_agreement", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--cache", type=Path, default=CACHE)
    chosen = parser.parse_args(arguments)
    found = [one(case, chosen.cache) for case in CASES]
    found.append(compare("laneshift itself", Path(__file__).resolve().parents[1], "src", ""))
    if chosen.json:
        sys.stdout.write(json.dumps([asdict(each) for each in found], indent=2) + "\n")
    else:
        for each in found:
            sys.stdout.write("\n".join(_told(each)) + "\n")
    return 0 if all(each.agrees for each in found) else 1


def _told(each: Compared) -> list[str]:
    whose = "its own contracts" if each.own else "written contracts"
    counts = {status: sum(row[1] == status for row in each.verdicts) for status in ("kept", "broken", "invalid")}
    told = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    lines = [f"{each.name}, {whose}: {told}; {each.imports} direct imports; {'agrees' if each.agrees else 'DIFFERS'}"]
    lines += [f"  {name}: ours {ours}, theirs {theirs}" for name, ours, theirs in each.verdicts if ours != theirs]
    lines += [f"  only ours: {a} -> {b}" for a, b in each.only_ours[:20]]
    return lines + [f"  only theirs: {a} -> {b}" for a, b in each.only_theirs[:20]]


if __name__ == "__main__":
    sys.exit(main())
