"""The generated repositories: modules to move, a test for each, and rules that only the whole suite looks at. Pure.

Faults, the length of the suite and the armed flake are kept outside of the repository, so that every cell of a size
lands the same commits. Each session of the suite writes one line into a pipe outside of it: that is how runs are
counted, whoever starts them.
"""

from __future__ import annotations

from pathlib import Path

RULES = 16
"""How many sets of items can be made red together in one cell."""

TESTS = "tests"
"""What everybody runs as the whole suite: the project's own tests, and those that landed with the moves."""

SUITE = f"{TESTS}/suite"
"""The folder of the project's own tests."""

CONFIG = f"""\
[lanes]
labs = {{ paths = ["labs/**"], level = "experimental" }}
core = {{ paths = ["core/**"], may_import = ["core", "labs"] }}
rest = {{ paths = ["app/**", "tests/**"] }}

[tests]
paths = ["{TESTS}"]
smoke = ["{SUITE}/test_smoke.py"]

[tests.environment]
PYTEST_DISABLE_PLUGIN_AUTOLOAD = "1"
"""
"""How laneshift is set up in these repositories; all else is its defaults."""

AT_ONCE = 4
"""Sessions side by side, for everybody who can share a suite: it mostly waits, so they may be more than processors."""

SHARED = f"workers = {AT_ONCE}\n{CONFIG.replace('[tests]', f'[tests]{chr(10)}shards = {AT_ONCE}')}"
"""The same, as a user sets it whose suite mostly waits."""

_CONFTEST = '''\
"""What the bench plants is read here, and every session of the suite is told to it."""

import json
import os
import time
from pathlib import Path

STATE = Path({state!r})
ITEMS = {items}
RULES = {rules}
CORE = Path(__file__).resolve().parents[1] / "core"
PART = os.environ.get("BENCH_PART")
SHARD = os.environ.get("LANESHIFT_SHARD")
SEEN = {{"own": 0, "rules": 0, "all": 0}}


def tell(line):
    try:
        handle = os.open(STATE / "told", os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return
    try:
        os.write(handle, (json.dumps(line) + "\\n").encode())
    finally:
        os.close(handle)


def planted():
    return json.loads((STATE / "planted.json").read_text())


def is_moved(number):
    return (CORE / f"m{{number:03}}.py").exists()


def pause():
    time.sleep(planted()["seconds"] / ITEMS)


def flake():
    """Red once: the bench disarms it when it is told, and the test waits for that."""
    if not (STATE / "armed").exists():
        return True
    tell({{"disarm": True}})
    for _ in range(500):
        if not (STATE / "armed").exists():
            return False
        time.sleep(0.01)
    return False


def pytest_runtest_logreport(report):
    if report.when == "call":
        SEEN["all"] += 1
        SEEN["own"] += "/suite/test_m" in report.nodeid
        SEEN["rules"] += "test_rule[" in report.nodeid


def pytest_sessionfinish():
    told = json.loads(PART or (Path(SHARD).read_text() if SHARD else "{{}}"))
    tell({{"part": told.get("number"), "of": told.get("of", 1), **SEEN}})
'''

_OWN_TEST = """\
from app.use_m{number:03} import value
from tests.conftest import is_moved, pause, planted


def test_value():
    pause()
    assert value() == {number}
    assert not (is_moved({number}) and {number} in planted()["alone"])
"""

_RULES = """\
import pytest

from tests.conftest import RULES, flake, is_moved, planted


@pytest.mark.parametrize("case", range(RULES))
def test_rule(case):
    together = planted()["together"]
    members = together[case] if case < len(together) else []
    assert not members or not all(map(is_moved, members))


def test_flake():
    assert flake()
"""


def files(items: int, state: Path, *, crowded: bool = False) -> dict[str, str]:
    """The files of a repository with `items` modules to move.

    `state` is an absolute folder outside of it. `crowded` makes one file import every module on adjacent lines, as a
    registry does, so that two moves edit neighbouring lines.
    """
    found = {
        "laneshift.toml": SHARED,
        "labs/__init__.py": "",
        "labs/base.py": "def same(value):\n    return value\n",
        "core/__init__.py": "",
        "app/__init__.py": "",
        "tests/__init__.py": "",
        f"{SUITE}/__init__.py": "",
        "tests/conftest.py": _CONFTEST.format(state=str(state), items=items, rules=RULES),
        f"{SUITE}/test_smoke.py": "from labs.base import same\n\n\ndef test_same():\n    assert same(1) == 1\n",
        f"{SUITE}/test_rules.py": _RULES,
    }
    for number in range(items):
        name = module(number)
        found[f"labs/{name}.py"] = (
            f"from labs.base import same\n\nNUMBER = {number}\n\n\ndef value():\n    return same(NUMBER)\n"
        )
        found[f"app/use_{name}.py"] = f"from labs.{name} import value\n\n__all__ = ['value']\n"
        found[f"{SUITE}/test_{name}.py"] = _OWN_TEST.format(number=number)
    if crowded:
        lines = "".join(f"from labs.{module(number)} import NUMBER as N{number}\n" for number in range(items))
        found["app/registry.py"] = f"{lines}\nALL = [{', '.join(f'N{number}' for number in range(items))}]\n"
    return found


def module(number: int) -> str:
    """The name of one module."""
    return f"m{number:03}"


def batch(items: int) -> str:
    """The batch that moves every module."""
    rows = (f"labs.{module(n)}\tlabs/{module(n)}.py\tcore/{module(n)}.py\n" for n in range(items))
    return "".join(rows)
