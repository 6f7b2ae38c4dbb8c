"""Actions on code: where branches are, lanes, manifests, codemods in batches, and long-lived branches."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from laneshift.code.codemods.apply import apply_codemod, pinned
from laneshift.code.codemods.recorded import is_recorded
from laneshift.code.codemods.records import Codemod, Refusal
from laneshift.config import Settings
from laneshift.config.values import STRICT, Folder
from laneshift.errors import Refused
from laneshift.gates.sandbox import Limits
from laneshift.lanes.model import Lanes
from laneshift.repo.objects import Tree
from laneshift.runs.absorbing import absorb_branch
from laneshift.runs.codemod_batches import batches
from laneshift.runs.codemod_branches import put_branches
from laneshift.runs.codemod_foreign import run_and_record
from laneshift.runs.codemod_listing import listed
from laneshift.runs.flowing.kinds.acting import Acting, Action
from laneshift.runs.lane_check import check, lanes_of
from laneshift.runs.manifesting import batch_of, work_out
from laneshift.runs.planning import identity

Json = Any
_NOTED = 50
_DIGITS = 12
Branch = Annotated[str, Field(min_length=1, max_length=300)]


class Rev(BaseModel):
    """A revision; empty is the last commit."""

    model_config = STRICT
    tree: str = ""


class OneLane(BaseModel):
    """A lane of a tree."""

    model_config = STRICT
    lane: Annotated[str, Field(min_length=1, max_length=40)]
    tree: str = ""


class Regenerate(BaseModel):
    """Which manifests, and with `depth` one item for each folder that many parts deep."""

    model_config = STRICT
    tree: str = ""
    paths: list[Folder] = []
    depth: Annotated[int, Field(ge=0, le=100)] = 0


class Rewrite(BaseModel):
    """A codemod with `NAME=VALUE` parameters, the paths it may touch, the files of a batch, and what branches are
    called."""

    model_config = STRICT
    codemod: Annotated[str, Field(min_length=1, max_length=200)]
    parameters: list[Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_-]*=")]] = []
    paths: list[Folder] = []
    size: Annotated[int, Field(ge=1, le=10_000)] = 20
    start: Annotated[int, Field(ge=1)] = 1
    prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9/._-]{0,199}$")] = "laneshift/codemod/batch"


class Absorb(BaseModel):
    """A long-lived branch, and the branch that its changes are brought onto."""

    model_config = STRICT
    branch: Branch
    target: str = ""


def tip(acting: Acting, asked: Rev) -> Json:
    """The commit and the tree of a revision, the same for every repeat."""
    repository = acting.site.shop.repository
    commit = acting.pinned(lambda: {"commit": repository.commit_id(asked.tree or "HEAD")})["commit"]
    return {"commit": commit, "tree": repository.tree(commit).oid}


def lanes(acting: Acting, asked: Rev) -> Json:
    """Every lane of a tree: name, level, globs and owners."""
    tree = acting.site.tree(asked.tree)
    found = lanes_of(acting.site.shop.settings(tree), tree).lanes
    told = [
        {"name": each.name, "level": each.level, "paths": list(each.paths), "owners": list(each.owners)}
        for each in found
    ]
    return {"tree": tree.oid, "lanes": told, "names": [each.name for each in found]}


def examine(acting: Acting, asked: OneLane) -> Json:
    """What stands against one lane: the imports of its files that no rule allows. Raises as `lane_check.check` does."""
    shop, tree = acting.site.shop, acting.site.tree(asked.tree)
    settings = shop.settings(tree)
    found = lanes_of(settings, tree)
    if asked.lane not in found.names:
        raise Refused("lanes.unknown", f"there is no lane {asked.lane!r}", why=f"there are {', '.join(found.names)}")
    judged = check(shop.index, tree, None, tree, datetime.now(UTC).date()).judgement
    mine = [each for each in judged.new if each.from_lane == asked.lane]
    known = sum(each.from_lane == asked.lane for each in judged.known)
    files = sum(1 for path, _ in tree.below("") if path.endswith(".py") and _is_in(found, path, asked.lane))
    new = [str(each) for each in mine[:_NOTED]]
    return {"lane": asked.lane, "tree": tree.oid, "files": files, "new": new, "count": len(mine), "known": known}


def _is_in(lanes: Lanes, path: str, name: str) -> bool:
    lane = lanes.lane_of(path)
    return lane is not None and lane.name == name


def manifests(acting: Acting, asked: Regenerate) -> Json:
    """A batch of the manifests that are not what the code says, kept as evidence; changes nothing."""
    shop = acting.site.shop
    tree = acting.site.tree(asked.tree)
    made = work_out(shop.repository, tree, shop.index.processes, asked.paths)
    data = batch_of(made, asked.depth)
    failed = [{"path": each.path, "why": each.reason} for each in made.failed[:_NOTED]]
    return {
        "tree": tree.oid,
        "stale": len(made.written),
        "same": len(made.same),
        "failed": failed,
        "evidence": shop.store.put(data, durable=True) if made.written else "",
    }


def rewrite(acting: Acting, asked: Rewrite) -> Json:
    """A branch for each batch of a codemod, one commit on each; the same batches give the same commits.

    Raises `Refused` for what cannot be applied, before anything changes.
    """
    shop = acting.site.shop
    pins = acting.pinned(lambda: {"base": shop.repository.commit_id("HEAD"), "when": shop.now()})
    tree = shop.repository.tree(pins["base"])
    settings = shop.settings(tree)
    roots, folder = tuple(settings.source_roots), settings.characterization_dir
    codemod, refused = _resolved(acting, tree, settings, asked)
    whole = apply_codemod(tree, codemod, roots, folder)
    files = sorted({edit.path for edit in whole.answer.edits})
    order = listed(shop.repository, codemod, files, keep=True, remote=settings.landing.remote)
    found = tuple(batches(tree, codemod, order, asked.size, asked.start, roots, folder))
    author, when = identity(shop.repository), int(pins["when"])
    made = put_branches(shop.repository, pins["base"], found, asked.prefix, asked.codemod, author, when)
    named = hashlib.sha256(f"{asked.prefix}\0{asked.codemod}".encode()).hexdigest()[:_DIGITS]
    told = [
        {
            "key": f"codemod-{named}-{each.name.rpartition('-')[2]}",
            "head": each.name,
            "commit": each.commit,
            "title": each.title,
            "files": each.files,
        }
        for each in made
    ]
    notes = sorted({*whole.answer.refusals, *refused})
    left = [f"{each.path}:{each.line}: {each.why}" for each in notes[:_NOTED]]
    return {"base": pins["base"], "files": len(files), "branches": told, "refused": len(notes), "left": left}


def _resolved(acting: Acting, tree: Tree, settings: Settings, asked: Rewrite) -> tuple[Codemod, tuple[Refusal, ...]]:
    """The codemod with everything pinned; foreign code runs here, in the sandbox."""
    shop = acting.site.shop
    given = {name: value for name, _, value in (each.partition("=") for each in asked.parameters)}
    codemod = Codemod.asked(asked.codemod, tuple(asked.paths), given)
    if not is_recorded(asked.codemod):
        return pinned(tree, codemod), ()
    limits = Limits(settings.tests.suite_seconds, settings.tests.memory_mib)
    roots = tuple(settings.source_roots)
    done = run_and_record(shop.repository, tree, codemod, shop.rewriter(settings), limits, roots)
    return done.codemod, done.refusals


def absorb(acting: Acting, asked: Absorb) -> Json:
    """Bring a branch onto today's target, as commits on a branch of its own; what a person has to look at is told."""
    try:
        done = absorb_branch(acting.site.shop, asked.branch, asked.target)
    except Refused as error:
        if error.code != "absorb.nothing":
            raise
        return {"branch": asked.branch, "head": "", "tip": "", "carried": 0, "left": [], "nothing": True}
    left: list[Mapping[str, Json]] = [{"path": each.path, "why": each.why} for each in done.left[:_NOTED]]
    return {
        "branch": asked.branch,
        "head": done.ref.removeprefix("refs/heads/") if done.tip else "",
        "tip": done.tip,
        "carried": len(done.carried),
        "left": left,
        "nothing": False,
    }


ACTIONS = {
    "repository.tip": Action(Rev, tip, "pin the commit of a revision"),
    "lanes.list": Action(Rev, lanes, "the lanes of a tree"),
    "lanes.examine": Action(OneLane, examine, "what stands against one lane"),
    "manifests.batch": Action(Regenerate, manifests, "a batch of the manifests that are stale"),
    "codemod.branches": Action(Rewrite, rewrite, "a codemod in batches, a branch for each"),
    "branch.absorb": Action(Absorb, absorb, "bring a long-lived branch onto today's target"),
}
