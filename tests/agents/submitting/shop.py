"""The repository of the labelled submissions: a small project, two packs, and commits made by libgit2 alone."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pygit2

from laneshift.agents.packs.pack import Pack
from laneshift.agents.submitting.ground import Ground, Who
from laneshift.agents.submitting.judging import Looked, look
from laneshift.agents.submitting.reading import read_ground
from laneshift.repo.objects import Repository
from tests.repo.builders import repo_at

AGENT = "claude-code"
EMAIL = "claude-code@agents.example.org"
WHO = Who(AGENT, "surgical", EMAIL, 20)
TEXT = """fix(core): round the area as the report does

Problem:
- The area is rounded twice

Solution:
- Round it once

Impact:
- Reports stay as they were
"""

SETTINGS = f"""\
workers = 1

[lanes.labs]
paths = ["labs/**"]
level = "experimental"

[lanes.core]
paths = ["core/**", "docs/**"]
may_import = ["core", "labs"]

[lanes.tests]
paths = ["tests/**"]

[tests]
smoke = ["tests/test_report.py"]
item_seconds = 600
suite_seconds = 600

[tests.environment]
PYTEST_DISABLE_PLUGIN_AUTOLOAD = "1"

[agents.claude-code]
email = "{EMAIL}"
owner = "ada@example.org"

[agents.codex]
email = "codex@agents.example.org"
owner = "ada@example.org"

[agents.copilot]
email = "copilot@agents.example.org"
owner = "ada@example.org"
"""

FILES: dict[str, str] = {
    "laneshift.toml": SETTINGS,
    "core/__init__.py": "",
    "core/area.py": '''"""Areas of plain shapes."""

import math

PLACES = 2


def circle(radius):
    """The area of a circle."""
    if radius < 0:
        raise ValueError("a radius is not negative")
    return round(math.pi * radius**2, PLACES)


def square(side):
    """The area of a square."""
    return side * side
''',
    "core/report.py": '''"""Reports about shapes."""

from core.area import circle, square


def lines(sizes):
    """One line for each size."""
    return [f"{size}: {circle(size)} {square(size)}" for size in sizes]
''',
    "core/money.py": '''"""Prices."""

RATE = 19


def with_tax(amount):
    """The price with tax."""
    return amount + amount * RATE // 100
''',
    "labs/__init__.py": "",
    "labs/shapes.py": '''"""Shapes that are tried out."""


def corners(name):
    """How many corners a shape has."""
    return {"triangle": 3, "square": 4}.get(name, 0)
''',
    "tests/conftest.py": """import pytest


@pytest.fixture
def sizes():
    return [1, 2, 3]
""",
    "tests/test_area.py": """import unittest

import pytest

from core import area
from core.area import circle, square

KNOWN = {1: 3.14, 2: 12.57}


def test_circle():
    assert circle(1) == 3.14
    assert circle(2) == 12.57


def test_square():
    result = square(3)
    assert result == 9


@pytest.mark.parametrize("side", [0, 1, 2, 3])
def test_squares(side):
    assert square(side) == side**2


def test_negative():
    with pytest.raises(ValueError):
        circle(-1)


class TestPlaces(unittest.TestCase):
    def test_places(self):
        self.assertEqual(area.PLACES, 2)
        self.assertTrue(circle(1) > 3)
""",
    "tests/test_report.py": """from core.report import lines


def test_lines(sizes):
    found = lines(sizes)
    assert len(found) == 3
    assert found[0] == "1: 3.14 1"
    expected = ["1: 3.14 1", "2: 12.57 4", "3: 28.27 9"]
    assert found == expected
""",
    "tests/test_shapes.py": """from unittest import mock

from labs.shapes import corners


def test_corners():
    assert corners("square") == 4


def test_patched():
    with mock.patch("labs.shapes.corners", return_value=7):
        from labs import shapes

        assert shapes.corners("square") == 7
