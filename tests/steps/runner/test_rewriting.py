"""Test modules that one session rewrites serve the others of its run: the same code, as if each had made it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, SimpleNamespace
from typing import Any

import pytest

from laneshift.steps.runner.pytest_rewriting import Rewritten
from laneshift.steps.runner.shared_files import SharedFiles, shared_files
from tests.steps.runner.conftest import GOOD, Projects

NESTED = "def outer():\n    return [each for each in (lambda: __file__,)]\n"


@dataclass
class Session:
    """One session on a checkout of its own, and the names of the files that it rewrote by itself."""

    folder: Path
    modules: Rewritten
    seen: bytes | None = None
    made: list[str] = field(default_factory=list)

    def rewrite(self, path: Path, _config: Any) -> tuple[Any, CodeType]:
        """What stands for pytest's own."""
        self.made.append(path.name)
        return self.seen or path.stat(), compile(path.read_bytes(), str(path), "exec")

    def get(self, name: str) -> CodeType:
        """The code of one module, as pytest asks for it."""
        config = SimpleNamespace(
            args=["tests"],
            invocation_params=SimpleNamespace(dir=self.folder),
            getini=lambda _name: ["test_*.py"],
        )
        return self.modules.rewriting(self.rewrite)(self.folder / "tests" / name, config)[1]


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[SharedFiles]:
    with shared_files(tmp_path) as files:
        yield files


def session(place: Path, shared: SharedFiles, number: int, files: dict[str, str]) -> Session:
    """One of two sessions, with these files below `tests`."""
    folder = place / f"checkout{number}"
    (folder / "tests").mkdir(parents=True)
    for name, text in files.items():
        (folder / "tests" / name).write_text(text)
    return Session(folder, Rewritten(shared.rewritten, shared.inode, number, 2, str(folder)))


def places(code: CodeType) -> set[str]:
    """Every file that the code, and all in it, says that it comes from."""
    inner = [places(each) for each in code.co_consts if isinstance(each, CodeType)]
    return {code.co_filename}.union(*inner)


def test_each_module_is_rewritten_once(tmp_path: Path, shared: SharedFiles) -> None:
    files = {f"test_{name}.py": f"NAME = {name!r}\n" for name in "abcdef"}
    one, two = (session(tmp_path, shared, number, files) for number in (0, 1))
    one.get("test_a.py")
    two.get("test_b.py")
    assert sorted(one.made) == ["test_a.py", "test_c.py", "test_e.py"]
    assert sorted(two.made) == ["test_b.py", "test_d.py", "test_f.py"]
    for name in files:
        for each in (one, two):
            found: dict[str, Any] = {}
            exec(each.get(name), found)
            assert found["NAME"] == name[5]
    assert len(one.made + two.made) == len(files)


def test_code_of_another_session_says_that_it_comes_from_this_checkout(tmp_path: Path, shared: SharedFiles) -> None:
    one, two = (session(tmp_path, shared, number, {"test_a.py": NESTED}) for number in (0, 1))
    own = one.get("test_a.py")
    assert places(own) == {str(one.folder / "tests/test_a.py")}
    got = two.get("test_a.py")
    assert two.made == []
    assert places(got) == {str(two.folder / "tests/test_a.py")}
    assert got.replace(co_filename="", co_consts=()) == own.replace(co_filename="", co_consts=())


@pytest.mark.parametrize("seen", [b"digest", None], ids=["by digest", "by file"])
def test_pytest_is_told_of_the_source_as_it_knows_sources(
    tmp_path: Path, shared: SharedFiles, seen: bytes | None
) -> None:
    one, two = (session(tmp_path, shared, number, {"test_a.py": GOOD}) for number in (0, 1))
    one.seen = two.seen = seen
    path = two.folder / "tests/test_a.py"
    one.get("test_a.py")
    assert two.modules.find(path) is not None
    assert two.modules.rewriting(two.rewrite)(path, None)[0] == (seen or path.stat())


