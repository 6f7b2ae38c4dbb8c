"""The last question of a conversation, with what earlier ones make clear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from laneshift.matriz.questions.parsing import following, parse
from laneshift.matriz.questions.records import Question, Topic

MOST_MESSAGES = 20
"""How far back a follow-up may lead."""


def asked(messages: Sequence[Mapping[str, str]]) -> Question:
    """What the last message of a user asks for. A conversation without one asks for help."""
    said = [one.get("content", "") for one in messages if one.get("role") == "user"][-MOST_MESSAGES:]
    said = [text for text in said if text.strip()]
    if not said:
        return Question(Topic.HELP)
    found = parse(said[0])
    for text in said[1:]:
        after = following(text, found)
        # What nobody understood leads nowhere: the next question follows the one before it.
        if after.topic is Topic.UNKNOWN and text is not said[-1]:
            continue
        found = after
    return found
