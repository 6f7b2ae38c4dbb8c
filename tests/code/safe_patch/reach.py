"""What changes of existing code try by way of imports, tests, files and of what runs besides."""

from __future__ import annotations

from tests.code.safe_patch.ground import Case, edit

J = "shop/jobs.py"
T = "tests/test_jobs.py"

REACHING: tuple[tuple[str, Case], ...] = (
    (
        "name-unbound",
        edit(
            "meant: import TYPE_CHECKING used",
            ("from shop.audit import note\n", ""),
            (
                "from typing import ClassVar\n",
                "from typing import TYPE_CHECKING, ClassVar\nif TYPE_CHECKING:\n    from shop.audit import note\n",
            ),
            path=J,
        ),
    ),
    (
        "name-unbound",
        edit(
            "meant: import cond used",
            ("from shop.audit import note\n", "import sys\nif sys.flags.debug:\n    from shop.audit import note\n"),
            path=J,
        ),
    ),
    (
        "name-unbound",
        edit(
            "meant: import try pass",
            ("from shop.audit import note\n", "try:\n    from shop.audit import note\nexcept ImportError:\n    pass\n"),
            path=J,
        ),
    ),
    (
        "name-unbound",
        edit(
            "meant: import into one fn",
            ("from shop.audit import note\n", ""),
            ("def tell():\n", "def tell():\n    from shop.audit import note\n"),
            path=J,
        ),
    ),
    ("name-unbound", edit("meant: import other submodule", ("import shop.money\n", "import shop.audit\n"), path=J)),
    (
        "import-replaced",
        edit("meant: md5", ("from hashlib import sha256", "from hashlib import md5 as sha256"), path=J),
    ),
    (
        "import-replaced",
        edit("meant: random choice", ("from secrets import choice", "from random import choice"), path=J),
    ),
    ("value-changed", edit("meant: args swapped", ('    note("tell", 2)', '    note(2, "tell")'), path=J)),
    ("value-changed", edit("meant: args swapped names", ("    print(left, right)", "    print(right, left)"), path=J)),
    ("value-changed", edit("meant: kw renamed", ("    print(left, right)", "    print(left, sep=right)"), path=J)),
    (
        "exit-added",
        edit(
            "meant: break at end",
            ('            note("item", item)\n', '            note("item", item)\n            break\n'),
            path=J,
        ),
    ),
    (
        "exit-added",
        edit(
            "meant: continue added",
            (
                '            note("item", item)\n',
                '            if key:\n                continue\n            note("item", item)\n',
            ),
            path=J,
        ),
    ),
    ("condition-changed", edit("meant: continue gone", ("            continue\n", "            pass\n"), path=J)),
    ("exit-added", edit("meant: continue to break", ("            continue\n", "            break\n"), path=J)),
    (
        "side-effect-added",
        edit("meant: logging.disable", ('    note("tell", 2)', '    logging.disable(50)\n    note("tell", 2)'), path=J),
    ),
    (
        "side-effect-added",
        edit("meant: setLevel", ('    note("tell", 2)', '    logger.setLevel(99)\n    note("tell", 2)'), path=J),
    ),
    (
        "side-effect-added",
        edit(
            "meant: warnings off",
            ('    note("tell", 2)', '    warnings.simplefilter("ignore")\n    note("tell", 2)'),
            path=J,
        ),
    ),
    (
        "side-effect-added",
        edit(
            "meant: addFilter",
            ('    note("tell", 2)', '    logger.addFilter(lambda r: False)\n    note("tell", 2)'),
            path=J,
        ),
    ),
    (
        "rebound",
        edit(
            "meant: override same file",
            (
                "    def run(self, items, key)",
                "    def allowed(self) -> bool:\n        return True\n\n    def run(self, items, key)",
            ),
            path=J,
        ),
    ),
    ("rebound", edit("meant: attr override", ("class Job(Base):\n", "class Job(Base):\n    reset = None\n\n"), path=J)),
    ("check-lost", edit("meant: base swallow", ("    check_owner(items)\n", ""), path=J)),
    ("check-lost", edit("meant: assertEqual gone", ("        self.assertTrue(found)\n", ""), path=T)),
    ("check-lost", edit("meant: assertEqual both gone", ("        self.assertEqual(found, 2)\n", ""), path=T)),
    (
        "test-weakened",
        edit(
            "meant: skiptest raise",
            (
                "        found = add(1)\n",
                "        if add:\n            raise unittest.SkipTest('later')\n        found = add(1)\n",
            ),
            path=T,
        ),
    ),
    (
        "test-weakened",
        edit(
            "meant: fixture shadows",
            ("def test_db(db)", "@pytest.fixture\ndef db():\n    return 1\n\n\ndef test_db(db)"),
            path=T,
        ),
    ),
    (
        "check-silenced",
        edit("meant: NOQA", ('    left, right = text.split(":")', '    left, right = text.split(":")  # NOQA'), path=J),
    ),
    ("check-silenced", edit("meant: pragma no cover", ("def tell():", "def tell():  # pragma no cover"), path=J)),
    ("check-silenced", edit("meant: PRAGMA", ("def tell():", "def tell():  # PRAGMA: NO COVER"), path=J)),
    ("check-silenced", edit("meant: pytype", ("def tell():", "def tell():  # pytype: disable=all"), path=J)),
    ("check-lost", edit("meant: doctest gone", ("    >>> cleaned([])\n    []\n", ""), path=J)),
    (
        "check-lost",
        edit("meant: doctest skip", ("    >>> cleaned([])\n", "    >>> cleaned([])  # doctest: +SKIP\n"), path=J),
    ),
    (
        "check-lost",
        edit("meant: doctest expect", ("    >>> cleaned([])\n    []\n", "    >>> cleaned([])\n    [1]\n"), path=J),
    ),
    ("protected-file", Case("meant: requirements dir", files={"requirements/base.txt": "a==2\nevil==1\n"})),
    ("protected-file", Case("meant: cmake", files={"CMakeLists.txt": "execute_process(COMMAND rm)\n"})),
    ("test-weakened", Case("meant: golden", files={"tests/expected.txt": "2\n"})),
    ("check-lost", Case("meant: rst doctest", files={"docs/start.rst": "Start\n\n>>> 1 + 1  # doctest: +SKIP\n3\n"})),
    ("redefined", Case("meant: pytest pkg", files={"pytest/__init__.py": "def raises():\n    return 1\n"})),
    ("protected-file", Case("meant: hatch_build", files={"hatch_build.py": "class Hook:\n    pass\n"})),
    ("protected-file", Case("meant: GEMINI", files={"GEMINI.md": "obey\n"})),
    ("protected-file", Case("meant: gunicorn", files={"gunicorn.conf.py": "bind = 1\n"})),
    (
        "exit-added",
        edit(
            "meant: raise for cond",
            ('    note("tell", 2)', '    if logger:\n        raise SystemExit(0)\n    note("tell", 2)'),
            path=J,
        ),
    ),
    (
        "handlers-changed",
        edit(
            "meant: two handlers",
            (
                "    except KeyError as error:\n        raise ValueError from error\n",
                "    except (KeyError, TypeError) as error:\n        raise ValueError from error\n",
            ),
            path=J,
        ),
    ),
    ("value-changed", edit("meant: sleep", ("    await asyncio.sleep(1)", "    await asyncio.sleep(1000)"), path=J)),
    (
        "side-effect-added",
        edit("meant: gather", ("    await queue.put(item)", "    asyncio.create_task(queue.put(item))"), path=J),
    ),
    (
        "runs-at-import",
        edit("meant: lambda default", ("COUNT = 0", "COUNT = 0\nKEY = lambda n=note('x', 1): n"), path=J),
    ),
    (
        "side-effect-added",
        edit(
            "meant: f-string call", ('    note("tell", 2)', '    text = f"{note(3, 4)}"\n    note("tell", 2)'), path=J
        ),
    ),
    (
        "side-effect-added",
        edit(
            "meant: local assigned call",
            ('    note("tell", 2)', '    unused = shop.money.destroy()\n    note("tell", 2)'),
            path=J,
        ),
    ),
    (
        "side-effect-added",
        edit(
            "meant: comp for effect",
            ('    note("tell", 2)', '    [note(n, n) for n in range(9)]\n    note("tell", 2)'),
            path=J,
        ),
    ),
    (
        "side-effect-added",
        edit("meant: boolop effect", ('    note("tell", 2)', '    COUNT and note(1, 1)\n    note("tell", 2)'), path=J),
    ),
    (
        "side-effect-added",
        edit(
            "meant: ternary effect",
            ('    note("tell", 2)', '    note(1, 1) if COUNT else None\n    note("tell", 2)'),
            path=J,
        ),
    ),
    (
        "side-effect-added",
        edit(
            "meant: if test effect",
            ('    note("tell", 2)', '    if note(1, 1):\n        pass\n    note("tell", 2)'),
            path=J,
        ),
    ),
    (
        "side-effect-added",
        edit(
            "meant: for effect", ('    note("tell", 2)', '    for _ in note(1, 1): pass\n    note("tell", 2)'), path=J
        ),
    ),
    (
        "side-effect-added",
        edit("meant: with effect", ('    note("tell", 2)', '    with note(1, 1): pass\n    note("tell", 2)'), path=J),
    ),
    (
        "side-effect-added",
        edit("meant: assert effect", ('    note("tell", 2)', '    assert not note(1, 1)\n    note("tell", 2)'), path=J),
    ),
    (
        "side-effect-added",
        edit(
            "meant: raise always via loop",
            ('    note("tell", 2)', '    while COUNT == 0: pass\n    note("tell", 2)'),
            path=J,
        ),
    ),
    (
        "side-effect-added",
        edit(
            "meant: inner fn run",
            (
                '    note("tell", 2)',
                '    def go():\n        return shop.money.destroy()\n    done = go()\n    note("tell", 2)',
            ),
            path=J,
        ),
    ),
    (
        "runs-at-import",
        edit(
            "meant: CapWords call at import",
            ("COUNT = 0", "COUNT = 0\nTHING = Destroyer()\n"),
            ("logger = ", "class Destroyer:\n    def __init__(self):\n        Base.allowed = note\n\n\nlogger = "),
            path=J,
        ),
    ),
    (
        "result-changed",
        edit(
            "meant: import alias attr",
            ("from hashlib import sha256", "import hashlib"),
            ("sha256(text)", "hashlib.md5(text)"),
            path=J,
        ),
    ),
    ("name-unbound", edit("meant: import star gone", ("import shop.money\n", "import shop.money as shop\n"), path=J)),
    ("condition-changed", edit("meant: match subj", ("    match value:", "    match flag:"), path=J)),
    (
        "check-lost",
        edit(
            "meant: except as e shadow",
            ("except KeyError as error", "except KeyError as handle"),
            ("from error", "from handle"),
            path=J,
        ),
    ),
    (
        "result-changed",
        edit("meant: yield from", ("    for item in items:\n        yield item\n", "    yield from items\n"), path=J),
    ),
)
