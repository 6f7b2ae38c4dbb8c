"""More that a filter should let through: the additions and tidyings of an ordinary week."""

from __future__ import annotations

from tests.code.safe_patch.agents import FIRST, at_end
from tests.code.safe_patch.ground import FILES, Case, edit

MODULE = '''"""Ranks."""

from __future__ import annotations

import logging
import re
from collections import namedtuple
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

logger = logging.getLogger(__name__)
T = TypeVar("T")
WORD = re.compile(r"\\\\w+")
ROOT = Path(__file__).parent
Pair = namedtuple("Pair", "left right")
NAMES = frozenset({"a", "b"})
SIZES = [len(name) for name in sorted(NAMES)]


class Kind(Enum):
    GOOD = auto()
    BAD = auto()


@dataclass(frozen=True)
class Row:
    id: int
    type: str
    tags: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.id < 0:
            raise ValueError("no id")


@lru_cache(maxsize=10)
def rank(owner: str) -> int:
    found = [word for word in WORD.findall(owner) if (size := len(word)) > 2 and size < 9]
    for word in found:
        logger.debug("%s", word)
    return len(found)
'''

TESTS = """import pytest

from shop.audit import note


@pytest.fixture
def amount():
    return 3


@pytest.mark.parametrize("what", ["a", "b"])
def test_note(what, amount):
    assert note(what, amount) == (what, amount)


def test_refused():
    with pytest.raises(TypeError):
        note()
"""

EVERYDAY: tuple[Case, ...] = (
    Case("new module of everything", files={"shop/ranks.py": MODULE}),
    Case("new file of tests", files={"tests/test_audit.py": TESTS}),
    at_end(
        "context manager added",
        ("from contextlib import contextmanager\n\n\n@contextmanager\ndef held():\n    yield 1"),
    ),
    at_end(
        "error class added",
        (
            "class Broke(ValueError):\n    def __init__(self, who):\n"
            "        self.who = who\n\n    def __str__(self):\n        return self.who"
        ),
    ),
    at_end("coroutine added", "async def later(owner):\n    found = await fetch(owner)\n    return found"),
    at_end("nested function added", "def outer(x):\n    def inner(y):\n        return x + y\n\n    return inner"),
    at_end(
        "class with a property added",
        (
            "class More:\n    def __init__(self):\n        self.x = 1\n\n    @property\n"
            "    def twice(self):\n        return self.x * 2\n\n    @twice.setter\n"
            "    def twice(self, value):\n        self.x = value // 2"
        ),
    ),
    at_end("tuple constant added", "SIDES = ('left', 'right')"),
    edit("local and log added", (FIRST, f"{FIRST}    size = len(str(first))\n    logger.debug('%s', size)\n")),
    edit(
        "type checked", (FIRST, f"    if not isinstance(account, Account):\n        raise TypeError(account)\n{FIRST}")
    ),
    edit("comment reworded", ("LIMIT = 100\n", "LIMIT = 100  # euros\n")),
    edit("trailing spaces", ("VERIFY = True\n", "VERIFY = True  \n")),
    edit("brackets added", ("second = first + 1", "second = (first + 1)")),
    edit("text joined", ('ValueError("too much")', 'ValueError("too " "much")')),
    edit("number written otherwise", ("LIMIT = 100", "LIMIT = 1_00")),
    edit("exports sorted", ('["Account", "close", "fetch", "transfer"]', '["transfer", "fetch", "close", "Account"]')),
    edit("exports a tuple", ('["Account", "close", "fetch", "transfer"]', '("Account", "close", "fetch", "transfer")')),
    edit(
        "exports over lines",
        (
            '["Account", "close", "fetch", "transfer"]',
            '[\n    "Account",\n    "close",\n    "fetch",\n    "transfer",\n]',
        ),
    ),
    edit("exports extended", ('"transfer"]\n', '"transfer"]\n__all__ += ["load"]\n')),
    edit("imports over lines", ("from shop.audit import note\n", "from shop.audit import (\n    note,\n)\n")),
    edit("import late, and said so", ("LIMIT = 100\n", "import datetime  # noqa: E402\n\nLIMIT = 100\n")),
    edit("docstring removed", ('    """Whether there is money."""\n', "")),
    edit(
        "log removed, log added",
        ('    logger.info("moved %s", moved)\n', '    logger.debug("moved %d of %s", moved, source)\n'),
    ),
    Case(
        "functions in another order",
        (
            ("shop/kinds.py", "class State(Enum):\n    OPEN = auto()\n    SHUT = auto()\n\n\n", ""),
            ("shop/kinds.py", "class Box:", "class State(Enum):\n    OPEN = auto()\n    SHUT = auto()\n\n\nclass Box:"),
        ),
    ),
    Case("line in a file of another system", (("shop/dos.py", "MORE = 2", "# Two.\r\nMORE = 2"),)),
    Case("table in the documentation", files={"README.md": FILES["README.md"] + "\n| a | b |\n|---|---|\n| 1 | 2 |\n"}),
    Case("list in the documentation", files={"docs/guide.rst": "Guide\n=====\n\n- one\n- two\n"}),
    Case(
        "parameters added",
        (
            (
                "tests/test_shop.py",
                "def test_solvent",
                "@pytest.mark.parametrize('n', [1])\ndef test_more(n):\n    assert n\n\n\ndef test_solvent",
            ),
        ),
    ),
)
