"""Whether git changes the bytes of a file between its blob and a work tree: line ends, encodings, keywords, filters."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from laneshift.repo.git import Place, begin, git

_ATTRIBUTES = ("filter", "ident", "working-tree-encoding", "eol")
_NOT_ASKED_FOR = frozenset({"unspecified", "unset"})
_SETTINGS = r"^core\.(autocrlf|eol)$"
_NOT_SET = 1
_HARMLESS = frozenset({"core.autocrlf\n" + value for value in ("false", "no", "off", "0", "input")}) | {
    "core.eol\nlf",
    "core.eol\nnative",
}


def as_they_are(place: Place, paths: Sequence[str]) -> frozenset[str]:
    """Those of `paths` whose files git writes into the work tree with the very bytes of their blobs, for certain.

    Attributes are those of the work tree. Raises `CheckFailed` (`git.failed`) when git cannot tell.
    """
    if os.linesep != "\n" or not paths:
        return frozenset()
    with begin(place, "config", "-z", "--get-regexp", _SETTINGS) as configured:
        names = "".join(f"{path}\0" for path in paths).encode("utf-8", "surrogateescape")
        told = git(place, "check-attr", "--stdin", "-z", *_ATTRIBUTES, stdin=names).fields
        settings = configured.outcome(accept=(0, _NOT_SET)).fields
    # Whatever is not known to be harmless may put carriage returns at the ends of lines.
    if not all(setting.lower() in _HARMLESS for setting in settings):
        return frozenset()
    return frozenset(paths) - _converted(zip(told[::3], told[1::3], told[2::3], strict=True))


def _converted(told: Iterable[tuple[str, str, str]]) -> set[str]:
    return {
        path
        for path, attribute, value in told
        if (value == "crlf" if attribute == "eol" else value not in _NOT_ASKED_FOR)
    }
