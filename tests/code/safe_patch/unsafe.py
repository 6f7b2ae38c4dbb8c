"""Changes that no filter may let through, each with the checks of which one has to flag it."""

from __future__ import annotations

from laneshift.repo.objects import MODE_EXECUTABLE, MODE_SYMLINK
from tests.code.safe_patch.ground import Case, edit

A = "shop/account.py"
IMPORT = "from labs.scores import rank\n"
RANK = "        return rank(self.owner)\n"
LAZY = "        from labs.scores import rank\n" + RANK
CLOSE = "    first = account.balance\n    second = first + 1\n    third = second + 1\n    fourth = third + 1\n"
LABS = ("labs",)

UNSAFE: tuple[tuple[str, Case], ...] = (
    (
        "definition-lost",
        edit(
            "method lost",
            ("    @staticmethod\n    def opened(owner: str) -> Account:\n        return Account(owner)\n", ""),
        ),
    ),
    ("definition-lost", edit("function lost", ("def load(text", "def other(text"))),
    ("definition-lost", Case("class lost", files={"shop/money.py": "Money = object\n"})),
    ("definition-lost", Case("test lost", (("tests/test_shop.py", "def test_broke", "def broke"),))),
    ("signature-changed", edit("default changed", ("timeout: int = 5", "timeout: int = 0"))),
    ("signature-changed", edit("default dropped", ("timeout: int = 5", "timeout: int"))),
    ("signature-changed", edit("keyword-only dropped", ("*, force", "force"))),
    (
        "signature-changed",
        edit(
            "parameter renamed",
            ("def load(text: str)", "def load(body: str)"),
            ("json.loads(text)", "json.loads(body)"),
            ("KeyError(text)", "KeyError(body)"),
        ),
    ),
    (
        "signature-changed",
        edit("parameter added", ("def close(account: Account)", "def close(account: Account, quiet=True)")),
    ),
    ("signature-changed", edit("positional-only", ("def load(text: str)", "def load(text: str, /)"))),
    ("signature-changed", edit("base added", ("class Account:", "class Account(dict):"))),
    ("signature-changed", edit("metaclass added", ("class Account:", "class Account(metaclass=Meta):"))),
    (
        "signature-changed",
        edit("return annotation", ("def close(account: Account) -> bool", "def close(account: Account) -> int")),
    ),
    ("kind-changed", edit("async dropped", ("async def fetch", "def fetch"))),
    ("kind-changed", edit("async added", ("def close", "async def close"))),
    ("decorators-changed", edit("decorator removed", ("    @property\n", ""))),
    ("decorators-changed", edit("decorator argument", ("@dataclass(frozen=True)", "@dataclass(frozen=False)"))),
    ("decorators-changed", edit("decorator swapped", ("    @staticmethod\n", "    @classmethod\n"))),
    ("decorators-changed", Case("test skipped", (("tests/test_shop.py", "def test_broke", "@skip\ndef test_broke"),))),
    (
        "redefined",
        edit(
            "function defined twice",
            ("async def fetch", "def close(account: Account) -> bool:\n    return True\n\n\nasync def fetch"),
        ),
    ),
    ("check-lost", edit("raise removed", ('        raise ValueError("too much")\n', "        pass\n"))),
    ("check-lost", edit("assert removed", ("    assert source != target\n", ""))),
    (
        "check-lost",
        Case("test emptied", (("tests/test_shop.py", "    assert not Account('a').solvent\n", "    pass\n"),)),
    ),
    (
        "condition-changed",
        edit("condition weakened", ("if amount > LIMIT and not force", "if amount > LIMIT and force")),
    ),
    (
        "condition-changed",
        edit("condition wrapped", ("if amount > LIMIT and not force", "if False and amount > LIMIT")),
    ),
    (
        "guard-lost",
        edit(
            "with removed", ("    with Money(amount) as money:\n        moved = money.cents\n", "    moved = amount\n")
        ),
    ),
    ("result-changed", edit("result made constant", ("return account.balance == 0", "return True"))),
    (
        "value-changed",
        edit("limit raised", ("LIMIT = 100", "LIMIT = 10**9 if True else 100"), ("VERIFY = True", "VERIFY = False")),
    ),
    ("value-changed", edit("check switched off", ("VERIFY = True", "VERIFY = False"))),
    ("value-changed", edit("sum turned", ("second = first + 1", "second = first - 1"))),
    ("statements-deleted", edit("body emptied", (CLOSE, ""), ('    note("close", fourth)\n', ""))),
    (
        "statements-deleted",
        edit(
            "body put under a condition",
            (CLOSE, "    if account:\n" + "".join(f"    {line}\n" for line in CLOSE.splitlines())),
        ),
    ),
    (
        "cut-short",
        edit("early return", ("    first = account.balance\n", "    return True\n    first = account.balance\n")),
    ),
    (
        "cut-short",
        edit("early raise", ("    first = account.balance\n", "    raise SystemExit\n    first = account.balance\n")),
    ),
    ("cut-short", edit("dead block", ('    note("close", fourth)\n', '    if 0:\n        note("close", fourth)\n'))),
    (
        "exit-added",
        edit(
            "way around",
            (
                "    first = account.balance\n",
                '    if account.owner == "root":\n        return True\n    first = account.balance\n',
            ),
        ),
    ),
    (
        "errors-swallowed",
        edit(
            "errors caught",
            (
                '    note("close", fourth)\n',
                '    try:\n        note("close", fourth)\n    except Exception:\n        pass\n',
            ),
        ),
    ),
    (
        "errors-swallowed",
        edit(
            "errors suppressed",
            (
                '    note("close", fourth)\n',
                '    with contextlib.suppress(Exception):\n        note("close", fourth)\n',
            ),
        ),
    ),
    ("export-lost", edit("export lost", ('__all__ = ["Account", "close"', '__all__ = ["Account"'))),
    ("export-lost", Case("package offers less", files={"shop/__init__.py": ""})),
    ("forbidden-import", edit("import left", ("LIMIT = 100", "LIMIT = 100\nMORE = 1"), forbidden=LABS)),
    (
        "forbidden-import",
        edit(
            "under TYPE_CHECKING",
            (IMPORT, "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from labs.scores import rank\n"),
            forbidden=LABS,
        ),
    ),
    ("forbidden-import", edit("inside the function", (IMPORT, ""), (RANK, LAZY), forbidden=LABS)),
    (
        "forbidden-import",
        edit(
            "in a try",
            (IMPORT, "try:\n    from labs.scores import rank\nexcept ImportError:\n    rank = None\n"),
            forbidden=LABS,
        ),
    ),
    (
        "forbidden-import",
        edit(
            "by importlib",
            (IMPORT, 'import importlib\nrank = importlib.import_module("labs.scores").rank\n'),
            forbidden=LABS,
        ),
    ),
    (
        "forbidden-import",
        edit("by pieces of text", (IMPORT, 'rank = __import__("la" + "bs.scores").scores.rank\n'), forbidden=LABS),
    ),
    ("forbidden-import", Case("relative", files={"labs/other.py": "from .scores import rank\n"}, forbidden=LABS)),
    (
        "forbidden-import",
        edit(
            "under an alias", (IMPORT, "import labs.scores as core_scores\nrank = core_scores.rank\n"), forbidden=LABS
        ),
    ),
    ("forbidden-import", Case("in a new file", files={"shop/extra.py": "import labs\n"}, forbidden=LABS)),
    ("forbidden-name", Case("in a table", files={"shop/extra.py": 'PLUGINS = ["labs.scores:rank"]\n'}, forbidden=LABS)),
    (
        "dynamic-import",
        Case(
            "import by computed name",
            files={"shop/extra.py": "from importlib import import_module as get\n\nget(chr(108))\n"},
        ),
    ),
    ("dynamic-import", Case("import by runpy", files={"shop/extra.py": "import runpy\n"})),
    (
        "import-replaced",
        edit("import from elsewhere", ("from shop.audit import note", "from shop.names import full as note")),
    ),
    ("unknown-module", edit("unknown package", ("import json\n", "import json\nimport shopp_audit\n"))),
    ("star-import", edit("star", ("from shop.audit import note", "from shop.audit import *"))),
    ("name-unbound", edit("import gone, name used", (IMPORT, ""))),
    ("rebound", edit("function bound anew", ("async def fetch", "close = bool\n\n\nasync def fetch"))),
    ("rebound", edit("builtin hidden", ("LIMIT = 100", "LIMIT = 100\nisinstance = bool"))),
    ("rebound", edit("definition deleted", ("async def fetch", "del close\n\n\nasync def fetch"))),
    ("rebound", edit("global", ("    first = account.balance\n", "    global LIMIT\n    first = account.balance\n"))),
    ("rebound", edit("import over a class", ("def load(", "from shop.names import full as Account\n\n\ndef load("))),
    (
        "patched",
        edit("method replaced from outside", ("async def fetch", "Account.opened = None\n\n\nasync def fetch")),
    ),
    (
        "patched",
        edit(
            "module patched", ("    first = account.balance\n", "    json.loads = eval\n    first = account.balance\n")
        ),
    ),
    (
        "reaches-out",
        edit(
            "setattr",
            ("    first = account.balance\n", '    setattr(Account, "solvent", True)\n    first = account.balance\n'),
        ),
    ),
    (
        "reaches-out",
        edit("eval", ("    first = account.balance\n", "    eval(account.owner)\n    first = account.balance\n")),
    ),
    ("reaches-out", edit("subprocess", ("import json\n", "import json\nimport subprocess\n"))),
    (
        "reaches-out",
        edit(
            "os.system",
            ("    first = account.balance\n", "    os.system(account.owner)\n    first = account.balance\n"),
        ),
    ),
    ("reaches-out", edit("sys.modules", ("LIMIT = 100", 'LIMIT = 100\nOWN = sys.modules["shop"]'))),
    ("runs-at-import", edit("call at import", ("LIMIT = 100", 'LIMIT = 100\nnote("started", 1)'))),
    (
        "hook-added",
        edit(
            "equality of everything",
            ("    @staticmethod\n", "    def __eq__(self, other):\n        return True\n\n    @staticmethod\n"),
        ),
    ),
    (
        "hook-added",
        edit("module getattr", ("async def fetch", "def __getattr__(name):\n    return None\n\n\nasync def fetch")),
    ),
    ("mode", Case("made executable", modes={"shop/audit.py": MODE_EXECUTABLE})),
    ("mode", Case("new program", files={"shop/run.py": "X = 1\n"}, modes={"shop/run.py": MODE_EXECUTABLE})),
    ("symlink", Case("symlink", modes={"shop/extra.py": MODE_SYMLINK})),
    ("symlink", Case("file made a symlink", modes={"shop/audit.py": MODE_SYMLINK})),
    ("file-deleted", Case("file deleted", gone=("shop/audit.py",))),
    ("file-deleted", Case("empty file deleted", gone=("labs/__init__.py",))),
    ("protected-file", Case("sneaky CI edit", files={".github/workflows/check.yml": "on: never\n"})),
    ("protected-file", Case("new CI", files={".gitlab-ci.yml": "x: 1\n"})),
    ("protected-file", Case("hook", files={".githooks/pre-commit": "#!/bin/sh\n"})),
    ("protected-file", Case("policy", files={"laneshift.toml": "workers = 1\n"})),
    ("protected-file", Case("owners", files={"docs/CODEOWNERS": "* @me\n"})),
    ("protected-file", Case("attributes", files={"shop/.gitattributes": "*.py -diff\n"})),
    ("protected-file", Case("conftest", files={"tests/conftest.py": "X = 1\n"})),
    ("protected-file", Case("sitecustomize", files={"sitecustomize.py": "X = 1\n"})),
    ("protected-file", Case("path file", files={"shop/evil.pth": "import os\n"})),
    ("path-not-allowed", Case("outside", files={"serve/new.py": "X = 1\n"})),
    ("binary", Case("binary", files={"shop/extra.py": b"X = 1\n\0"})),
    ("unknown-kind", Case("image", files={"shop/logo.png": b"\x89PNG"})),
    ("too-large", Case("huge file", files={"shop/extra.py": "X = 1\n" * 200_000})),
    ("file-gutted", Case("text gutted", files={"notes.txt": "line 1\n"})),
    ("definition-lost", Case("huge deletion", files={"shop/long.py": ""})),
    ("unreadable", edit("broken syntax", ("def close(", "def close((("))),
    (
        "look-alike-name",
        edit(
            "cyrillic name", ("    first = account.balance\n", "    \u0430ccount = None\n    first = account.balance\n")
        ),
    ),
    (
        "look-alike-name",
        edit("full-width name", ("LIMIT = 100", "LIMIT = 100\n\uff2c\uff29\uff2d\uff29\uff34 = 10**9")),
    ),
    ("look-alike-name", edit("greek name", ("LIMIT = 100", "LIMIT = 100\n\u039f = 1"))),
    ("hidden-character", edit("reordering comment", ("LIMIT = 100", "LIMIT = 100  # \u202e more"))),
    ("hidden-character", edit("zero-width text", ('note("close"', 'note("clo\u200bse"'))),
    ("disguised-path", Case("look-alike path", files={"shop/\u0430udit.py": "X = 1\n"})),
    ("disguised-path", Case("path by case alone", files={"shop/Audit.py": "X = 1\n"})),
    ("encoding", edit("encoding changed", ('"""Accounts."""', '# -*- coding: utf-7 -*-\n"""Accounts."""'))),
)
