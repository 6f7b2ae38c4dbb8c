"""Workflow files for GitHub that call laneshift: which there are, what each needs, and their text.

Each holds to the same rules, which tests look at: actions by full commit id, since a tag can be moved to other code;
the least permissions; no secret that the rest needs; nothing from outside between the words of a shell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import resources

from laneshift import __version__
from laneshift.errors import Fault, Refused
from laneshift.repo.objects import Tree
from laneshift.runs.proposing.installing import PROJECT_FILES, install_script

FOLDER = ".github/workflows"
_VERSION = "==VERSION"
_INSTALL_NAME = "      - name: What the project needs\n"
_INSTALL = f"""{_INSTALL_NAME}\
        if: hashFiles('pyproject.toml', 'setup.py') != ''
        run: python -m pip install --editable '.[test,tests,testing]' # of these names those that the project has
"""
_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Workflow:
    """One file. `what` is what it does, `needs` what a team adds before it does that, "" for nothing.

    `usual` ones are written when none is named.
    """

    name: str
    what: str
    needs: str = ""
    usual: bool = True
    install: str | None = None
    """What installs the project, lines for a shell, "" for nothing; None for one plain distribution at the root."""

    @property
    def path(self) -> str:
        """Where it goes."""
        return f"{FOLDER}/laneshift-{self.name}.yml"

    def text(self) -> str:
        """The file, for the laneshift that writes it."""
        packaged = resources.files("laneshift.runs.proposing") / "workflows" / f"{self.name}.yml"
        text = packaged.read_text("utf-8").replace(_VERSION, f"=={__version__}")
        if self.install is None:
            return text
        lines = "".join(f"          {line}\n" for line in self.install.splitlines())
        return text.replace(_INSTALL, f"{_INSTALL_NAME}        run: |\n{lines}" if lines else "")


_DATABASE = "the secret LANESHIFT_DATABASE_URL; without it the job says so and is green"
_RING = "a ring of keys at .laneshift/ring.json; without it the job says so and is green"
WORKFLOWS = (
    Workflow("gates", "imports, contracts, manifests and every gate, on pull requests"),
    Workflow("coverage", "what tests run, on pull requests and on main", "limits below [coverage]"),
    Workflow("bench-nightly", "benchmarks against yesterday's commit, every night", "[bench] command"),
    Workflow("attestations", "each exported landing proved again", "exports below attestations/"),
    Workflow("keys", "the age of keys, every week", _RING),
    Workflow("health", "the health of the repository, every night, as a page and a commit"),
    Workflow("openapi", "what a pull request does to an interface, as one comment", "variable OPENAPI_DOCUMENT"),
    Workflow("agents", "what agents took, landed and lost, every week", _DATABASE, usual=False),
    Workflow("audit", "an issue for each finding of an audit, every week", "the name of the audit", usual=False),
    Workflow("monitoring", "dashboards that are those of this laneshift", "files in ops/monitoring", usual=False),
    Workflow("monitoring-report", "how the work fares, every morning", _DATABASE, usual=False),
    Workflow("rollback-rehearsal", "the way back of a batch, rehearsed", "the name of the batch", usual=False),
)


def chosen(names: Sequence[str]) -> list[Workflow]:
    """The workflows of these names, in the order of the list; the usual ones for no name.

    Raises `Refused` (`init.no-workflow`) with every name that is none.
    """
    known = {each.name: each for each in WORKFLOWS}
    faults = [Fault("init.no-workflow", name, "no workflow has this name") for name in names if name not in known]
    if faults:
        raise Refused("init.no-workflow", "no such workflow", cure=f"one of {', '.join(known)}", faults=faults)
    return [each for each in WORKFLOWS if (each.name in names if names else each.usual)]


def for_tree(tree: Tree, wanted: Sequence[Workflow]) -> list[Workflow]:
    """These workflows as they suit a tree: they install the distributions and the groups of tests that it has."""
    found = {}
    for path, entry in tree.below(""):
        if path.rpartition("/")[2] in PROJECT_FILES and entry.is_regular:
            small = tree.repository.blob_size(entry.oid) <= _LARGEST
            found[path] = tree.read(path).decode("utf-8", "replace") if small else ""
    return [replace(each, install=install_script(found)) for each in wanted]


def writable(tree: Tree, wanted: Sequence[Workflow]) -> list[Workflow]:
    """Those that are not there yet. Raises `Refused` (`init.exists`) with every file that says something else."""
    there = {each.name: tree.read(each.path) for each in wanted if each.path in tree}
    other = [each for each in wanted if each.name in there and there[each.name] != each.text().encode()]
    if other:
        faults = [
            Fault("init.exists", each.path, "this file is there already and says something else") for each in other
        ]
        cure = "move it away to have it written again, or name the others with --workflow"
        raise Refused("init.exists", f"{len(other)} file(s) would be written over", cure=cure, faults=faults)
    return [each for each in wanted if each.name not in there]
