"""What the agent says of its own work, held against the diff. What nobody can hold against anything is not believed.

A report is an object with any of: `summary` (a text, which is read by nobody here), `files` (paths), `counts`
(`files`, `added`, `deleted`, `edited`, `commits`), `claims` (sentences of a known set), `tests` (test id to outcome).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from laneshift.agents.submitting.ground import Ground
from laneshift.agents.submitting.objecting import objection
from laneshift.agents.submitting.submission import Objection
from laneshift.agents.submitting.tests.places import is_test

NAME = "self-report"
_KEYS = frozenset({"summary", "files", "counts", "claims", "tests"})
_CURE = "say what the diff shows, or leave it out"
_MOST = 5000


def check(ground: Ground) -> Iterator[Objection]:
    """Every sentence of the report that the diff does not bear out."""
    report = ground.report
    if report is None:
        return
    if not isinstance(report, Mapping) or not _is_shaped(report):
        what = f"the report is no object of {', '.join(sorted(_KEYS))} with values of the right kind"
        yield objection("report-malformed", "report", what, "see docs/submissions.md for its form")
        return
    yield from _files(ground, report)
    counts = _counted(ground)
    for name, number in (report.get("counts") or {}).items():
        if number != counts[name]:
            what = f"the report counts {number} {name}, the diff {counts[name]}"
            yield objection("report-counts", "report", what, _CURE)
    for claim in report.get("claims") or ():
        test = _CLAIMS.get(_plain(claim))
        if test is not None and (path := test(ground)):
            yield objection("report-claim", path, f"the report claims {claim!r}, and the diff shows otherwise", _CURE)


def unknown_claims(report: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Claims that nothing here can check; none for a report of another form, which is refused anyway."""
    if report is None or not _is_shaped(report):
        return ()
    claims = [claim for claim in report.get("claims") or () if _plain(claim) not in _CLAIMS]
    return tuple(f"the report claims {claim[:100]!r}, which nothing can check" for claim in claims)


def claimed_tests(report: Mapping[str, Any] | None) -> Mapping[str, str]:
    """Test ids with the outcomes that the report tells."""
    if report is None or not _is_shaped(report):
        return {}
    return dict(report.get("tests") or {})


def _is_shaped(report: Mapping[str, Any]) -> bool:
    files, claims = report.get("files") or [], report.get("claims") or []
    counts, tests = report.get("counts") or {}, report.get("tests") or {}
    if set(report) - _KEYS or not isinstance(report.get("summary", ""), str):
        return False
    lists = all(isinstance(each, list) and len(each) <= _MOST for each in (files, claims))
    if not lists or not isinstance(counts, dict) or not isinstance(tests, dict) or len(tests) > _MOST:
        return False
    texts = all(isinstance(text, str) for text in (*files, *claims, *tests, *tests.values()))
    return texts and set(counts) <= _COUNTS and all(type(number) is int for number in counts.values())


def _files(ground: Ground, report: Mapping[str, Any]) -> Iterator[Objection]:
    if "files" not in report:
        return
    said, real = set(report["files"] or ()), set(ground.whole)
    for path in sorted(said - real):
        yield objection("report-files", path, "the report names this file, which does not change", _CURE)
    for path in sorted(real - said):
        yield objection("report-files", path, "the file changes, and the report does not name it", _CURE)


_COUNTS = frozenset({"files", "added", "deleted", "edited", "commits"})


def _counted(ground: Ground) -> dict[str, int]:
    pairs = list(ground.whole.values())
    return {
        "files": len(pairs),
        "added": sum(before is None for before, _ in pairs),
        "deleted": sum(after is None for _, after in pairs),
        "edited": sum(before is not None and after is not None for before, after in pairs),
        "commits": len(ground.steps),
    }


def _plain(claim: str) -> str:
    return " ".join(claim.casefold().replace("-", " ").strip(" .!").split())


def _first(ground: Ground, wrong: Callable[[str], bool]) -> str:
    return next((path for path in sorted(ground.whole) if wrong(path)), "")


def _deleted(ground: Ground) -> str:
    return next((path for path, (_, after) in sorted(ground.whole.items()) if after is None), "")


def _added(ground: Ground) -> str:
    return next((path for path, (before, _) in sorted(ground.whole.items()) if before is None), "")


def _is_document(path: str) -> bool:
    return path.endswith((".md", ".rst", ".txt"))


_CLAIMS: Mapping[str, Callable[[Ground], str]] = {
    "no tests changed": lambda ground: _first(ground, is_test),
    "no test changed": lambda ground: _first(ground, is_test),
    "only tests changed": lambda ground: _first(ground, lambda path: not is_test(path)),
    "only documentation changed": lambda ground: _first(ground, lambda path: not _is_document(path)),
    "no files deleted": _deleted,
    "no file deleted": _deleted,
    "no files added": _added,
    "no file added": _added,
    "only owned files changed": lambda ground: _first(ground, lambda path: path not in ground.pack.writes),
    "only python files changed": lambda ground: _first(ground, lambda path: not path.endswith((".py", ".pyi"))),
    "one commit": lambda ground: "report" if len(ground.steps) != 1 else "",
}
"""Each claim that can be held against the diff, and what gives the first path that tells otherwise."""
