"""What the code of one run compiles, or pretends to have compiled, is never what another run loads."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.steps.runner import bytecode as compiled
from laneshift.steps.runner.bytecode import Wish
from laneshift.steps.runner.capabilities import namespaces
from laneshift.steps.runner.side_by_side import side_by_side
from tests.steps.runner.conftest import Project, Projects
from tests.steps.runner.depths import dig

MANY = 30
FILES = {
    "pkg/__init__.py": "",
    "pkg/all.py": "".join(f"from pkg import m{number}\n" for number in range(MANY)),
    **{f"pkg/m{number}.py": f"VALUE = {number}\n" for number in range(MANY)},
}

POISON = """
import importlib.util, os, pathlib, struct, sys
def poison(source, text):
    told = os.stat(source)
    import marshal
    header = importlib.util.MAGIC_NUMBER + struct.pack("<III", 0, int(told.st_mtime), told.st_size)
    data = header + marshal.dumps(compile(text, source, "exec"))
    place = importlib.util.cache_from_source(source)
    for path in dict.fromkeys((place, os.path.realpath(place))):
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            pathlib.Path(path).write_bytes(data)
            print("wrote")
        except OSError as error:
            print(type(error).__name__)
    pathlib.Path(place).unlink(missing_ok=True)
    os.makedirs(os.path.dirname(place), exist_ok=True)
    pathlib.Path(place).write_bytes(data)
