"""The commands about keys, as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from laneshift.evidence.keys.ring_file import read_ring
from tests.repo.builders import commit_files, git_cli
from tests.toy import laneshift, shop_at


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LANESHIFT_KEYS", str(tmp_path / "keys"))
    path = tmp_path / "repo"
    path.mkdir()
    git_cli(path, "init", "-q", "-b", "main")
    commit_files(path, {"a.txt": "a\n", "laneshift.toml": '[keys]\nalgorithm = "ecdsa-p256"\n'})
    git_cli(path, "config", "user.email", "ann@example.org")
    return path


def test_made_listed_checked_exported_and_revoked(repo: Path) -> None:
    none = laneshift(repo, "keys", "list")
    assert "no key: nothing is signed" in none.out
    assert "next: laneshift keys rotate --purpose all" in none.out
    assert laneshift(repo, "keys", "export", "--json").data["error"]["code"] == "keys.none"
    made = laneshift(repo, "keys", "rotate", "--reason", "the first keys", "--json")
    assert made.code == 0, made.err
    assert {(key["purpose"], key["algorithm"]) for key in made.data["keys"]} == {
        ("journal", "ed25519"),
        ("attestation", "ecdsa-p256"),
    }
    assert laneshift(repo, "keys", "check").out.count(": quiet: 0 days old; rotation is due from day 80") == 2
    exported = laneshift(repo, "keys", "export", "--out", ".laneshift/ring.json")
    assert "next: git add .laneshift/ring.json && git commit -m 'security(" in exported.out
    keys = read_ring((repo / ".laneshift/ring.json").read_bytes(), "ring.json")
    by_id = sorted(made.data["keys"], key=lambda key: str(key["id"]))
    assert sorted((key.as_json() for key in keys), key=lambda key: str(key["id"])) == by_id
    one = next(key["id"] for key in made.data["keys"] if key["purpose"] == "journal")
    gone = laneshift(repo, "keys", "revoke", one, "--reason", "lost")
    assert f'next: laneshift keys rotate --purpose journal --reason "{one} was revoked"' in gone.out
    failing = laneshift(repo, "keys", "check", "--json")
    assert failing.code == 1
    assert [each["standing"] for each in failing.data["checks"]] == ["missing", "quiet"]
    created = [r for r in shop_at(repo).journal.records() if r.kind == "key.created"]
    assert {(r.actor, r.facts["reason"]) for r in created} == {("ann@example.org", "the first keys")}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("rotate", "--reason", "x", "--purpose", "everything"), "keys.purpose"),
        (("rotate", "--reason", " "), "keys.no-reason"),
        (("revoke", "journal-0", "--reason", "x"), "keys.unknown-key"),
        (("export", "--out", "../ring.json"), "repo.bad-path"),
    ],
)
def test_wrong_words_are_refused(repo: Path, words: tuple[str, ...], code: str) -> None:
    if words[0] == "export":
        assert laneshift(repo, "keys", "rotate", "--reason", "x").code == 0
    done = laneshift(repo, "keys", *words, "--json")
    assert done.code == 2
    assert done.data["error"]["code"] == code


def test_keys_in_a_repository_are_refused(repo: Path) -> None:
    done = laneshift(repo, "keys", "rotate", "--reason", "x", "--json", env={"LANESHIFT_KEYS": str(repo / "keys")})
    assert (done.code, done.data["error"]["code"]) == (2, "keys.in-repository")


def test_only_pinned_keys_are_believed_where_settings_pin_them(repo: Path) -> None:
    laneshift(repo, "keys", "rotate", "--reason", "x")
    laneshift(repo, "keys", "export", "--out", "ring.json")
    commit_files(repo, {"laneshift.toml": '[keys]\nring = "ring.json"\n[attestations]\nmatrix = ["a.txt"]\n'})
    assert laneshift(repo, "report", "slsa", "--json").data["modules"][0]["why"] == "no landing attested it"
    ring = json.loads((repo / "ring.json").read_text())
    ring["keys"][0]["id"] = "journal-0000000000000000"
    commit_files(repo, {"ring.json": json.dumps(ring)})
    done = laneshift(repo, "report", "slsa", "--json")
    assert (done.code, done.data["error"]["code"]) == (1, "keys.ring")
    git_cli(repo, "rm", "-q", "ring.json")
    git_cli(repo, "commit", "-qm", "lost")
    done = laneshift(repo, "report", "slsa", "--json")
    assert (done.code, done.data["error"]["code"]) == (1, "keys.not-pinned")
    assert "laneshift keys export --out ring.json" in done.data["error"]["cure"]
