"""Two hundred findings and their issues: run twice, moved, edited and deleted, there is one issue for each, ever."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from laneshift.forge.local import LocalIssues
from laneshift.reports.audit import records
from laneshift.reports.audit.identity import identify
from laneshift.reports.audit.issues import title, wanted
from laneshift.reports.audit.model import Entry, Severity, State
from laneshift.reports.audit.report import Audit, Row, rows
from laneshift.reports.audit.settling import Settled, settle
from tests.reports.audit.test_identity import ALIKE, SOURCES, Line, document, drawn, edited


def run(issues: LocalIssues, before: tuple[Entry, ...], lines: Sequence[Line], *, reconcile: bool) -> Settled:
    found = identify(before, document(lines), ALIKE, SOURCES)
    after = records.recorded(before, found)
    report = Audit("tree", SOURCES, -1, rows(found.known, after, {}), found.gone)
    return settle(issues, wanted(report), after, reconcile=reconcile)


def counts(done: Settled) -> tuple[int, int, int]:
    return done.opened, done.kept, done.closed


def test_two_hundred_findings_have_two_hundred_issues_whatever_happens(tmp_path: Path) -> None:
    issues, draw = LocalIssues(tmp_path / "issues"), random.Random(4)
    lines = [drawn(number, draw) for number in range(200)]
    done = run(issues, (), lines, reconcile=True)
    assert counts(done) == (200, 0, 0)
    written = {path: path.stat().st_ino for path in (tmp_path / "issues").iterdir()}
    draw.shuffle(lines)
    done = run(issues, done.entries, [replace(each, line=each.line + 40) for each in lines], reconcile=True)
    assert counts(done) == (0, 200, 0)
    assert len(issues.all()) == len(written) == 200
    lines = [edited(each, draw) for each in lines[:40]] + lines[70:]
    done = run(issues, done.entries, lines, reconcile=False)
    assert counts(done) == (0, 170, 0)
    assert sum(each.state is State.GONE for each in done.entries) == 30
    done = run(issues, done.entries, lines, reconcile=True)
    assert counts(done) == (0, 170, 30)
    assert counts(run(issues, done.entries, lines, reconcile=True)) == (0, 170, 0)
    states = [issue.state for issue in issues.all()]
    assert (len(states), states.count("closed")) == (200, 30)


def test_records_that_are_lost_open_no_second_issue_for_the_same_words(tmp_path: Path) -> None:
    issues, draw = LocalIssues(tmp_path / "issues"), random.Random(5)
    lines = [drawn(number, draw) for number in range(20)]
    run(issues, (), lines, reconcile=True)
    assert counts(run(issues, (), lines, reconcile=True)) == (0, 20, 0)


def test_a_title_is_one_line_that_fits() -> None:
    row = Row("aud-1", Severity.HIGH, "", "", "", "a\x00b\n" + "word " * 100, "", "a.md", 1, new=True, issue=0)
    assert title(row).startswith("[high] a b word")
    assert len(title(row)) <= 130
    assert title(row).isprintable()
