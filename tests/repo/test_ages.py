"""When files were last changed, against what each commit by itself says it changed."""

from __future__ import annotations

import random
from pathlib import Path

from laneshift.repo.ages import is_shallow, last_changes, settled
from laneshift.repo.commits import Identity, history, write_commit
from laneshift.repo.differences import differences
from laneshift.repo.objects import File, Repository
from tests.repo.builders import WHEN, git_cli, repo_at

WHO = Identity("Builder", "builder@example.org")
DAY = 86_400


def drawn_history(repo: Repository, seed: int, commits: int = 40) -> str:
    """Branches and merges of all kinds, with clocks that go wrong now and then; the last commit."""
    draw = random.Random(seed)
    tips = [repo.commit_id("HEAD")]
    for at in range(commits):
        parents = [draw.choice(tips[-4:])]
        if draw.random() < 0.4 and (other := draw.choice(tips)) not in parents:
            parents.append(other)
        tree = repo.tree(draw.choice(parents))
        path = draw.choice(["a.py", "b.py", "d/a.py", "d/é.py", "d/\nx", "e/f/g.py"])
        change = {} if draw.random() < 0.2 else {path: File(f"{at}".encode())}
        if draw.random() < 0.2:
            change[draw.choice(["a.py", "d", "e"])] = None
        when = WHEN + at * DAY + draw.randint(-5, 5) * DAY
        tips.append(write_commit(repo, tree.edit(change).oid, parents, f"commit {at}\n", WHO, when))
    return tips[-1]


def by_hand(repo: Repository, tip: str) -> dict[str, int]:
    """A commit changed what differs from all of its parents."""
    latest: dict[str, int] = {}
    for commit in history(repo, tip):
        tree = repo.tree(commit.oid)
        before = [repo.tree(parent) for parent in commit.parents] or [repo.empty_tree()]
        changed = set.intersection(*(set(differences(each, tree)) for each in before))
        for path in changed:
            latest[path] = max(latest.get(path, 0), commit.when)
    return latest


def test_the_stream_says_what_every_commit_says(tmp_path: Path) -> None:
    for seed in range(6):
        repo = repo_at(tmp_path / str(seed), {"a.py": "1\n", "d/a.py": "2\n"})
        tip = drawn_history(repo, seed)
        told = by_hand(repo, tip)
        assert last_changes(repo, tip) == told
        below = {path: when for path, when in told.items() if path.startswith("d/") or path == "a.py"}
        assert last_changes(repo, tip, ["d", "a.py"]) == below
        assert last_changes(repo, tip, ["nothing/here"]) == {}


def test_the_users_settings_of_git_have_no_say(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a.py": "1\n", "d/a.py": "2\n"})
    for key, value in (("log.showRoot", "false"), ("diff.renames", "copies"), ("diff.relative", "true")):
        git_cli(tmp_path, "config", key, value)
    git_cli(tmp_path, "mv", "a.py", "b.py")
    git_cli(tmp_path, "commit", "-q", "-m", "rename")
    assert last_changes(repo, "HEAD") == {"a.py": WHEN, "b.py": WHEN, "d/a.py": WHEN}


def test_commits_that_change_nothing_do_not_count(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a.py": "1\n"})
    first = repo.commit_id("HEAD")
    tree = repo.tree("HEAD")
    empty = write_commit(repo, tree.oid, [first], "empty\n", WHO, WHEN + 9 * DAY)
    other = write_commit(repo, tree.edit({"b.py": File(b"")}).oid, [first], "other\n", WHO, WHEN + DAY)
    merge = write_commit(repo, tree.oid, [other, empty], "ours\n", WHO, WHEN + 20 * DAY)
    assert settled(repo, empty).oid == settled(repo, merge).oid == settled(repo, first).oid == first
    assert settled(repo, other).oid == other


def test_a_history_that_was_cut_off_is_known_as_such(tmp_path: Path) -> None:
    whole = repo_at(tmp_path / "whole", {"a.py": "1\n"})
    tip = write_commit(whole, whole.tree("HEAD").oid, [whole.commit_id("HEAD")], "empty\n", WHO, WHEN)
    git_cli(tmp_path / "whole", "update-ref", "refs/heads/main", tip)
    git_cli(tmp_path, "clone", "-q", "--depth=1", f"file://{tmp_path}/whole", "part")
    part = Repository.open(tmp_path / "part")
    assert is_shallow(part)
    assert not is_shallow(whole)
    assert settled(part, "HEAD").oid == tip
    assert last_changes(part, "HEAD") == {"a.py": WHEN}
