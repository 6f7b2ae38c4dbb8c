"""Whatever is done to a work tree, what was said of it before is never said of what it became."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laneshift.cli.lanes_checker import answer, check
from laneshift.cli.talking import Talk
from laneshift.lanes.again import Question, keep, load, place_of
from laneshift.lanes.sighting import begin, sighted
from laneshift.repo.objects import Repository
from laneshift.repo.snapshot import snapshot
from tests.repo.builders import git_cli, repo_at

RULES = '[lanes.labs]\npaths = ["labs/**"]\n[lanes.core]\npaths = ["core/**"]\nmay_import = []\n'
FILES = {
    "laneshift.toml": RULES,
    "labs/a.py": "X = 1\n",
    "core/b.py": "import labs.a\n",
    "core/c.py": "Y = 1\n",
    "docs/read.md": "words\n",
    ".gitignore": "out/\n*.tmp.py\n",
}
BAD, GOOD = "import labs.a\n", "import core.c\n"


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    repo_at(tmp_path / "repo", FILES)
    return tmp_path / "repo"


def settle(folder: Path) -> None:
    """Wait until the clock of the disk has gone on, so that an answer may be kept."""
    begun = begin(folder / ".git/laneshift")
    assert begun is not None
    while True:
        later = begin(folder / ".git/laneshift")
        assert later is not None
        if later.moment > begun.moment:
            return
        time.sleep(0.001)


def said(folder: Path, capsys: pytest.CaptureFixture[str], base: str = "") -> str:
    """What a check says, by looking."""
    capsys.readouterr()
    check(Question(base=base, directory=str(folder)), Talk(folder, as_json=False, verbose=False))
    return capsys.readouterr().out


def again(folder: Path, base: str = "") -> str | None:
    """What is said without looking, None where somebody has to look."""
    place = place_of(Question(base=base, directory=str(folder)))
    found = None if place is None else load(place)
    return None if found is None else found.text


def write(path: str, text: str) -> Callable[[Path], object]:
    def do(folder: Path) -> None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)

    return do


def silently(folder: Path) -> None:
    """The same size, and the old time of writing put back."""
    file = folder / "core/c.py"
    before = file.stat()
    file.write_text("Y = 2\n")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def linked(folder: Path) -> None:
    (folder / "core/c.py").unlink()
    (folder / "core/c.py").symlink_to("../labs/a.py")


CHANGES: dict[str, Callable[[Path], object]] = {
    "edited": write("core/b.py", GOOD),
    "edited silently": silently,
    "new file": write("core/d.py", BAD),
    "new file in a new folder": write("core/deep/er/d.py", BAD),
    "new file in an old folder": write("docs/d.py", BAD),
    "gone": lambda folder: (folder / "core/b.py").unlink(),
    "renamed": lambda folder: (folder / "core/b.py").rename(folder / "labs/b.py"),
    "became a link": linked,
    "a folder became a link": lambda folder: (folder / "core/extra").symlink_to("../labs"),
    "other rules": write("laneshift.toml", RULES.replace("[]", '["labs"]')),
    "ignored now": write(".gitignore", "out/\ncore/b.py\n*.tmp.py\n"),
    "ignored here": write(".git/info/exclude", "*.py\n"),
    "ignored by this user": write("../.config/git/ignore", "*.py\n"),
    "a setting of this user": write("../.gitconfig", "[core]\n\tautocrlf = true\n"),
    "attributes": write("core/.gitattributes", "*.py text eol=crlf\n"),
    "a known violation": write(".laneshift/lanes-baseline.txt", "direct\tcore\tlabs\tcore/b.py\tlabs/a.py\n"),
    "another branch": lambda folder: git_cli(folder, "switch", "-qC", "other"),
    "another commit": lambda folder: git_cli(folder, "commit", "-qm", "x", "--allow-empty"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_always_looked_at(
    mine: Path, capsys: pytest.CaptureFixture[str], change: Callable[[Path], object]
) -> None:
    settle(mine)
    first = said(mine, capsys)
    assert again(mine) == first
    change(mine)
    assert again(mine) is None
    settle(mine)
    then = said(mine, capsys)
    assert again(mine) == then


def test_what_no_check_reads_may_change(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("out/gen.py", BAD)(mine)
    settle(mine)
    first = said(mine, capsys)
    write("docs/read.md", "other words\n")(mine)
    write("out/more.py", BAD)(mine)
    assert again(mine) == first == said(mine, capsys)


def test_beside_a_base_every_file_counts(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settle(mine)
    first = said(mine, capsys, "HEAD")
    assert again(mine, "HEAD") == first
    assert again(mine) is None
    write("docs/read.md", "other words\n")(mine)
    assert again(mine, "HEAD") is None


def test_an_ignored_file_counts_once_it_is_tracked(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("core/x.tmp.py", BAD)(mine)
    settle(mine)
    assert "core/x.tmp.py" not in said(mine, capsys)
    git_cli(mine, "add", "-f", "core/x.tmp.py")
    assert again(mine) is None
    settle(mine)
    assert "core/x.tmp.py" in said(mine, capsys)


def test_a_file_written_in_the_same_moment_is_looked_at(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settle(mine)
    begun = begin(mine / ".git/laneshift")
    assert begun is not None
    file = mine / "core/c.py"
    while file.stat().st_ctime_ns < begun.moment:
        file.write_text("Y = 3\n")
    # Younger than the moment: a check that had begun then would not know which state of the file it has read.
    repository = Repository.open(mine)
    assert sighted(repository, snapshot(repository), begun) is None


def test_repositories_inside_are_not_watched(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git_cli(mine, "init", "-q", "inner")
    settle(mine)
    said(mine, capsys)
    assert again(mine) is None


STEPS = st.lists(st.tuples(st.sampled_from(sorted(CHANGES)), st.booleans()), min_size=1, max_size=5)


@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_what_is_said_again_is_what_a_look_would_say(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, bool]]
) -> None:
    home = tmp_path_factory.mktemp("home")
    folder = home / "repo"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        repo_at(folder, FILES)
        for step, keeps in steps:
            with suppress(FileNotFoundError, FileExistsError):
                CHANGES[step](folder)
            if keeps:
                settle(folder)
            quick = again(folder)
            found = answer(Question(directory=str(folder)), folder)
            assert quick in (None, found.text)
            place = place_of(Question(directory=str(folder)))
            assert place is not None
            keep(place, found)
            if keeps:
                assert again(folder) == found.text
