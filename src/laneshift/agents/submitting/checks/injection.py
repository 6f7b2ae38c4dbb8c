"""Orders to agents: a file of the repository is data, and whoever writes orders into it means somebody who obeys."""

from __future__ import annotations

from collections.abc import Iterator

from laneshift.agents.submitting.addressed import order_in, prose, unseen_in
from laneshift.agents.submitting.ground import Ground, Touch, added_lines
from laneshift.agents.submitting.objecting import objection
from laneshift.agents.submitting.submission import Objection

NAME = "injection"
_CURE = "say to people what the code does, and nothing to agents"
_SEEN = "write what can be seen"
_WINDOW = 3


def check(ground: Ground) -> Iterator[Objection]:
    """Every line that a commit adds, alone and together with those before it, and the texts of commits."""
    for touch in ground.touches:
        if touch.new is not None:
            yield from _file(touch)
    for step in ground.steps:
        numbered = list(enumerate(step.made.message.split("\n"), 1))
        for number, line, why in _orders(numbered):
            yield objection("prompt-injection", f"commit {step.made.oid[:12]}", why, _CURE, number, line)


def _file(touch: Touch) -> Iterator[Objection]:
    added = list(added_lines(touch))
    for number, line in added:
        if unseen := unseen_in(line):
            yield objection(
                "hidden-text", touch.path, f"the line holds {unseen}, which nobody sees", _SEEN, number, line
            )
    for number, line, why in _orders(added):
        yield objection("prompt-injection", touch.path, why, _CURE, number, line)


def _orders(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str, str]]:
    """Number, text and kind of the lines in which an order ends. A sentence may go over a few lines."""
    recent: list[tuple[int, str]] = []
    for number, line in lines:
        if recent and recent[-1][0] != number - 1:
            recent = []
        recent = [*recent[1 - _WINDOW :], (number, prose(line))]
        why = order_in(recent[-1][1]) or order_in(" ".join(text for _, text in recent))
        if why:
            yield number, line, why
            recent = []
