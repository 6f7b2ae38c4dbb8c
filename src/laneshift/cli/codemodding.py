"""Runs one `laneshift codemod`: what is asked, on which tree, and where the result goes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from laneshift.cli.session import Session
from laneshift.code.codemods.apply import apply_codemod, pinned
from laneshift.code.codemods.recorded import is_recorded
from laneshift.code.codemods.records import Codemod, Refusal
from laneshift.config import Settings
from laneshift.config import load as load_settings
from laneshift.errors import Refused
from laneshift.gates.sandbox import Limits
from laneshift.repo.objects import Repository, Tree
from laneshift.repo.patching import patch_between
from laneshift.runs.codemod_batches import Batch, batches
from laneshift.runs.codemod_branches import Branch, put_branches
from laneshift.runs.codemod_listing import listed
from laneshift.runs.paths import complaints, normalise


@dataclass(frozen=True)
class Asked:
    """The arguments and options of the command, as given."""

    name: str
    parameters: tuple[str, ...]
    include: tuple[str, ...]
    dry_run: bool
    size: int
    start: int
    patches: Path | None
    branch: str
    offline: bool = False


@dataclass(frozen=True)
class Done:
    """What came of it: the batches, files that were refused, patches and branches, and whether anything was written."""

    asked: Asked
    found: tuple[Batch, ...]
    refusals: tuple[Refusal, ...]
    batches: int
    patches: tuple[str, ...] = ()
    branches: tuple[Branch, ...] = ()
    written: bool = False


def run(talk: Session, asked: Asked) -> Done:
    """Apply the codemod. Raises `Refused` for what cannot be applied, before anything changes."""
    from laneshift.repo.snapshot import snapshot
    from laneshift.repo.writing import whole_again

    repository = Repository.open(talk.directory)
    whole_again(repository)
    committed = asked.patches is not None or bool(asked.branch)
    tree = repository.tree("HEAD") if committed else snapshot(repository)
    settings = load_settings(lambda path: tree.read(path) if path in tree else None)
    roots, folder = tuple(settings.source_roots), settings.characterization_dir
    codemod, flagged = _resolved(repository, tree, settings, asked)
    whole = apply_codemod(tree, codemod, roots, folder)
    files = sorted({edit.path for edit in whole.answer.edits})
    remote = "" if asked.offline else settings.landing.remote
    order = listed(repository, codemod, files, keep=not asked.dry_run, remote=remote)
    found = tuple(batches(tree, codemod, order, asked.size, asked.start, roots, folder))
    count = -(-len(order) // asked.size)
    refusals = tuple(sorted({*whole.answer.refusals, *flagged}))
    if asked.dry_run:
        return Done(asked, found, refusals, count)
    if committed:
        return Done(asked, found, refusals, count, _patches(asked, found), _branches(repository, asked, found), True)
    return Done(asked, found, refusals, count, written=_bring(repository, tree, found))


def _resolved(
    repository: Repository, tree: Tree, settings: Settings, asked: Asked
) -> tuple[Codemod, tuple[Refusal, ...]]:
    """The codemod with everything pinned; foreign code runs here, once."""
    pairs = {}
    for text in asked.parameters:
        name, mark, value = text.partition("=")
        if not mark or not name:
            raise Refused("codemod.bad-parameter", f"{text!r} is not NAME=VALUE")
        pairs[name] = value
    for path in asked.include:
        for complaint in complaints(path):
            raise Refused("codemod.bad-path", f"--include {path!r}: {complaint.what}", cure=complaint.cure)
    codemod = Codemod.asked(asked.name, tuple(normalise(path) for path in asked.include), pairs)
    if not is_recorded(asked.name):
        return pinned(tree, codemod), ()
    from laneshift.runs.codemod_foreign import run_and_record
    from laneshift.wiring import rewriter

    limits = Limits(settings.tests.suite_seconds, settings.tests.memory_mib)
    done = run_and_record(
        repository, tree, codemod, rewriter(repository, settings), limits, tuple(settings.source_roots)
    )
    return done.codemod, done.refusals


def _bring(repository: Repository, tree: Tree, found: tuple[Batch, ...]) -> bool:
    from laneshift.repo.writing import bring

    if not found or found[-1].after == tree:
        return False
    bring(repository, found[-1].after, tree)
    return True


def _patches(asked: Asked, found: tuple[Batch, ...]) -> tuple[str, ...]:
    if asked.patches is None:
        return ()
    asked.patches.mkdir(parents=True, exist_ok=True)
    names = []
    for batch in found:
        if not batch.empty:
            place = asked.patches / f"batch-{batch.number:04d}.patch"
            place.write_bytes(patch_between(batch.before, batch.after))
            names.append(str(place))
    return tuple(names)


def _branches(repository: Repository, asked: Asked, found: tuple[Batch, ...]) -> tuple[Branch, ...]:
    if not asked.branch:
        return ()
    from laneshift.runs.planning import identity

    author, base = identity(repository), repository.commit_id("HEAD")
    return tuple(put_branches(repository, base, found, asked.branch, asked.name, author, int(time.time())))
