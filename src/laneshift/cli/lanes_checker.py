"""Does one `laneshift lanes check`, and keeps what it said for the next one on the same commits."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path

from laneshift.cli import lanes_view
from laneshift.cli.lanes_ground import keep_ground
from laneshift.cli.lanes_looked_at import last_commit, looked_at
from laneshift.cli.talking import Ended, Talk, one_line, speaking, write_text
from laneshift.code.index import Index
from laneshift.lanes.again import Question, Said, keep, place_of
from laneshift.repo.objects import Repository, Tree
from laneshift.runs.lane_check import Report
from laneshift.runs.lane_check import check as look
from laneshift.runs.lane_rules import rules_of


def run(question: Question) -> int:
    """Check, tell, and give the exit code, also of an error."""
    talk = Talk(Path(question.directory), as_json=question.as_json, verbose=question.verbose)
    try:
        with speaking(talk):
            return check(question, talk)
    except Ended as end:
        return end.code


def check(question: Question, talk: Talk) -> int:
    """Check and tell; 0, or 1 where something fails. Raises what `laneshift.runs.lane_check.check` does."""
    place = place_of(question)
    said = answer(question, talk.directory)
    talk.quiet()
    write_text(said.text)
    # HEAD or the day may have gone on meanwhile; then nobody knows which of them this was about.
    if place is not None and place == place_of(question):
        keep(place, said)
    return said.code


def answer(question: Question, directory: Path) -> Said:
    """Check, and give what is to be told. Raises what `laneshift.runs.lane_check.check` does."""
    today = dt.datetime.now(dt.UTC).date()
    repository = Repository.open(directory)
    if question.tree:
        return _answer(question, repository, looked_at(repository, question.tree), today)
    from laneshift.cli.asked_early import asked_early
    from laneshift.lanes.sighting import begin, sighted
    from laneshift.repo.tree_listing import list_by_git

    begun = begin(repository.state_dir / "lanes")
    with asked_early(directory) as early:
        now = looked_at(repository, "", early and early.looking)
    said = _answer(question, repository, now, today)
    if begun is not None:
        list_by_git(now)
        read = () if question.base else (rules_of(now).baseline,)
        said.sight = sighted(repository, now, begun, read)
    return said


def _answer(question: Question, repository: Repository, now: Tree, today: dt.date) -> Said:
    last = last_commit(repository)
    before = looked_at(repository, question.base) if question.base else None
    with Index.open(repository, processes=os.cpu_count() or 1) as index:
        report = look(index, now, before, before or last, today)
        said = Said(0 if report.passes else 1, _text(report, question))
        if question.tree and report.atlas is not None and last is not None:
            keep_ground(report, report.atlas(), last, said, question)
    return said


def _text(report: Report, question: Question) -> str:
    then = lanes_view.next_command(report)
    if question.as_json:
        return json.dumps({**lanes_view.data(report), "next": then}, indent=2, sort_keys=True) + "\n"
    lines = [*lanes_view.lines(report, verbose=question.verbose), f"next: {then}"]
    return "".join(f"{one_line(line)}\n" for line in lines)
