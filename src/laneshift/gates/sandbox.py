"""The port through which checks run the project's own code: isolated, limited, and always on a named tree.

Gates, steps and landing ask for a tree by id and get what was observed; `steps/runner` is the real part.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use: wall-clock seconds, address space in mebibytes, and whether it may reach the network."""

    seconds: float
    memory_mib: int = 4096
    network: bool = False


@dataclass(frozen=True, slots=True)
class RunResult:
    """One command that ran. `exit_code` is negative for a signal; `output` is stdout and stderr, its middle cut."""

    exit_code: int
    output: str
    seconds: float
    timed_out: bool = False
    protections: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the command ended by itself with status 0."""
        return self.exit_code == 0 and not self.timed_out


COMMAND = "command"
"""The id of the test command as a whole: the only one of a command that is not pytest, and of a pytest run that is
not green for a reason no single test accounts for. Selecting it runs the whole suite."""


def covers(outer: str, inner: str) -> bool:
    """Whether `inner` is `outer` or lies inside it: a test of a file, class or folder, a variant of a function."""
    return inner == outer or inner.startswith((f"{outer}::", f"{outer}[", f"{outer}/"))


def renamed_id(test: str, paths: Mapping[str, str]) -> str:
    """The id that a test has where its file is called as `paths` says; the same id where it says nothing."""
    path, mark, inner = test.partition("::")
    return paths.get(path, path) + mark + inner


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """One run of a test suite: the outcome of every test id, and whatever kept tests from being collected.

    Outcomes: passed, failed, error, skipped, xfailed, xpassed, and `lost` for a test that began and never ended.
    """

    run: RunResult
    outcomes: Mapping[str, str]
    collection_errors: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    """Ids that were selected and that no test has; they are red too."""
    deselected: tuple[str, ...] = ()
    """Ids that the project's own options left out; they are neither green nor red."""

    @property
    def failing(self) -> tuple[str, ...]:
        """Ids that are red, sorted; collection errors count under the id of their file."""
        red = {test for test, outcome in self.outcomes.items() if outcome in {"failed", "error", "lost"}}
        return tuple(sorted(red | set(self.collection_errors) | set(self.missing)))

    @property
    def passed(self) -> int:
        """How many tests passed."""
        return sum(outcome == "passed" for outcome in self.outcomes.values())

    @property
    def green(self) -> bool:
        """Whether at least one test passed, none is red, and the run itself ended well."""
        return self.run.ok and self.passed > 0 and not self.failing


@dataclass(frozen=True, slots=True)
class Trace:
    """One run of tests that was recorded: its result, and for each test id the files of the tree that it ran."""

    result: SuiteResult
    ran: Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class Shard:
    """One of the sessions that ran the whole suite together: its tests, their files, its time, its exit code."""

    tests: int
    files: int
    milliseconds: int
    exit_code: int


@dataclass(frozen=True, slots=True)
class Whole:
    """One run of the whole suite. `microseconds` is what the tests of each file took.

    `shards` is empty where one session ran everything. `trouble` says why several sessions do not come to one run of
    the whole suite; the result is then never green.
    """

    result: SuiteResult
    microseconds: Mapping[str, int]
    shards: tuple[Shard, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One command that ran, and what it left in the file that was named to it; empty for nothing."""

    run: RunResult
    data: bytes


@dataclass(frozen=True, slots=True)
class Served:
    """A server and the client that asked it. `told` is what the client left in its file `answer`; empty for nothing."""

    server: RunResult
    client: RunResult
    told: bytes


class Sandbox(Protocol):
    """Runs commands and test suites on a tree that is checked out for the occasion."""

    def run(self, tree: str, argv: Sequence[str], limits: Limits) -> RunResult:
        """Run `argv` at the root of the tree with this id. A leading `python` means the project's interpreter."""
        ...

    def serve(self, tree: str, server: Sequence[str], client: Sequence[str], limits: Limits) -> Served:
        """Run `server` on the tree until `client` has ended, each in a sandbox of its own with these limits.

        The variable `LANESHIFT_DOOR` of the server names a descriptor that listens; for the client that is the socket
        `door` in its folder, which is empty otherwise. The client has no network, no checkout and none of the settings'
        variables, and its `python` is laneshift's own interpreter, isolated: nothing that runs on the tree reaches it.
        """
        ...

    def suite(self, tree: str, selection: Sequence[str], limits: Limits) -> SuiteResult:
        """Run the configured test command over `selection` (test files or ids; empty means the whole suite)."""
        ...

    def whole(self, tree: str, limits: Limits, took: Mapping[str, int]) -> Whole:
        """Run the whole suite, divided among as many sessions at once as are configured.

        `took` is the microseconds of earlier runs by file, which balance the sessions; it may be empty. Each session
        has these limits for itself.
        """
        ...

    def trace(self, tree: str, selection: Sequence[str], limits: Limits) -> Trace:
        """As `suite`, and record what each test runs. Where nothing can be recorded, nothing is in the record."""
        ...
