"""The repository that every labelled change starts from, and how a change is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from laneshift.repo.objects import MODE_FILE, Entry, File, Tree

ACCOUNT = '''"""Accounts."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from functools import cached_property

from labs.scores import rank
from shop.audit import note
from shop.money import Money

logger = logging.getLogger(__name__)
LIMIT = 100
VERIFY = True
__all__ = ["Account", "close", "fetch", "transfer"]


@dataclass(frozen=True)
class Account:
    """One account."""

    owner: str
    balance: int = 0

    @property
    def solvent(self) -> bool:
        """Whether there is money."""
        return self.balance > 0

    @cached_property
    def score(self) -> int:
        return rank(self.owner)

    @staticmethod
    def opened(owner: str) -> Account:
        return Account(owner)


def transfer(source: Account, target: Account, amount: int, *, force: bool = False) -> int:
    """Move money."""
    if amount > LIMIT and not force:
        raise ValueError("too much")
    assert source != target
    note("transfer", amount)
    with Money(amount) as money:
        moved = money.cents
    logger.info("moved %s", moved)
    return moved


async def fetch(owner: str, timeout: int = 5) -> Account:
    return Account(owner)


def close(account: Account) -> bool:
    first = account.balance
    second = first + 1
    third = second + 1
    fourth = third + 1
    note("close", fourth)
    return account.balance == 0