""",
    "tests/data/expected.json": '{"1": 3.14, "2": 12.57}\n',
    "docs/guide.md": "# Guide\n\nHow areas are worked out.\n\nRound once, at the end.\n",
    "pyproject.toml": '[project]\nname = "shapes"\nversion = "1"\ndescription = "Shapes"\n\n'
    '[tool.pytest.ini_options]\naddopts = "-q"\ntestpaths = ["tests"]\n\n[tool.ruff]\nline-length = 100\n',
    ".gitattributes": "*.py text eol=lf\n",
    ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n"
    "    steps:\n      - run: pytest\n",
    ".github/CODEOWNERS": "* @ada\n",
    ".pre-commit-config.yaml": "repos: []\n",
    "AGENTS.md": "# For agents\n\nKeep changes small.\n",
    "Makefile": "test:\n\tpytest\n",
    "scripts/run.sh": "#!/bin/sh\necho run\n",
}

_OWNED = ("core/area.py", "core/report.py", "labs/shapes.py", "tests/test_area.py", "tests/test_report.py")
_FOLLOWING = (
    *("core/shapes.py", "core/table.py", "tests/test_shapes.py", "tests/test_table.py", "tests/conftest.py"),
    *("docs/guide.md", "docs/table.md", "pyproject.toml", "core/old.py", "core/geometry/__init__.py"),
    *("core/geometry/area.py", "tests/test_geometry.py", "core/logo.png", "core/table.pyi", "core/notes.txt"),
)
_GREEDY = (
    *(
        "laneshift.toml",
        ".gitattributes",
        ".gitmodules",
        ".gitignore",
        ".github/workflows/ci.yml",
        ".github/CODEOWNERS",
    ),
    *(".github/workflows/new.yml", ".pre-commit-config.yaml", ".githooks/pre-commit", "AGENTS.md", "Makefile"),
    *("CLAUDE.md", ".cursor/rules/all.md", "Jenkinsfile", ".gitlab-ci.yml", "setup.py", "sitecustomize.py"),
    *("core/fast.so", "pytest.ini", "tox.ini", "setup.cfg", ".coveragerc", "vendor", "link", "scripts/run.sh"),
    *("tests/data/expected.json", "requirements.txt", "evil.pth", ".vscode/tasks.json", ".husky/pre-push"),
    *("laneshift.policies.cedar", "core/Area.py", "core/ar\u0435a.py", "core/a\u202erea.py", "tests/helper.py"),
)


def _pack(name: str, owned: tuple[str, ...], base: str) -> Pack:
    return Pack(
        id=name,
        plan="batch-0123456789",
        agent=AGENT,
        base=base,
        mission="Do one item.",
        items=("labs.shapes",),
        owned=_OWNED,
        editable=owned,
        context=(),
        steps=(),
        commands=(),
        acceptance=(),
        commit_text=TEXT,
        rollback=(),
        never=(),
        weight=1,
    )


Change = str | bytes | None | tuple[int, str]
"""New text, bytes, nothing (deleted), or a mode and an object id."""


@dataclass
class Shop:
    """One repository with its base and packs. `commit` makes what an agent brings."""

    path: Path
    repository: Repository
    base: str
    packs: Mapping[str, Pack]

    @classmethod
    def at(cls, path: Path) -> Shop:
        """Make it."""
        repository = repo_at(path, FILES)
        handle = repository.handle
        index = pygit2.Index()
        index.read_tree(handle[handle.head.target].tree)
        run = index["scripts/run.sh"]
        index.add(pygit2.IndexEntry("scripts/run.sh", run.id, pygit2.GIT_FILEMODE_BLOB_EXECUTABLE))
        tree = index.write_tree(handle)
        who = pygit2.Signature("Ada", "ada@example.org", 1_700_000_000, 0)
        base = str(handle.create_commit(None, who, who, "base\n", tree, [handle.head.target]))
        packs = {"plain": _pack("p-plain", _FOLLOWING, base), "greedy": _pack("p-greedy", _FOLLOWING + _GREEDY, base)}
        return cls(path, repository, base, packs)

    @property
    def handle(self) -> pygit2.Repository:
        """The repository as libgit2 sees it."""
        return self.repository.handle

    def text(self, path: str, old: str, new: str) -> str:
        """The file of the base with `old`, which has to be there, replaced."""
        assert old in FILES[path], (path, old)
        return FILES[path].replace(old, new, 1)

    def blob(self, data: str | bytes) -> str:
        """The id of a blob."""
        return str(self.handle.create_blob(data.encode() if isinstance(data, str) else data))

    def tree(self, changes: Mapping[str, Change], onto: str = "") -> str:
        """The tree of commit `onto` (the base) with these changes."""
        index = pygit2.Index()
        index.read_tree(self.handle[onto or self.base].tree)
        for path, change in changes.items():
            if change is None:
                index.remove(path)
                continue
            mode, oid = change if isinstance(change, tuple) else (pygit2.GIT_FILEMODE_BLOB, self.blob(change))
            index.add(pygit2.IndexEntry(path, pygit2.Oid(hex=oid), mode))
        return str(index.write_tree(self.handle))

    def commit(
        self,
        changes: Mapping[str, Change],
        *,
        onto: str = "",
        text: str = TEXT,
        email: str = EMAIL,
        committer: str = "",
        parents: tuple[str, ...] | None = None,
    ) -> str:
        """A commit of the agent with these changes."""
        return self.commit_tree(
            self.tree(changes, onto), onto=onto, text=text, email=email, committer=committer, parents=parents
        )

    def commit_tree(
        self,
        tree: str,
        *,
        onto: str = "",
        text: str = TEXT,
        email: str = EMAIL,
        committer: str = "",
        parents: tuple[str, ...] | None = None,
    ) -> str:
        """A commit with this tree."""
        above = [onto or self.base] if parents is None else list(parents)
        head = [f"tree {tree}", *(f"parent {parent}" for parent in above)]
        head += [f"author Agent <{email}> 1700000100 +0000", f"committer Agent <{committer or email}> 1700000100 +0000"]
        return str(self.handle.odb.write(pygit2.GIT_OBJECT_COMMIT, ("\n".join(head) + "\n\n" + text).encode()))

    def raw_tree(self, rows: list[tuple[str, bytes, str]]) -> str:
        """A tree object of these rows (mode, name, id) as they are, which git itself would never write."""
        data = b"".join(mode.encode() + b" " + name + b"\0" + bytes.fromhex(oid) for mode, name, oid in rows)
        return _loose(self.path, b"tree", data)

    def rows(self) -> list[tuple[str, bytes, str]]:
        """The rows of the base's root."""
        tree = self.handle[self.base].tree
        return [(f"{entry.filemode:o}", entry.name.encode(), str(entry.id)) for entry in tree]

    def ground(self, commit: str, pack: str = "plain", report: Any = None, who: Who = WHO) -> Ground | tuple[Any, ...]:
        """What the checks look at."""
        return read_ground(self.repository, self.packs[pack], who, commit, report)

    def looked(self, commit: str, pack: str = "plain", report: Any = None, who: Who = WHO) -> Looked:
        """What they find."""
        ground = self.ground(commit, pack, report, who)
        return look(ground) if isinstance(ground, Ground) else Looked(ground)


def _loose(path: Path, kind: bytes, data: bytes) -> str:
    """Write an object file without any of git's checks."""
    import hashlib
    import zlib

    whole = kind + b" " + str(len(data)).encode() + b"\0" + data
    oid = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
    place = path / ".git" / "objects" / oid[:2] / oid[2:]
    place.parent.mkdir(exist_ok=True)
    if not place.exists():
        place.write_bytes(zlib.compress(whole))
    return oid


def png() -> bytes:
    """The beginning of a picture."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + bytes(64)
