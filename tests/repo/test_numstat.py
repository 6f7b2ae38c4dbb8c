"""Lines that commits add and delete: those of `git log --numstat`, whatever paths are called."""

from __future__ import annotations

from pathlib import Path

from laneshift.repo.numstat import Numstat, numstats
from tests.repo.builders import commit_files, git_cli, repo_at

LONG = "".join(f"line {at}\n" for at in range(50))


def test_counts_of_every_kind_of_change(tmp_path: Path) -> None:
    odd = "odd\tname\n\u00fc.py"
    made = repo_at(tmp_path, {"a.py": LONG, "b.bin": b"\0\1", odd: "x\n"})
    (tmp_path / "a.py").unlink()
    commit_files(tmp_path, {"c.py": LONG + "more\n", "b.bin": b"\0\2", odd: "y\nz\n"}, "all at once")
    first, last = git_cli(tmp_path, "rev-list", "--reverse", "HEAD").split()
    found = numstats(made, [first, last])
    assert set(found[first]) == {Numstat("a.py", 50, 0), Numstat("b.bin", None, None), Numstat(odd, 1, 0)}
    assert set(found[last]) == {
        Numstat("c.py", 1, 0, "a.py"),
        Numstat("b.bin", None, None),
        Numstat(odd, 2, 1),
    }


def test_nothing_asked_is_nothing_told_and_an_empty_commit_has_no_counts(tmp_path: Path) -> None:
    made = repo_at(tmp_path, {"a.py": LONG})
    git_cli(tmp_path, "-c", "user.name=A", "-c", "user.email=a@x", "commit", "-q", "--allow-empty", "-m", "empty")
    head = git_cli(tmp_path, "rev-parse", "HEAD").strip()
    assert numstats(made, []) == {}
    assert numstats(made, [head]) == {head: ()}
