"""Absorb: bring a stale branch onto today's target, as commits on a branch of its own. Nothing else moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from laneshift.code.commit_text import Provenance, compose
from laneshift.code.intents import Rules
from laneshift.errors import CheckFailed, Refused
from laneshift.evidence.canonical import canonical, digest
from laneshift.landing.absorb import Absorbed, absorb
from laneshift.landing.carry import Patch
from laneshift.landing.landed import Landed, landed_between
from laneshift.lanes.model import Lanes
from laneshift.repo.ages import is_shallow
from laneshift.repo.commits import Commit, Identity, history, merge_base, read_commit, trailers, write_commit
from laneshift.repo.differences import differences
from laneshift.repo.merging import marked
from laneshift.repo.message import Message
from laneshift.repo.objects import Repository, Tree
from laneshift.repo.ref_names import check, component
from laneshift.repo.refs import RefUpdate, read, swap
from laneshift.runs.planning import identity, lanes_of, target_ref
from laneshift.runs.workshop import Workshop

_PREFIX = "refs/heads/laneshift/absorbed/"
_NAMED = 10
_FEW = 8
"""Landed intents up to which asking an index that may be cold costs less than filling it."""


@dataclass(frozen=True, slots=True)
class Left:
    """A file that a person has to look at: why, and its text with git's markers where it is text."""

    path: str
    why: str
    text: bytes = b""


@dataclass(frozen=True)
class Absorption:
    """What became of a branch. `tip` is the last commit on `ref`, both empty when nothing came over or on a dry run.

    `carried` are the paths of today's tree that its changes went to; `landed` is what has landed since it was cut.
    """

    branch: str
    base: str
    target: str
    onto: str
    ref: str
    tip: str
    landed: Landed
    absorbed: Absorbed
    carried: tuple[str, ...]
    left: tuple[Left, ...]


def absorb_branch(shop: Workshop, branch: str, target: str = "", *, dry_run: bool = False) -> Absorption:
    """Bring `branch` onto `target` (by default where landings go) as commits on `laneshift/absorbed/<branch>`.

    Raises `Refused` when there is no such branch, when it has nothing of its own or shares no history with the target,
    and `CheckFailed` (`absorb.branch-taken`) when that branch holds something that laneshift did not put there.
    """
    repository = shop.repository
    tip = repository.commit_id(branch)
    ref = check(_PREFIX + "/".join(component(part) for part in branch.removeprefix("refs/heads/").split("/")))
    settings = shop.settings(repository.tree("HEAD" if not target else repository.commit_id(target)))
    goal = target_ref(repository, target or settings.target)
    onto = repository.commit_id(goal)
    base = merge_base(repository, tip, onto)
    if base is None:
        raise _unrelated(repository, branch, goal)
    if base == tip:
        cure = "name the branch to bring over" if branch in _names(goal) else "delete the branch"
        raise Refused("absorb.nothing", f"{goal} has all of {branch} already", where=branch, cure=cure)
    tree = repository.tree(onto)
    settings = shop.settings(tree)
    rules = Rules(tuple(settings.source_roots), settings.characterization_dir)
    landed = landed_between(repository, base, onto)
    if len(landed.intents) > _FEW:
        shop.index.refresh(tree)
    patch = Patch(repository.tree(base), repository.tree(tip))
    found = absorb(patch, tree, landed, rules, shop.index.mentions)
    carried = tuple(sorted(differences(tree, found.carried)))
    left = tuple(_left(shop, found, branch, goal))
    done = Absorption(branch, base, goal, onto, ref, "", landed, found, carried, left)
    if dry_run or found.tree == tree:
        return done
    there = _held(shop, ref, branch)
    new = _commits(shop, done, history(repository, tip, base), lanes_of(settings, tree))
    if there != new:
        swap(repository, [RefUpdate(ref, there, new)], reason=f"laneshift: absorb {branch}"[:200])
    facts = {"branch": branch, "of": tip, "onto": onto, "ref": ref, "tip": new, "left": len(left)}
    shop.journal.append(f"absorb/{new}", "absorb.recorded", facts, durable=True)
    return Absorption(branch, base, goal, onto, ref, new, landed, found, carried, left)


