"""The scored inventory of 2,000 modules with a long history, and the ages by themselves beside one `git log` a file."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from bench.contestants import OURS, working_copy
from bench.measure import Contestant, interleave
from bench.section import Section, at_most
from corpus.project import project, run
from corpus.sdist import HOME_ASSISTANT
from laneshift.repo.git_words import environment

_MODULES = 2_000
_COMMITS = 20_000
_CHANGED = 4
_EACH = 5
_WHEN = 1_600_000_000
_HOUR = 3_600
_SECONDS = 5.0
_COMPONENTS = "homeassistant/components"
_NOTES = (
    f"The first components of Home Assistant, under a drawn history: {_COMMITS:,} commits, {_CHANGED} files in each.",
    "From nothing: without `.git/laneshift`, once. Warm: the commands on the same commit that follow.",
    "Ages by one stream: what the inventory from nothing asks of git, in a process of its own.",
    f"Ages by one `git log` a file: of {_EACH} modules, times {_MODULES // _EACH}.",
)


def inventory(cache: Path, rounds: int) -> Section:
    """Score 2,000 modules of Home Assistant, from nothing and again."""
    folder = _with_history(cache)
    asked = [(*OURS, "plan", "--inventory", "components", "--json")]
    program = (sys.executable, "-m", "bench.programs.ages", str(folder), _COMPONENTS)
    here = Path.cwd()
    rows = interleave(
        [
            Contestant("inventory from nothing", asked, folder, lambda: _forget(folder), rounds=1),
            Contestant("inventory warm", asked, folder),
            Contestant("ages by one stream", [(*program, "stream")], here, figure=float),
            Contestant(
                "ages by one git log a file", [(*program, str(_EACH), str(_MODULES))], here, rounds=1, figure=float
            ),
        ],
        rounds,
        # A round that is not counted would build the index of the whole tree once more.
        warm_up=False,
    )
    goals = [at_most("ages of 2,000 modules", rows[2].seconds, _SECONDS, "s")]
    return Section("inventory", f"The inventory of {_MODULES:,} modules", rows, goals, _NOTES)


def _with_history(cache: Path) -> Path:
    """A working copy with a lane `components` of about 2,000 modules, and a drawn history instead of its own."""
    folder = working_copy(project(HOME_ASSISTANT, cache), cache / "bench" / "homeassistant-inventory")
    if (folder / "laneshift.toml").exists():
        return folder
    run(folder, "config", "user.name", "Bench")
    run(folder, "config", "user.email", "bench@example.org")
    stream = "".join(_stream(folder)).encode()
    command = ["git", "fast-import", "--quiet", "--force"]
    subprocess.run(command, cwd=folder, input=stream, check=True, env=environment())
    run(folder, "reset", "--quiet", "--hard", "main")
    rules = f'[lanes.components]\nlevel = "experimental"\npaths = [\n{"".join(_globs(folder))}]\n'
    (folder / "laneshift.toml").write_text(f'{rules}[lanes.rest]\npaths = ["homeassistant/**"]\n', encoding="utf-8")
    run(folder, "add", "--force", "laneshift.toml")
    run(folder, "commit", "--quiet", "--no-verify", "--message", "lanes")
    return folder


def _globs(folder: Path) -> Iterator[str]:
    """The first components that have 2,000 files which are no markers of packages."""
    parts = sorted(path for path in (folder / _COMPONENTS).iterdir() if path.is_dir())
    sizes = (sum(1 for each in part.rglob("*.py") if each.name != "__init__.py") for part in parts)
    for part, before in zip(parts, accumulate(sizes, initial=0), strict=False):
        if before < _MODULES:
            yield f'  "{_COMPONENTS}/{part.name}/**",\n'


def _stream(folder: Path) -> Iterator[str]:
    """For `git fast-import`: the tree as it is, then commits that make files executable and back."""
    draw = random.Random(0)
    listed = (line.partition("\t")[::2] for line in run(folder, "ls-files", "--stage", _COMPONENTS).splitlines())
    files = [(path, fact.split()[1]) for fact, path in listed if path.endswith(".py")]
    tree = run(folder, "rev-parse", "HEAD^{tree}").strip()
    yield f"{_commit(0)}M 040000 {tree} \n"
    plain = dict.fromkeys(files, True)
    for at in range(1, _COMMITS):
        yield _commit(at)
        for each in draw.sample(files, _CHANGED):
            plain[each] = not plain[each]
            yield f"M {'100644' if plain[each] else '100755'} {each[1]} {each[0]}\n"


def _commit(at: int) -> str:
    stamp = f"Bench <bench@example.org> {_WHEN + at * _HOUR} +0000"
    return f"commit refs/heads/main\ncommitter {stamp}\ndata 6\nchange\n"


def _forget(folder: Path) -> None:
    shutil.rmtree(folder / ".git" / "laneshift", ignore_errors=True)
