"""The report of health on 9,000 Python files: from nothing, again on the same tree, and after a change of one file.

`python -m bench health [--rounds N]`.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from bench.contestants import OURS, working_copy
from bench.measure import Contestant, interleave
from bench.section import Section, at_most
from corpus.project import project
from corpus.sdist import HOME_ASSISTANT

# Exit code 1 is a report of a repository that is not healthy, as this one is without tests' results; 2 and 3 are none.
_HEALTH = ("sh", "-c", '"$@" || [ $? -eq 1 ]', "sh", *OURS, "report", "health", "--json")
_LANES = """[lanes.home]
paths = ["homeassistant/**"]
may_import = ["home"]
[lanes.tests]
paths = ["tests/**"]
may_import = ["home", "tests"]
"""
_CHANGED = "homeassistant/util/color.py"


def health(cache: Path, rounds: int) -> Section:
    """The whole command in each case, all processes together."""
    folder = working_copy(project(HOME_ASSISTANT, cache), cache / "bench" / "health")
    (folder / "laneshift.toml").write_text(_LANES, encoding="utf-8")
    rows = interleave(
        [
            Contestant("from nothing", [_HEALTH], folder, lambda: _bare(folder)),
            Contestant("again, unchanged", [_HEALTH], folder),
            Contestant("one file changed", [_HEALTH], folder, lambda: _touch(folder)),
        ],
        rounds,
        warm_up=False,
    )
    cold, again, _ = rows
    goals = [
        at_most("from nothing", cold.seconds, 60.0, "s"),
        at_most("again, unchanged", again.seconds, 10.0, "s"),
    ]
    told = json.loads(cold.samples[0].printed)
    states = ", ".join(f"{each['title']} {each['state']}" for each in told["sections"])
    files = next(each for section in told["sections"] for each in section["figures"] if each["name"] == "parsed")["of"]
    notes = (
        f"Home Assistant 2026.5.0 as it ships: {files:,} Python files of 49,605. {states}.",
        "From nothing: no `.git/laneshift` and no earlier report, so index, graph and a checkout for ruff are made.",
        "Two lanes with rules. Sections whose input is not there (results, coverage, contracts) are in error at once.",
        f"One file changed: a line was added to `{_CHANGED}`, so everything but the index is measured again.",
    )
    return Section("health", "Health of 9,000 files", rows, goals, notes)


def _bare(folder: Path) -> None:
    for path in (folder / ".git/laneshift", folder / "docs/audits"):
        shutil.rmtree(path, ignore_errors=True)


def _touch(folder: Path) -> None:
    with (folder / _CHANGED).open("a", encoding="utf-8") as file:
        file.write("# one more line\n")
