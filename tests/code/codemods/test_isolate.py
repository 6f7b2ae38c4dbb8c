"""`isolate-import` on small modules: texts, results with the lane, and imports without it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from laneshift.code.codemods.isolate.one_file import MODES
from laneshift.code.codemods.isolate.run import isolate_import
from laneshift.code.codemods.records import Answer, Codemod
from laneshift.errors import Refused
from laneshift.repo.objects import File, Tree
from tests.code.codemods.pairs import CHANGED, LAB, REFUSED, UNTOUCHED, Pair
from tests.repo.builders import repo_at, write_files

FOLDER = "tests/isolated"
REGISTRY = "core.registry"

RUN = """
import importlib, json, sys
sys.path.insert(0, sys.argv[1])
if sys.argv[2] == "absent":
    sys.modules["labs"] = None
found = {name: importlib.import_module("core." + name) for name in json.loads(sys.argv[3])}
known = sorted(name for name in sys.modules if name.partition(".")[0] == "labs" and sys.modules[name])
if sys.argv[2] == "started":
    importlib.import_module("labs.providers")
ran = sys.argv[2] != "absent"
print(json.dumps([known, {name: each.run() for name, each in found.items()} if ran else {}]))
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return repo_at(Path(tmp_path_factory.mktemp("isolate")), LAB).tree("HEAD")


def asked(mode: str, lane: str = "labs") -> Codemod:
    more = {"registry": REGISTRY} if mode == "provider" else {}
    return Codemod.asked("isolate-import", (), {"lane": lane, "mode": mode, **more})


def answered(lab: Tree, text: str, mode: str, more: dict[str, str] | None = None) -> Answer:
    files = {"core/m.py": text, **(more or {})}
    tree = lab.edit({path: File(data.encode()) for path, data in files.items()})
    return isolate_import(tree, asked(mode), (), FOLDER)


