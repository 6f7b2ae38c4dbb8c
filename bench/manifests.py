"""Manifests of a repository of 2,000 packages, beside the time that parsing its files takes; and how many are covered.

`python -m bench manifests [--rounds N]`.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema

from bench.answered import answered
from bench.contestants import OURS, working_copy
from bench.measure import Contestant, interleave, tell, timed
from bench.section import Claim, Section, at_most
from corpus.project import kept_repository, project, run
from corpus.sdist import ANSIBLE, DJANGO, HOME_ASSISTANT, NETWORKX, PYGMENTS, SYMPY, Sdist
from laneshift.manifests.fields import schema

_MANY = (HOME_ASSISTANT, ANSIBLE, DJANGO, SYMPY, NETWORKX, PYGMENTS)
_WANTED = 2_000
_ALL = (*OURS, "manifest", "generate", "--all", "--json")
_VALIDATE = (*OURS, "manifest", "validate", "--json")
_NOTES = (
    "One repository of six projects, each in a folder of its own with all the files that its sdist holds.",
    "From nothing: no `.git/laneshift` and no manifest; `manifest generate --all`, then `manifest validate`.",
    "Unchanged: the same `generate` again, the whole process. One file: a line was added to one of them before.",
    "Validate: the whole process on a tree that was checked before, and once more without what that check kept.",
    "`ast.parse` runs in one process, and what it is compared with in as many as there are cores.",
)


def manifests(cache: Path, rounds: int) -> Section:
    """Generated and validated from nothing, again, and after a change."""
    folder = _copy_of(_many(cache), cache / "bench" / "manifests")
    tell("every file is read once, which is not counted")
    timed(_parse(folder), Path.cwd())
    rows = interleave(
        [
            Contestant("ast.parse of the same files", [_parse(folder)], Path.cwd()),
            Contestant("from nothing", [_ALL, _VALIDATE], folder, lambda: _bare(folder)),
            Contestant("unchanged", [_ALL], folder),
            Contestant("validate", [_VALIDATE], folder),
            Contestant("one file changed", [_ALL], folder, lambda: _touch(folder)),
            Contestant("validate, nothing kept", [_VALIDATE], folder, lambda: _forget(folder)),
        ],
        rounds,
        warm_up=False,
    )
    parsed, cold, again, checked, *_ = rows
    others = [project(sdist, cache) for sdist in (HOME_ASSISTANT, SYMPY)]
    covered = [_coverage(_many(cache).name, folder), *(_from_nothing(each, cache) for each in others)]
    goals = [
        at_most("from nothing against ast.parse of the same files", cold.seconds / parsed.seconds, 3.0, "times"),
        at_most("unchanged", again.seconds, 1.0, "s"),
        at_most("validate", checked.seconds, 1.0, "s"),
        *(goal for found in covered for goal in _goals(found)),
    ]
    count = covered[0]["valid"]
    return Section("manifests", f"{count:,} manifests", rows, goals, (parsed.samples[0].printed.strip(), *_NOTES))


def _goals(found: dict[str, Any]) -> list[Claim]:
    name, share = found["name"], 100 * found["valid"] / found["discovered"]
    told = f"{share:.2f} %: {found['valid']:,} of {found['discovered']:,}"
    invalid = found["invalid"]
    return [
        Claim(f"{name}, modules with a valid manifest", "at least 99 %", told, share >= 99),
        Claim(f"{name}, valid by jsonschema", "all", f"{found['valid'] - invalid:,}, {invalid} not", not invalid),
        Claim(f"{name}, second run", "no byte", f"{found['changed']} changed", not found["changed"]),
    ]


def _from_nothing(repository: Path, cache: Path) -> dict[str, Any]:
    """The same as `_coverage`, of a repository without any manifest."""
    folder = _copy_of(repository, cache / "bench" / f"{repository.name}-covered")
    tell(f"{repository.name}: back to nothing")
    _bare(folder)
    return _coverage(repository.name, folder)


def _coverage(name: str, folder: Path) -> dict[str, Any]:
    """What `coverage` says after a run, what jsonschema says of every manifest, and what a second run changes."""
    tell(f"{name}: generated")
    run(folder, "checkout", "--quiet", "--", ".")
    timed(_ALL, folder)
    tell(f"{name}: coverage")
    found: dict[str, Any] = json.loads(_printed((*OURS, "manifest", "coverage", "--json"), folder))
    tell(f"{name}: every manifest by jsonschema")
    validator = jsonschema.Draft202012Validator(schema())
    made = run(folder, "ls-files", "--others", "--", "*.manifest.json").splitlines()
    invalid = sum(not validator.is_valid(json.loads((folder / path).read_bytes())) for path in made)
    shutil.rmtree(folder / ".git" / "laneshift" / "manifests")
    tell(f"{name}: generated once more, without what the first run kept")
    again = json.loads(timed(_ALL, folder).printed)
    return {**found, "name": name, "invalid": invalid, "changed": len(again["written"])}


def _copy_of(repository: Path, folder: Path) -> Path:
    tell(f"a clone of {repository.name}{' is there' if folder.exists() else ': made once, and kept'}")
    return working_copy(repository, folder)


def _printed(command: Sequence[str], folder: Path) -> str:
    """What a check prints: one that finds something ends with 1, which is an answer here."""
    return timed(answered(command), folder).printed


def _many(cache: Path) -> Path:
    def files(folder: Path) -> Path:
        made = folder / "many"
        for sdist in _MANY:
            _copy(sdist, cache, made)
        return made

    return kept_repository(cache, f"packages-{_WANTED}", f"{_WANTED} packages", files)


def _copy(sdist: Sdist, cache: Path, to: Path) -> None:
    ignored = shutil.ignore_patterns(".git")
    shutil.copytree(project(sdist, cache), to / sdist.project.lower(), ignore=ignored, symlinks=True)


def _parse(folder: Path) -> tuple[str, ...]:
    return (sys.executable, "-m", "bench.programs.parse_all", str(folder))


def _bare(folder: Path) -> None:
    shutil.rmtree(folder / ".git" / "laneshift", ignore_errors=True)
    run(folder, "clean", "--quiet", "-d", "--force", "-x")
    run(folder, "checkout", "--quiet", "--", ".")


def _forget(folder: Path) -> None:
    (folder / ".git" / "laneshift" / "manifests" / "checked.json").unlink(missing_ok=True)


def _touch(folder: Path) -> None:
    file = next(path for path in sorted(folder.rglob("core.py")) if "homeassistant" in path.parts)
    with file.open("a", encoding="utf-8") as text:
        text.write(f"BENCH_{file.stat().st_size} = 1\n")
