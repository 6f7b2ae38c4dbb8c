"""What tests ran, as it was once recorded, and which tests a change concerns by that. Pure.

A record is kept with the blob of every file that was run. A test whose files are all as they were runs the same code
again, so its record holds for every tree that has them; only the others are recorded anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from laneshift.code.selection import SelectedTest

_SCHEMA = 1


@dataclass(frozen=True)
class Traces:
    """Test file to the files that it ran, each with its blob id, the test file itself included.

    `steering` identifies what steers all tests (configuration, conftest files): with another one nothing holds.
    """

    steering: str = ""
    tests: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def valid(self, steering: str, blobs: Mapping[str, str]) -> Traces:
        """Those records that hold for a tree with these blobs."""
        if steering != self.steering:
            return Traces(steering)
        held = {
            test: ran for test, ran in self.tests.items() if all(blobs.get(path) == blob for path, blob in ran.items())
        }
        return Traces(steering, held)

    def with_runs(self, asked: Collection[str], ran: Mapping[str, Collection[str]], blobs: Mapping[str, str]) -> Traces:
        """These records and new ones: of every test file that was `asked` to run, also where it ran nothing."""
        new = {
            test: {path: blobs[path] for path in sorted({test, *ran.get(test, ())}) if path in blobs}
            for test in sorted({*asked, *ran})
            if test in blobs
        }
        return Traces(self.steering, {**self.tests, **new})

    def as_json(self) -> dict[str, Any]:
        """Plain data; each file with its blob is named once."""
        pairs = {
            pair: at for at, pair in enumerate(sorted({pair for ran in self.tests.values() for pair in ran.items()}))
        }
        tests = {test: [pairs[pair] for pair in ran.items()] for test, ran in self.tests.items()}
        return {"schema": _SCHEMA, "steering": self.steering, "files": [list(pair) for pair in pairs], "tests": tests}


def traces_from(plain: Any) -> Traces:
    """What `as_json` gave; nothing is known where it is missing or of another schema."""
    if not isinstance(plain, dict) or plain.get("schema") != _SCHEMA:
        return Traces()
    files = [(path, blob) for path, blob in plain["files"]]
    return Traces(plain["steering"], {test: dict(files[at] for at in ran) for test, ran in plain["tests"].items()})


def traced_tests(traces: Traces, changed: Collection[str], limit: int) -> tuple[SelectedTest, ...]:
    """The test files that ran one of the files `changed`, at most `limit`: those that ran least first, then by path."""
    wanted = set(changed)
    found = sorted((len(ran), test) for test, ran in traces.tests.items() if not wanted.isdisjoint(ran))
    return tuple(SelectedTest(test, 1, "ran it when traced") for _, test in found[:limit])
