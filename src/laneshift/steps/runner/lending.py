"""The cache of compiled modules that one run is lent, kept for the next run on the same checkout.

It stands beside the checkout, so whoever holds the lease of the one has the other. Making hundreds of links for every
run costs more than looking whether they are still the right ones; what a run changed in them is undone before the next
begins. A cache at rest has another name than one in use: what a killed process left in use is never lent again.
"""

from __future__ import annotations

from pathlib import Path

from laneshift.gates.sandbox import RunResult
from laneshift.steps.runner import bytecode
from laneshift.steps.runner.remembered import remembered
from laneshift.steps.runner.removal import remove

_ENDED_FOR_SURE = frozenset({"filesystem", "pid-namespace", "no-survivors"})


class Lent:
    """The cache for the runs of one stay in a checkout. `path` is where they find it, and may write."""

    def __init__(self, checkout: Path, cache: Path) -> None:
        """Make it ready: a link for every module in `cache`, that of the checkout, and nothing else."""
        self.path = checkout.with_name(f"{checkout.name}-lent")
        self.cache = cache
        self._rest = checkout.with_name(f"{checkout.name}-at-rest")
        self._is_fit = True
        remove(self.path)
        if self._rest.is_dir():
            self._rest.rename(self.path)
        self._known = remembered(str(checkout)).lent
        bytecode.lend(cache, self.path, self._known)

    def judge(self, result: RunResult) -> None:
        """Nothing is kept of a run that may have left a process, or had more than its own folders to write to."""
        protections = frozenset(result.protections)
        if "filesystem" not in protections:
            bytecode.forget(self.cache)
        self._is_fit = self._is_fit and protections >= _ENDED_FOR_SURE

    def written(self) -> list[str]:
        """As `bytecode.written`: what the runs put there."""
        return bytecode.written(self.path, self._known)

    def give_back(self) -> None:
        """The stay is over."""
        if self._is_fit and self.path.is_dir():
            self.path.rename(self._rest)
        else:
            remove(self.path)
