"""Names of reports from other machines and folders find their files, and never another file of the same name."""

from __future__ import annotations

import pytest

from laneshift.errors import Refused
from laneshift.reports.coverage.resolving import resolve
from tests.reports.coverage.scene import measured

TREE = (
    "core/a.py",
    "core/b.py",
    "a.py",
    "setup.py",
    "services/api/setup.py",
    "services/api/app/main.py",
    "src/pkg/m.py",
)


def _paths(*names: str, sources: tuple[str, ...] = (), work_dir: str = "", root: str = "") -> dict[str, str]:
    found = resolve(measured(dict.fromkeys(names, (1, 1)), sources=sources), TREE, work_dir, root)
    return {name: path for path, name in found.names.items()}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("core/a.py", "core/a.py"),
        ("./core/a.py", "core/a.py"),
        ("core\\a.py", "core/a.py"),
        ("/build/17/core/a.py", "core/a.py"),
        ("C:\\build\\core\\a.py", "core/a.py"),
        ("/build/x/../17/core/a.py", "core/a.py"),
        ("a.py", "a.py"),
        ("app/main.py", "services/api/app/main.py"),
    ],
)
def test_one_name(name: str, path: str) -> None:
    assert _paths(name) == {name: path}


def test_most_names_decide_where_all_begin() -> None:
    assert _paths("app/main.py", "setup.py") == {
        "app/main.py": "services/api/app/main.py",
        "setup.py": "services/api/setup.py",
    }
    found = _paths("/b/services/api/app/main.py", "/b/setup.py", "/usr/lib/python3/core/a.py")
    assert found == {"/b/services/api/app/main.py": "services/api/app/main.py", "/b/setup.py": "setup.py"}


def test_sources_come_before_what_a_name_looks_like() -> None:
    assert _paths("a.py", sources=("/w/core",), work_dir="/w") == {"a.py": "core/a.py"}
    assert _paths("m.py", sources=("/elsewhere/src/pkg", "/elsewhere/tests")) == {"m.py": "src/pkg/m.py"}


def test_the_work_tree_itself_needs_no_guess() -> None:
    found = _paths("/w/a.py", "/w/core/a.py", "/usr/lib/core/b.py", work_dir="/w")
    assert found == {"/w/a.py": "a.py", "/w/core/a.py": "core/a.py"}


def test_a_root_that_is_set_decides() -> None:
    assert _paths("setup.py", root="services/api") == {"setup.py": "services/api/setup.py"}
    assert _paths("setup.py") == {"setup.py": "setup.py"}


def _code(*names: str, tree: tuple[str, ...] = TREE, sources: tuple[str, ...] = ()) -> str:
    with pytest.raises(Refused) as refused:
        resolve(measured(dict.fromkeys(names, (1, 1)), sources=sources), tree)
    return refused.value.code


def test_a_draw_is_refused() -> None:
    assert _code("app/x.py", tree=("one/app/x.py", "two/app/x.py")) == "coverage.ambiguous"
    assert _code("a.py", sources=("/w/core", "/w"), tree=("core/a.py", "a.py", "w/z.py")) == "coverage.ambiguous"


def test_a_report_of_another_project_is_refused() -> None:
    assert _code("/b/other/thing.py", "../outside.py") == "coverage.other-tree"


def test_two_names_of_one_file_are_refused() -> None:
    assert _code("core/a.py", "./core/a.py") == "coverage.twice"


def test_hostile_names_stay_outside() -> None:
    found = resolve(measured({"core/a.py": (1, 1), "../../etc/passwd": (1, 1), "a\0b": (1, 1)}), TREE)
    assert set(found.names) == {"core/a.py"}
    assert found.foreign == ("../../etc/passwd", "a\0b")
