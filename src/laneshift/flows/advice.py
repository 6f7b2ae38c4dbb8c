"""What a model says is advice: no gate may rest on it, nor an approval but for the words that the person reads. Pure.

A step speaks of a model's answer when one of its expressions does, or speaks of a step that does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from laneshift.flows.expressions import ExpressionError, named_in, places
from laneshift.flows.model import Flow, Step

Json = Any
MODEL = "model"
_TRUSTED: Mapping[str, frozenset[str]] = {"gate": frozenset(), "approval": frozenset({"text"})}
"""Kinds that people rely on, and which of their settings are words alone."""


def advice_faults(flow: Flow) -> list[tuple[str, str]]:
    """Names of steps that rest on a model's answer and may not, each with what is wrong."""
    speaking = _speaking(flow)
    found = []
    for step in flow.steps:
        if step.kind not in _TRUSTED:
            continue
        rests = sorted(_spoken_of(flow, step, _words(step)) & speaking)
        if rests:
            what = f"a {step.kind} never rests on what a model says, and {rests[0]!r} does"
            found.append((step.name, what))
    return found


def _speaking(flow: Flow) -> frozenset[str]:
    """The steps whose results depend on a model's answer."""
    found = {step.name for step in flow.steps if step.kind == MODEL}
    while True:
        more = {each.name for each in flow.steps if _spoken_of(flow, each, _words(each)) & found}
        if more <= found:
            return frozenset(found)
        found |= more


def _words(step: Step) -> frozenset[str]:
    return _TRUSTED.get(step.kind, frozenset())


def _spoken_of(flow: Flow, step: Step, words: frozenset[str]) -> set[str]:
    """The steps that the expressions of this one name; all of them where one does not say which."""
    texts = [step.when, step.each]
    for name, value in step.settings.items():
        if name not in words:
            texts += _expressions(value)
    found: set[str] = set()
    for text in filter(None, texts):
        found |= _named(flow, text)
    return found


def _named(flow: Flow, text: str) -> set[str]:
    try:
        paths = [path for path in named_in(text) if path[0] == "steps"]
    except ExpressionError:
        return set()  # it cannot be run, which is told as a fault of its own
    if any(len(path) == 1 for path in paths):
        return {step.name for step in flow.steps}
    # A name with - may be written with _.
    spelled = {path[1] for path in paths}
    return {step.name for step in flow.steps if {step.name, step.name.replace("-", "_")} & spelled}


def _expressions(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        try:
            yield from places(value)
        except ExpressionError:
            return
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _expressions(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _expressions(each)
