"""Whether a module may do nothing but pass on what it imports: by its facts, or by what its text plainly says."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from itertools import chain

from laneshift.code.links import Import, Links
from laneshift.code.shim_date import EXPIRY_NAME

_OWN = frozenset({"__all__", "__getattr__", "__dir__", "annotations", "TYPE_CHECKING", "importlib", "warnings"})
_NAME = r"[^\W\d]\w*"
_LATER = re.compile(rf"^(?:async[ \t]+)?(?:def|class)[ \t]+({_NAME})", re.MULTILINE)
_NEXT = re.compile(rf"(?:[ \t]*(?:#[^\n]*)?\n)+({_NAME})[ \t]*(?::[^=\n#]*)?=(?!=)")
_STRINGS = ('"""', "'''", "\\\n")


def may_pass_on(links: Links) -> bool:
    """Whether every name that a module binds comes from an import, or it is a shim that a move left."""
    if EXPIRY_NAME in links.bound:
        return True
    return bool(links.imports) and not links.bound - _imported(links.imports) - _OWN


def plainly_more(
    text: str, at: int, imports: Collection[Import], defined: Iterable[str], *, behind_import: bool
) -> bool:
    """Whether a module binds a name that no import gave, for certain. No is a maybe.

    `defined` are functions and classes at its top before `at`, which is outside strings; `behind_import` says that an
    import ends there, and so no bracket is open.
    """
    if EXPIRY_NAME in text:
        return False
    if not imports:
        return True
    following = _NEXT.match(text, at) if behind_import else None
    later = _LATER.search(text, at)
    # A long string may hold such a line; it has to begin and go on where these are.
    if later and any(mark in text[at : later.start()] for mark in _STRINGS):
        later = None
    names = [found[1] for found in (following, later) if found]
    # What is not written above is not imported there.
    if any(text.find(name, 0, at) < 0 and name not in _OWN for name in names):
        return True
    known = _imported(imports) | _OWN
    return any(name not in known for name in chain(names, defined))


def _imported(imports: Iterable[Import]) -> set[str]:
    found: set[str] = set()
    for one in imports:
        if one.names is None:
            found.add(one.alias or one.module.partition(".")[0])
        else:
            found.update(alias or name for name, alias in one.names)
    return found
