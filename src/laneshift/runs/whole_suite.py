"""The whole suite of a landing, divided as its settings say, with what its files took kept for the next time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from laneshift.config import Tests
from laneshift.errors import CheckFailed
from laneshift.evidence.canonical import digest
from laneshift.evidence.port import ResultsPort
from laneshift.gates.sandbox import COMMAND, Limits, Sandbox, SuiteResult, Whole

_LONGEST = 1 << 50


class WholeSuite:
    """Runs of one suite. What its files took is a memory that may be lost: it balances, and decides nothing."""

    def __init__(self, tests: Tests, remembered: ResultsPort) -> None:
        self._remembered = remembered
        self._key = digest({"microseconds": 1, "command": list(tests.command)})
        self.limits = Limits(seconds=tests.suite_seconds, memory_mib=tests.memory_mib)

    def run(self, sandbox: Sandbox, tree: str) -> Whole:
        """Run everything on `tree`.

        Raises `CheckFailed` (`land.shards-disagree`) when the sessions that shared it are not one run of the whole
        suite. A run that was stopped for its time is given back as it is.
        """
        whole = sandbox.whole(tree, self.limits, self._took())
        if whole.trouble and not whole.result.run.timed_out:
            raise CheckFailed(
                "land.shards-disagree",
                f"the suite ran in {len(whole.shards)} sessions that are not one run of it",
                where=tree,
                why=whole.trouble,
                cure="set tests.shards = 1 in the configuration of the base, or mend what differs between its sessions",
            )
        if whole.microseconds and not whole.trouble:
            self._remembered.put(self._key, dict(whole.microseconds))
        return whole

    def of(self, sandbox: Sandbox, tree: str, ids: Sequence[str]) -> SuiteResult:
        """Run `ids` in one session; when the command as a whole is among them, everything. Raises as `run` does."""
        return self.run(sandbox, tree).result if COMMAND in ids else sandbox.suite(tree, ids, self.limits)

    def _took(self) -> dict[str, int]:
        found = self._remembered.get(self._key)
        if not isinstance(found, Mapping):
            return {}
        return {str(file): took for file, took in found.items() if type(took) is int and 0 <= took < _LONGEST}
