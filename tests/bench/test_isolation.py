"""The benchmark tells a red test of the deleted part from one that is broken, by what it reaches for as it runs."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from bench.isolation.suite import Place
from bench.isolation.verdict import Reach, judge
from laneshift.errors import CheckFailed
from tests.repo.builders import write_files

FILES = {
    "app/__init__.py": "",
    "app/labs/__init__.py": "",
    "app/labs/x.py": "Y = 7\n",
    "app/lazy.py": "def answer():\n    from app.labs.x import Y\n\n    return Y\n",
    "app/named.py": "import importlib\n\n\ndef answer():\n    return importlib.import_module('app.labs.x').Y\n",
    "app/quiet.py": "from app import lazy\n\n\ndef code():\n    try:\n        return lazy.answer()\n"
    "    except Exception:\n        return 1\n",
    "app/eager.py": "from app.labs.x import Y\n",
    "tests/test_lazy.py": "from app.lazy import answer\n\n\ndef test_lazy():\n    assert answer() == 7\n",
    "tests/test_named.py": "from app.named import answer\n\n\ndef test_named():\n    assert answer() == 7\n",
    "tests/test_quiet.py": "from app.quiet import code\n\n\ndef test_quiet():\n    assert code() == 7\n",
    "tests/test_own.py": "from app.labs.x import Y\n\n\ndef test_own():\n    assert Y == 7\n",
    "tests/test_eager.py": "def test_eager():\n    import app.eager\n\n    assert app.eager.Y == 7\n",
    "tests/test_else.py": "from pathlib import Path\n\n\ndef test_else():\n    assert Path('app/labs').is_dir()\n",
    "tests/test_plain.py": "def test_plain():\n    assert True\n",
}
PRODUCTION = {name for name in FILES if name.startswith("app/")}


def test_red_tests_are_told_apart_by_what_they_reach_for(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    place = Place(tmp_path, Path(sys.executable), "app.labs")
    assert place.tests(["tests/test_*.py"]).red == {}
    assert place.imports("app")[1] == {}
    shutil.rmtree(place.path / "app/labs")
    ran = place.tests(["tests/test_*.py"])
    judged = judge(ran.red, ran.told, PRODUCTION)
    calls = {test.partition("::")[0]: (each.file, each.function) for test, each in judged.deleted.items()}
    assert calls == {
        "tests/test_lazy.py": ("app/lazy.py", "answer"),
        "tests/test_named.py": ("app/named.py", "answer"),
        "tests/test_quiet.py": ("app/lazy.py", "answer"),
        "tests/test_own.py": ("tests/test_own.py", "<module>"),
    }
    # The seeded faults: a module that still imports the lane, and a test that is red for another reason.
    broken = {test.partition("::")[0]: why for test, why in judged.broken.items()}
    assert broken.keys() == {"tests/test_eager.py", "tests/test_else.py"}
    assert broken["tests/test_eager.py"] == "app/eager.py:1 asks when it is imported"
    assert ran.passed == 1
    good, bad = place.imports("app")
    assert ("app.lazy" in good, list(bad)) == (True, ["app.eager"])


def test_no_tests_are_no_result(tmp_path: Path) -> None:
    write_files(tmp_path, {"tests/test_own.py": FILES["tests/test_own.py"]})
    with pytest.raises(CheckFailed, match="did not run"):
        Place(tmp_path, Path(sys.executable), "app.labs").tests(["tests/none_*.py", "tests/test_own.py"])


def test_a_question_to_the_registry_is_a_reach(tmp_path: Path) -> None:
    registry = (
        "_FACTORIES = {}\n\n\ndef start(name):\n    _FACTORIES['k'] = lambda: 7\n\n\n"
        "def provided(name):\n    if name not in _FACTORIES:\n        raise LookupError(name)\n"
        "    return _FACTORIES[name]()\n"
    )
    files = {
        "app/__init__.py": "",
        "app/registry.py": registry,
        "app/asks.py": "from app.registry import provided\n\n\ndef ask(name):\n    return provided(name)\n",
        "tests/test_ask.py": "from app.asks import ask\n\n\ndef test_good():\n    assert ask('k') == 7\n\n\n"
        "def test_bad():\n    ask('none')\n",
    }
    write_files(tmp_path, files)
    ran = Place(tmp_path, Path(sys.executable), "app.labs").tests(["tests/test_*.py"], "app.registry", "app.labs")
    assert [(each.test, each.asked, each.file, each.function) for each in ran.told] == [
        ("tests/test_ask.py::test_good", "k", "app/asks.py", "ask"),
        ("tests/test_ask.py::test_bad", "none", "app/asks.py", "ask"),
    ]
    assert list(judge(ran.red, ran.told, set(files)).deleted) == ["tests/test_ask.py::test_bad"]


def test_a_test_that_reaches_as_production_is_imported_is_broken() -> None:
    atop = Reach("t.py", "labs", "app/m.py", 3, "<module>")
    later = Reach("t.py::a", "labs", "app/n.py", 9, "go")
    judged = judge({"t.py::a": "x", "u.py::b": "y"}, [atop, later], {"app/m.py", "app/n.py"})
    assert judged.broken == {"t.py::a": "app/m.py:3 asks when it is imported", "u.py::b": "y"}
    assert judge({"t.py::a": "x"}, [later], {"app/n.py"}).deleted == {"t.py::a": later}
