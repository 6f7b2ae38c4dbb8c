"""What pages and cures say to type, held against the commands that exist. Pure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import typer

from docs_site.commands import walk
from laneshift.cli.app import app

_TYPED = re.compile(r"^(?: {4}|\$ )(laneshift [^\n]*)|`(laneshift [^`\n]+)`", re.MULTILINE)
_EVERYWHERE = {"--help"}


def typed(page: str) -> Iterator[str]:
    """Each command of a page, in a block or in a sentence, up to a remark, a pipe or the next command."""
    for block, sentence in _TYPED.findall(page):
        line = block.split("  ")[0].split(" #")[0] if block else sentence
        yield re.split(r"[;|&>]", line)[0].strip()


def fault(line: str) -> str:
    """What of a line does not exist: the command, an option; empty where all does."""
    words = _words(line)
    found = next((each for count in range(len(words), 1, -1) if (each := _known().get(tuple(words[:count])))), None)
    if words[1:2] == ["COMMAND"]:
        return ""
    if words[1].startswith("-"):
        found = _root()
    if found is None:
        return "no such command"
    if (
        hasattr(found, "list_commands")
        and found is not _root()
        and len(words) > 2
        and re.fullmatch(r"[a-z][a-z-]*", words[2])
    ):
        return f"no such verb: {words[2]}"
    options = {option for each in found.params for option in (*each.opts, *each.secondary_opts)} | _EVERYWHERE
    named = [word.partition("=")[0].rstrip(",.:)") for word in words if re.match(r"--?[a-z]", word)]
    return next((f"no such option: {word}" for word in named if word not in options), "")


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        # A quotation that goes on in the next line.
        return line.split()


@cache
def _known() -> Mapping[tuple[str, ...], Any]:
    return dict(walk(_root()))


@cache
def _root() -> Any:
    return typer.main.get_command(app)
