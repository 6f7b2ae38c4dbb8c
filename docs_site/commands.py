"""The page of all commands, from the commands themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import typer

from laneshift.cli.app import app

_EVERYWHERE = {"-C", "--json", "--verbose", "--help"}
_HEAD = """\
# Commands

Made from the commands of this version. Every command takes these, which the tables leave out:

| option | meaning |
| --- | --- |
| `-C` `DIR` | work in this repository |
| `--json` | one JSON document on stdout |
| `-v`, `--verbose` | more detail; of a bug, where it was |
| `--help` | all of this on the terminal |

Talk goes to stderr, results to stdout, and every result ends with `next:`. Exit codes: 0 done, 1 a gate, a test or an
item failed, 2 wrong usage or configuration, 3 our bug, 4 stopped for a person, 130 interrupted.
"""


def page() -> str:
    """Every command in the order of the help, as Markdown."""
    root: Any = typer.main.get_command(app)
    return "\n".join((_HEAD, *(part for names, command in walk(root) for part in _told(names, command))))


def walk(group: Any, names: tuple[str, ...] = ("laneshift",)) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each command below a group with the words that call it, in the order of the help. Hidden ones are left out."""
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        if command.hidden:
            continue
        yield (*names, name), command
        if hasattr(command, "list_commands"):
            yield from walk(command, (*names, name))


def _told(names: tuple[str, ...], command: Any) -> Iterator[str]:
    yield f"{'#' * len(names)} {' '.join(names)}\n"
    if command.deprecated:
        yield "Deprecated.\n"
    yield _prose(command.help or "") + "\n"
    if hasattr(command, "list_commands"):
        return
    yield f"    {' '.join(names)} {' '.join(_usage(command))}\n"
    yield from _table("argument", [each for each in command.params if each.param_type_name == "argument"])
    options = [each for each in command.params if each.param_type_name == "option"]
    yield from _table("option", [each for each in options if not _EVERYWHERE.intersection(each.opts)])


def _usage(command: Any) -> Iterator[str]:
    if any(each.param_type_name == "option" for each in command.params):
        yield "[OPTIONS]"
    for each in command.params:
        if each.param_type_name == "argument":
            more = "..." if each.nargs != 1 else ""
            yield f"{_name(each)}{more}" if each.required else f"[{_name(each)}]{more}"


def _table(kind: str, params: list[Any]) -> Iterator[str]:
    if not params:
        return
    rows = [f"| {_called(each)} | {_cell(each.help or '')}{_default(each)} |" for each in params if not each.hidden]
    yield "\n".join((f"| {kind} | meaning |", "| --- | --- |", *rows, ""))


def _called(param: Any) -> str:
    if param.param_type_name == "argument":
        return f"`{_name(param)}`"
    words = ", ".join(f"`{each}`" for each in (*param.opts, *param.secondary_opts))
    return words if param.is_flag else f"{words} `{param.metavar or param.type.name.upper()}`"


def _name(param: Any) -> str:
    return str(param.metavar or param.name.upper())


def _default(param: Any) -> str:
    if param.required or param.param_type_name == "argument" or param.is_flag or callable(param.default):
        return ""
    shown = str(param.default) if isinstance(param.default, (int, float, str)) else ""
    return f" Default: `{shown}`." if shown and shown not in (param.help or "") else ""


def _prose(text: str) -> str:
    return re.sub(r"[<>]", lambda found: f"\\{found[0]}", re.sub(r"\n[ \t]+", "\n", text.replace("\b\n", ""))).strip()


def _cell(text: str) -> str:
    return _prose(text).replace("\n", " ").replace("|", "\\|")
