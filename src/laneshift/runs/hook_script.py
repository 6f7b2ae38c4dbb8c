"""The hooks that laneshift gives to people, as shell text, and what can be told of the text of a hook. Pure."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import Literal

HOOKS = ("commit-msg", "pre-push")
BEFORE = ".before-laneshift"
"""Ends the name of the hook that was there before ours, and runs before it."""

_MARK = "# A hook of laneshift"
_SINCE = re.compile(r"^since=([0-9a-f]{40})?$", re.MULTILINE)
_PYTHON = re.compile(r"^python=(.+)$", re.MULTILINE)
_GOES_BY_ITS_NAME = re.compile(r"basename|\$\{0##|PROGRAM_NAME|__FILE__|argv ?\[0\]|dirname [^\n]*\)/h\b|overcommit")

Kind = Literal["absent", "ours", "foreign", "foreign-by-name", "strange"]
"""What lies in a hook's place: nothing, one of ours, another hook, another that has to keep its name, no file."""


@dataclass(frozen=True, slots=True)
class Found:
    """A hook's place: what lies there, the text of it, and whether a hook from before ours is kept beside it."""

    kind: Kind
    text: str = ""
    before: bool = False


def script(hook: str, python: str, since: str = "") -> str:
    """The text of a hook. `python` is the interpreter that has laneshift, `since` the commit from which on to check.

    It refuses when laneshift is gone: a check that cannot be made is no pass.
    """
    check = _COMMIT_MSG if hook == "commit-msg" else _PRE_PUSH
    return f"{_HEAD.format(mark=_MARK, python=shlex.quote(python), since=since, before=BEFORE)}{check}"


def since_of(text: str) -> str:
    """From which commit on a hook of ours checks, empty for all of them."""
    found = _SINCE.search(text)
    return (found[1] or "") if found else ""


def python_of(text: str) -> str:
    """The interpreter that a hook of ours starts; empty when it names none."""
    found = _PYTHON.search(text)
    words = shlex.split(found[1]) if found else []
    return words[0] if words else ""


def kind_of(text: str) -> Kind:
    """What a hook with this text is."""
    if _MARK in text:
        return "ours"
    return "foreign-by-name" if _GOES_BY_ITS_NAME.search(text) else "foreign"


_HEAD = """\
#!/bin/sh
{mark}. `laneshift doctor --remove-hooks` takes it away, `git commit --no-verify` goes past it.
python={python}
since={since}
before="$0{before}"

gone() {{
    echo "laneshift: this hook cannot check anything: $1" >&2
    echo "  cure: install laneshift there and run 'laneshift doctor --install-hooks', or remove $0" >&2
    exit 1
}}

[ -x "$python" ] || gone "$python is gone"
"$python" -P -c 'import laneshift' 2>/dev/null || gone "$python has no laneshift any more"
"""
_COMMIT_MSG = """\
if [ -x "$before" ]; then
    "$before" "$@" || exit $?
fi
exec "$python" -P -m laneshift doctor --quiet -C "${GIT_DIR:-.}" --check-message "$1"
"""
_PRE_PUSH = """\
pushed=$(cat; echo .)
pushed=${pushed%.}
if [ -x "$before" ]; then
    printf %s "$pushed" | "$before" "$@" || exit $?
fi
printf %s "$pushed" | "$python" -P -m laneshift doctor --quiet -C "${GIT_DIR:-.}" --check-push "$since"
"""
