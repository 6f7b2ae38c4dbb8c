"""Which forge the settings choose, and that none of them can have a key sent to somebody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.config import Settings, load
from laneshift.errors import CheckFailed, NeedsPerson, Refused
from laneshift.forge.local_checks import LocalChecks
from laneshift.forge.port import Change, Check
from laneshift.repo.objects import Repository
from laneshift.wiring import changes, comments, forge, issues
from tests.repo.builders import commit_files, git_cli, repo_at

GITHUB = 'kind = "github"\nrepository = "acme/shop"\n'


def settings(text: str) -> Settings:
    return load(lambda path: f"[forge]\n{text}".encode() if path == "laneshift.toml" else None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        GITHUB,
        f'{GITHUB}token_env = "GH_TOKEN"\nper = "lane"\nlabels = ["a b", "c"]\n',
        f'{GITHUB}api = "https://github.example.org/api/v3"\ntoken_env = "LANESHIFT_FORGE_TOKEN_ACME"\n',
        f'{GITHUB}api = "http://127.0.0.1:8080"\ntoken_env = "LANESHIFT_FORGE_TOKEN"\n',
    ],
)
def test_what_can_be_set(text: str) -> None:
    assert settings(text).forge.kind in ("local", "github")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('kind = "gitlab"\n', "kind"),
        ('kind = "github"\n', "OWNER/NAME"),
        ('kind = "github"\nrepository = "acme"\n', "OWNER/NAME"),
        ('kind = "github"\nrepository = "acme/.."\n', "OWNER/NAME"),
        ('kind = "github"\nrepository = "acme/shop/../../x"\n', "OWNER/NAME"),
        (f'{GITHUB}api = "https://evil.example"\n', "for https://api.github.com alone"),
        (f'{GITHUB}token_env = "LANESHIFT_FORGE_TOKEN"\n', "for https://api.github.com alone"),
        (f'{GITHUB}token_env = "AWS_SECRET_ACCESS_KEY"\n', "names no key of a forge"),
        (f'{GITHUB}api = "http://github.example.org"\ntoken_env = "LANESHIFT_FORGE_TOKEN"\n', "no address"),
        (f'{GITHUB}api = "https://me:pw@github.example.org"\ntoken_env = "LANESHIFT_FORGE_TOKEN"\n', "no address"),
        (f'{GITHUB}api = "file:///etc/passwd"\ntoken_env = "LANESHIFT_FORGE_TOKEN"\n', "no address"),
        (f'{GITHUB}token = "ghp_x"\n', "token"),
        (f'{GITHUB}labels = ["a,b"]\n', "labels"),
        (f"{GITHUB}patience = -1\n", "patience"),
    ],
)
def test_what_cannot_be_set(text: str, said: str) -> None:
    with pytest.raises(Refused) as caught:
        settings(text)
    assert said in f"{caught.value.what} {caught.value.why} {[str(fault) for fault in caught.value.faults]}"


def test_the_forge_is_that_of_the_branch_that_batches_land_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "repo"
    repository = repo_at(path, {"a.py": "", "laneshift.toml": 'target = "main"\n'})
    assert forge(repository).kind == "local"
    git_cli(path, "switch", "-q", "-c", "theirs")
    text = f'target = "main"\n[forge]\n{GITHUB}api = "https://evil.example"\ntoken_env = "LANESHIFT_FORGE_TOKEN"\n'
    commit_files(path, {"laneshift.toml": text}, "to somebody else")
    monkeypatch.setenv("LANESHIFT_FORGE_TOKEN", "secret")
    assert forge(repository).kind == "local"
    git_cli(path, "switch", "-q", "main")
    commit_files(path, {"laneshift.toml": f'target = "main"\n[forge]\n{GITHUB}labels = ["x"]\n'}, "speak to GitHub")
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    with pytest.raises(NeedsPerson, match="GITHUB_TOKEN has no key"):
        forge(repository)
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_secret")
    found = forge(repository)
    assert (found.kind, found.per, found.labels) == ("github", "batch", ("x",))
    assert "ghp_secret" not in repr(found)
    for each in (issues, changes, comments):
        assert type(each(repository)).__module__.startswith("laneshift.forge.github.")


def test_the_environment_says_which_server_is_given_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f'[forge]\n{GITHUB}api = "https://git.example.org/api/v3"\ntoken_env = "LANESHIFT_FORGE_TOKEN"\n'
    repository = repo_at(tmp_path / "repo", {"laneshift.toml": text})
    monkeypatch.setenv("LANESHIFT_FORGE_TOKEN", "secret")
    for other in ("", "https://git.example.org", "https://evil.example/api/v3"):
        monkeypatch.setenv("LANESHIFT_FORGE_API", other)
        with pytest.raises(NeedsPerson) as caught:
            forge(repository)
        assert caught.value.code == "forge.other-api"
    monkeypatch.setenv("LANESHIFT_FORGE_API", "https://git.example.org/api/v3/")
    assert forge(repository).changes.link(7) == "https://git.example.org/acme/shop/pull/7"


def test_a_repository_without_a_commit_has_a_forge_of_its_own(tmp_path: Path) -> None:
    git_cli(tmp_path, "init", "-q", str(tmp_path / "new"))
    assert forge(Repository.open(tmp_path / "new")).kind == "local"


def test_a_merged_branch_is_a_merged_change(tmp_path: Path) -> None:
    path = tmp_path / "repo"
    repository = repo_at(path, {"a.py": ""})
    git_cli(path, "switch", "-q", "-c", "work")
    commit = commit_files(path, {"b.py": ""}, "work")
    git_cli(path, "switch", "-q", "main")
    here = changes(repository)
    made = here.put(Change("work", 0, "Work", "", "work", "main", commit))
    assert made.state == "open"
    found = here.merge(1)
    assert found is not None
    assert (found.state, found.head, found.mergeable, here.merge(2)) == ("open", commit, True, None)
    git_cli(path, "merge", "-q", "work")
    assert [each.state for each in here.all()] == ["merged"]
    assert here.close("work", "done") is None
    assert here.put(Change("strange", 0, "", "", "work", "main", "no commit")).state == "open"


def test_checks_are_kept_by_commit_and_context(tmp_path: Path) -> None:
    checks, commit = LocalChecks(tmp_path / "checks"), "c" * 40
    assert checks.of(commit) == []
    both = [Check("suite", "success", "9 passed"), Check("plan", "pending")]
    assert (checks.put(commit, both), checks.put(commit, both)) == (2, 0)
    assert checks.put(commit, [Check("plan", "failure")]) == 1
    assert checks.of(commit) == [Check("plan", "failure"), both[0]]
    for bad in (("main", both), (commit, [Check("a\nb", "success")]), (commit, [Check("a", "green")])):  # type: ignore[arg-type]
        with pytest.raises(Refused):
            checks.put(*bad)
    for text in ("", "{}", '[{"context":"a"}]', '[{"context":"a","state":"green","description":""}]'):
        (tmp_path / f"checks/{commit}.json").write_text(text)
        with pytest.raises(CheckFailed, match="cannot be read"):
            checks.of(commit)
