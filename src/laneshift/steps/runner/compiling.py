"""Has compiled for the next run what this one had to compile, without running anything of the tree.

Modules of the tree itself wait until the next run on their checkout, since after the last one nobody needs them. What
is installed is compiled at once: later commands find it too.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from laneshift.gates.sandbox import Limits
from laneshift.steps.runner import bytecode, launch, serving
from laneshift.steps.runner.bytecode import Wish
from laneshift.steps.runner.environment import paths_named, prefixes
from laneshift.steps.runner.lending import Lent
from laneshift.steps.runner.remembered import remembered
from laneshift.steps.runner.scratch import private_folder

_WORTH_COMPILING = 20
"""Fewer modules are compiled again by each run in less time than a process takes to start."""
_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Stay:
    """A checkout that is ours for now: its folder, its bytecode, and the descriptor of its lock."""

    checkout: Path
    cache: Path
    lease: int


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles for the interpreter `python` within `namespaces`, in a private folder below `scratch_parent`."""

    python: str
    runs_pytest: bool
    namespaces: Sequence[str]
    scratch_parent: Path | None
    grace_seconds: float

    def before(self, stay: Stay) -> None:
        """Compile what the run before this one had to compile of its tree; its sources are those that stand there."""
        known = remembered(str(stay.checkout))
        wanted, known.waiting = known.waiting, []
        if wanted:
            self._wanted(stay, wanted)

    def after(self, stay: Stay, lent: Lent) -> None:
        """Take over or compile what a run had to compile of what is installed, and note the rest."""
        written, inside = lent.written(), prefixes(self.python)
        lacks_plugins = self.runs_pytest and bytecode.lacks_plugins(written, stay.cache, inside)
        left = bytecode.take_over(bytecode.wishes(written, stay.cache), inside)
        if lacks_plugins:
            with private_folder(self.scratch_parent) as folder:
                argv = [self.python, *bytecode.pytest_alone(folder)]
                self._run(stay, folder, argv, {"PYTHONPYCACHEPREFIX": str(stay.cache)})
        own = f"{stay.checkout}/"
        if sum(not wish.source.startswith(own) for wish in left) >= _WORTH_COMPILING:
            self._wanted(stay, left)
        elif len(left) >= _WORTH_COMPILING:
            remembered(str(stay.checkout)).waiting += left

    def _wanted(self, stay: Stay, wanted: Sequence[Wish]) -> None:
        with private_folder(self.scratch_parent) as folder:
            told = folder / "wanted"
            told.write_bytes(bytecode.listed(wanted))
            self._run(stay, folder, [self.python, "-I", "-S", "-B", "-c", bytecode.COMPILE, str(told)], {})

    def _run(self, stay: Stay, folder: Path, argv: Sequence[str], extra: Mapping[str, str]) -> None:
        marker = secrets.token_hex(16)
        job = launch.Job(
            argv=argv,
            cwd=folder,
            env={**serving.own_environment(folder, marker), **extra},
            marker=marker,
            scratch=folder,
            writable=(folder, stay.cache),
            namespaces=list(self.namespaces),
            needed=[stay.checkout, stay.cache, *paths_named(self.python, {})],
            grace_seconds=self.grace_seconds,
            kept_open=[stay.lease],
        )
        launch.run(job, Limits(_SECONDS))
