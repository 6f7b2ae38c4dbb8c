"""The commits of a submission, read from git's own bytes: nothing that git would show otherwise is believed.

Refs, replacements and grafts are not followed. What is broken is told at once, since nothing else can be judged then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from laneshift.agents.packs.pack import Pack
from laneshift.agents.submitting.entries import tree_objections
from laneshift.agents.submitting.ground import Ground, Made, Step, Who
from laneshift.agents.submitting.objecting import objection
from laneshift.agents.submitting.submission import Objection
from laneshift.code.modules import Modules
from laneshift.config import load
from laneshift.lanes.model import Lanes, top_folders
from laneshift.repo.commits import is_ancestor
from laneshift.repo.kinds import Kind
from laneshift.repo.objects import Repository

MOST_COMMITS = 50
_SCOPE = "agents"
_LONGEST = 64 << 10
_PERSON = re.compile(rb"(.*?) ?<([^<>\n]*)> -?\d+ [+-]\d{4}\Z", re.DOTALL)
_ID = re.compile(r"[0-9a-f]{40}\Z")
_FROM_BASE = "start from the pack's base, and give one or more commits in a row"


@dataclass(frozen=True, slots=True)
class _Broken(Exception):
    what: str


def read_ground(
    repository: Repository,
    pack: Pack,
    who: Who,
    commit: str,
    report: Mapping[str, Any] | None = None,
    start: str = "",
) -> Ground | tuple[Objection, ...]:
    """What is to be judged, or why that cannot even be read. `start` is where the work begins, by default the base.

    Settings come from the pack's base alone. Raises `Refused` where the base is not here, or its settings are not
    sound.
    """
    begin = start or pack.base
    if begin != pack.base and not is_ancestor(repository, pack.base, begin):
        return (
            objection("not-on-base", "", f"the claim begins at {begin[:12]}, which is not after the base", _FROM_BASE),
        )
    found = _chain(repository, begin, commit)
    if isinstance(found, Objection):
        return (found,)
    rules, base = repository.tree(pack.base), repository.tree(begin)
    broken: list[Objection] = []
    before = base.oid
    for made in found:
        broken += tree_objections(repository, before, made.tree)
        if broken:
            return tuple(broken)
        before = made.tree
    trees = [base, *(repository.tree(made.tree) for made in found)]
    steps = tuple(Step(made, old, new) for made, old, new in zip(found, trees, trees[1:], strict=False))
    settings = load(lambda path: rules.read(path) if path in rules else None)
    lanes = Lanes.of(settings.lanes, () if settings.lanes else top_folders(rules.entries))
    roots = Modules.of(base.entries, tuple(settings.source_roots)).roots
    scopes = frozenset((*lanes.names, *settings.commit_scopes, _SCOPE))
    return Ground(pack, who, base, steps, settings, scopes, tuple(roots), report)


def _chain(repository: Repository, base: str, commit: str) -> list[Made] | Objection:
    """The commits upon the base, oldest first."""
    if commit == base:
        return objection("nothing", "", "the commit is the pack's base itself", "commit the work, and submit that")
    made: list[Made] = []
    at = commit
    while at != base:
        if len(made) == MOST_COMMITS:
            return objection("not-on-base", "", f"{MOST_COMMITS} commits back there is no pack's base", _FROM_BASE)
        try:
            here = read_made(repository, at)
        except _Broken as error:
            cure = "make the commit with git itself"
            return objection("broken-commit", "", f"commit {at[:12]}: {error.what}", cure)
        if len(here.parents) > 1:
            return objection("merge", "", f"commit {at[:12]} has {len(here.parents)} parents", _FROM_BASE)
        if not here.parents:
            return objection("not-on-base", "", f"the history begins with {at[:12]}, not at the base", _FROM_BASE)
        made.append(here)
        at = here.parents[0]
    return made[::-1]


def read_made(repository: Repository, oid: str) -> Made:
    """One commit from its bytes. Raises an error with the reason where they are not what git writes."""
    try:
        kind, data = repository.stored.read(oid)
    except (KeyError, ValueError) as error:
        raise _Broken("it is not here") from error
    if kind != Kind.COMMIT:
        raise _Broken("it is no commit")
    if len(data) > _LONGEST:
        raise _Broken(f"it has more than {_LONGEST} bytes")
    head, _, body = data.partition(b"\n\n")
    rows = re.sub(rb"\n ", b"\0", head).split(b"\n")
    pairs = [(name.decode("ascii", "replace"), value) for name, _, value in (row.partition(b" ") for row in rows)]
    names = [name for name, _ in pairs]
    if names[:1] != ["tree"] or names.count("tree") + names.count("author") + names.count("committer") != 3:
        raise _Broken("its headers are not those of one commit")
    ids = [value.decode("ascii", "replace") for name, value in pairs if name in ("tree", "parent")]
    if not all(_ID.match(each) for each in ids):
        raise _Broken("a header names no object")
    try:
        people = [_person(value) for name, value in pairs if name in ("author", "committer")]
        message = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _Broken("it is no UTF-8") from error
    if "\0" in message:
        raise _Broken("its text holds NUL")
    return Made(oid, ids[0], tuple(ids[1:]), tuple(names), people[0], people[1], message)


def _person(value: bytes) -> tuple[str, str]:
    found = _PERSON.match(value)
    if found is None:
        raise _Broken("it does not say who made it")
    return found[1].decode("utf-8"), found[2].decode("utf-8")
