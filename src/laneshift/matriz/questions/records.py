"""What a question asks for, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Topic(StrEnum):
    """What can be asked."""

    IMPORTERS = "importers"
    IMPORTS = "imports"
    READY = "ready"
    FAILURE = "failure"
    MOVE = "move"
    COMPARE = "compare"
    ARITHMETIC = "arithmetic"
    DEFINED = "defined"
    COUNT = "count"
    STATUS = "status"
    TOUCHING = "touching"
    TESTS = "tests"
    LANE = "lane"
    RISK = "risk"
    SEARCH = "search"
    HELP = "help"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Names are as they were written, and may be of nothing that exists.

    `subject` is what it is about: a module, a path, an item, a batch, a lane, or an expression. `other` is the second
    name: where to, which lane, compared with what, of which batch. `before` is the subject of the question that this
    one follows, empty where it stands alone. `text` is what was asked.
    """

    topic: Topic
    subject: str = ""
    other: str = ""
    before: str = ""
    text: str = ""


EXAMPLES = (
    "who imports `module`",
    "what does `module` import",
    "is `module` ready for lane `lane`",
    "why did item `item` of batch `batch` fail",
    "what would moving `module` to `path` touch",
    "how risky is moving `module` to `path`",
    "compare `module` and `module`",
    "where is `name` defined",
    "which tests cover `module`",
    "how many modules are in lane `lane`",
    "status of batch `batch`",
    "which items touch `file`",
    "what is 12 * (3 + 4)",
)
"""One question of each kind, as help and a confession of not knowing show them."""
