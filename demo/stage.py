"""Where the demo plays: its folders, its voice, and what the acts learn from each other."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from demo.promises import Promises
from demo.shell import Shell

FOLDER = Path(".demo")
PROJECT = "networkx"


@dataclass(frozen=True, slots=True)
class Start:
    """The repository before the batch: commit, tree, and the ids of the tests that pass."""

    commit: str
    tree: str
    passing: frozenset[str]


@dataclass(frozen=True, slots=True)
class Landed:
    """What landed: the plan's id, the target's new commit and tree, the modules, and how each item ended."""

    plan: str
    commit: str
    tree: str
    modules: tuple[str, ...]
    states: dict[str, str]


@dataclass
class Stage:
    """One showing."""

    folder: Path
    console: Console
    promises: Promises
    shell: Shell
    clone: Shell
    acts: list[tuple[str, float]] = field(default_factory=list)

    @classmethod
    def set_up(cls, folder: Path, console: Console) -> Stage:
        """A stage in `folder`, swept of what an earlier showing left; downloads are kept."""
        folder.mkdir(exist_ok=True)
        for left in (PROJECT, "clone", "unpacked"):
            shutil.rmtree(folder / left, ignore_errors=True)
        shell, clone = Shell(folder / PROJECT, console), Shell(folder / "clone", console)
        return cls(folder, console, Promises(console), shell, clone)

    @property
    def batch(self) -> Path:
        """The batch file, as the person in the example would have written it."""
        return self.folder / "tidy.tsv"

    def say(self, text: str, style: str = "") -> None:
        """Print a line."""
        self.console.print(text, markup=False, highlight=False, soft_wrap=True, style=style)

    @contextmanager
    def act(self, title: str) -> Iterator[None]:
        """One act: its title before, its seconds remembered."""
        self.say("")
        self.say(f"{len(self.acts) + 1}. {title}", "bold cyan")
        started = time.monotonic()
        yield
        self.acts.append((title, time.monotonic() - started))
