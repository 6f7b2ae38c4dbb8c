"""From several sessions that each ran a part of the suite to one run of the whole: pure rules that fail closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from laneshift.gates.sandbox import COMMAND, RunResult, Shard, Whole
from laneshift.steps.runner import verdict
from laneshift.steps.runner.events import Session

_ENDED_WELL = (0, 1)
_NO_TESTS = 5
_SHOWN = 3
_TAIL = 400
_START_MICROSECONDS = 500_000
"""What Python, pytest, its plugins and the collection of a small suite take."""


def worth(most: int, took: Mapping[str, int]) -> int:
    """In how many sessions, at most `most`, to run a suite whose files took so many microseconds; unknown: in all.

    One more is started while that saves as much time as the start of a session costs the processor.
    """
    total, count = sum(took.values()), 1
    while count < most and total >= _START_MICROSECONDS * count * (count + 1):
        count += 1
    return count if took else most


@dataclass(frozen=True, slots=True)
class Part:
    """What one session was and told. Of what it was asked for, `present` is in its tree and `absent` is not."""

    run: RunResult
    session: Session
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the session came to its end with nothing to run, and says so as pytest does."""
        return self.run.exit_code == _NO_TESTS and not self.session.collected and not self.run.timed_out

    @property
    def ended_well(self) -> bool:
        """Whether it ended by itself and told of every test: red or green, or nothing to run."""
        ended = self.session.finished and not self.run.timed_out and not self.session.unreadable
        return ended and (self.run.exit_code in _ENDED_WELL or self.is_empty)


def combined(parts: Sequence[Part], seconds: float) -> Whole:
    """One run of the whole suite from its parts, which took `seconds` together. Never green when there is trouble."""
    sessions = [part.session for part in parts]
    result = verdict.of(_run(parts, seconds), _session(sessions), (), parts[0].absent)
    trouble = "" if _same_failure(parts) else disagreement(parts)
    if trouble:
        told = replace(result.run, output=f"{result.run.output}\nlaneshift: {trouble}")
        errors = tuple(sorted({*result.collection_errors, COMMAND}))
        result = replace(result, run=told, collection_errors=errors)
    took: Counter[str] = Counter()
    for session in sessions:
        took.update(session.microseconds)
    return Whole(result, dict(took), tuple(_shard(part) for part in parts), trouble)


def disagreement(parts: Sequence[Part]) -> str:
    """Why the parts are not one run of the whole suite; empty when they are.

    Each came to its end, all saw the same collection, and every test of it ran in exactly one of them.
    """
    return next((trouble for trouble in (_cut_short(parts), _unlike(parts), _not_once(parts)) if trouble), "")


def _same_failure(parts: Sequence[Part]) -> bool:
    """Whether all failed alike before any test: a conftest that cannot be imported is red, and no session's fault."""
    first = parts[0]
    return all(
        part.run.exit_code not in (0, _NO_TESTS)
        and (part.run.exit_code, part.run.timed_out) == (first.run.exit_code, False)
        and not (part.session.finished or part.session.collection or part.session.outcomes)
        and part.session.collection_errors == first.session.collection_errors
        for part in parts
    ) or (bool(first.absent) and all(part.is_empty and not part.session.finished for part in parts))


def _cut_short(parts: Sequence[Part]) -> str:
    for number, part in enumerate(parts, 1):
        if part.run.timed_out:
            return f"shard {number} of {len(parts)} was stopped after {part.run.seconds:.0f} s"
        if not part.ended_well:
            how = f"with status {part.run.exit_code}" if part.session.finished else "before its session did"
            return f"shard {number} of {len(parts)} ended {how}: {part.run.output[-_TAIL:].strip()}"
    return ""


def _unlike(parts: Sequence[Part]) -> str:
    first = _seen(parts[0].session)
    for number, part in enumerate(parts[1:], 2):
        seen = _seen(part.session)
        if seen != first:
            told = f"{_some(seen - first)} in shard {number} only, {_some(first - seen)} in shard 1 only"
            return f"the shards did not collect the same tests: {told}"
    return ""


def _not_once(parts: Sequence[Part]) -> str:
    ran = Counter(test for part in parts for test in part.session.outcomes)
    collection = parts[0].session.collection
    twice = {test for test, times in ran.items() if times > 1}
    if twice:
        return f"these tests ran in more than one shard: {_some(twice)}"
    if ran.keys() - collection:
        return f"these tests ran and were not collected: {_some(ran.keys() - collection)}"
    if collection - ran.keys():
        return f"these tests were collected and ran in no shard: {_some(collection - ran.keys())}"
    return ""


def _seen(session: Session) -> frozenset[str]:
    return session.collection | {f"error in {name}" for name in session.collection_errors}


def _some(names: Collection[str]) -> str:
    shown = ", ".join(sorted(names)[:_SHOWN])
    return f"{len(names)} ({shown})" if names else "none"


def _run(parts: Sequence[Part], seconds: float) -> RunResult:
    working = [part for part in parts if not part.is_empty] or list(parts)
    status = next((part.run.exit_code for part in working if part.run.exit_code), 0)
    protections = set.intersection(*(set(part.run.protections) for part in parts))
    timed_out = any(part.run.timed_out for part in parts)
    return RunResult(status, "\n".join(_headed(parts)), seconds, timed_out, tuple(sorted(protections)))


def _headed(parts: Sequence[Part]) -> Iterator[str]:
    for number, part in enumerate(parts, 1):
        yield f"laneshift: shard {number} of {len(parts)}, status {part.run.exit_code}\n{part.run.output}"


def _session(sessions: Sequence[Session]) -> Session:
    ran = {test: outcome for session in sessions for test, outcome in session.outcomes.items()}
    return Session(
        outcomes=ran,
        collected=_all(session.collected for session in sessions),
        unstarted=tuple(sorted(_all(session.unstarted for session in sessions) - ran.keys())),
        deselected=tuple(sorted(_all(session.deselected for session in sessions))),
        collection_errors=tuple(sorted(_all(session.collection_errors for session in sessions))),
        skipped_files=_all(session.skipped_files for session in sessions),
        foreign=tuple(sorted(_all(session.foreign for session in sessions))),
        finished=all(session.finished for session in sessions),
        unreadable=sum(session.unreadable for session in sessions),
        collection=_all(session.collection for session in sessions),
    )


def _all(groups: Iterable[Collection[str]]) -> frozenset[str]:
    return frozenset(name for group in groups for name in group)


def _shard(part: Part) -> Shard:
    ran = part.session.outcomes
    files = {test.partition("::")[0] for test in ran}
    return Shard(len(ran), len(files), round(part.run.seconds * 1000), part.run.exit_code)
