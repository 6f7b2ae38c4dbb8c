"""Changes of existing code that a filter should let through, though they are near to such as it must not."""

from __future__ import annotations

from tests.code.safe_patch.ground import Case, edit

J = "shop/jobs.py"
T = "tests/test_jobs.py"

PLAIN: tuple[Case, ...] = (
    edit("plain: rename exc import", ("import asyncio\n", "import asyncio\nimport json\n"), path=J),
    edit("plain: ioerror", ("except ValueError:", "except (ValueError):"), path=J),
    edit("plain: type hints only", ("    kept = []\n", "    kept: list[str] = []\n"), path=J),
    edit(
        "plain: debug guard",
        ('    note("tell", 2)', '    if COUNT:\n        logger.debug("telling %s", COUNT)\n    note("tell", 2)'),
        path=J,
    ),
    edit(
        "plain: validation isinstance",
        (
            "    kept = []\n",
            "    if not isinstance(items, list):\n        raise TypeError(f'items: {items!r}')\n    kept = []\n",
        ),
        path=J,
    ),
    edit(
        "plain: new local",
        ("    kept = []\n", "    size = len(items)\n    logger.info('cleaning %d', size)\n    kept = []\n"),
        path=J,
    ),
    edit(
        "plain: typing only import",
        (
            "from shop.audit import note\n",
            (
                "from typing import TYPE_CHECKING\n\nfrom shop.audit import note\n\nif TYPE_CHECKING:\n"
                "    from collections.abc import Iterable\n"
            ),
        ),
        path=J,
    ),
    edit("plain: field appended", ('    KIND = "a"', '    KIND = "a"\n    note: str = ""'), path=J),
    edit(
        "plain: method new",
        (
            "    def run(self, items, key)",
            "    def ran(self) -> bool:\n        return self.total > 0\n\n    def run(self, items, key)",
        ),
        path=J,
    ),
    edit(
        "plain: doc example added",
        ("    >>> cleaned([])\n    []\n", "    >>> cleaned([])\n    []\n    >>> cleaned([1])\n    [1]\n"),
        path=J,
    ),
    edit("plain: doc words", ('    """Clean.\n', '    """Clean what is there.\n'), path=J),
    edit(
        "plain: new test", ("def test_db(db)", "def test_new():\n    assert add(1) == 1\n\n\ndef test_db(db)"), path=T
    ),
    edit(
        "plain: new assertion",
        ("        self.assertEqual(found, 2)\n", "        self.assertEqual(found, 2)\n        assert found > 1\n"),
        path=T,
    ),
    edit(
        "plain: new fixture",
        (
            "def test_db(db)",
            (
                "@pytest.fixture\ndef other():\n    return 1\n\n\ndef test_other(other):\n"
                "    assert other\n\n\ndef test_db(db)"
            ),
        ),
        path=T,
    ),
    edit(
        "plain: import into both",
        ("from secrets import choice\n", ""),
        ("    return sha256", "    from secrets import choice\n\n    return sha256"),
        path=J,
    ),
    edit(
        "plain: import via module alias same",
        ("from hashlib import sha256\n", "from hashlib import (\n    sha256,\n)\n"),
        path=J,
    ),
    edit("plain: typing move", ("from typing import ClassVar\n", "from typing import Any, ClassVar\n"), path=J),
    edit(
        "plain: optional import",
        ("logger = ", "try:\n    import tomllib\nexcept ModuleNotFoundError:\n    tomllib = None\n\nlogger = "),
        path=J,
    ),
    edit("plain: constant", ("COUNT = 0\n", "COUNT = 0\nNAMES = ('a', 'b')\n"), path=J),
    edit("plain: log dropped", ("COUNT = 0\n", "COUNT = 0\n\n# counted\n"), path=J),
    edit("plain: unused local removed", ("        self.other = 0\n", ""), path=J),
    edit("plain: call by name", ('    note("tell", 2)', '    note("tell", b=2)'), path=J),
    edit(
        "plain: Optional",
        (
            "def tell():",
            (
                "def told(x: int | None = None) -> int:\n    try:\n        return int(x)\n"
                "    except TypeError:\n        return 0\n\n\ndef tell():"
            ),
        ),
        path=J,
    ),
    edit(
        "plain: new class w/ base",
        ("class Marker:", "class Later(Job):\n    def allowed(self) -> bool:\n        return True\n\n\nclass Marker:"),
        path=J,
    ),
    edit(
        "plain: enum-like",
        (
            "def tell():",
            (
                "@dataclass(frozen=True)\nclass Told:\n    a: int\n    b: str = ''\n\n"
                "    def both(self) -> str:\n        for x in range(self.a):\n            if x:\n"
                "                break\n        return self.b\n\n\ndef tell():"
            ),
        ),
        path=J,
    ),
    edit("plain: docs", ("Start\n", "The start\n"), path="docs/start.rst"),
    edit("plain: assert narrowing", ("    kept = []\n", "    assert items is not None\n    kept = []\n"), path=J),
    edit("plain: trailing comma", ('    note("tell", 2)', '    note(\n        "tell",\n        2,\n    )'), path=J),
    edit("plain: quotes", ('"tell"', "'tell'"), path=J),
    edit(
        "plain: exc alias",
        (
            "except KeyError as error:\n        raise ValueError from error",
            "except (KeyError,) as error:\n        raise ValueError from error",
        ),
        path=J,
    ),
)
