"""What follows from the check of a tree about one with a few edits is what a check from nothing says, word for word."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from laneshift.cli.lanes_again import plainly_asked
from laneshift.cli.lanes_checker import run
from laneshift.lanes.again import Question, Said, place_of, today
from laneshift.lanes.edited import answer
from laneshift.repo.objects import Tree
from tests.lanes.drawn_trees import changed, drawn
from tests.lanes.ground import repository, tree_with
from tests.repo.builders import git_cli

RULES = (
    '[lanes.labs]\npaths = ["labs/**"]\n[lanes.core]\npaths = ["core/**"]\nmay_import = []\n'
    '[lanes.serve]\npaths = ["serve/**"]\nmay_import = ["core"]\n'
)
FILES = {
    "laneshift.toml": RULES,
    "docs/a.md": "one\n",
    "labs/a.py": "X = 1\n",
    "core/b.py": "import labs.a\n\nY = 1\n",
    "core/c.py": "import json\nfrom core import d\n\nZ = 1\n",
    "core/d.py": "\nD = 1\n",
    "core/blind.py": "\n\ndef f(name):\n    return __import__(name)\n",
    "core/pass_on.py": "from labs.a import X\n",
    "core/bare.py": "",
    "tools/t.py": "import labs.a\nT = 1\n",
    "tools/e.py": "\nE = 1\n",
    "tools/on.py": "from serve.s import S\n",
    "serve/s.py": "S = 1\n",
    "tools/counted.py": "from serve.s import S\n",
    "labs/l.py": "import tools.counted\nL = 1\n",
}
_EDITS = (
    "# a word\n{}",
    "import json\n{}",
    "{}\nimport os.path\n",
    "{}\n\ndef more():\n    return 1\n",
    "{}\n\n",
    "X = '''\n{}'''\n",
)


class Checking:
    """A repository whose checks go on from one another, or begin from nothing."""

    def __init__(self, folder: Path, files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
        self.repository = repository(folder, files)
        self.folder = folder
        self._capsys = capsys

    def commit(self, tree: Tree) -> str:
        return git_cli(self.folder, "commit-tree", tree.oid, "-p", "HEAD", "-m", "next").strip()

    def question(self, commit: str) -> Question:
        asked = plainly_asked(["lanes", "check", "--tree", commit, "-C", str(self.folder), "--json"])
        assert asked is not None
        return asked

    def whole(self, commit: str) -> tuple[int, str]:
        """What the whole check says."""
        place = place_of(self.question(commit))
        assert place is not None
        Path(place).unlink(missing_ok=True)
        code = run(self.question(commit))
        return code, self._capsys.readouterr().out

    def from_nothing(self, commit: str) -> tuple[int, str]:
        shutil.rmtree(self.repository.state_dir)
        return self.whole(commit)

    def follows(self, commit: str) -> Said | None:
        """What follows from the checks before."""
        return answer(self.question(commit), str(self.repository.git_dir), today())


@pytest.fixture
def checking(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[dict[str, str]], Checking]:
    return lambda files: Checking(tmp_path / "repo", files, capsys)


def test_an_edit_from_which_nothing_follows_is_answered(checking: Callable[[dict[str, str]], Checking]) -> None:
    here = checking(FILES)
    head = here.repository.tree("HEAD")
    assert here.follows("HEAD") is None
    here.whole("HEAD")
    harmless: dict[str, str | bytes | None] = {
        "core/c.py": "# first\nimport json\nimport os\nfrom core import d\n\nZ = 2\n",
        "core/b.py": "import labs.a\nimport json\n\nY = 2\n",
        "core/bare.py": "import json\nfrom tools.e import *\n",
        "core/blind.py": "\n\ndef f(word):\n    return __import__(word)\n",
        "docs/a.md": None,
        "docs/b.md": "two\n",
    }
    commit = here.commit(tree_with(head, harmless))
    said = here.follows(commit)
    assert said is not None
    assert (said.code, said.text) == here.from_nothing(commit)
    assert "core/b.py" in said.text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("core/c.py", "import labs.a\nfrom core import d\nZ = 1\n"),  # imports more
        ("core/c.py", "def f():\n    return __import__('labs.a')\nfrom core import d\n"),
        ("core/c.py", "import tools.t\nfrom core import d\nZ = 1\n"),  # reaches labs by way of it
        ("core/c.py", "import tools.on\nfrom core import d\nZ = 1\n"),  # makes what passes on count
        ("core/b.py", "import core.d\nimport labs.a\n"),
        ("core/bare.py", "from labs.a import *\n"),  # passes on
        ("tools/e.py", "from labs import a\n"),
        ("labs/l.py", "L = 1\n"),  # what passes on counts no more
        ("tools/e.py", "import labs.a\n"),  # a new door of the lane, or a way that others may go
        ("serve/s.py", "import labs.a\n"),
        ("core/c.py", "import json\nfrom core import d\nx = __import__(json)\n"),  # one that cannot be known
        ("core/c.py", "from core import d\nif x: import labs.a\nprint 'x'\n"),  # does not parse
        ("core/b.py", "\nimport labs.a\n\nY = 1\n"),  # a line that was told
        ("core/blind.py", "\ndef f(name):\n    return __import__(name)\n"),
        ("core/pass_on.py", "from labs.a import X\nY = 1\n"),
        ("core/d.py", None),
        ("core/e.py", "import labs.a\n"),
        ("laneshift.toml", RULES.replace("core/**", "tools/**")),
        ("pyproject.toml", "[tool.importlinter]\nroot_package = 'core'\n"),
        ("setup.cfg", "[importlinter]\nroot_package = core\n"),
        (".laneshift/lanes-baseline.txt", "direct\tcore\tlabs\tcore/b.py\tlabs/a.py\n"),
    ],
)
def test_whatever_may_change_the_answer_is_checked(
    checking: Callable[[dict[str, str]], Checking], path: str, text: str | None
) -> None:
    here = checking({**FILES, ".laneshift/lanes-baseline.txt": ""})
    here.whole("HEAD")
    assert here.follows(here.commit(tree_with(here.repository.tree("HEAD"), {path: text}))) is None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("core/c.py", "import json\n\nZ = 1\n"),  # imports less
        ("core/c.py", "import typing\nfrom tools import e\nif typing.TYPE_CHECKING:\n    from core import d\n"),
        ("core/c.py", "def f():\n    return __import__('tools.e')\nfrom core import bare\n"),
        ("serve/s.py", "import core.d\nimport tools.e\nS = 1\n"),
        ("tools/e.py", "import core.d\nE = 1\n"),
        ("labs/a.py", "import tools.t\nX = 1\n"),  # reaches labs, where it is itself
        ("serve/s.py", "import tools.counted\nS = 1\n"),  # passes on, and counted before
    ],
)
def test_imports_that_decide_nothing_are_answered(
    checking: Callable[[dict[str, str]], Checking], path: str, text: str
) -> None:
    here = checking({**FILES, "core/f.py": "import serve.s\n"})
    here.whole("HEAD")
    commit = here.commit(tree_with(here.repository.tree("HEAD"), {path: text}))
    said = here.follows(commit)
    assert said is not None
    assert (said.code, said.text) == here.from_nothing(commit)


def test_links_modes_and_a_damaged_file_are_checked(checking: Callable[[dict[str, str]], Checking]) -> None:
    here = checking(FILES)
    here.whole("HEAD")
    head = here.repository.tree("HEAD")
    assert here.follows(here.commit(tree_with(head, {}, {"core/out": "../labs"}))) is None
    commit = here.commit(tree_with(head, {"core/d.py": "\nimport core.c\nD = 2\n"}))
    assert here.follows(commit) is not None
    for kind in ("survey", "account", "reach"):
        (file,) = (here.repository.state_dir / "lanes").glob(f"{kind}-*")
        whole = file.read_bytes()
        file.write_bytes(whole.replace(b"labs", b"core"))
        assert here.follows(commit) is None
        file.write_bytes(whole)
    assert here.follows(commit) is not None


def test_other_known_violations_of_the_last_commit_are_seen(checking: Callable[[dict[str, str]], Checking]) -> None:
    here = checking({**FILES, ".laneshift/lanes-baseline.txt": ""})
    here.whole("HEAD")
    first = here.repository.tree("HEAD")
    commit = here.commit(tree_with(first, {"core/d.py": "\nD = 2\n"}))
    known = here.commit(
        tree_with(first, {".laneshift/lanes-baseline.txt": "direct\tcore\tlabs\tcore/b.py\tlabs/a.py\n"})
    )
    assert here.follows(commit) is not None
    git_cli(here.folder, "reset", "-q", "--soft", known)
    assert here.follows(commit) is None


def _edited(dice: random.Random, tree: Tree) -> Tree:
    paths = [path for path in tree.entries if path.endswith(".py")]
    chosen = dice.sample(paths, dice.randint(1, min(3, len(paths))))
    return tree_with(tree, {path: dice.choice(_EDITS).format(tree.read(path).decode()) for path in chosen})


def _reimported(dice: random.Random, tree: Tree) -> Tree:
    """With imports of some files of other files, or without some that they had."""
    paths = [path for path in tree.entries if path.endswith(".py")]
    files: dict[str, str | bytes | None] = {}
    for path in dice.sample(paths, dice.randint(1, min(3, len(paths)))):
        text = tree.read(path).decode()
        name = dice.choice(paths).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        added = dice.choice(("import {}\n", "from {} import X\n", "__import__('{}')\n")).format(name)
        less = "".join(line for line in text.splitlines(keepends=True) if "import" not in line)
        files[path] = dice.choice((f"{text}{added}Y = 1\n", f"{added}{text}", less, f"{less}{added}"))
    return tree_with(tree, files)


_NEXT = (changed, _edited, _edited, _reimported, _reimported)


def test_what_follows_is_what_a_check_from_nothing_says(checking: Callable[[dict[str, str]], Checking]) -> None:
    """Drawn trees, edited again and again and changed in names and imports in between."""
    here = checking({"laneshift.toml": RULES, "labs/a.py": "X = 1\n"})
    followed = 0
    for seed in range(120):
        dice = random.Random(seed)
        tree = drawn(dice, here.repository.tree("HEAD"))
        here.whole(here.commit(tree))
        for _ in range(3):
            tree = dice.choice(_NEXT)(dice, tree)
            commit = here.commit(tree)
            said = here.follows(commit)
            if said is not None:
                followed += 1
                state = here.repository.state_dir / "lanes"
                kept = {file: file.read_bytes() for file in state.iterdir()}
                assert (said.code, said.text) == here.from_nothing(commit), seed
                shutil.rmtree(state)
                state.mkdir()
                for file, data in kept.items():
                    file.write_bytes(data)
            else:
                here.whole(commit)
    assert followed > 50