def test_another_source_and_another_place_are_other_modules(tmp_path: Path, shared: SharedFiles) -> None:
    one = session(tmp_path, shared, 0, {"test_a.py": GOOD, "test_c.py": GOOD})
    two = session(tmp_path, shared, 1, {"test_a.py": GOOD + "\n", "test_b.py": GOOD})
    for each, names in ((one, ("test_a.py", "test_c.py")), (two, ("test_a.py", "test_b.py"))):
        for name in names:
            each.get(name)
        assert sorted(each.made) == sorted(names)


def test_a_source_that_changes_while_it_is_rewritten_is_not_shared(tmp_path: Path, shared: SharedFiles) -> None:
    one, two = (session(tmp_path, shared, number, {"test_a.py": GOOD}) for number in (0, 1))
    path = one.folder / "tests/test_a.py"

    def changing(path: Path, config: Any) -> tuple[Any, CodeType]:
        path.write_text("")
        return one.rewrite(path, config)

    one.modules.make(path, None, changing)
    two.get("test_a.py")
    assert two.made == ["test_a.py"]


def test_a_module_that_cannot_be_rewritten_is_told_where_it_is_imported(tmp_path: Path, shared: SharedFiles) -> None:
    one, two = (session(tmp_path, shared, number, {"test_a.py": "def\n", "test_b.py": GOOD}) for number in (0, 1))
    one.get("test_b.py")
    for each in (one, two):
        with pytest.raises(SyntaxError):
            each.get("test_a.py")


@pytest.mark.parametrize("harm", ["cut", "changed", "junk", "another file", "closed"])
def test_what_is_not_whole_is_made_anew(tmp_path: Path, shared: SharedFiles, harm: str) -> None:
    one, two = (session(tmp_path, shared, number, {"test_a.py": GOOD}) for number in (0, 1))
    if harm == "junk":
        os.write(shared.rewritten, b"x" * 1000)
    one.get("test_a.py")
    end = os.fstat(shared.rewritten).st_size
    if harm == "cut":
        os.ftruncate(shared.rewritten, end - 1)
    elif harm == "changed":
        data = os.pread(shared.rewritten, end, 0)
        os.ftruncate(shared.rewritten, 0)
        os.write(shared.rewritten, data[:-1] + b"!")
    elif harm == "another file":
        two.modules.inode += 1
    elif harm == "closed":
        two.modules.file = 1 << 20
    two.get("test_a.py")
    assert two.made == ["test_a.py"]


def test_a_folder_of_which_one_file_is_asked_for_is_not_made_ahead(tmp_path: Path, shared: SharedFiles) -> None:
    one = session(tmp_path, shared, 0, {"test_a.py": GOOD, "test_b.py": GOOD})
    config = SimpleNamespace(args=["tests/test_a.py"], invocation_params=SimpleNamespace(dir=one.folder))
    one.modules.rewriting(one.rewrite)(one.folder / "tests/test_a.py", config)
    assert one.made == ["test_a.py"]


_TOLD = """
import inspect, os, _pytest.assertion.rewrite as pytests
from pathlib import Path
HERE = Path(__file__).resolve()
def test_place():
    code = inspect.currentframe().f_code
    assert HERE.is_relative_to(os.getcwd()) and code.co_filename == str(HERE)
    assert "co_filename" in inspect.getsource(code)
def test_sharing(): assert pytests._rewrite_test.__name__ == "shared"
def test_red():
    answer = 41
    assert answer == 42
"""


def test_a_real_session_tells_why_an_assertion_that_another_one_rewrote_fails(project: Projects) -> None:
    names = [f"tests/test_{name}.py" for name in "abcdef"]
    whole = project(dict.fromkeys(names, _TOLD), shards=2).whole()
    assert whole.trouble == "", whole.result.run.output
    told = whole.result.outcomes
    assert {name for name, outcome in told.items() if outcome != "passed"} == {f"{name}::test_red" for name in names}
    assert whole.result.run.output.count("E       assert 41 == 42") == len(names)
