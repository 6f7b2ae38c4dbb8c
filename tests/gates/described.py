"""A change of files described truthfully, and the ports of gates on a real repository."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from laneshift import config
from laneshift.code.graph import ImportGraph
from laneshift.code.index import Index
from laneshift.gates.context import Change, Claims, Ports
from laneshift.gates.judging import Memory
from laneshift.gates.sandbox import Limits
from laneshift.lanes.contracts.standing import verdicts
from laneshift.lanes.crossings import Ground, standing
from laneshift.lanes.kept import atlas_of
from laneshift.lanes.model import Lanes
from laneshift.repo.objects import File, Repository
from laneshift.repo.pool import Pool
from laneshift.steps.runner.sandbox import IsolatedSandbox

TESTS = config.Tests(environment={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})
"""No plugins of the developer's own: loading them takes four times as long as pytest alone."""


def settings_of(text: str) -> config.Settings:
    """The settings that a `laneshift.toml` of this text has."""
    return config.load(lambda path: text.encode() if path == config.FILE else None)


def change_of(repository: Repository, files: Mapping[str, str | None], settings: str = "", **others: Any) -> Change:
    """A change of HEAD; None deletes. `others` are fields of `Change` that are not as usual."""
    read = settings_of(settings)
    before = repository.tree("HEAD")
    edits = {path: None if text is None else File(text.encode()) for path, text in files.items()}
    fields: dict[str, Any] = {
        "before": before,
        "after": before.edit(edits),
        "paths": {},
        "modules": {},
        "importers": {},
        "roots": ("",),
        "smoke": (),
        "smoke_before": (),
        "smoke_pass_rate": 0.9,
        "claims": Claims(frozenset(files), 1, "", frozenset()),
        "limits": Limits(120),
        "settings": read,
        "lanes": Lanes.of(read.lanes, ("core", "labs")),
        "item": "labs.item",
    }
    return Change(**{**fields, **others})


def ports_of(repository: Repository) -> Ports:
    """The real ports."""
    index, sandbox = Index.open(repository), IsolatedSandbox(Pool(repository, 2), TESTS)
    return Ports(
        sandbox,
        lambda tree: ImportGraph.of(tree, index).unresolved,
        lambda tree, selection, limits: sandbox.suite(tree.oid, selection, limits),
        lambda tree, near: standing(Ground(atlas_of(tree, index), Lanes.of({}, ("core", "labs")))),
        lambda tree, near, options: verdicts(tree, index, options, (), lambda: atlas_of(tree, index)),
    )


def memory() -> tuple[Memory, dict[str, Any], list[bytes]]:
    """A memory in a dictionary, with what it remembers and the evidence that it keeps."""
    known: dict[str, Any] = {}
    kept: list[bytes] = []

    def keep(data: bytes) -> str:
        kept.append(data)
        return f"sha256:{len(kept):064x}"

    return Memory(known.get, known.__setitem__, keep), known, kept
