"""What `laneshift manifest generate` and `validate` do, however they were asked. Loads the rest when it is needed."""

from __future__ import annotations

import os
from collections.abc import Collection

from laneshift.cli import manifest_told
from laneshift.cli.asked_early import Early
from laneshift.cli.lanes_looked_at import looked_at
from laneshift.cli.talking import Talk
from laneshift.errors import CheckFailed
from laneshift.manifests.told import Told, remembered
from laneshift.repo.half_written import is_half_written
from laneshift.repo.objects import Repository, Tree


def generate_all(talk: Talk, early: Early | None) -> int:
    """Bring every manifest up to date, unless it is known that all are; the exit code."""
    repository = Repository.open(talk.directory)
    tree = whole(repository, early)
    told = remembered(repository, tree)
    if told is None:
        from laneshift.runs import manifesting as use

        told = use.write(repository, tree, use.work_out(repository, tree, os.cpu_count() or 1), everything=True)
    return generated(talk, told)


def whole(repository: Repository, early: Early | None) -> Tree:
    """The work tree, once what a killed run left half written is put back: git may have been asked before that."""
    put_back = is_half_written(repository)
    if put_back:
        from laneshift.repo.writing import whole_again

        whole_again(repository)
    return looked_at(repository, "", None if put_back or early is None else early.looking)


def generated(talk: Talk, told: Told, *, dry_run: bool = False) -> int:
    """Tell what a generation came to; the exit code."""
    manifest_told.generated(talk, told, dry_run=dry_run)
    return 1 if told.failed else 0


def validate(
    talk: Talk,
    early: Early | None,
    paths: Collection[str] = (),
    rev: str = "",
    *,
    strict: bool = False,
    roundtrip: bool = False,
) -> int:
    """Check manifests and tell; the exit code. Raises `CheckFailed` with every fault, or where there is no manifest."""
    repository = Repository.open(talk.directory)
    from laneshift.cli.manifest_seen import seen_early
    from laneshift.config import load
    from laneshift.manifests import checking

    now, ahead = seen_early(repository, early) if early is not None else (looked_at(repository, rev), {})
    settings = load(lambda path: now.read(path) if path in now else None)
    found = checking.check(now, settings, paths, roundtrip=roundtrip, ahead=ahead)
    faults = list(found.faults)
    if strict and not faults:
        from laneshift.cli.manifest_view import stale
        from laneshift.runs.manifesting import work_out

        faults = stale(work_out(repository, now, os.cpu_count() or 1, paths), found.manifests)
    if faults or not found.manifests:
        raise CheckFailed(
            "manifest.invalid" if faults else "manifest.nothing-checked",
            f"{len(faults)} fault(s) in {len(found.manifests)} manifest(s)"
            if faults
            else "there is no manifest to check",
            cure="laneshift manifest generate --all",
            faults=faults,
        )
    manifest_told.valid(talk, len(found.manifests))
    return 0
