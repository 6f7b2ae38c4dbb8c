"""Pages whose commands are run: their files are written, their commands run in order, what they show is compared.

A block ```` ```console ```` holds commands after `$ ` (a line that goes on begins with `> `) and what each prints, on
stdout and stderr. `…` stands for anything within a line; a line that is `…` alone stands for any number of lines. A
block of another language is written to the file that the line before it names, as in `` `labs/rank.py`: ``. Each
command has to end with 0, unless what it prints is shown to end with `exit N`, by `; echo "exit $?"`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.warm import OWN

_BLOCK = re.compile(r"^(?P<lead>[^\n]*)\n\n?```(?P<kind>[a-z]+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"`([\w./-]+)`(?: \([^()]*\))?:$")
_END = "\x1e"


@dataclass(frozen=True)
class Written:
    """A file that the reader writes."""

    path: str
    text: str


@dataclass(frozen=True)
class Asked:
    """A command, and the lines that it is shown to print."""

    command: str
    shown: tuple[str, ...]


def steps(page: str) -> list[Written | Asked]:
    """What the reader of a page does, in order."""
    # A page may begin with a block: an empty line before it stands for the lead.
    return [step for found in _BLOCK.finditer(f"\n{page}") for step in _steps_of(found)]


def run(page: str, folder: Path, bin_folder: Path, more: Mapping[str, str] | None = None) -> list[str]:
    """Do it all in an empty folder, in one shell; a line for each command that does not do what the page says."""
    todo = steps(page)
    script = "".join(_script(step) for step in todo)
    done = subprocess.run(
        ["bash", "--noprofile", "--norc"],
        input=script,
        cwd=folder,
        env=_environment(folder, bin_folder, more or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    ended = done.stdout.split(_END)
    asked = [step for step in todo if isinstance(step, Asked)]
    told = [_fault(step, text, code) for step, text, code in zip(asked, ended[::2], ended[1::2], strict=False)]
    missing = [f"{step.command}: was never run" for step in asked[len(told) :]]
    return [*filter(None, told), *missing]


def fits(shown: Sequence[str], printed: Sequence[str]) -> bool:
    """Whether the printed lines are the shown ones, where `…` stands for what may differ."""
    parts = [r"(?:[^\n]*\n)*?" if line == "…" else _line(line) for line in shown]
    return re.fullmatch("".join(parts), "".join(f"{line.rstrip()}\n" for line in printed)) is not None


def _line(shown: str) -> str:
    return "[^\n]*".join(map(re.escape, shown.rstrip().split("…"))) + r"\n"


def _steps_of(found: re.Match[str]) -> Iterator[Written | Asked]:
    named = _NAMED.search(found["lead"])
    if found["kind"] == "console":
        yield from _asked(found["body"].splitlines())
    elif named:
        yield Written(named[1], found["body"])


def _asked(lines: Sequence[str]) -> Iterator[Asked]:
    command, shown = "", []
    for line in lines:
        if line.startswith("$ "):
            if command:
                yield Asked(command, tuple(shown))
            command, shown = line[2:], []
        elif line.startswith("> ") and not shown:
            command += "\n" + line[2:]
        else:
            shown.append(line)
    if command:
        yield Asked(command, tuple(shown))


def _script(step: Written | Asked) -> str:
    if isinstance(step, Written):
        folder = os.path.dirname(step.path) or "."  # noqa: PTH120 - of a path inside the shell's folder
        return f"mkdir -p {folder}\ncat > {step.path} <<'END_OF_FILE'\n{step.text}END_OF_FILE\n"
    return f"{step.command}\nprintf '{_END}%d{_END}' $?\n"


def _fault(step: Asked, text: str, code: str) -> str:
    printed = text.splitlines()
    if code != "0":
        return f"{step.command}: exit {code}\n{text}"
    if not fits(step.shown, printed):
        return f"{step.command}: the page shows\n{chr(10).join(step.shown)}\nand it prints\n{text}"
    return ""


def _environment(folder: Path, bin_folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    """That of somebody new: a home of their own, and the command on the path."""
    command = bin_folder / "laneshift"
    bin_folder.mkdir(parents=True, exist_ok=True)
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m laneshift "$@"\n')
    command.chmod(0o755)
    path = os.pathsep.join((str(bin_folder), str(Path(sys.executable).parent), os.environ["PATH"]))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "LANESHIFT_"))}
    own = {"PATH": path, "HOME": str(bin_folder), "PYTHONPATH": OWN, "COLUMNS": "100", "LC_ALL": "C.UTF-8"}
    return {**kept, **own, "GIT_CONFIG_NOSYSTEM": "1", **more}
