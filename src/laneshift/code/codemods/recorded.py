"""What foreign code did to files, as a record: which bytes became which. Applying a record is pure.

A command, or a class of somebody else, may do another thing each time it runs. So it runs once, in the sandbox; its
result is stored as blobs, and the intent holds the digest of the record. Where a file is not what it was when the
command ran, the record is refused: nobody knows what the command would have done.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256

from laneshift.code.codemods.records import Answer, Codemod
from laneshift.code.moves.records import Edit
from laneshift.errors import Refused
from laneshift.repo.objects import Repository, Tree

COMMAND, LIBCST = "command", "libcst:"
RECORD = "record"
_PLACES = 3


def is_recorded(name: str) -> bool:
    """Whether a codemod of this name runs foreign code."""
    return name == COMMAND or name.startswith(LIBCST)


def record(repository: Repository, before: Tree, files: Mapping[str, bytes]) -> tuple[str, str]:
    """Store what became of the files: the id of the record's blob, and its digest."""
    rows = []
    for path, data in sorted(files.items()):
        entry = before.entry(path)
        rows.append([path, entry.oid if entry is not None else "", repository.write_blob(data)])
    text = json.dumps(rows, ensure_ascii=True, separators=(",", ":")).encode()
    return repository.write_blob(text), f"sha256:{sha256(text).hexdigest()}"


def rows_of(repository: Repository, codemod: Codemod) -> list[tuple[str, str, str]]:
    """Path, blob before (empty: none) and blob after. Raises `Refused` where the record is not the pinned one."""
    oid = dict(codemod.parameters).get(RECORD, "")
    try:
        text = repository.blob(oid)
        rows = json.loads(text)
    except (Refused, ValueError, KeyError) as error:
        raise Refused("codemod.no-record", "the record of what the command did is not here", where=oid) from error
    if f"sha256:{sha256(text).hexdigest()}" != codemod.pin:
        raise Refused("codemod.pin-drifted", "the record is not the one that was planned with", where=oid)
    if not all(isinstance(row, list) and len(row) == _PLACES and all(isinstance(t, str) for t in row) for row in rows):
        raise Refused("codemod.no-record", "the record of what the command did cannot be read", where=oid)
    return [(path, before, after) for path, before, after in rows]


def replayed(tree: Tree, codemod: Codemod) -> Answer:
    """The record applied to `tree`. Raises `Refused` (`codemod.drifted`) where a file is not what it was."""
    files: dict[str, bytes] = {}
    edits: list[Edit] = []
    for path, before, after in rows_of(tree.repository, codemod):
        entry = tree.entry(path)
        now = entry.oid if entry is not None else ""
        if now == after or not codemod.covers(path):
            continue
        if now != before:
            raise Refused(
                "codemod.drifted",
                f"{path!r} is not what it was when the command ran",
                where=path,
                why="what the command would do to it now is not known",
                cure="plan again, so that the command runs on today's files",
            )
        files[path] = tree.repository.blob(after)
        edits.append(Edit(path, 1, "recorded", before, after))
    return Answer(files, tuple(edits))
