"""The forms of sentences in `forms.toml`, made ready to be tried."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from laneshift.matriz.questions.records import Topic

_NAME = r"(?P<{0}>(?!(?:the|a|an|of|to|in|into|and|or|not|i|we|you)(?:\s|$))\w[\w./\-:]*(?:\s*#\s*\d+)?)"
_AFTER = r"(?:\s+(?:module|package|file|lane|batch|plan|class|function|item))?"


def matching(text: str) -> Iterator[tuple[Topic, dict[str, str]]]:
    """Every form that the text has, the more telling ones first, with the names at their places."""
    for topic, pattern in FORMS:
        found = pattern.search(text)
        if found is not None:
            named = {name: value for name, value in found.groupdict().items() if value}
            if "y2" in named:
                named.setdefault("y", named.pop("y2"))
            yield topic, named


def _told() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("forms.toml").read_text(encoding="utf-8"))


def _expanded(form: str, words: Mapping[str, str]) -> re.Pattern[str]:
    before = rf"(?:(?:the|a|an|our|my|that|this)\s+)?(?:(?:{words['KINDS']})\s+)*"
    for name, word in words.items():
        form = form.replace(f"{{{name}}}", word)
    for name in ("x", "y2", "y"):
        form = form.replace(f"{{{name}}}", f"{before}{_NAME.replace('{0}', name)}{_AFTER}")
    return re.compile(form, re.IGNORECASE)


_READ = _told()
FORMS: tuple[tuple[Topic, re.Pattern[str]], ...] = tuple(
    (Topic(each["topic"]), _expanded(form, _READ["words"])) for each in _READ["forms"] for form in each["asked"]
)
FOLLOWING = _expanded(_READ["conversation"]["following"], _READ["words"])
"""What is asked by a name alone, after another question."""
AIMED = _expanded(_READ["conversation"]["aimed"], _READ["words"])
"""The same question for another lane or place."""
