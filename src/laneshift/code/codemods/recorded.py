"""What foreign code did to files, as a record: which bytes became which. Applying a record is pure.

A command, or a class of somebody else, may do another thing each time it runs. So it runs once, in the sandbox; its
result is stored as blobs, and the intent holds the digest of the record. Where a file is not what it was when the
command ran, the record is refused: nobody knows what the command would have done.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from laneshift.code.codemods.records import Answer, Codemod, Refusal
from laneshift.code.moves.records import Edit
from laneshift.errors import Refused
from laneshift.repo.objects import Repository, Tree

COMMAND, LIBCST = "command", "libcst:"
RECORD = "record"


def is_recorded(name: str) -> bool:
    """Whether a codemod of this name runs foreign code."""
    return name == COMMAND or name.startswith(LIBCST)


def record(
    repository: Repository, before: Tree, files: Mapping[str, bytes], refusals: Sequence[Refusal] = ()
) -> tuple[str, str]:
    """Store what became of the files, and which ones were left alone: the id of the record's blob, and its digest."""
    rows = []
    for path, data in sorted(files.items()):
        entry = before.entry(path)
        rows.append([path, entry.oid if entry is not None else "", repository.write_blob(data)])
    told = {"files": rows, "left": [list(each) for each in refusals]}
    text = json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode()
    return repository.write_blob(text), f"sha256:{sha256(text).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Record:
    """What foreign code did: path, blob before (empty: none) and blob after of each file, and what was left alone."""

    files: tuple[tuple[str, str, str], ...]
    left: tuple[Refusal, ...]


def record_of(codemod: Codemod) -> str:
    """The id of the blob that holds the record; empty where there is none."""
    return dict(codemod.parameters).get(RECORD, "")


def read_record(repository: Repository, codemod: Codemod) -> Record:
    """The codemod's record. Raises `Refused` where it is not here, or not the pinned one."""
    oid = record_of(codemod)
    try:
        text = repository.blob(oid)
    except (Refused, ValueError, KeyError) as error:
        cure = "fetch refs/laneshift/codemods/ from the clone that planned it, or plan again"
        what = "the record of what the command did is not here"
        raise Refused("codemod.no-record", what, where=oid, cure=cure) from error
    if f"sha256:{sha256(text).hexdigest()}" != codemod.pin:
        raise Refused("codemod.pin-drifted", "the record is not the one that was planned with", where=oid)
    try:
        told = json.loads(text)
        files = tuple((str(path), str(before), str(after)) for path, before, after in told["files"])
        left = tuple(Refusal(str(path), int(line), str(cause), str(why)) for path, line, cause, why in told["left"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        what = "the record of what the command did cannot be read"
        raise Refused("codemod.no-record", what, where=oid) from error
    return Record(files, left)


def replayed(tree: Tree, codemod: Codemod) -> Answer:
    """The record applied to `tree`. Raises `Refused` (`codemod.drifted`) where a file is not what it was."""
    files: dict[str, bytes] = {}
    edits: list[Edit] = []
    found = read_record(tree.repository, codemod)
    for path, before, after in found.files:
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
    return Answer(files, tuple(edits), tuple(each for each in found.left if codemod.covers(each.path)))
