"""The toy monorepo as tests drive it: a template that has been run, copies of it, and the real command line."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from laneshift.evidence.records import Record
from laneshift.repo.objects import Repository
from laneshift.runs.events import Event, silent
from laneshift.runs.plan import Plan
from laneshift.runs.planning import Order, make_plan
from laneshift.runs.workshop import Workshop
from laneshift.wiring import workshop
from tests.monorepo import BATCH, BREAKS, CONFIG, VERIFY, monorepo
from tests.repo.builders import git_cli
from tests.warm import OWN, ROOT, run

# One checkout and no plugins of the developer's own keep a run cheap; the isolation is the real one.
QUICK = f"""workers = 1
{CONFIG}
[tests.environment]
PYTEST_DISABLE_PLUGIN_AUTOLOAD = "1"
"""

PAIR = "labs.left\tlabs/left.py\tcore/left.py\nlabs.right\tlabs/right.py\tcore/right.py\n"
"""Two moves that are green alone and red together."""

WHOLE = "# the whole toy\n" + BATCH + BREAKS + VERIFY + PAIR

EXTRA: dict[str, str] = {
    "laneshift.toml": QUICK,
    "labs/left.py": "SIDE = 'left'\n",
    "labs/right.py": "SIDE = 'right'\n",
    "tests/test_pair.py": "from pathlib import Path\n\n\ndef test_never_both():\n"
    "    core = Path(__file__).resolve().parents[1] / 'core'\n"
    "    assert len({path.stem for path in core.glob('*.py')} & {'left', 'right'}) < 2\n",
    "tests/test_red.py": "def test_red_on_the_base():\n    assert 'labs' == 'core'\n",
    # Red beside many others, green beside few: nothing of a run outlives it, so this is how a test comes and goes.
    "tests/test_flaky.py": "def test_comes_and_goes(request):\n    assert len(request.session.items) < 6\n",
}
"""What the template has besides the monorepo: a jointly red pair, a test red on the base, a test that is red once."""


@dataclass(frozen=True)
class Done:
    """How one command ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """Its one JSON document."""
        return json.loads(self.out)


def environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a command: this process's, with this very laneshift first on the path."""
    return {**os.environ, "PYTHONPATH": OWN, "COLUMNS": "200", **(changes or {})}


def with_tests(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a program of the tests."""
    env = environment(changes)
    return {**env, "PYTHONPATH": os.pathsep.join((env["PYTHONPATH"], str(ROOT)))}


def laneshift(path: Path, *arguments: str, env: Mapping[str, str] | None = None) -> Done:
    """Run the real command line in `path`, in a process of its own that has it loaded already."""
    ran = run("laneshift", arguments, path, environment(env))
    return Done(ran.code, ran.out, ran.err)


def started(path: Path, *arguments: str, env: Mapping[str, str] | None = None) -> Done:
    """Run the real command line in `path` from its very start."""
    done = subprocess.run(
        [sys.executable, "-m", "laneshift", *arguments],
        cwd=path,
        env=environment(env),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def shop_at(path: Path, report: Callable[[Event], None] = silent) -> Workshop:
    """The real parts for the repository at `path`."""
    return workshop(Repository.open(path), report)


def planned(path: Path, batch: str, name: str = "batch.tsv", *, skip_refused: bool = False, target: str = "") -> Plan:
    """The plan of a batch, made in process."""
    shop = shop_at(path)
    return make_plan(shop, Order(name, batch.encode(), target=target, skip_refused=skip_refused)).plan


def toy(path: Path, changes: Mapping[str, str] | None = None, warm: Path | None = None) -> Path:
    """A quick monorepo in `path`. `warm` is a repository whose compiled bytecode is lent to it."""
    monorepo(path, {"laneshift.toml": QUICK, **(changes or {})})
    if warm is not None:
        lend_bytecode(warm, path)
    return path


def lend_bytecode(source: Path, target: Path) -> None:
    """Give a new repository the bytecode of the interpreter's own modules, which costs a second to compile."""
    for cache in sorted(source.glob(".git/laneshift/pool/*/cache")):
        place = target / cache.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(cache, place, copy_function=os.link, dirs_exist_ok=True)


def copy_of(template: Path, path: Path) -> Path:
    """A copy of a repository with everything that laneshift remembers about it.

    Databases are copied by SQLite: whoever still has one open may fold its log into it at any moment.
    """
    shutil.copytree(template, path, symlinks=True, ignore=shutil.ignore_patterns("*.sqlite", "*.sqlite-*"))
    for database in sorted(template.rglob("*.sqlite")):
        place = path / database.relative_to(template)
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(place)) as target:
            source.backup(target)
    return path


def refs(path: Path) -> dict[str, str]:
    """Every ref with its object id, but for those of seals: each command that records something adds one."""
    lines = git_cli(path, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    found = {name: oid for name, _, oid in (line.partition(" ") for line in lines)}
    return {name: oid for name, oid in found.items() if not name.startswith("refs/laneshift/seals/")}


def tree_of(path: Path, rev: str = "HEAD") -> str:
    """The tree id of a revision."""
    return git_cli(path, "rev-parse", f"{rev}^{{tree}}")


def work_files(path: Path) -> dict[str, bytes]:
    """Every file of the work tree, byte for byte."""
    files = (file for file in path.rglob("*") if ".git" not in file.relative_to(path).parts and file.is_file())
    return {str(file.relative_to(path)): file.read_bytes() for file in files}


def records(path: Path, kind: str | None = None) -> list[Record]:
    """The journal of the repository."""
    return shop_at(path).journal.records(kind=kind)


class WatchedSandbox:
    """The real sandbox, with a word to the test before each whole suite and after it."""

    def __init__(self, inner: Any, heard: Callable[[str, str, Sequence[str]], None]) -> None:
        self._inner = inner
        self._heard = heard

    def run(self, tree: str, argv: Sequence[str], limits: Any) -> Any:
        """As the port says."""
        return self._inner.run(tree, argv, limits)

    def suite(self, tree: str, selection: Sequence[str], limits: Any) -> Any:
        """As the port says."""
        self._heard("before", tree, selection)
        result = self._inner.suite(tree, selection, limits)
        self._heard("after", tree, selection)
        return result

    def whole(self, tree: str, limits: Any, took: Mapping[str, int]) -> Any:
        """As the port says: the suite of no selection."""
        self._heard("before", tree, ())
        result = self._inner.whole(tree, limits, took)
        self._heard("after", tree, ())
        return result

    def trace(self, tree: str, selection: Sequence[str], limits: Any) -> Any:
        """As the port says."""
        return self._inner.trace(tree, selection, limits)


def watched(path: Path, heard: Callable[[str, str, Sequence[str]], None]) -> Workshop:
    """The real parts, with `heard` told of every suite: its moment, its tree, its selection."""
    shop = shop_at(path)
    return replace(shop, sandbox=lambda settings: WatchedSandbox(shop.sandbox(settings), heard))
