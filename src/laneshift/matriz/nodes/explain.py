"""Action: the answer in words, or that it is not known."""

from __future__ import annotations

from itertools import pairwise

from laneshift.matriz.node import Context, Kind
from laneshift.matriz.questions.records import EXAMPLES, Topic
from laneshift.matriz.records import Checked, Explained, Told
from laneshift.matriz.telling.lines import MOST_RESTS, count

_ASK = "Ask me, for example:\n" + "\n".join(f"- {example}" for example in EXAMPLES)


class Explain:
    """Puts together what was checked. It adds no name of its own."""

    name = "explain"
    kind = Kind.ACTION
    takes = Explained
    gives = Told
    cost = 1.0
    timeout = 1.0

    def __init__(self, knows: object) -> None:
        """Everything that it tells was found by others."""

    async def run(self, given: Explained, context: Context) -> Told:
        """The text."""
        context.go_on()
        wanted, checked = given.wanted, given.checked
        if wanted is not None and wanted.topic is Topic.HELP:
            return Told(confidence=1.0, text=f"I answer questions about this repository and its batches.\n\n{_ASK}")
        if wanted is None or wanted.topic is Topic.UNKNOWN:
            return Told(confidence=0.0, text=f"I do not know how to answer that.\n\n{_ASK}", knows=False)
        if checked is None or not (checked.statements or checked.cut):
            return Told(confidence=0.0, text="I do not know: time ended before this was looked up.", knows=False)
        return _told(checked)


def _told(checked: Checked) -> Told:
    lines = [line.text for line in checked.statements]
    if checked.cut:
        what = count(checked.cut, "line")
        lines.append(f"({what} left out: it named something that is not in this repository.)")
    rests = tuple(dict.fromkeys(rest for line in checked.statements for rest in line.rests))[:MOST_RESTS]
    knows = checked.knows
    text = _joined(lines) if lines else "I do not know."
    return Told(confidence=checked.confidence, text=text, sources=rests, knows=knows)


def _joined(lines: list[str]) -> str:
    """Lines as Markdown: a list stands together, and all else by itself."""
    text = lines[0]
    for before, line in pairwise(lines):
        in_list = line.startswith("- ") and before.startswith("- ")
        text += f"\n{line}" if in_list else f"\n\n{line}"
    return text
