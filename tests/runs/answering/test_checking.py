"""The check cuts every name that is nowhere: red first, with each kind of invention seeded into what was found."""

from __future__ import annotations

import asyncio
import time

import pytest

from laneshift.matriz.checking import Checker, names_in
from laneshift.matriz.node import Context
from laneshift.matriz.nodes.validate import Validate
from laneshift.matriz.questions.records import Topic
from laneshift.matriz.records import Checked, Findings, Found, Meaning, Name, Rest, Statement
from laneshift.runs.answering.making import Answering

ABOUT = Meaning(confidence=1, topic=Topic.IMPORTERS, subject=Name(written="labs.shapes", kind="module"))
INVENTED = (
    "- `labs/ghost.py`",
    "- see labs/ghost.py for it",
    "- `core.ghost` at `core/app.py:1`",
    "- `core/app.py:4000`",
    "- `core/app.py:0`",
    "- labs.ghost imports it",
    "- `Ghost`",
    "- `labs.shapes.ghost`",
    "- ``labs/gh`ost.py``",
    "- run `laneshift inspect labs/ghost.py`",
)
THERE = (
    "- `labs/shapes.py`",
    "- `core.app` at `core/app.py:1`",
    "- `labs`",
    "- `core`",
    "- `area` at labs/shapes.py:6",
    "- `labs.shapes.area`",
    "- `importlib.resources`",
    "- 3.5 of 7.0, or 12",
)


def _checked(
    made: Answering, texts: tuple[str, ...], meaning: Meaning = ABOUT, rests: tuple[Rest, ...] = ()
) -> Checked:
    statements = tuple(Statement(text=text, rests=rests) for text in texts)
    found = Found(meaning=meaning, facts=Findings(confidence=1, statements=statements))
    far = Context("run", "validate", "", 0.0, 0, time.monotonic() + 600, time.monotonic, lambda: False)
    return asyncio.run(Validate(made.knows).run(found, far))


@pytest.mark.parametrize("text", INVENTED)
def test_a_line_with_an_invented_name_is_cut(made: Answering, text: str) -> None:
    found = _checked(made, ("- `labs/shapes.py`", text))
    assert [line.text for line in found.statements] == ["- `labs/shapes.py`"]
    assert found.cut == 1


def test_lines_that_name_what_is_there_are_kept(made: Answering) -> None:
    found = _checked(made, THERE)
    assert [line.text for line in found.statements] == list(THERE)
    assert (found.cut, found.knows) == (0, True)


def test_an_answer_that_is_all_invented_is_not_known(made: Answering) -> None:
    found = _checked(made, ("- `labs/ghost.py`",))
    assert (found.statements, found.knows, found.confidence) == ((), False, 0.0)


def test_sources_that_are_not_there_are_cut(made: Answering) -> None:
    good = Rest(kind="import", path="core/app.py", line=1)
    bad = (Rest(kind="import", path="core/ghost.py", line=1), Rest(kind="import", path="core/app.py", line=99))
    found = _checked(made, ("- `core/app.py`",), rests=(good, *bad))
    assert found.statements[0].rests == (good,)


def test_where_a_move_leads_may_be_named_and_nothing_beside_it(made: Answering) -> None:
    moving = Meaning(confidence=1, topic=Topic.MOVE, subject=Name(written="labs.shapes"), dst="core/new/shapes.py")
    kept = ("- `core/new/shapes.py`", "- `core.new.shapes`", "- `core/new/__init__.py`")
    found = _checked(made, (*kept, "- `core/new/other.py`", "- `core/newer/__init__.py`"), moving)
    assert [line.text for line in found.statements] == list(kept)


def test_what_the_question_names_may_be_repeated_and_nothing_like_it(made: Answering) -> None:
    missing = Meaning(confidence=1, topic=Topic.IMPORTERS, subject=Name(written="labs.ghost"))
    checker = Checker(made.knows, missing)
    assert checker.invented("I know no `labs.ghost` in this repository.") == ()
    assert checker.invented("I know no `labs.ghosts`.") == ("labs.ghosts",)


def test_names_of_records_count_only_where_records_are_asked_about(made: Answering) -> None:
    text = "- `batch` has `core/plugin.py`"
    assert Checker(made.knows, Meaning(confidence=1, topic=Topic.STATUS)).invented(text) == ()
    assert Checker(made.knows, ABOUT).invented(text) == ("batch", "core/plugin.py")


def test_every_kind_of_name_is_seen() -> None:
    text = "`a.b` at `c/d.py:3`, e/f.toml and g.h, `` i`j/k.py `` but not 1.5, `sha256:0ab1` or plain words"
    assert set(names_in(text)) >= {"a.b", "c/d.py:3", "e/f.toml", "g.h"}
    assert not {"1.5", "sha256:0ab1", "plain"} & set(names_in(text))
