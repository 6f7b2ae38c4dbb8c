"""A search through the files of a work tree, under way beside this process while git tells whether the tree is clean.

Reading files takes half as long as reading their blobs out of packs. It answers for a commit only where the files hold
what that commit holds, but for the ends of lines.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import ExitStack
from typing import Self

from laneshift.repo.attribute_history import CHANGING, stood_at, were_others
from laneshift.repo.git import Place, begin
from laneshift.repo.late_patterns import late
from laneshift.repo.searching import NONE_FOUND, Found, asking, can_search
from laneshift.repo.status import Status

_ONE_THREAD = ("--threads", "1")  # the files of a warm cache are read faster than threads can share them out
_LINK = late(rb"(?:\A|\0)[A-Za-z?] 120000 [0-9a-f]+ 0\t([^\0]+)")
_NOT_THERE = late(rb"(?:\A|\0)[Ss] ")
_CONVERTED = late(rb"\0(?:%s)\0" % b"|".join(CHANGING))


def can_search_files(place: Place, needles: Collection[str]) -> bool:
    """Whether it is worth a try: nothing is seen at once that makes the files differ from their blobs.

    The ends of lines may differ: whoever looks for a piece of one line finds it all the same.
    """
    if place.work_tree is None or not can_search(needles) or any("\r" in needle for needle in needles):
        return False
    if (place.git_dir / "info" / "sparse-checkout").exists() or stood_at(place.git_dir) is None:
        return False
    try:
        told = (place.work_tree / ".gitattributes").read_bytes()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return not any(name in told for name in CHANGING)


class SearchingFiles:
    """Which tracked regular files contain one of `needles`, and which are symlinks, as `Searching` tells for a commit.

    A context manager: leaving it ends what nobody waited for. `oid` is the full id of the commit that HEAD named before
    the search began; the place has a work tree and the needles pass `can_search_files`.
    """

    def __init__(self, place: Place, oid: str, needles: Collection[str]) -> None:
        self.oid = oid
        self.needles = frozenset(needles)
        self._place = place
        with ExitStack() as running:
            listing = ("ls-files", "-z")
            self._begun = running.enter_context(begin(place, *asking(needles), *_ONE_THREAD))
            self._listing = running.enter_context(begin(place, *listing, "--stage", "-v"))
            self._names = running.enter_context(begin(place, *listing))
            attributes = ("check-attr", "--stdin", "-z", "--all")
            self._attributes = running.enter_context(begin(place, *attributes, source=self._names))
            self._running = running.pop_all()

    def __enter__(self) -> Self:
        """The search itself."""
        return self

    def __exit__(self, *failure: object) -> None:
        """End it."""
        self._running.close()

    def found(self, told: Status) -> Found | None:
        """Wait for what is found, once. None where the files need not hold what the commit holds: the status that was
        told after the search began is not clean or about another commit, a file was left out of the work tree, git
        changes bytes between a blob and a file or did so earlier in this clone, or it could not read one. Raises
        `CheckFailed`.
        """
        if not told.is_clean or told.head != self.oid:
            return None
        listed = self._listing.outcome().stdout
        self._names.outcome()
        if _NOT_THERE.search(listed) or _CONVERTED.search(self._attributes.outcome().stdout):
            return None
        found = self._begun.outcome(accept=(0, NONE_FOUND))
        if found.stderr or were_others(self._place, self.oid):
            return None
        return Found(found.fields, [os.fsdecode(path) for path in _LINK.findall(listed)])