def load(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise KeyError(text) from error
'''

KINDS = """from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import overload


class State(Enum):
    OPEN = auto()
    SHUT = auto()


@dataclass
class Size:
    width: int = 1
    height: int = 1


class Box:
    def __init__(self, width: int) -> None:
        self.width = width

    @property
    def area(self) -> int:
        return self.width * self.width

    @area.setter
    def area(self, value: int) -> None:
        self.width = value


@overload
def of(text: int) -> int: ...


@overload
def of(text: str) -> str: ...


def of(text: object) -> object:
    return text


def chosen(number: int) -> int:
    match number:
        case 0:
            found = 1
        case _:
            found = 2
    return found
"""

JOBS = '''"""Jobs."""

from __future__ import annotations

import shop.money
import logging
import warnings
import asyncio
from dataclasses import dataclass
from typing import ClassVar
from hashlib import sha256
from secrets import choice
from shop.audit import note

logger = logging.getLogger(__name__)
COUNT = 0


@dataclass
class Row:
    """A row."""

    owner: str
    amount: int
    size: int = 0
    KIND = "a"


class Base:
    def allowed(self) -> bool:
        return False

    def reset(self) -> None:
        note("reset", 1)


class Job(Base):
    def __init__(self, total):
        self.total = total
        self.other = 0

    def run(self, items, key):
        try:
            note("run", key)
        except ValueError:
            pass
        for item in items:
            note("item", item)
        while key > COUNT:
            key -= 1
        return key


def walk(items):
    for item in items:
        yield item


async def send(queue, item):
    await queue.put(item)
    await asyncio.sleep(1)
    async for each in queue:
        note("got", each)
    return item


def counted():
    number = 0

    def step():
        nonlocal number
        number += 1
        return number

    return step


def add(n):
    global COUNT
    COUNT = n
    return COUNT


def pick(value, flag):
    match value:
        case 0:
            found = 1
        case int() if flag:
            found = 2
        case _:
            found = 3
    if flag:
        note("yes", value)
    else:
        note("no", value)
    return found


def split(text):
    left, right = text.split(":")
    print(left, right)
    return left, right, shop.money


def guarded(handle):
    try:
        note("go", handle)
    except KeyError as error:
        raise ValueError from error
    finally:
        handle.close()


def sign(text):
    return sha256(text).hexdigest() + choice("ab")


def cleaned(items):
    """Clean.

    >>> cleaned([])
    []
    """
    kept = []
    for item in items:
        if not item:
            continue
        kept.append(item)
    check_owner(items)
    return kept


def check_owner(items):
    if not items:
        raise ValueError(items)


def tell():
    note("tell", 2)


class Marker:
    """Only a name."""


def annotated(row: Row) -> None:
    note("a", row)
'''

JOB_TESTS = """import unittest

import pytest

from shop.jobs import add


class AddTest(unittest.TestCase):
    def test_add(self):
        found = add(1)
        self.assertEqual(found, 1)
        self.assertTrue(found)

    def test_more(self):
        found = add(2)
        self.assertEqual(found, 2)


def test_db(db):
    assert add(db)
"""

FILES: dict[str, str] = {
    "README.md": "# Shop\n\nIt sells.\n",
    "laneshift.toml": "",
    ".github/workflows/check.yml": "on: push\n",
    ".gitattributes": "* text\nshop/dos.py -text\n",
    "labs/__init__.py": "",
    "labs/scores.py": "def rank(owner):\n    return len(owner)\n",
    "shop/__init__.py": "from shop.money import Money\n",
    "shop/account.py": ACCOUNT,
    "shop/audit.py": "def note(what, amount):\n    return (what, amount)\n",
    "shop/dos.py": "LINES = 1\r\nMORE = 2\r\n",
    "shop/jobs.py": JOBS,
    "shop/kinds.py": KINDS,
    "shop/long.py": "".join(f"def step_{n}(x):\n    return x + {n}\n\n\n" for n in range(40)),
    "shop/money.py": "class Money:\n    def __init__(self, cents):\n        self.cents = cents\n\n"
    "    def __enter__(self):\n        return self\n\n    def __exit__(self, *error):\n        return None\n",
    "shop/names.py": "größe = 1\n\n\ndef full(first, last):\n    return first + last\n",
    "tests/test_shop.py": "import pytest\n\nfrom shop.account import Account\n\n\n"
    '@pytest.mark.parametrize("number", [1, 2])\ndef test_many(number):\n    assert number\n\n\ndef test_solvent():\n'
    "    assert Account('a', 1).solvent\n\n\ndef test_broke():\n    assert not Account('a').solvent\n",
    "tests/test_jobs.py": JOB_TESTS,
    "tests/expected.txt": "1\n",
    "requirements/base.txt": "a==1\n",
    "docs/start.rst": "Start\n\n>>> 1 + 1\n2\n",
    "notes.txt": "".join(f"line {n}\n" for n in range(60)),
}


@dataclass(frozen=True)
class Case:
    """One change: texts replaced, files written, modes set, entries put, files deleted; what is forbidden."""

    name: str
    swaps: tuple[tuple[str, str, str], ...] = ()
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    modes: Mapping[str, int] = field(default_factory=dict)
    entries: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()

    def of(self, tree: Tree) -> Tree:
        """The tree after the change. Each replaced text has to be there."""
        data = {path: tree.read(path).decode() for path, _, _ in self.swaps}
        for path, old, new in self.swaps:
            assert old in data[path], f"{self.name}: {old!r} is not in {path}"
            data[path] = data[path].replace(old, new)
        changes: dict[str, File | Entry | None] = {path: File(text.encode()) for path, text in data.items()}
        for path, content in self.files.items():
            raw = content.encode() if isinstance(content, str) else content
            changes[path] = File(raw, self.modes.get(path, MODE_FILE))
        for path, mode in self.modes.items():
            if path not in self.files:
                changes[path] = File(tree.read(path) if path in tree else b"../secret", mode)
        changes.update({path: Entry(*entry) for path, entry in self.entries.items()})
        changes.update(dict.fromkeys(self.gone))
        return tree.edit(changes)


def edit(name: str, *swaps: tuple[str, str], path: str = "shop/account.py", forbidden: tuple[str, ...] = ()) -> Case:
    """A change of one file by replaced texts."""
    return Case(name, tuple((path, old, new) for old, new in swaps), forbidden=forbidden)
