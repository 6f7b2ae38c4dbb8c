"""The commit that HEAD names, read from a few small files, for who must not wait until a library is loaded.

What is rare (a linked work tree, refs in tables, folders of another user) is left to the library. Standard modules that
Python has loaded anyway are all that this needs.
"""

from __future__ import annotations

import os
import stat

_OID = 40
_LONGEST = 4096
_BRANCH = "ref: refs/heads/"


def git_dir_above(directory: str) -> str | None:
    """The `.git` folder of the plain repository that `directory` lies in, if it and its work tree are this user's."""
    here = os.path.abspath(directory)
    while True:
        git_dir = f"{here}/.git"
        try:
            found, own = os.lstat(git_dir), os.stat(here)
        except OSError:
            if here == "/":
                return None
            here = os.path.dirname(here)
            continue
        safe = stat.S_ISDIR(found.st_mode) and found.st_uid == own.st_uid == os.geteuid()
        return git_dir if safe else None


def plain_head(git_dir: str) -> str | None:
    """The full id of the commit that HEAD names; None where its file or that of its branch does not say so."""
    text = _line(f"{git_dir}/HEAD")
    if text.startswith(_BRANCH):
        parts = text.removeprefix(_BRANCH).split("/")
        text = "" if {"", ".", ".."} & set(parts) else _of_branch(git_dir, "/".join(parts))
    return text if is_full_id(text) else None


def is_full_id(text: str) -> bool:
    """Whether this is the whole id of an object."""
    return len(text) == _OID and not text.strip("0123456789abcdef")


def _of_branch(git_dir: str, branch: str) -> str:
    """What a branch says: its own file, or else the line that git put with the others when it tidied up."""
    own = _line(f"{git_dir}/refs/heads/{branch}")
    if own:
        return own
    try:
        with open(f"{git_dir}/packed-refs", "rb", buffering=0) as file:
            before, found, _ = file.read().partition(b" refs/heads/%b\n" % os.fsencode(branch))
    except (OSError, ValueError):
        return ""
    return before[-_OID:].decode("latin-1") if found and before[-_OID - 1 : -_OID] in (b"\n", b"") else ""


def _line(path: str) -> str:
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read(_LONGEST).decode("ascii").removesuffix("\n")
    except (OSError, ValueError):
        return ""
