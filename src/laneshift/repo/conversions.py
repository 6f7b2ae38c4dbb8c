"""Whether git changes the bytes of a file between its blob and a work tree: line ends, encodings, keywords, filters."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from typing import Self

from laneshift.repo.git import Place, begin

_ATTRIBUTES = ("filter", "ident", "working-tree-encoding", "eol")
_NOT_ASKED_FOR = frozenset({"unspecified", "unset"})
_SETTINGS = r"^core\.(autocrlf|eol)$"
_NOT_SET = 1
_HARMLESS = frozenset({"core.autocrlf\n" + value for value in ("false", "no", "off", "0", "input")}) | {
    "core.eol\nlf",
    "core.eol\nnative",
}


class Asking:
    """The question which files git writes as they are, as a context manager: git is started before the paths are known,
    and has read its settings by the time that they are."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._begun = ExitStack()

    def __enter__(self) -> Self:
        """Start git. Raises as `begin` does."""
        with ExitStack() as begun:
            settings = begin(self._place, "config", "-z", "--get-regexp", _SETTINGS)
            self._settings = begun.enter_context(settings)
            attributes = begin(self._place, "check-attr", "--stdin", "-z", *_ATTRIBUTES, fed=True)
            self._attributes = begun.enter_context(attributes)
            self._begun = begun.pop_all()
        return self

    def __exit__(self, *failure: object) -> None:
        """End what nobody waited for."""
        self._begun.close()

    def let_go(self) -> None:
        """For a copy of the process: keep nothing open by which git would wait for this one to say something, too."""
        self._settings.let_go()
        self._attributes.let_go()

    def as_they_are(self, paths: Sequence[str]) -> frozenset[str]:
        """Those of `paths` whose files git writes into the work tree with the very bytes of their blobs, for certain.

        To be asked once. Attributes are those of the work tree at this time. Raises `CheckFailed` (`git.failed`) when
        git cannot tell.
        """
        if os.linesep != "\n" or not paths:
            return frozenset()
        names = "".join(f"{path}\0" for path in paths).encode("utf-8", "surrogateescape")
        told = self._attributes.outcome(stdin=names).fields
        settings = self._settings.outcome(accept=(0, _NOT_SET)).fields
        # Whatever is not known to be harmless may put carriage returns at the ends of lines.
        if not all(setting.lower() in _HARMLESS for setting in settings):
            return frozenset()
        return frozenset(paths) - _converted(zip(told[::3], told[1::3], told[2::3], strict=True))


def as_they_are(place: Place, paths: Sequence[str]) -> frozenset[str]:
    """As `Asking`, of paths that are known: git is not started where there are none. Raises as it does."""
    if not paths:
        return frozenset()
    with Asking(place) as asking:
        return asking.as_they_are(paths)


def _converted(told: Iterable[tuple[str, str, str]]) -> set[str]:
    return {
        path
        for path, attribute, value in told
        if (value == "crlf" if attribute == "eol" else value not in _NOT_ASKED_FOR)
    }
