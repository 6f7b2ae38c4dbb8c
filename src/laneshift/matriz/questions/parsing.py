"""From the words of one question to what it asks for."""

from __future__ import annotations

import re

from laneshift.matriz.arithmetic import expression_in
from laneshift.matriz.questions.patterns import AIMED, FOLLOWING, matching
from laneshift.matriz.questions.records import Question, Topic
from laneshift.matriz.questions.words import LONGEST, mended, plain

_PRONOUNS = frozenset({"it", "that", "this", "its", "them", "these", "those", "one", "same", "both"})
_PRONOUN = re.compile(r"\b(?:it|this one|that one|this|that|the same)\b(?! (?:module|file|item|package|is it)\b)", re.I)
_THE_SAME = re.compile(
    r"\b(?:this|that|the same|the) (module|file|package|item|batch|plan|one)\b(?! [\w./-]*[./_])", re.I
)
_OWN = re.compile(r"\bits\b", re.I)
_JOINED = re.compile(r"^(?:and|but|also|then|or)[, ]+(?:also )?", re.I)
_WHY = re.compile(r"^(?:and |but )?why(?: not| is that| so)?$", re.I)
_NO_NAMES = _PRONOUNS | frozenset(
    {"module", "file", "lane", "item", "batch", "plan", "there", "here", "everything", "anything"}
)


def parse(text: str) -> Question:
    """What one question asks for by itself; `unknown` where no rule reads it. Pure, and never fails."""
    if len(text) > LONGEST:
        return Question(Topic.UNKNOWN, text=text[:LONGEST])
    said = plain(text)
    found = _parsed(said)
    if found.topic is Topic.UNKNOWN:
        again = _parsed(mended(said))
        found = again if again.topic is not Topic.UNKNOWN else found
    return found


def following(text: str, before: Question) -> Question:
    """What a question asks for that comes after another: what it leaves out is taken from there where that is clear."""
    if len(text) > LONGEST:
        return parse(text)
    said = plain(text)
    if _WHY.match(said) and before.topic is not Topic.UNKNOWN:
        return Question(before.topic, before.subject, before.other, before.before, before.text)
    aimed = AIMED.match(said)
    if aimed is not None and before.other:
        return Question(before.topic, before.subject, _name(aimed["y"]), before.subject, said)
    followed = FOLLOWING.match(said)
    if followed is not None and before.topic not in (Topic.UNKNOWN, Topic.HELP) and not expression_in(said):
        subject = _name(followed["x"])
        if subject.lower() in _NO_NAMES:
            return Question(Topic.UNKNOWN, text=said)
        return Question(before.topic, subject, _name(followed["y"] or "") or before.other, before.subject, said)
    if before.subject:
        filled = _THE_SAME.sub(before.subject, said)
        filled = _OWN.sub(f"{before.subject}'s", _PRONOUN.sub(before.subject, filled))
        if filled != said:
            return parse(filled)
    return parse(text)


def _parsed(said: str) -> Question:
    said = _JOINED.sub("", said)
    expression = expression_in(said)
    if expression:
        return Question(Topic.ARITHMETIC, expression, text=said)
    for topic, named in matching(said):
        subject, other = _name(named.get("x", "")), _name(named.get("y", ""))
        if topic is Topic.SEARCH:
            return Question(topic, _thing(named["text"]), text=said)
        if {subject.lower(), other.lower()} & _NO_NAMES:
            continue
        return Question(topic, subject, other, text=said)
    return Question(Topic.UNKNOWN, text=said)


def _name(text: str) -> str:
    """A name as it is meant: without the marks that only end a sentence, and without the number sign."""
    return re.sub(r"\s*#\s*", "#", text).strip().rstrip(".,:;-").removesuffix("()").removesuffix("(")


def _thing(text: str) -> str:
    return re.sub(r"^(?:the|a|an|our)\s+", "", text.strip(), flags=re.IGNORECASE)
