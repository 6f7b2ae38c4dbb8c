"""Actions at the forge: issues, and changes under review. Each goes by a key of its own, so that there is one of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from pydantic import BaseModel, Field

from laneshift.config.values import STRICT
from laneshift.errors import Refused
from laneshift.forge.port import Change
from laneshift.repo.refs import read
from laneshift.runs.flowing.kinds.acting import Acting, Action
from laneshift.runs.planning import target_ref

Json = Any
_HEADS = "refs/heads/"
Key = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9.-]{0,118}[a-z0-9])?$")]
Title = Annotated[str, Field(min_length=1, max_length=300)]
Body = Annotated[str, Field(max_length=60_000)]


class Issue(BaseModel):
    """An issue to have open. `key` is the matter: the same key later brings the same issue up to date."""

    model_config = STRICT
    key: Key
    title: Title
    body: Body = ""


class Close(BaseModel):
    """An issue to close, if it is open."""

    model_config = STRICT
    key: Key
    why: Annotated[str, Field(min_length=1, max_length=2000)]


class Review(BaseModel):
    """A branch to have reviewed. `base` empty is the branch that is checked out, or the one that the settings name."""

    model_config = STRICT
    key: Key
    title: Title
    body: Body = ""
    head: Annotated[str, Field(min_length=1, max_length=300)]
    base: str = ""


def put_issue(acting: Acting, asked: Issue) -> Json:
    """Open it or bring it up to date."""
    return asdict(acting.site.issues.put(asked.key, asked.title, asked.body))


def close_issue(acting: Acting, asked: Close) -> Json:
    """Close it; whether it was open when this step first looked."""
    issues = acting.site.issues
    before = acting.pinned(
        lambda: {
            "number": next((each.number for each in issues.all() if (each.key, each.state) == (asked.key, "open")), 0)
        }
    )
    issues.close(asked.key, asked.why)
    return {"key": asked.key, "closed": bool(before["number"]), "number": before["number"]}


def put_change(acting: Acting, asked: Review) -> Json:
    """Ask for review of a branch. Raises `Refused` (`forge.bad-branch`) where there is no such branch."""
    repository, head = acting.site.shop.repository, asked.head.removeprefix(_HEADS)
    commit = read(repository, f"{_HEADS}{head}")
    if commit is None:
        raise Refused("forge.bad-branch", f"there is no branch {head!r}")
    base = target_ref(repository, asked.base or acting.site.settings().target).removeprefix(_HEADS)
    return asdict(acting.site.changes.put(Change(asked.key, 0, asked.title, asked.body, head, base, commit)))


ACTIONS = {
    "issue.put": Action(Issue, put_issue, "open an issue, or bring the one with this key up to date"),
    "issue.close": Action(Close, close_issue, "close the issue with this key"),
    "change.put": Action(Review, put_change, "ask for review of a branch, as a pull request"),
}
