"""A submission as a codemod: which files an agent's accepted commits made, edited and deleted, byte for byte.

It is recorded as what foreign code did is (`recorded`), and pinned by its digest. Nobody can write one into a batch
file: the pin is made where a submission is accepted, and nowhere else.
"""

from __future__ import annotations

import json
from hashlib import sha256

from laneshift.code.codemods.recorded import RECORD, read_record
from laneshift.code.codemods.records import Answer, Codemod
from laneshift.code.moves.records import Edit
from laneshift.errors import Refused
from laneshift.repo.differences import Differences
from laneshift.repo.objects import Repository, Tree

SUBMISSION = "submission"


def submission_of(repository: Repository, changed: Differences, agent: str) -> Codemod:
    """Store what became of these paths, and give the codemod that does it again. Plain files alone can be stored."""
    rows = [
        [path, before.oid if before else "", after.oid if after else ""] for path, (before, after) in changed.items()
    ]
    text = json.dumps({"files": sorted(rows), "left": []}, ensure_ascii=True, separators=(",", ":")).encode()
    oid, pin = repository.write_blob(text), f"sha256:{sha256(text).hexdigest()}"
    return Codemod.asked(SUBMISSION, tuple(changed), {RECORD: oid, "agent": agent}, pin)


def submitted(tree: Tree, codemod: Codemod) -> Answer:
    """The submission applied to `tree`. Raises `Refused` (`codemod.drifted`) where a file is not what it was."""
    files: dict[str, bytes] = {}
    gone: set[str] = set()
    edits: list[Edit] = []
    for path, before, after in read_record(tree.repository, codemod).files:
        entry = tree.entry(path)
        now = entry.oid if entry is not None else ""
        if now == after:
            continue
        if now != before or path not in codemod.paths or (entry is not None and not entry.is_regular):
            raise Refused(
                "codemod.drifted",
                f"{path!r} is not what it was when the agent began",
                where=path,
                why="whether the work would still be right is not known",
                cure="have the agent do the pack again, from today's base",
            )
        if after:
            files[path] = tree.repository.blob(after)
        else:
            gone.add(path)
        edits.append(Edit(path, 1, "recorded", before, after))
    return Answer(files, tuple(edits), gone=frozenset(gone))


def submitted_by(codemod: Codemod) -> str:
    """Who submitted it, as `name <address>`."""
    return dict(codemod.parameters).get("agent", "somebody")
