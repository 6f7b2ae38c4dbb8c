"""The whole suite stays the whole suite, wherever its files are moved."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.landing.renames import composed
from laneshift.runs import working
from laneshift.runs.suite_paths import paths_after
from tests.monorepo import CONFIG
from tests.toy import planned, records, shop_at, toy


def after(paths: list[str], renames: dict[str, str], *, there: tuple[str, ...] = (), tests: bool = False) -> list[str]:
    return paths_after(paths, renames, lambda path: path in there, lambda _: tests)


@pytest.mark.parametrize(
    ("paths", "renames", "there", "now"),
    [
        (["tests"], {"a.py": "b.py"}, ("tests",), ["tests"]),
        (["tests"], {}, (), ["tests"]),
        (["t/test_a.py::test_x"], {"t/test_a.py": "u/test_a.py"}, (), ["u/test_a.py::test_x"]),
        (["a/tests/"], {"a/tests/x.py": "b/tests/x.py", "a/tests/y/z.py": "b/tests/y/z.py"}, (), ["b/tests"]),
        (["t"], {"t/test_a.py": "u/test_a.py", "t/help.py": "u/help.py"}, ("t",), ["t", "u/test_a.py"]),
        (["t"], {"t/test_a.py": "u/test_a.py", "t/b_test.py": "v/b_test.py"}, (), ["v/b_test.py", "u/test_a.py"]),
        (["t"], {"t/a.txt": "u/a.txt", "t/b.txt": "v/b.txt"}, (), ["t"]),
        (["t", "u"], {"t/test_a.py": "u/test_a.py"}, ("t", "u"), ["t", "u"]),
        (["."], {"t/test_a.py": "u/test_a.py"}, (), ["."]),
        (["t"], {"tt/test_a.py": "u/test_a.py"}, ("t",), ["t"]),
    ],
)
def test_paths_follow_their_files(
    paths: list[str], renames: dict[str, str], there: tuple[str, ...], now: list[str]
) -> None:
    assert after(paths, renames, there=there) == now


def test_a_file_with_tests_under_a_name_of_its_own_is_followed() -> None:
    assert after(["t"], {"t/check.py": "u/check.py"}, there=("t",), tests=True) == ["t", "u/check.py"]
    assert after(["t"], {"t/check.py": "u/check.py"}, there=("t",)) == ["t"]


names = st.sampled_from(["t/test_a.py", "t/test_b.py", "t/in/test_c.py", "u/test_d.py", "v/w/test_e.py"])


@given(st.dictionaries(names, names, max_size=5).filter(lambda moves: len(set(moves.values())) == len(moves)))
def test_every_test_that_was_covered_is_covered_afterwards(moves: dict[str, str]) -> None:
    files = {"t/test_a.py", "t/test_b.py", "t/in/test_c.py"}
    standing = {moves.get(file, file) for file in files}
    folders = {folder for file in standing for folder in (file.rpartition("/")[0], file.partition("/")[0])}
    now = after(["t"], {old: new for old, new in moves.items() if old in files}, there=tuple(folders))
    assert all(any(file == name or file.startswith(f"{name}/") for name in now) for file in standing)


def test_moves_one_after_the_other_are_one() -> None:
    assert composed([{"a": "b"}, {"b": "c", "x": "y"}, {"y": "a"}]) == {"a": "c", "x": "a"}
    assert composed([]) == {}


def test_a_train_runs_the_suite_where_it_moved_it(tmp_path: Path) -> None:
    config = CONFIG.replace("[tests]\n", '[tests]\npaths = ["tests", "labs/checks"]\n')
    changes = {
        "laneshift.toml": f'workers = 1\n{config}[tests.environment]\nPYTEST_DISABLE_PLUGIN_AUTOLOAD = "1"\n',
        "labs/checks/__init__.py": "",
        "labs/checks/test_inside.py": "def test_inside():\n    assert True\n",
    }
    path = toy(tmp_path / "repo", changes)
    plan = planned(path, "labs.checks\tlabs/checks\tcore/checks\n")
    shop = shop_at(path)
    working.run(shop, plan, workers=1)
    outcome = working.land(shop, plan)
    assert outcome["items"] == ["labs.checks"]
    (suite,) = records(path, "suite.ran")
    ran = shop.store.get(suite.facts["outcomes"]).decode()
    assert '"core/checks/test_inside.py::test_inside":"passed"' in ran
