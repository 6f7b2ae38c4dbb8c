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
    "shop/kinds.py": KINDS,
    "shop/long.py": "".join(f"def step_{n}(x):\n    return x + {n}\n\n\n" for n in range(40)),
    "shop/money.py": "class Money:\n    def __init__(self, cents):\n        self.cents = cents\n\n"
    "    def __enter__(self):\n        return self\n\n    def __exit__(self, *error):\n        return None\n",
    "shop/names.py": "größe = 1\n\n\ndef full(first, last):\n    return first + last\n",
    "tests/test_shop.py": "import pytest\n\nfrom shop.account import Account\n\n\n"
    '@pytest.mark.parametrize("number", [1, 2])\ndef test_many(number):\n    assert number\n\n\ndef test_solvent():\n'
    "    assert Account('a', 1).solvent\n\n\ndef test_broke():\n    assert not Account('a').solvent\n",
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
