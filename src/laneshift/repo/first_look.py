"""The question to git what of a work tree is not as its HEAD has it, asked before anything else is loaded.

A small command takes as long to load as git takes to answer, and there is most often a second processor.
"""

from __future__ import annotations

import os
import posixpath
import stat

from laneshift.repo.child import Child
from laneshift.repo.git_words import environment, words_before

ASKED = (
    *("status", "--porcelain=v2", "--branch", "-z", "--no-renames"),
    "--ignore-submodules=none",
)
BRIEF, EACH = "--untracked-files=normal", "--untracked-files=all"


class FirstLook:
    """The question about the work tree that the current folder lies in, as a context manager.

    Leaving it ends what nobody took. Where git cannot be asked in the plain way nothing is, and nothing is said: who
    asks again says why.
    """

    def __init__(self) -> None:
        self.place: tuple[str, str] | None = None
        """The git folder and the work tree, where git was asked."""
        self._child: Child | None = None
        try:
            self.place = found_above(os.getcwd(), os.geteuid())
            if self.place is not None:
                git, *words = words_before(*self.place, {})
                self._child = Child([git, "-C", self.place[1], *words, *ASKED, BRIEF], environment())
        except OSError:
            self.place = None

    def __enter__(self) -> FirstLook:
        """The question itself."""
        return self

    def __exit__(self, *failure: object) -> None:
        """End what nobody took."""
        if self._child is not None:
            self._child.end()

    def taken(self, git_dir: str, work_tree: str) -> Child | None:
        """The question, for who waits for its answer and ends it; None where it is about something else, or taken."""
        if self.place != (git_dir, work_tree):
            return None
        child, self._child = self._child, None
        return child


def found_above(directory: str, user: int) -> tuple[str, str] | None:
    """The plain repository that the absolute `directory` lies in, told from names alone, when both its folders belong
    to `user`: its git folder, and the work tree.

    None for anything else: whether git may be started there, and where, is then for the library to say.
    """
    folder = directory
    while True:
        git_dir = posixpath.join(folder, ".git")
        try:
            found, own = os.lstat(git_dir), os.stat(folder)
        except OSError:
            if folder == posixpath.dirname(folder):
                return None
            folder = posixpath.dirname(folder)
            continue
        safe = _is_file(posixpath.join(git_dir, "HEAD")) and found.st_uid == own.st_uid == user
        return (posixpath.realpath(git_dir), posixpath.realpath(folder)) if safe else None


def _is_file(path: str) -> bool:
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False
