"""How git is called: the words before a command, and the variables around it. Quick to load, so it can go first."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

_HARDENED = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.pager": "cat",
    "core.askPass": "",
    "core.quotePath": "false",
    "core.fsync": "committed",
    "core.fsyncMethod": "fsync",
    "core.filesRefLockTimeout": "2000",
    "core.packedRefsTimeout": "5000",
    "credential.helper": "",
    "protocol.ext.allow": "never",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "commit.gpgSign": "false",
    "tag.gpgSign": "false",
    "log.showSignature": "false",
    "submodule.recurse": "false",
    "advice.detachedHead": "false",
}
_HELPERS = ("credential.helper",)
_SWITCHES = ("--no-pager", "--no-replace-objects", "--literal-pathspecs", "--no-optional-locks")
_ENVIRONMENT = {
    "LC_ALL": "C",
    "LANGUAGE": "",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
    "GIT_EDITOR": ":",
    "GIT_COMMITTER_NAME": "laneshift",
    "GIT_COMMITTER_EMAIL": "laneshift@localhost",
    "GIT_AUTHOR_NAME": "laneshift",
    "GIT_AUTHOR_EMAIL": "laneshift@localhost",
}


def words_before(
    git_dir: str, work_tree: str | None, settings: Mapping[str, str], *, network: bool = False
) -> Iterator[str]:
    """Everything that stands before the name of a git command. `network`: helpers may say who the caller is."""
    yield "git"
    yield from _SWITCHES
    hardened = {name: value for name, value in _HARDENED.items() if not (network and name in _HELPERS)}
    for name, value in {**hardened, **settings}.items():
        yield "-c"
        yield f"{name}={value}"
    yield f"--git-dir={git_dir}"
    if work_tree is not None:
        yield f"--work-tree={work_tree}"


def environment(index: object = None) -> dict[str, str]:
    """The environment for git: the caller's own without any `GIT_*`, in the C locale, with nothing to ask a person.

    `index` is the path of an index of its own.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "LC_"))}
    own = _ENVIRONMENT if index is None else _ENVIRONMENT | {"GIT_INDEX_FILE": str(index)}
    return inherited | own