"""
SHOW = "import pkg.m3; print(pkg.m3.VALUE)"


@pytest.fixture
def plain(project: Projects) -> Project:
    return project(FILES)


def test_a_poisoned_module_is_not_loaded_by_the_next_run(plain: Project) -> None:
    done = plain.python(POISON + "poison('pkg/m3.py', 'VALUE = 666')\n" + SHOW)
    assert "wrote\n" in done.output
    assert done.output.endswith("666\n"), "the poison has to be one that works"
    assert plain.python(SHOW).output == "3\n"


def test_neither_is_a_poisoned_module_of_the_library(tmp_path: Path) -> None:
    # Without namespaces it would be the library itself, which nothing keeps such a run from changing.
    (tmp_path / "projects").mkdir()
    plain = Projects(tmp_path / "projects", None, tmp_path / "cache")(FILES)
    if not namespaces():
        assert plain.python(SHOW).output == "3\n"
        return
    show = "import colorsys; print(colorsys.__name__, getattr(colorsys, 'POISON', 'pure'))"
    code = POISON + "import importlib.util as u\n"
    code += "poison(u.find_spec('colorsys').origin, 'POISON = 666')\n"
    assert "wrote\n" in plain.python(code).output
    assert plain.python(show).output == "colorsys pure\n"


def test_a_module_that_is_ready_cannot_be_poisoned_either(plain: Project) -> None:
    for _ in range(2):
        assert plain.python("import pkg.all").ok
    where = "import importlib.util, os, pkg.m3\n"
    where += "print(os.path.islink(importlib.util.cache_from_source(os.path.abspath('pkg/m3.py'))))"
    ready = plain.python(where).output == "True\n"
    assert ready is ("mount" in plain.sandbox._wanted())
    done = plain.python(POISON + "poison(os.path.abspath('pkg/m3.py'), 'VALUE = 666')\n" + SHOW)
    if ready:
        assert "wrote\n" not in done.output
    assert done.output.endswith("666\n")
    assert plain.python(SHOW).output == "3\n"


def test_a_wish_names_a_module_and_nothing_of_what_the_file_holds(tmp_path: Path) -> None:
    cache, own = tmp_path / "cache", tmp_path / "own"
    (cache / "p").mkdir(parents=True)
    (cache / "p" / "known.cpython-311.pyc").write_bytes(b"known")
    compiled.lend(cache, own)
    assert (own / "p" / "known.cpython-311.pyc").read_bytes() == b"known"
    names = ("m.cpython-311.pyc", "m.cpython-311-pytest-8.3.pyc", "m.cpython-311.opt-1.pyc", "m.pyc", "x.txt", ".pyc")
    for name in names:
        (own / "p" / name).write_bytes(b"anything")
    (own / "q").symlink_to(cache)
    assert compiled.wishes(compiled.written(own), cache) == [Wish("/p/m.py", f"{cache}/p/m.cpython-311.pyc")]


def test_what_the_interpreter_has_compiled_is_copied_and_nothing_from_elsewhere(tmp_path: Path) -> None:
    for place in ("lib", "elsewhere"):
        (tmp_path / place / "__pycache__").mkdir(parents=True)
        (tmp_path / place / "__pycache__" / "m.cpython-311.pyc").write_text(place)
    cache = tmp_path / "cache"
    mine, other, none = (
        Wish(f"{tmp_path}/{name}.py", f"{cache}{tmp_path}/{name}.cpython-311.pyc")
        for name in ("lib/m", "elsewhere/m", "lib/n")
    )
    assert compiled.take_over([mine, other, none], [tmp_path / "lib"]) == [other, none]
    assert [path.name for path in cache.rglob("*.pyc")] == ["m.cpython-311.pyc"]
    assert Path(mine.cached).read_text() == "lib"


def test_two_at_once_never_give_a_module_what_another_one_holds(tmp_path: Path) -> None:
    kept = tmp_path / "lib" / "__pycache__"
    kept.mkdir(parents=True)
    names = [f"m{number}" for number in range(300)]
    for name in names:
        (kept / f"{name}.cpython-311.pyc").write_text(name * 50)
    wanted = [Wish(f"{tmp_path}/lib/{name}.py", f"{tmp_path}/cache/{name}.cpython-311.pyc") for name in names]
    halves = (wanted[:200], wanted[100:])
    assert side_by_side(2, lambda half: compiled.take_over(halves[half], [tmp_path / "lib"])) == [[], []]
    found = {path.name: path.read_text() for path in (tmp_path / "cache").iterdir()}
    assert found == {f"{name}.cpython-311.pyc": name * 50 for name in names}


def rewrite_many(folder: Path) -> None:
    """As a run of pytest does with many modules."""
    folder.mkdir(parents=True)
    for number in range(MANY):
        (folder / f"m{number}.cpython-311-pytest-8.3.pyc").write_bytes(b"")


def test_plugins_are_loaded_alone_once_a_second_run_had_to_rewrite_them(tmp_path: Path) -> None:
    cache, own, installed = tmp_path / "cache", tmp_path / "own", [Path("/x"), Path("/lib")]
    cache.mkdir()
    rewrite_many(own / "lib")
    assert not compiled.lacks_plugins(compiled.written(own), cache, installed)
    (cache / "m.cpython-311.pyc").write_bytes(b"")
    assert compiled.lacks_plugins(compiled.written(own), cache, installed)
    assert not compiled.lacks_plugins(compiled.written(cache), cache, installed)
    (cache / "m.cpython-311-pytest-8.3.pyc").write_bytes(b"")
    assert not compiled.lacks_plugins(compiled.written(own), cache, installed)


def test_many_tests_of_the_project_are_no_plugins(tmp_path: Path) -> None:
    cache, own = tmp_path / "cache", tmp_path / "own"
    cache.mkdir()
    (cache / "m.cpython-311.pyc").write_bytes(b"")
    rewrite_many(own / "checkout" / "tests")
    rewrite_many(own / "library")
    assert not compiled.lacks_plugins(compiled.written(own), cache, [Path("/lib")])


def test_plugins_that_pytest_rewrites_are_ready_for_the_third_run(tmp_path: Path, bytecode: Path) -> None:
    # The cache of the whole session: other tests run pytest as well, and find it warm.
    plugins = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": ""}
    made = Projects(tmp_path, None, bytecode)({"tests/test_a.py": "def test_a(): pass\n"}, environment=plugins)
    for _ in range(2):
        assert made.suite().green
    names = {path.name for path in bytecode.rglob("*.pyc")}
    assert any("-pytest-" in name for name in names) is ("mount" in made.sandbox._wanted())
    assert not any(name.startswith("test_a.") for name in names), "nothing of the tree may be in there but compiled"


def test_a_cache_that_may_have_been_written_to_is_emptied(tmp_path: Path) -> None:
    (tmp_path / "cache" / "deep").mkdir(parents=True)
    (tmp_path / "cache" / "deep" / "m.pyc").write_text("x")
    compiled.forget(tmp_path / "cache")
    assert not list((tmp_path / "cache").iterdir())


def test_folders_below_the_longest_path_are_looked_through_no_further_and_removed(tmp_path: Path) -> None:
    lent = tmp_path / "lent"
    lent.mkdir()
    (lent / "m.pyc").write_text("x")
    dig(lent)
    assert compiled.written(lent) == ["/m.pyc"]
    compiled.forget(lent)
    assert not list(lent.iterdir())
