"""Sixty labelled questions: at least nine in ten are answered right, and no other pretends to know."""

from __future__ import annotations

from pathlib import Path

from tests.runs.answering.conftest import Ask
from tests.runs.answering.labels import invented
from tests.runs.answering.questions import QUESTIONS, importing

_GOAL = 0.9


def test_sixty_questions_are_answered_right_or_said_to_be_unknown(asked: Path, ask: Ask) -> None:
    assert len(QUESTIONS) == 60
    answers = [(labelled, ask(*labelled.asked)) for labelled in QUESTIONS]
    wrong = [(labelled.asked, answer) for labelled, answer in answers if not labelled.right(asked, answer)]
    shown = "\n\n".join(f"{said}\n{answer.text}\n{answer.sources}" for said, answer in wrong)
    assert len(wrong) <= (1 - _GOAL) * len(QUESTIONS), shown
    assert not [said for said, answer in wrong if answer.knows], shown
    assert not [said for labelled, answer in answers if answer.partial for said in labelled.asked]


def test_no_answer_names_a_path_that_is_not_there(asked: Path, ask: Ask) -> None:
    found = {
        labelled.asked: paths
        for labelled in QUESTIONS
        if (paths := invented(asked, ask(*labelled.asked).text, " ".join(labelled.asked)))
        and "to core" not in labelled.asked[-1]
    }
    assert not found


def test_every_source_is_in_the_tree(asked: Path, ask: Ask) -> None:
    for labelled in QUESTIONS:
        for source in ask(*labelled.asked).sources:
            real = asked / source.path
            assert not source.path or real.exists(), (labelled.asked, source)
            if source.path and source.line is not None:
                assert 1 <= source.line <= len(real.read_text(encoding="utf-8").splitlines()), (labelled.asked, source)


def test_labels_tell_a_wrong_answer(asked: Path, ask: Ask) -> None:
    assert importing("labs/shapes.py")(asked, ask("who imports labs.shapes"))
    assert not importing("labs/shapes.py")(asked, ask("who imports labs.report"))
    assert invented(asked, "see core/app.py:1 and core/app.py:99 and core/none.py", "") == [
        "core/app.py:99",
        "core/none.py:",
    ]


def test_the_same_question_has_the_same_answer(ask: Ask) -> None:
    first, again = ask("what would moving labs to core touch"), ask("what would moving labs to core touch")
    assert first.text == again.text
    assert first.sources == again.sources
    assert first.trace != again.trace
