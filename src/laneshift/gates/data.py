"""Gate `data`: every changed data file parses, and fits its schema where one is known, if it did before or is new."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from laneshift.gates.context import Change, Ports
from laneshift.gates.data_files import data_error, is_data, parsed
from laneshift.gates.faults import data as faults
from laneshift.gates.known import Known, Unjudged
from laneshift.gates.schemas import MISSING, governed, governing, schema_error
from laneshift.gates.verdict import Exempt, Verdict, counted, errored
from laneshift.repo.objects import Tree


class Data:
    """A file that was broken before may stay broken: only the change is judged."""

    id = "data"
    description = "changed JSON, YAML, TOML, TSV and notebook files parse, and fit the schema that is known for them"
    cost = 0.005
    runs_code = False
    runs = 0
    plant = staticmethod(faults.plant)

    def applies(self, change: Change) -> Exempt | None:
        """It applies where data files changed, or a schema that files of the tree have to fit."""
        return None if _files(change) else Exempt.NOTHING_OF_ITS_KIND

    def inputs(self, change: Change) -> Mapping[str, Any]:
        """The blobs of the files before and after; with a schema the whole trees, since schemas refer to files."""
        before, after, schemas = change.before, change.after, dict(change.settings.gates.data.schemas)
        files = [[new, _oid(after, new), old, _oid(before, old)] for new, old in _files(change).items()]
        known = any(governing(new, _read(after, new), schemas) for new in _files(change))
        return {"files": files, "schemas": schemas, "trees": [before.oid, after.oid] if known else []}

    def check(self, change: Change, ports: Ports) -> Verdict:  # noqa: ARG002 - every gate has the same signature
        """Failed names each file with its parser's or its schema's message; errored without what validates."""
        files = _files(change)
        bad, validated, unjudged = [], 0, []
        for new, old in files.items():
            error = data_error(new, change.after.read(new))
            if error:
                if not (_is_file(change.before, old) and data_error(old, change.before.read(old))):
                    bad.append(f"{new}: {error}")
                continue
            try:
                known = _known(new, change.after, change)
                if known is None:
                    continue
                error = schema_error(known, change.after)
                validated += 1
                if error and not _misfit_before(old, change):
                    bad.append(f"{new}: {error}")
            except Unjudged as reason:
                # A schema that was out of reach before, such as one of an uncommitted folder, was never known.
                if not _unjudged_before(old, change):
                    unjudged.append(f"{new}: {reason}")
            except ImportError as missing:
                return errored(self.id, f"{new} has a schema, and {missing.name} is not installed: {MISSING}")
        if unjudged and not bad:
            return errored(self.id, f"{len(unjudged)} file(s) could not be held to their schema: {unjudged[0]}")
        return counted(
            self.id, len(files), tuple(bad), "data files" if bad else f"data files, {validated} with a schema"
        )


def _files(change: Change) -> dict[str, str]:
    """Changed data files, and files whose configured schema changed, each with its path before."""
    changed = change.changed()
    found = {new: old for new, old in changed.items() if is_data(new) and _is_file(change.after, new)}
    schemas = change.settings.gates.data.schemas
    for path in governed(change.after, [glob for glob, schema in schemas.items() if schema in change.touched]):
        found.setdefault(path, path)
    return found


def _known(path: str, tree: Tree, change: Change) -> Known | None:
    data = tree.read(path)
    schema = governing(path, data, dict(change.settings.gates.data.schemas))
    return None if not schema else Known(path, parsed(path, data), schema, data)


def _misfit_before(path: str, change: Change) -> bool:
    """Whether the file did not fit its schema before either, or could not be read."""
    tree = change.before
    if not _is_file(tree, path):
        return False
    if data_error(path, tree.read(path)):
        return True
    try:
        known = _known(path, tree, change)
        return known is not None and bool(schema_error(known, tree))
    except Unjudged:
        return False


def _unjudged_before(path: str, change: Change) -> bool:
    """Whether the file was there before, and its schema could not be used then either."""
    if not _is_file(change.before, path) or data_error(path, change.before.read(path)):
        return False
    try:
        known = _known(path, change.before, change)
        if known is not None:
            schema_error(known, change.before)
    except Unjudged:
        return True
    return False


def _is_file(tree: Tree, path: str) -> bool:
    entry = tree.entry(path)
    return entry is not None and entry.is_regular


def _oid(tree: Tree, path: str) -> str:
    entry = tree.entry(path)
    return "" if entry is None else entry.oid


def _read(tree: Tree, path: str) -> bytes:
    return tree.read(path) if _is_file(tree, path) else b""
