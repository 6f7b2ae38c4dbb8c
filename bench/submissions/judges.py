"""Who judges: laneshift's checks without the steps and gates of an item, and `lanekeeper check`.

lanekeeper is given what a careful team would write down: a lane that allows exactly the files of the pack, and denies
every place that decides what is checked, run or believed.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.environment import environment
from tests.agents.submitting.labelled import Case
from tests.agents.submitting.shop import WHO, Shop

LANEKEEPER = ("lanekeeper==0.9.0",)
_PROGRAM = Path(__file__).parents[1] / "programs" / "lanekeeper_check.py"
_SECONDS = 900
_DENIED = (
    *(".git*", ".github/**", ".gitlab/**", ".githooks/**", ".husky/**", ".vscode/**", ".cursor/**", ".claude/**"),
    *(".pre-commit-config.yaml", ".coveragerc", ".laneshift/**", "laneshift.toml", "laneshift.policies.cedar"),
    *("AGENTS.md", "CLAUDE.md", "Makefile", "Jenkinsfile", "setup.py", "setup.cfg", "tox.ini", "pytest.ini"),
    *("sitecustomize.py", "requirements.txt", "**/*.pth", "**/*.so", "vendor", "vendor/**"),
)


@dataclass(frozen=True)
class Said:
    """What one judge says: whether each submission is refused, and the seconds that each took."""

    name: str
    refused: tuple[bool, ...]
    seconds: tuple[float, ...]


@dataclass(frozen=True)
class Brought:
    """The labelled submissions as commits of one repository."""

    shop: Shop
    cases: tuple[Case, ...]
    commits: tuple[str, ...]


def brought(folder: Path, cases: Sequence[Case]) -> Brought:
    """Make every commit in a new repository in `folder`."""
    shop = Shop.at(folder)
    return Brought(shop, tuple(cases), tuple(case.make(shop) for case in cases))


def ours(given: Brought) -> Said:
    """Each submission by the checks of the table, in this process."""
    refused, seconds = [], []
    for case, commit in zip(given.cases, given.commits, strict=True):
        begin = time.perf_counter()
        found = given.shop.looked(commit, case.pack, case.report, replace(WHO, kind=case.agent))
        seconds.append(time.perf_counter() - begin)
        refused.append(bool(found.objections or found.unchecked))
    return Said("laneshift", tuple(refused), tuple(seconds))


def lanekeeper(given: Brought, cache: Path) -> Said:
    """Each submission by lanekeeper's check, in one process of its own."""
    programs = environment("lanekeeper", LANEKEEPER, cache)
    told: dict[int, tuple[bool, float]] = {}
    for pack in sorted(given.shop.packs):
        at = [number for number, case in enumerate(given.cases) if case.pack == pack]
        _policy(given.shop, pack)
        asked = json.dumps([[pack, given.commits[number]] for number in at])
        command = [str(programs / "python"), str(_PROGRAM.absolute()), str(given.shop.path), given.shop.base]
        done = subprocess.run(
            command, cwd=given.shop.path, input=asked, capture_output=True, text=True, check=True, timeout=_SECONDS
        )
        for number, (passed, seconds) in zip(at, json.loads(done.stdout), strict=True):
            told[number] = (not passed, seconds)
    pairs = [told[number] for number in range(len(given.cases))]
    return Said("lanekeeper 0.9.0", tuple(each[0] for each in pairs), tuple(each[1] for each in pairs))


def by_command(given: Brought, cache: Path, number: int) -> bool:
    """Whether `lanekeeper check` itself refuses one submission: to see that the program above says the same."""
    programs, case = environment("lanekeeper", LANEKEEPER, cache), given.cases[number]
    _policy(given.shop, case.pack)
    command = [str(programs / "lanekeeper"), "check", "--lane", case.pack, "--base", given.shop.base]
    command += ["--head", given.commits[number]]
    done = subprocess.run(command, cwd=given.shop.path, capture_output=True, check=False, timeout=_SECONDS)
    return done.returncode != 0


def _policy(shop: Shop, pack: str) -> None:
    """Write lanekeeper's policy into the checkout: one lane, with the files of the pack."""
    place = shop.path / ".lanekeeper" / "config.yaml"
    place.parent.mkdir(exist_ok=True)
    lane = {"name": pack, "allow": sorted(shop.packs[pack].writes), "deny": list(_DENIED)}
    # JSON is YAML.
    place.write_text(json.dumps({"version": 1, "project": {"name": "shop"}, "lanes": [lane]}), encoding="utf-8")
