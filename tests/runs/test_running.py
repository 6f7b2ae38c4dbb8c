"""Running items: the same ids wherever it is done, one item's trouble is its own, and only the delta counts."""

from __future__ import annotations

import shutil
from pathlib import Path

from laneshift.runs import working
from laneshift.runs.inspecting import steps_of
from laneshift.runs.working import Landing
from tests.repo.builders import commit_files, git_cli
from tests.toy import copy_of, laneshift, planned, refs, shop_at, toy, tree_of

FOUR = Landing(("labs.shapes", "labs.report"))


def test_another_machine_makes_the_same_trees_and_commits(ran: Path, tmp_path: Path) -> None:
    """Another path, home, user, language, time zone, number of workers and way in: the same ids."""
    here = copy_of(ran, tmp_path / "here")
    git_cli(tmp_path, "clone", "-q", "--single-branch", "-b", "main", str(ran), "a much longer name/there")
    there = tmp_path / "a much longer name/there"
    plan_file = next((ran / ".git/laneshift/plans").glob("*.json"))
    shutil.copy(plan_file, tmp_path / "sent.json")
    env = {"HOME": str(tmp_path / "home"), "USER": "grace", "LOGNAME": "grace", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    assert laneshift(there, "run", str(tmp_path / "sent.json"), "-j", "3", env=env).code == 1
    mine, theirs = refs(here), refs(there)
    branches = {name for name in mine if name.startswith("refs/heads/laneshift/")}
    assert len(branches) == 5
    assert {name: theirs[name] for name in branches} == {name: mine[name] for name in branches}
    assert laneshift(there, "land", "batch", "--only", "labs.shapes", "--only", "labs.report", env=env).code == 1
    shop = shop_at(here)
    tip = working.land(shop, shop.plans.load("batch"), FOUR)["tip"]
    assert refs(there)["refs/heads/main"] == tip == refs(here)["refs/heads/main"]
    assert refs(there)["refs/laneshift/reverts/batch"] == refs(here)["refs/laneshift/reverts/batch"]


def test_a_plan_of_another_repository_is_refused(ran: Path, tmp_path: Path) -> None:
    path = toy(tmp_path / "repo", {"labs/other.py": ""})
    plan_file = next((ran / ".git/laneshift/plans").glob("*.json"))
    done = laneshift(path, "run", str(plan_file), "--json")
    assert (done.code, done.data["error"]["code"]) == (2, "plan.no-base")
    assert shop_at(path).plans.all() == []


MESS = {
    f"old/broken_{number}.py": f"import labs.gone_{number}\nfrom labs.shapes import nothing_{number}\n"
    for number in range(300)
}
UNPARSABLE = {f"old/two_{number}.py": "print 'two'\n" for number in range(40)}
PACKAGE = {
    "labs/kit/__init__.py": "from .tools import cut\n\n__all__ = ['cut']\n",
    "labs/kit/tools.py": "from . import data\n\n\ndef cut(text):\n    return text[: data.LENGTH]\n",
    "labs/kit/data.py": "LENGTH = 3\n",
    "labs/uses.py": "import labs.kit.tools\nfrom labs.kit import cut\n\n\n"
    "def short(text):\n    return cut(text) == labs.kit.tools.cut(text)\n",
    "tests/test_kit.py": "from labs.uses import short\n\n\ndef test_short():\n    assert short('abcdef')\n",
}


def test_a_package_moves_through_a_mess_that_was_there_before(ran: Path, tmp_path: Path) -> None:
    """Hundreds of unresolved imports and unparsable files are on record, and only the delta counts."""
    path = toy(tmp_path / "repo", {**MESS, **UNPARSABLE, **PACKAGE}, warm=ran)
    plan = planned(path, "labs.kit\tlabs/kit\tcore/kit\n")
    state = working.run(shop_at(path), plan, 1)
    assert state.items["labs.kit"].state == "ready-to-land", state.items["labs.kit"].cause
    deps = next(step for step in steps_of(shop_at(path), plan, "labs.kit") if step.step == "check_deps")
    assert deps.facts["unresolved_before"] >= 300
    assert deps.facts["newly_unresolved"] == []
    working.land(shop_at(path), plan)
    assert sorted(file.name for file in (path / "core/kit").glob("*.py")) == ["__init__.py", "data.py", "tools.py"]
    assert "from core.kit import cut" in (path / "labs/uses.py").read_text()
    assert not (path / "labs/kit").exists()
    assert git_cli(path, "log", "--format=%s", "--follow", "core/kit/tools.py").splitlines()[-1] == "initial"


def test_trouble_with_one_item_is_its_own(ran: Path, tmp_path: Path) -> None:
    """A branch that somebody took, a lane that forbids the import, an import that breaks: each is set aside alone."""
    changes = {
        "labs/lone.py": "from tests import support\n\nTOOL = support\n",
        "tests/__init__.py": "",
        "tests/support.py": "",
    }
    path = toy(tmp_path / "repo", changes, warm=ran)
    theirs = commit_files(path, {"notes.txt": "somebody's own work\n"})
    git_cli(path, "update-ref", "refs/heads/laneshift/batch/labs.plugin", theirs)
    git_cli(path, "reset", "-q", "--hard", "HEAD~1")
    plan = planned(
        path,
        "labs.plugin\tlabs/plugin.py\tcore/plugin.py\nlabs.lone\tlabs/lone.py\tcore/lone.py\n"
        "labs.stays\tlabs/stays.py\tlabs/stays.py\n",
    )
    base = tree_of(path)
    state = working.run(shop_at(path), plan, 2)
    assert {item.id: (item.state, item.step) for item in state.items.values()} == {
        "labs.plugin": ("quarantined", "test"),
        "labs.lone": ("quarantined", "check_deps"),
        "labs.stays": ("verified", ""),
    }
    assert "branch refs/heads/laneshift/batch/labs.plugin holds a commit" in state.items["labs.plugin"].cause
    assert "lane" in state.items["labs.lone"].cause
    assert refs(path)["refs/heads/laneshift/batch/labs.plugin"] == theirs
    assert tree_of(path) == base
    git_cli(path, "update-ref", "-d", "refs/heads/laneshift/batch/labs.plugin")
    again = working.run(shop_at(path), plan, 1)
    assert again.run_attempt == 2
    assert again.unfinished == []
    assert again.items["labs.plugin"].cause.startswith("1 test(s) turn red")
    assert refs(path)["refs/heads/laneshift/batch/labs.plugin"] == again.items["labs.plugin"].commit