def _unrelated(repository: Repository, branch: str, goal: str) -> Refused:
    """Two branches without a common commit; in a clone whose history is cut off, the commit may only be missing."""
    what = f"{branch} and {goal} share no history"
    if not is_shallow(repository):
        return Refused("absorb.unrelated", what, where=branch)
    why = "history is cut off in this clone, so where the branch was cut may not be here"
    return Refused("absorb.unrelated", what, where=branch, why=why, cure="git fetch --unshallow")


def _names(ref: str) -> tuple[str, ...]:
    return ref, ref.removeprefix("refs/heads/"), "HEAD"


def _held(shop: Workshop, ref: str, branch: str) -> str | None:
    """What the branch of the result holds, if it was laneshift that put it there."""
    there = read(shop.repository, ref)
    if there is not None:
        own = trailers(read_commit(shop.repository, there).message)
        if ("Laneshift-Absorbed", branch) not in own:
            raise CheckFailed(
                "absorb.branch-taken",
                f"{ref} holds a commit that laneshift did not put there",
                where=there,
                cure="rename or delete that branch, then absorb again",
            )
    return there


def _left(shop: Workshop, found: Absorbed, branch: str, target: str) -> list[Left]:
    sides = (target.removeprefix("refs/heads/"), branch)
    left = [Left(each.path, each.why, marked(shop.repository, each, *sides)) for each in found.conflicts]
    left += [Left(each.intent.src, each.why) for each in found.outcomes if each.state == "left"]
    return left


def _commits(shop: Workshop, done: Absorption, commits: Sequence[Commit], lanes: Lanes) -> str:
    """One commit for what was carried, one for each move; the last one's id. The same branch gives the same commits."""
    repository = shop.repository
    author = identity(repository)
    when = max(commits[0].when, read_commit(repository, done.onto).when)
    parent = done.onto
    if done.absorbed.carried != repository.tree(done.onto):
        scope = _scope(lanes, done.carried[0])
        parent = _write(shop, done.absorbed.carried, parent, _carried_text(done, commits, scope, author), author, when)
    for number, (intent, applied) in enumerate(done.absorbed.moved, 1):
        evidence = shop.store.put(canonical(_evidence(done, intent.item)), durable=True)
        text = compose(intent, applied, _scope(lanes, intent.dst), Provenance(digest(intent.as_json()), evidence))
        if number == len(done.absorbed.moved):
            text = text.rstrip("\n") + f"\nLaneshift-Absorbed: {done.branch}\n"
        parent = _write(shop, applied.tree, parent, text, author, when)
    return parent


def _write(shop: Workshop, tree: Tree, parent: str, text: str, author: Identity, when: int) -> str:
    return write_commit(shop.repository, tree.oid, [parent], text, author, when)


def _scope(lanes: Lanes, path: str) -> str:
    lane = lanes.lane_of(path)
    return lane.name if lane is not None else path.partition("/")[0]


def _evidence(done: Absorption, item: str) -> dict[str, Any]:
    """What the move was recognised by."""
    found = next(each.found for each in done.absorbed.outcomes if each.intent.item == item)
    return {"branch": done.branch, "base": done.base, "alike": found.alike, "lines": found.lines}


def _carried_text(done: Absorption, commits: Sequence[Commit], scope: str, author: Identity) -> str:
    authors = {(each.author, each.email): None for each in reversed(commits)}
    authors.pop((author.name, author.email), None)
    subjects = [each.subject for each in reversed(commits)]
    more = [f"and {len(subjects) - _NAMED} more"] if len(subjects) > _NAMED else []
    left = [f"{each.path} is left for a person: {each.why}" for each in done.left]
    return Message(
        type="chore",
        scope=scope,
        subject=f"integrate {done.branch}",
        problem=(f"{done.branch} was cut before {len(done.landed.intents)} move(s) landed",),
        solution=(f"Carry {len(done.carried)} changed file(s) across them", *subjects[:_NAMED], *more),
        impact=tuple(left[:_NAMED]) or ("Nothing of the branch is left behind",),
        trailers=(
            *(("Co-Authored-By", f"{name} <{email}>") for name, email in authors),
            ("Laneshift-Absorbs", commits[0].oid),
            ("Laneshift-Absorbed", done.branch),
        ),
    ).render()
