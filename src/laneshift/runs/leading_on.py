"""What to run after the doctor: what mends the first failure, or else what the repository is ready for."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence

from laneshift.code.intents import is_script_or_test
from laneshift.code.modules import Modules
from laneshift.config import FILE, Settings, load
from laneshift.errors import Refused
from laneshift.lanes.model import Lanes
from laneshift.repo.objects import Repository, Tree
from laneshift.runs.committing import SETTINGS, commit_command
from laneshift.runs.doctor.configured import SOURCES, reader, written
from laneshift.runs.doctor.row import Row
from laneshift.runs.doctor.trial import CHECK
from laneshift.runs.proposing.propose import configured

MANIFEST = "integration_manifest.json"
_LEAST = 200
_AGAIN = "laneshift doctor"
_BY_SETTINGS = frozenset({"settings", CHECK})


def next_command(rows: Sequence[Row], ready: Callable[[], str], settle: Callable[[], str]) -> str:
    """The command that mends the first failure, or shows more of it; `ready` tells what comes next where nothing fails.

    `settle` tells what has the last commit have its settings, empty where it has them: tests that were tried by other
    settings than those that are meant say little.
    """
    first = next((row for row in rows if row.status == "fail"), None)
    if first is None:
        return ready()
    return (settle() if first.check in _BY_SETTINGS else "") or first.command or _AGAIN


def before_a_plan(repository: Repository) -> str:
    """What leads a repository without a plan to one: settings, their commit, or a plan of what it has."""
    if repository.handle.head_is_unborn:
        return "laneshift init"
    tree = repository.tree("HEAD")
    settings = _settings(reader(tree))
    if settings is None or (FILE not in tree and not settings.lanes):
        there = configured(repository, tree)
        return commit_command(repository, FILE, SETTINGS) if there == FILE and FILE not in tree else "laneshift init"
    return plan_command(tree, settings)


def settle_command(repository: Repository) -> str:
    """What has the last commit have the settings that are meant: `init`, or the commit of those that lie there."""
    if repository.handle.head_is_unborn:
        return "laneshift init"
    tree = repository.tree("HEAD")
    then, committed = repository.work_dir and written(repository.work_dir), reader(tree)
    changed = [name for name in SOURCES if then and then(name) not in (None, committed(name))]
    if then and changed and _settings(then) is not None:
        return commit_command(repository, changed[0], SETTINGS)
    settings = _settings(committed)
    return "laneshift init" if settings is not None and FILE not in tree and not settings.lanes else ""


def plan_command(tree: Tree, settings: Settings) -> str:
    """A plan of something that is there: a batch file, an inventory, an experimental lane, or one module as it is."""
    for path in _batches(tree):
        return f"laneshift plan {shlex.quote(path)}"
    if MANIFEST in tree:
        return f"laneshift plan --from-manifest {MANIFEST}"
    lanes = Lanes.of(settings.lanes) if settings.lanes else None
    files = [path for path, entry in tree.entries.items() if path.endswith(".py") and entry.is_regular]
    if lanes is not None:
        used = {lane.name for path in files if (lane := lanes.lane_of(path)) is not None}
        for lane in lanes.lanes:
            if lane.level == "experimental" and lane.name in used:
                return f"laneshift plan --inventory {shlex.quote(lane.name)} --out {MANIFEST}"
    return _verifying(tree, settings, lanes, files)


def _verifying(tree: Tree, settings: Settings, lanes: Lanes | None, files: Iterable[str]) -> str:
    """A batch of one small module that stays where it is: all steps run, and nothing moves."""
    names = Modules.of(tree.entries, settings.source_roots).by_path
    found = []
    for path in files:
        entry = tree.entry(path)
        outside = lanes is not None and lanes.lane_of(path) is None
        if entry is None or outside or path not in names or is_script_or_test(path) or path.endswith("__init__.py"):
            continue
        size = tree.repository.blob_size(entry.oid)
        found.append((size < _LEAST, size, path))
    if not found:
        return "laneshift status"
    path = min(found)[2]
    row = " ".join(shlex.quote(each) for each in (names[path], path, path))
    return f"printf '%s\\t%s\\t%s\\n' {row} > first.tsv && laneshift plan first.tsv"


def _batches(tree: Tree) -> Iterator[str]:
    """Files of the tree that hold a batch: the first line that counts names a file that is there."""
    for path, entry in sorted(tree.entries.items()):
        if not path.endswith(".tsv") or not entry.is_regular or not path.isprintable():
            continue
        lines = (line for line in tree.read(path).decode("utf-8", "replace").splitlines() if line.strip())
        fields = next((line for line in lines if not line.startswith("#")), "").split("\t")
        if len(fields) == len(("module", "src", "dst")) and (fields[1] in tree or tree.is_folder(fields[1])):
            yield path


def _settings(read: Callable[[str], bytes | None]) -> Settings | None:
    try:
        return load(read)
    except Refused:
        return None  # its faults have rows of their own
