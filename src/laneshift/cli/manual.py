"""The manual page, in the words of the commands themselves: `laneshift --man`, and a file of every wheel."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from laneshift import __version__
from laneshift.cli.commands import NAMES

FILE = "docs/laneshift.1"
"""The page that wheels bring; `make man` writes it."""

_HEAD = """\
.TH LANESHIFT 1 "" "laneshift {version}" "User Commands"
.SH NAME
laneshift \\- land many code changes in one Python monorepo, in parallel, safely, and prove it
.SH SYNOPSIS
.B laneshift
.I VERB
[\\fB\\-C\\fR \\fIDIR\\fR] [\\fB\\-\\-json\\fR] [\\fB\\-v\\fR] ...
.SH DESCRIPTION
A batch names what moves where. Laneshift moves it, rewrites all that refers to it, tests each item alone and all of
them together, and lands what it can prove with one update of a branch. Each result ends with the command to run next.
.SH VERBS
"""
_TAIL = """\
.SH EXIT STATUS
0 done; 1 a gate, a test or an item failed; 2 wrong usage or configuration; 3 a bug of laneshift; 4 stopped for a
person; 130 interrupted.
.SH FILES
.TP
.I laneshift.toml
or [tool.laneshift] of pyproject.toml: the settings, read from the commit that a plan is made on.
.TP
.I .git/laneshift/
Plans, the journal, evidence and checkouts.
.SH ENVIRONMENT
.TP
.B LANESHIFT_DATABASE_URL, LANESHIFT_ENGINE
Where several machines meet; without them one process does the work, on SQLite.
.TP
.B LANESHIFT_KEYS
The folder of your private keys.
.TP
.B LANESHIFT_REDIS_URL
What servers share.
"""


def page(context: Any) -> str:
    """The whole page as roff. `context` is the one of the program; every verb is loaded."""
    verbs = (line for name in NAMES for line in _told(context, name, context.command.get_command(context, name)))
    return _HEAD.format(version=__version__) + "".join(verbs) + _TAIL


def _told(context: Any, name: str, command: Any) -> Iterator[str]:
    inner = type(context)(command, parent=context, info_name=name)
    pieces = " ".join(command.collect_usage_pieces(inner))
    yield f".SS {_roff(f'laneshift {name} {pieces}')}\n{_roff(inspect.cleandoc(command.help or ''))}\n"
    for parameter in command.params:
        record = parameter.get_help_record(inner)
        if record is not None and parameter.name != "help":
            yield f".TP\n.B {_roff(record[0])}\n{_roff(record[1])}\n"
    for below in getattr(command, "commands", {}).items():
        yield from _told(inner, *below)


def _roff(text: str) -> str:
    """Text as it stands on a page: no line is a request, and a hyphen stays one that can be copied."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    plain = "".join(sign if sign.isascii() else f"\\[u{ord(sign):04X}]" for sign in escaped)
    lines = (line for line in plain.splitlines() if line)
    return "\n".join(f"\\&{line}" if line[0] in (".", "'") else line for line in lines)