def ran(place: Path, names: list[str], how: str) -> list[object]:
    """The lane's modules that importing the modules of core loads, and what their `run()` give."""
    command = [sys.executable, "-I", "-c", RUN, str(place), how, json.dumps(names)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: list[object] = json.loads(done.stdout)
    return found


def plain(value: object) -> object:
    return json.loads(json.dumps(value))


@pytest.mark.parametrize("pair", CHANGED, ids=[pair.name for pair in CHANGED])
def test_each_import_moves_into_what_uses_it(lab: Tree, pair: Pair) -> None:
    answer = answered(lab, pair.before, "lazy-call")
    assert answer.refusals == ()
    assert answer.files["core/m.py"].decode() == pair.after
    assert answer.tests == {f"{FOLDER}/test_isolated_core_m.py"}
    assert {edit.path for edit in answer.edits} == {"core/m.py"}


@pytest.mark.parametrize("mode", MODES)
def test_all_give_the_same_and_import_without_the_lane(tmp_path: Path, lab: Tree, mode: str) -> None:
    pairs = [pair for pair in CHANGED if mode != "provider" or not pair.before.startswith("try")]
    names = [f"m{at}" for at in range(len(pairs))]
    modules = {f"core/{name}.py": pair.before for name, pair in zip(names, pairs, strict=True)}
    tree = lab.edit({path: File(text.encode()) for path, text in modules.items()})
    answer = isolate_import(tree, asked(mode), (), FOLDER)
    assert answer.refusals == ()
    assert modules.keys() <= answer.files.keys()
    write_files(tmp_path, {**LAB, **modules, **answer.files})
    results = {name: plain(pair.result) for name, pair in zip(names, pairs, strict=True)}
    assert ran(tmp_path, names, "started" if mode == "provider" else "present") == [[], results]
    assert ran(tmp_path, names, "absent")[0] == []
    after = tree.edit({path: File(data) for path, data in answer.files.items()})
    assert isolate_import(after, asked(mode), (), FOLDER).files == {}


def test_before_it_does_not_import_without_the_lane(tmp_path: Path) -> None:
    write_files(tmp_path, {**LAB, "core/m.py": CHANGED[0].before})
    command = [sys.executable, "-I", "-c", RUN, str(tmp_path), "absent", '["m"]']
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "ModuleNotFoundError" in done.stderr


def test_a_registry_cannot_stand_for_a_try(lab: Tree) -> None:
    text = next(pair.before for pair in CHANGED if pair.before.startswith("try"))
    assert [each.cause for each in answered(lab, text, "provider").refusals] == ["conditional-import"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("pair", REFUSED, ids=[pair.name for pair in REFUSED])
def test_what_cannot_be_lazy_stays_and_says_why(lab: Tree, pair: Pair, mode: str) -> None:
    answer = answered(lab, pair.before, mode)
    assert answer.files == {}
    assert [(refusal.path, refusal.cause) for refusal in answer.refusals] == [("core/m.py", pair.cause)]
    assert answer.refusals[0].why


@pytest.mark.parametrize("pair", UNTOUCHED, ids=[pair.name for pair in UNTOUCHED])
def test_what_needs_nothing_is_left_alone(lab: Tree, pair: Pair) -> None:
    for mode in ("lazy", "lazy-call"):
        answer = answered(lab, pair.before, mode)
        assert (answer.files, answer.refusals) == ({}, ())


def test_four_in_ten_stay_as_they_are() -> None:
    untouched = len(REFUSED) + len(UNTOUCHED)
    assert untouched >= 0.4 * (untouched + len(CHANGED))


def test_a_module_that_has_its_own_getattr_is_refused(lab: Tree) -> None:
    text = CHANGED[0].before + "\n\ndef __getattr__(name):\n    return 3\n"
    assert [each.cause for each in answered(lab, text, "lazy").refusals] == ["own-getattr"]
    assert answered(lab, text, "lazy-call").refusals == ()


def test_who_takes_the_name_onward_keeps_it(lab: Tree) -> None:
    atop = {"core/n.py": "from core.m import Y\n"}
    later = {"core/n.py": "from core import m\n\n\ndef go():\n    return m.Y\n"}
    text = CHANGED[0].before
    assert [each.cause for each in answered(lab, text, "lazy", atop).refusals] == ["imported-onward"]
    assert [each.cause for each in answered(lab, text, "lazy-call", later).refusals] == ["imported-onward"]
    assert answered(lab, text, "lazy", later).refusals == ()


@pytest.mark.parametrize("mode", MODES)
def test_a_star_takes_the_name_onward_without_telling_it(lab: Tree, mode: str) -> None:
    star = {"core/n.py": "from core.m import *\n"}
    refused = answered(lab, CHANGED[0].before, mode, star)
    assert [(each.path, each.cause) for each in refused.refusals] == [("core/m.py", "imported-onward")]
    assert "core/n.py:1" in refused.refusals[0].why


def test_a_lane_deep_in_a_package_shares_its_name(lab: Tree, tmp_path: Path) -> None:
    text = "import labs\nimport labs.deep.w\n\n\ndef run():\n    return labs.deep.w.weigh() + labs.VERSION\n"
    tree = lab.edit({"core/m.py": File(text.encode())})
    answer = isolate_import(tree, asked("lazy-call", "labs.deep"), (), FOLDER)
    after = "import labs\n\n\ndef run():\n    import labs.deep.w\n    return labs.deep.w.weigh() + labs.VERSION\n"
    assert answer.files["core/m.py"].decode() == after
    alone = tree.edit({"core/m.py": File(text.replace("import labs\n", "").encode())})
    refused = isolate_import(alone, asked("lazy-call", "labs.deep"), (), FOLDER)
    assert [each.cause for each in refused.refusals] == ["shared-name"]


def test_line_ends_and_bytes_around_stay(lab: Tree) -> None:
    text = "# caf\u00e9\r\nfrom labs.x import Y\r\n\r\n\r\ndef run():\r\n    return Y.size  # \u00fc\r\n"
    after = answered(lab, text, "lazy-call").files["core/m.py"].decode()
    assert after == text.replace("from labs.x import Y\r\n", "").replace(
        "    return", "    from labs.x import Y\r\n    return"
    )


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"lane": "nowhere"}, "nowhere"),
        ({"lane": "labs", "mode": "magic"}, "magic"),
        ({"lane": "labs", "colour": "red"}, "colour"),
        ({"lane": "labs", "mode": "provider"}, "registry"),
        ({"lane": "labs", "mode": "provider", "registry": "labs.r"}, "labs.r"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(lab: Tree, given: dict[str, str], word: str) -> None:
    with pytest.raises(Refused, match=word):
        isolate_import(lab, Codemod.asked("isolate-import", (), given), (), FOLDER)


def test_a_provider_that_is_missing_is_told_apart_from_a_bug(tmp_path: Path, lab: Tree) -> None:
    answer = answered(lab, CHANGED[0].before, "provider")
    write_files(tmp_path, {**LAB, **answer.files})
    code = "import sys; sys.path.insert(0, sys.argv[1])\nfrom core import m\nm.run()"
    command = [sys.executable, "-I", "-c", code, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "NotProvidedError" in done.stderr


def test_the_registry_keeps_what_other_modules_asked_for(lab: Tree) -> None:
    first = answered(lab, CHANGED[0].before, "provider")
    tree = lab.edit({path: File(data) for path, data in first.files.items()})
    tree = tree.edit({"core/a.py": File(CHANGED[4].before.encode())})
    second = isolate_import(tree, asked("provider"), (), FOLDER).files["labs/providers.py"].decode()
    assert second.index('"core.a:lx"') < second.index('"core.m:Y"')
    assert second.startswith('"""What this lane provides')


@pytest.mark.parametrize("mode", MODES)
def test_the_safety_test_is_red_before_and_green_after(tmp_path: Path, lab: Tree, mode: str) -> None:
    text = CHANGED[0].before
    answer = answered(lab, text, mode)
    [test] = answer.tests
    base = {**LAB, "core/m.py": text.encode(), "pytest.ini": "[pytest]\n", test: answer.files[test]}
    red, green = tmp_path / "red", tmp_path / "green"
    for place, files in ((red, base), (green, {**base, **answer.files})):
        place.mkdir()
        write_files(place, files)
    assert _pytest(red, test) == 1
    assert _pytest(green, test) == 0


def _pytest(place: Path, test: str) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test]
    quick = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, cwd=place, env=quick, capture_output=True, check=False).returncode
