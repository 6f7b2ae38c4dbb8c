"""`laneshift lanes check` of commits that were checked before: what was said then is said again."""

from __future__ import annotations

import os
import sys

from laneshift.lanes.again import Question, Said, has_accounts, keep, load, place_of, today

_SWITCHES = {"--json": "as_json", "-v": "verbose", "--verbose": "verbose"}
_VALUES = {"--tree": "tree", "--base": "base", "-C": "directory"}


def plainly_asked(words: list[str]) -> Question | None:
    """The question that these words ask in the plainest way; None for anything else."""
    if words[:2] != ["lanes", "check"]:
        return None
    texts: dict[str, str] = {}
    switches: set[str] = set()
    rest = words[2:]
    while rest:
        word = rest.pop(0)
        if word in _SWITCHES:
            switches.add(_SWITCHES[word])
        elif word in _VALUES and rest and not rest[0].startswith("-"):
            texts[_VALUES[word]] = rest.pop(0)
        else:
            return None
    return Question(
        texts.get("tree", ""),
        texts.get("base", ""),
        texts.get("directory", "."),
        as_json="as_json" in switches,
        verbose="verbose" in switches,
    )


def say_again(question: Question) -> None:
    """Say what an earlier check said, and leave with its exit code; come back where there was none."""
    place = place_of(question)
    said = None if place is None else load(place) or _of_edited(question, place)
    if said is None:
        return
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(said.text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        os._exit(1)
    # Nothing was begun that would have to be brought to an end.
    os._exit(said.code)


def _of_edited(question: Question, place: str) -> Said | None:
    """What follows from the check of a tree that differs in a few edits; it is kept as what was said."""
    if not question.tree or question.base or not has_accounts(place.rpartition("/")[0]):
        return None
    from laneshift.lanes.edited import answer

    said = answer(question, place.rsplit("/", 3)[0], today())
    # HEAD or the day may have gone on meanwhile; then nobody knows which of them this was about.
    if said is None or place != place_of(question):
        return None
    keep(place, said)
    return said
