"""`laneshift report agents`: its numbers are those of `git log --numstat`; a journal that says otherwise is told."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from laneshift.runs import working
from tests.cli.one_process import here
from tests.monorepo import BATCH, BREAKS
from tests.repo.builders import commit_files, git_cli
from tests.toy import Done, copy_of, laneshift, planned, shop_at, toy

AGENTS = '\n[agents.bot]\nemail = "Bot@example.org"\nowner = "ada@example.org"\n'
AGENTS += '[agents.idle]\nemail = "idle@example.org"\nowner = "ada@example.org"\n'
REGISTRY = "labs.registry\tlabs/registry.py\tcore/registry.py\n"


@pytest.fixture(scope="module")
def template(ready_toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bot landed two of three items; a person landed one and took it back. Never change it: take a copy."""
    path = toy(tmp_path_factory.mktemp("agents") / "repo", warm=ready_toy)
    commit_files(path, {"laneshift.toml": (path / "laneshift.toml").read_text() + AGENTS}, "agents")
    for name, email, batch, file in (
        ("A bot", "bot@example.org", BATCH + BREAKS, "first.tsv"),
        ("Eve", "eve@example.org", REGISTRY, "second.tsv"),
    ):
        git_cli(path, "config", "user.name", name)
        git_cli(path, "config", "user.email", email)
        plan = planned(path, batch, file)
        shop = shop_at(path)
        working.run(shop, plan, workers=1)
        assert working.land(shop, plan)["result"] == "landed"
        shop.journal.close()
    back = laneshift(path, "rollback", "second", "--json")
    assert back.code == 0, back.out + back.err
    return path


@pytest.fixture
def repo(template: Path, tmp_path: Path) -> Path:
    return copy_of(template, tmp_path / "repo")


def report(repo: Path, *words: str) -> Done:
    return here(["report", "agents", "--json", "-C", str(repo), *words])


def by_email(done: Done) -> dict[str, Any]:
    return {each["email"]: each for each in done.data["agents"]}


def git_says(repo: Path, email: str) -> tuple[int, int, int, int]:
    """Commits, paths, lines added and deleted of the items of one author, by git's own log."""
    words = ("--grep=^Laneshift-Item: ", "--extended-regexp", f"--author={email}", "--no-merges")
    commits = git_cli(repo, "log", "--format=%H", *words).split()
    lines = git_cli(repo, "log", "--numstat", "--format=", "-M", *words).splitlines()
    rows = [line.split("\t") for line in lines if line]
    paths = set(git_cli(repo, "log", "--name-only", "--format=", "-M", *words).split())
    return len(commits), len(paths), sum(int(row[0]) for row in rows), sum(int(row[1]) for row in rows)


def test_numbers_are_those_of_git(repo: Path) -> None:
    done = report(repo)
    assert done.code == 0, done.out + done.err
    schema = json.loads(files("laneshift.reports").joinpath("agents.schema.json").read_text(encoding="utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(done.data)) == []
    found = by_email(done)
    for email in ("bot@example.org", "eve@example.org"):
        told = found[email]
        assert (told["commits"], told["files"], told["added"], told["deleted"]) == git_says(repo, email)
        assert told["commits"] == len(told["landed"]) > 0


def test_it_says_who_took_what_and_why_it_did_not_get_through(repo: Path) -> None:
    found = by_email(report(repo))
    bot, eve, idle = (found[f"{name}@example.org"] for name in ("bot", "eve", "idle"))
    assert (bot["name"], bot["kind"], bot["owner"], bot["taken"]) == ("bot", "agent", "ada@example.org", 3)
    assert (bot["states"]["landed"], bot["states"]["quarantined"], bot["taken_back"]) == (2, 1, 0)
    [rejected] = bot["rejected"]
    assert rejected["item"] == "labs.plugin"
    assert bot["rejected_at"] == {rejected["step"]: 1}
    assert bot["timed"] == 3
    assert bot["milliseconds"] > 0
    assert (eve["kind"], eve["owner"], eve["commits"], eve["taken_back"]) == ("person", None, 1, 1)
    assert eve["states"]["landed"] == 0
    assert (idle["taken"], idle["commits"], idle["milliseconds_an_item"]) == (0, 0, None)


def test_a_trailer_names_the_agent_that_did_the_work(repo: Path) -> None:
    text = git_cli(repo, "log", "-1", "--format=%B", by_email(report(repo))["eve@example.org"]["landed"][0]["commit"])
    (repo / "more.py").write_text("A = 1\n")
    git_cli(repo, "add", "more.py")
    message = text.strip() + "\nCo-Authored-By: The bot <bot@example.org>\n"
    git_cli(repo, "-c", "user.name=E", "-c", "user.email=eve@example.org", "commit", "-qm", message)
    done = report(repo)
    assert by_email(done)["bot@example.org"]["commits"] == 3
    # Nobody's journal tells of it: the report counts it, and says so.
    assert done.code == 1
    assert [fault for fault in done.data["faults"] if "of which this journal says nothing" in fault]


def test_a_landing_that_git_does_not_know_is_a_fault(repo: Path) -> None:
    shop = shop_at(repo)
    plan, tip = shop.plans.all()[0].id, git_cli(repo, "rev-parse", "HEAD").strip()
    facts = {"plan": plan, "batch": "first", "base": tip, "tip": tip, "items": ["labs.ghost"]}
    shop.journal.append("forged/recorded", "land.recorded", facts)
    shop.journal.close()
    done = report(repo)
    assert done.code == 1
    assert any("labs.ghost landed, and git has no commit of it" in fault for fault in done.data["faults"])


def test_a_landing_that_left_the_history_is_a_fault(repo: Path) -> None:
    git_cli(repo, "reset", "-q", "--hard", "HEAD~3")
    done = report(repo)
    assert done.code == 1
    assert any("it is not in the history" in fault for fault in done.data["faults"])


def test_evidence_that_is_gone_is_a_fault_and_not_none(repo: Path) -> None:
    shop = shop_at(repo)
    failed = {
        "plan": shop.plans.all()[0].id,
        "item": "x",
        "step": "gates",
        "status": "failed",
        "notes": "sha256:" + "0" * 64,
    }
    shop.journal.append("probe/gates/ended", "step.ended", failed)
    shop.journal.close()
    done = report(repo)
    assert done.code == 1
    assert any("which gates failed cannot be read" in fault for fault in done.data["faults"])


def test_nothing_that_happened_is_an_error(tmp_path: Path) -> None:
    done = report(toy(tmp_path / "bare"))
    assert (done.code, done.data["error"]["code"]) == (2, "agents.nothing")


def test_a_damaged_journal_is_an_error(repo: Path) -> None:
    for file in (repo / ".git/laneshift").glob("journal.sqlite*"):
        file.unlink()
    (repo / ".git/laneshift/journal.sqlite").write_bytes(b"no database" * 1000)
    assert report(repo).code in (1, 2)


def test_plans_that_are_gone_are_told(repo: Path) -> None:
    for file in (repo / ".git/laneshift/plans").iterdir():
        file.unlink()
    done = report(repo)
    assert done.code == 1
    assert sum("is not known here" in fault for fault in done.data["faults"]) == 2


def test_files_and_summary(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = repo.parent / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert report(repo, "--out", "docs/audits", "--github-summary").code == 0
    assert json.loads((repo / "docs/audits/agents.json").read_text())["passes"] is True
    page = (repo / "docs/audits/agents.html").read_text()
    assert page.count("<svg") == 3
    assert summary.read_text() == (repo / "docs/audits/agents.md").read_text()
    assert "agent of ada" in summary.read_text()
