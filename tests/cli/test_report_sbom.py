"""`laneshift report sbom` from outside: files, documents, exit codes, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.one_process import here
from tests.repo.builders import WHEN, commit_files, git_cli, repo_at, write_files
from tests.reports.sbom.bills import problem
from tests.toy import Done

A = "a" * 64
FILES = {
    "pyproject.toml": "[project]\nname = 'acme'\nversion = '2.0'\nlicense = 'MIT'\n"
    "dependencies = ['click>=8', 'rich']\n",
    "requirements.txt": f"-r deps/base\nclick==8.1.0 --hash=sha256:{A}\n",
    "deps/base": "attrs==23.1\n",
    "docs/requirements.txt": "{{ nothing }}\n",
    "setup.py": "from setuptools import setup\n",
    "acme/__init__.py": "",
    "acme/setup.py": "",
}
ADVISORY = {
    "id": "PYSEC-2024-1",
    "aliases": ["CVE-2024-1"],
    "summary": "clicks too loud",
}


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    repo_at(tmp_path / "repo", FILES)
    return tmp_path / "repo"


def run(repo: Path, *words: str) -> Done:
    return here(["report", "sbom", *words, "-C", str(repo)])


def osv(tmp_path: Path, **change: object) -> str:
    (tmp_path / "osv").mkdir(exist_ok=True)
    (tmp_path / "osv/one.json").write_text(json.dumps(ADVISORY | {"affected": [named("Click", "8.2")]} | change))
    return str(tmp_path / "osv")


GOOD = ("--exclude", "docs/**")


def test_the_bill_of_a_repository_is_valid_whole_and_the_same_bytes_twice(repo: Path) -> None:
    done = run(repo, "--json", *GOOD, "--out", "audit/sbom")
    assert done.code == 0, done.err
    found = done.data
    assert problem(found["bom"]) == ""
    assert [(each["name"], each.get("version")) for each in found["bom"]["components"]] == [
        ("attrs", "23.1"),
        ("click", "8.1.0"),
        ("rich", None),
    ]
    assert found["bom"]["components"][1]["hashes"] == [{"alg": "SHA-256", "content": A}]
    assert found["bom"]["metadata"]["component"]["licenses"] == [{"expression": "MIT"}]
    assert found["bom"]["metadata"]["timestamp"] == "2023-11-14T22:13:20Z"
    assert WHEN == 1_700_000_000
    assert [each["path"] for each in found["sources"]] == ["deps/base", "pyproject.toml", "requirements.txt"]
    assert (found["excluded"], found["notes"]) == (["docs/requirements.txt"], ["setup.py: not read, it is code"])
    assert (found["vulnerabilities"], found["vulnerabilities_state"], found["advisories"]) == (None, "not run", None)
    assert found["next"] == "laneshift report sbom --osv DIR"
    names = [f"audit/sbom/sbom.{end}" for end in ("cdx.json", "html", "md")]
    assert found["files"] == names
    before = [(repo / name).read_bytes() for name in names]
    assert json.loads(before[0]) == found["bom"]
    assert run(repo, *GOOD, "--out", "audit/sbom").code == 0
    assert [(repo / name).read_bytes() for name in names] == before


def test_another_clone_at_the_same_commit_has_the_same_bytes(repo: Path, tmp_path: Path) -> None:
    git_cli(tmp_path, "clone", "-q", str(repo), "a-clone-elsewhere")
    bills = [
        run(place, "--json", "--tree", "HEAD", *GOOD).data["bom"] for place in (repo, tmp_path / "a-clone-elsewhere")
    ]
    assert bills[0] == bills[1]


def test_advisories_that_name_something_end_with_one(repo: Path, tmp_path: Path) -> None:
    done = run(repo, "--json", *GOOD, "--osv", osv(tmp_path))
    assert done.code == 1
    assert [(each["id"], each["purl"]) for each in done.data["vulnerabilities"]] == [
        ("PYSEC-2024-1", "pkg:pypi/click@8.1.0")
    ]
    assert problem(done.data["bom"]) == ""
    told = run(repo, *GOOD, "--osv", osv(tmp_path))
    assert "PYSEC-2024-1" in told.out
    assert "1 found, 0 cannot be told, in 1 advisories" in told.out
    assert told.out.splitlines()[-1].startswith("next: take the fixed versions")


def test_a_clean_answer_is_a_list_without_anything_and_a_doubt_is_none(repo: Path, tmp_path: Path) -> None:
    other = [{"package": {"ecosystem": "PyPI", "name": "unheard-of"}, "versions": ["1"]}]
    done = run(repo, "--json", *GOOD, "--osv", osv(tmp_path, affected=other))
    assert (done.code, done.data["vulnerabilities"], done.data["vulnerabilities_state"]) == (0, [], "run")
    loose = [{"package": {"ecosystem": "PyPI", "name": "rich"}, "versions": ["1"]}]
    done = run(repo, "--json", *GOOD, "--osv", osv(tmp_path, affected=loose))
    assert (done.code, done.data["vulnerabilities"][0]["why"]) == (1, "no version of it is pinned")


def test_the_bill_of_the_tool(repo: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    done = run(repo, "--tool", "--json", "--github-summary")
    assert done.code == 0, done.err
    assert problem(done.data["bom"]) == ""
    assert done.data["bom"]["metadata"]["timestamp"] == "1970-01-02T00:00:00Z"
    assert done.data["bom"]["dependencies"][0]["ref"] == "laneshift:subject"
    assert summary.read_text().startswith("# Bill of materials")
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    first, again = run(repo, "--tool", "--json"), run(repo, "--tool", "--json")
    assert "timestamp" not in first.data["bom"]["metadata"]
    assert first.out == again.out


def test_the_tool_is_held_against_advisories_too(repo: Path, tmp_path: Path) -> None:
    done = run(repo, "--tool", "--json", "--osv", osv(tmp_path, affected=[named("click", "999999")]))
    assert done.code == 1
    assert [each["id"] for each in done.data["vulnerabilities"]] == ["PYSEC-2024-1"]
    assert done.data["next"].endswith("laneshift report sbom --tool --osv DIR")
    assert problem(done.data["bom"]) == ""


def named(package: str, fixed: str) -> dict[str, object]:
    events = [{"introduced": "0"}, {"fixed": fixed}]
    return {
        "package": {"ecosystem": "PyPI", "name": package},
        "ranges": [{"type": "ECOSYSTEM", "events": events}],
    }


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), "sbom.unreadable"),
        (("--exclude", "docs/**", "--exclude", "*.txt", "--exclude", "pyproject.toml"), "sbom.empty"),
        (("--exclude", "a\\b"), "sbom.bad-glob"),
        (("--tool", "--repository"), "sbom.two-subjects"),
        (("--tool", "--tree", "HEAD"), "sbom.two-subjects"),
        ((*GOOD, "--tree", "no-such"), "repo.no-such-revision"),
        ((*GOOD, "--out", "../outside"), "repo.bad-path"),
        ((*GOOD, "--osv", "no-such-folder"), "sbom.no-advisories"),
        ((*GOOD, "--github-summary"), "report.no-summary"),
    ],
)
def test_what_is_refused(repo: Path, words: tuple[str, ...], code: str) -> None:
    done = run(repo, "--json", *words)
    assert (done.code, done.data["error"]["code"]) == (2, code)
    assert not (repo.parent / "outside").exists()


@pytest.mark.parametrize("epoch", ["soon", "-1", "1e9", "99999999999999999999", "\u0661"])
def test_a_time_that_is_none_is_refused(repo: Path, monkeypatch: pytest.MonkeyPatch, epoch: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    done = run(repo, "--json", *GOOD)
    assert (done.code, done.data["error"]["code"]) == (2, "sbom.bad-epoch")


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("uv.lock", "[[package]", "Expected"),
        ("requirements.in", "-r ../../outside.txt\n", "not in this tree"),
        ("requirements.in", "-r https://example.org/x.txt\n", "not in this tree"),
        ("requirements.in", b"\xff\xfe", "utf-8"),
        ("requirements.in", b"#" * ((16 << 20) + 1), "more than"),
    ],
)
def test_every_file_that_cannot_be_read_is_named(repo: Path, name: str, content: str | bytes, why: str) -> None:
    write_files(repo, {name: content})
    faults = {each["where"]: each["what"] for each in run(repo, "--json").data["error"]["faults"]}
    assert faults.keys() == {name, "docs/requirements.txt"}
    assert why in faults[name]


def test_a_link_is_not_followed(repo: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("click==1\n")
    (repo / "requirements.in").symlink_to(tmp_path / "secret")
    faults = run(repo, "--json", *GOOD).data["error"]["faults"]
    assert [each["where"] for each in faults] == ["requirements.in"]


def test_files_that_include_each_other_are_read_once(repo: Path) -> None:
    commit_files(repo, {"deps/base": "-r ../requirements.txt\n-r base\nattrs==23.1\n"})
    done = run(repo, "--json", *GOOD)
    assert done.code == 0, done.err
    assert len(done.data["sources"]) == 3


def test_a_repository_that_names_nothing_has_no_bill(tmp_path: Path) -> None:
    repo_at(tmp_path / "bare", {"a.py": ""})
    done = run(tmp_path / "bare", "--json")
    assert (done.code, done.data["error"]["code"], done.data["error"]["why"]) == (
        2,
        "sbom.empty",
        "there is no such file",
    )
