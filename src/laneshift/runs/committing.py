"""The command that commits what laneshift wrote, with a message: without one git opens an editor.

Where the hook for messages is installed the message has the whole agreed form, which the hook asks for.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection
from dataclasses import dataclass

from laneshift.config import load
from laneshift.errors import Refused
from laneshift.repo.message import Message
from laneshift.repo.objects import Repository
from laneshift.runs.doctor.configured import written
from laneshift.runs.hand_checking import scopes_by
from laneshift.runs.hooks import hooks_folder, look

_SCOPE = "repo"
_HOOK = "commit-msg"


@dataclass(frozen=True, slots=True)
class Said:
    """What the message says besides its scope: `type`, `subject`, and one bullet for each of its sections."""

    type: str
    subject: str
    problem: str
    solution: str
    impact: str


SETTINGS = Said(
    "build",
    "configure laneshift",
    "Laneshift has no settings for this repository",
    "Say where its code, its lanes and its tests are",
    "Batches are planned and checked by these settings",
)
WORKFLOWS = Said(
    "ci",
    "add workflows of laneshift",
    "Nothing checks changes for their gates at the forge",
    "Have workflows call laneshift",
    "Pull requests and nights show what laneshift finds",
)
BASELINE = Said(
    "build",
    "list what stands against the lanes today",
    "Imports that no rule allows are not told from new ones",
    "List those that are known",
    "New ones fail, and the list may only grow shorter",
)
INTERFACE = Said(
    "build",
    "keep the document of the interface",
    "Changes of the interface are held against nothing",
    "Keep the document of today",
    "What breaks a client is told before it lands",
)
RING = Said(
    "security",
    "publish the ring of keys",
    "Other clones cannot check what was signed here",
    "Write the public halves of all keys",
    "Seals and attestations can be verified anywhere",
)
WAIVER = Said(
    "security",
    "waive a gate until the waiver expires",
    "A gate fails for a reason that a person accepts",
    "Add the signed waiver, which says why",
    "The gate lets what it names pass until then",
)
MONITORING = Said(
    "build",
    "add dashboards and alerts of laneshift",
    "Nobody sees how batches fare",
    "Write what shows and watches its metrics",
    "None for the code",
)


def commit_command(repository: Repository, path: str, said: Said) -> str:
    """One line for a shell that adds `path`, a file or a folder of the work tree, and commits it."""
    return command(path, said, _scope(_scopes(repository)), hooked=_is_hooked(repository))


def command(path: str, said: Said, scope: str, *, hooked: bool) -> str:
    """The line for a message with this scope; `hooked`: the hook for messages is installed. Pure."""
    text = message(said, scope)
    add = f"git add {shlex.quote(path)}"
    if not hooked:
        return f"{add} && git commit -m {shlex.quote(text.first_line)}"
    # An argument of several lines is written differently in each shell, so the message comes by a pipe.
    lines = " ".join(shlex.quote(line) for line in text.render().splitlines())
    return f"{add} && printf '%s\\n' {lines} | git commit -F -"


def message(said: Said, scope: str) -> Message:
    """What is said, under a scope, in the agreed form."""
    return Message(said.type, scope, said.subject, (said.problem,), (said.solution,), (said.impact,))


def _scope(scopes: Collection[str]) -> str:
    return _SCOPE if _SCOPE in scopes or not scopes else min(scopes)


def _scopes(repository: Repository) -> frozenset[str]:
    """The scopes by the settings that lie in the work tree; none where these are not sound."""
    tops = () if repository.handle.head_is_unborn else repository.tree("HEAD").entries
    try:
        return frozenset() if repository.work_dir is None else scopes_by(load(written(repository.work_dir)), tops)
    except Refused:
        return frozenset()


def _is_hooked(repository: Repository) -> bool:
    try:
        return look(hooks_folder(repository) / _HOOK).kind == "ours"
    except Refused:
        return False
