"""Changes that a filter should let through: what bulk edits by people, scripts and agents mostly are."""

from __future__ import annotations

from tests.code.safe_patch.ground import Case, edit
from tests.code.safe_patch.unsafe import IMPORT, LABS, LAZY, RANK

HARMLESS: tuple[Case, ...] = (
    edit("comment", ("LIMIT = 100", "# The most that goes at once.\nLIMIT = 100")),
    edit("docstring", ('"""Move money."""', '"""Move money between two accounts."""')),
    edit("docstring added", ("-> bool:\n    first", '-> bool:\n    """Close it."""\n    first')),
    edit("blank lines", ("LIMIT = 100\n", "\n\nLIMIT = 100\n\n")),
    edit("another quote", ('note("close", fourth)', "note('close', fourth)")),
    edit("line folded", ('note("close", fourth)', 'note(\n        "close",\n        fourth,\n    )')),
    edit(
        "import unused removed",
        ("from functools import cached_property\n", "import functools\nfrom functools import cached_property\n"),
    ),
    edit("imports sorted", ("import json\nimport logging\n", "import logging\nimport json\n")),
    edit("imports joined", ("import json\nimport logging\n", "import json, logging\n")),
    edit("import into the function", (IMPORT, ""), (RANK, LAZY)),
    edit("import to another place", (IMPORT, "from shop.scores import rank\n"), forbidden=LABS),
    edit("import of a module", ("import json\n", "import json\nimport datetime\n")),
    edit(
        "under TYPE_CHECKING",
        (
            "import logging\n",
            "import logging\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from collections.abc import Mapping\n",
        ),
    ),
    edit("stdlib name moved", ("from dataclasses import dataclass", "from dataclasses import dataclass, field")),
    edit(
        "function added",
        ("async def fetch", "def half(amount: int) -> int:\n    return amount // 2\n\n\nasync def fetch"),
    ),
    edit("class added", ("async def fetch", "class Broke(ValueError):\n    pass\n\n\nasync def fetch")),
    edit(
        "method added",
        ("    @staticmethod\n", "    def twice(self) -> int:\n        return self.balance * 2\n\n    @staticmethod\n"),
    ),
    edit("export added", ('__all__ = ["Account"', '__all__ = ["Account", "load"')),
    edit("constant added", ("LIMIT = 100", "LIMIT = 100\nFLOOR = 0")),
    edit(
        "log added", ('    note("close", fourth)', '    logger.debug("closing %s", account)\n    note("close", fourth)')
    ),
    edit("one statement removed", ('    logger.info("moved %s", moved)\n', "")),
    edit("call by a keyword", ('note("transfer", amount)', 'note("transfer", amount=amount)')),
    edit(
        "validation added",
        (
            "    first = account.balance\n",
            '    if account is None:\n        raise ValueError("no account")\n    first = account.balance\n',
        ),
    ),
    Case("new module", files={"shop/scores.py": "def rank(owner):\n    return len(owner)\n"}),
    Case(
        "new test",
        files={
            "tests/test_more.py": "from shop.audit import note\n\n\ndef test_note():\n    assert note(1, 2) == (1, 2)\n"
        },
    ),
    Case(
        "test added",
        (
            (
                "tests/test_shop.py",
                "def test_broke",
                "def test_more():\n    assert Account('b', 2).solvent\n\n\ndef test_broke",
            ),
        ),
    ),
    Case("docs", (("README.md", "It sells.", "It sells, and it buys."),)),
    Case("docs in another script", (("README.md", "It sells.", "Он продаёт."),)),
    Case("text appended", files={"notes.txt": "".join(f"line {n}\n" for n in range(61))}),
    Case("own letters", (("shop/names.py", "größe = 1", "größe = 1\nmaß = größe"),)),
    Case(
        "many functions added", files={"shop/more.py": "".join(f"def f{n}():\n    return {n}\n\n\n" for n in range(50))}
    ),
    Case(
        "several files",
        (
            ("shop/audit.py", "def note", "# Written down.\ndef note"),
            ("shop/money.py", "class Money", "# Cents.\nclass Money"),
        ),
    ),
)
