"""What git says when a remote cannot be used or refuses, told apart; the texts are those of real servers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.repo.push_report import Pushed, parse, readable
from laneshift.repo.remote_trouble import certain, is_transient, reason_of, refusal, unreachable

MAIN = "refs/heads/main"
OID = "1" * 40

TRANSPORT = {
    "fatal: unable to access 'https://h/x/': Could not resolve host: h": ("remote.unreachable", 4),
    "fatal: unable to connect to 127.0.0.1: errno=Connection refused": ("remote.unreachable", 4),
    "ssh: connect to host h port 22: Connection timed out": ("remote.unreachable", 4),
    "": ("remote.unreachable", 4),
    "fatal: Authentication failed for 'https://h/x/'": ("remote.denied", 4),
    "git@h: Permission denied (publickey).": ("remote.denied", 4),
    "fatal: could not read Username for 'https://h': terminal prompts disabled": ("remote.denied", 4),
    "error: The requested URL returned error: 403": ("remote.denied", 4),
    "fatal: remote error: access denied or repository not exported: /x": ("remote.denied", 4),
    "Host key verification failed.": ("remote.denied", 4),
    "fatal: '../x.git' does not appear to be a git repository": ("remote.no-repository", 2),
    "remote: Repository not found.": ("remote.no-repository", 2),
    "fatal: repository 'https://h/x/' not found": ("remote.no-repository", 2),
    "fatal: transport 'ext' not allowed": ("remote.bad-url", 2),
    "fatal: the receiving end does not support --atomic push": ("remote.no-atomic", 2),
}
POLICY = {
    ("pre-receive hook declined", "remote: ticket missing"): ("remote.hook-refused", 1),
    ("hook declined", ""): ("remote.hook-refused", 1),
    ("protected branch hook declined", "remote: error: GH006: Protected branch update failed"): ("remote.protected", 4),
    ("pre-receive hook declined", "remote: GitLab: You are not allowed to push code to protected branches"): (
        "remote.protected",
        4,
    ),
    ("pre-receive hook declined", "remote: Gitea: Not allowed to push to protected branch main"): (
        "remote.protected",
        4,
    ),
    ("push declined due to repository rule violations", ""): ("remote.protected", 4),
    ("branch is currently checked out", ""): ("remote.checked-out", 2),
    ("unpacker error", "error: unpack failed"): ("remote.refused", 1),
}


@pytest.mark.parametrize(("said", "wanted"), TRANSPORT.items())
def test_each_way_of_not_reaching_a_remote_has_its_code_and_cure(said: str, wanted: tuple[str, int]) -> None:
    error = unreachable("origin", said)
    assert (error.code, error.exit_code) == wanted
    assert error.cure
    assert "{" not in error.what + error.cure
    assert (certain("origin", said) is None) == (wanted[0] == "remote.unreachable")


@pytest.mark.parametrize(("reason", "wanted"), POLICY.items())
def test_each_way_of_being_refused_has_its_code_and_cure(reason: tuple[str, str], wanted: tuple[str, int]) -> None:
    error = refusal("origin", MAIN, Pushed(ok=False, refused={MAIN: reason[0]}, said=reason[1]))
    assert (error.code, error.exit_code) == wanted
    assert "origin" in error.what
    assert error.cure
    assert reason[1] in error.why


def test_a_report_tells_what_was_refused_and_what_is_open() -> None:
    report = f"To h\n \t{OID}:{MAIN}\t1..2\n!\t{OID}:refs/a\t[remote rejected] (hook declined)\nDone\n"
    assert parse(1, report, "").refused == {"refs/a": "hook declined"}
    open_end = parse(1, f"To h\n!\t{OID}:{MAIN}\t[remote failure] (remote failed to report status)\n", "hung up")
    assert (open_end.ok, open_end.refused, open_end.said) == (False, {}, "hung up")
    assert parse(0, f"To h\n=\t{OID}:{MAIN}\t[up to date]\nDone\n", "").ok
    assert not parse(128, "", "").ok


def test_the_reason_that_counts_is_not_that_the_other_ref_fell() -> None:
    pushed = Pushed(ok=False, refused={MAIN: "atomic push failed", "refs/laneshift/x": "deny updating a hidden ref"})
    assert reason_of(MAIN, pushed) == "deny updating a hidden ref"
    assert is_transient(reason_of(MAIN, Pushed(ok=False, refused={MAIN: "stale info"})))
    assert not is_transient("hook declined")


@given(st.text())
def test_nothing_that_a_remote_says_reaches_the_terminal_as_a_command(text: str) -> None:
    shown = readable(text)
    assert all(line.isprintable() for line in shown.split("\n"))
    assert len(shown) <= 1200
