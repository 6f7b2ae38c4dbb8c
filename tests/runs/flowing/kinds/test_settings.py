"""Settings of steps: every fault at once, by its place, and none about what an expression will give."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from laneshift.runs.flowing.effects import Done, Failed
from laneshift.runs.flowing.kinds.hiding import hidden, secrets_of
from laneshift.runs.flowing.kinds.table import KINDS, Table
from tests.runs.flowing.kinds.scene import failed, repository, site_at, work


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    return Table(site_at(repository(tmp_path_factory.mktemp("settings") / "repo")))


def is_open(value: Any) -> bool:
    return isinstance(value, str) and "${" in value


FAULTY = [
    ("command", {}, ["command"]),
    ("command", {"command": []}, ["command"]),
    ("command", {"command": "echo a; rm -rf /"}, ["command"]),
    ("command", {"command": ["a"], "shell": True, "ok": [300]}, ["ok.0", "shell"]),
    ("command", {"command": ["a"], "environment": {"A B": "x", "C": {"env": "1"}}}, None),
    ("http", {"url": "https://example.org", "method": "TRACE", "most_bytes": -1}, ["method", "most_bytes"]),
    ("http", {"url": "https://example.org", "body": "a"}, [""]),
    ("http", {"url": "ftp://example.org", "look": {"url": "https://me@example.org"}}, ["url", "look.url"]),
    ("model", {"url": "example.org/v1", "model": "m", "prompt": "?"}, ["url"]),
    ("http", {"url": "https://example.org", "method": "POST", "body": "a", "json": 1}, [""]),
    ("model", {"url": "https://example.org", "model": "m"}, [""]),
    ("model", {"url": "https://example.org", "model": "", "prompt": "?", "temperature": 3}, ["model", "temperature"]),
    ("gate", {"gate": "no-such-gate"}, ["gate"]),
    ("approval", {"signal": "Not a name"}, ["signal"]),
    ("action", {}, ["action"]),
    ("action", {"action": "no.such"}, ["action"]),
    ("action", {"action": "issue.put", "key": "A", "other": 1}, ["key", "title", "other"]),
    ("action", {"action": "batch.plan"}, [""]),
    ("no-such-kind", {}, ["kind"]),
]


@pytest.mark.parametrize(("kind", "settings", "places"), FAULTY)
def test_every_fault_is_told_by_its_place(
    table: Table, kind: str, settings: dict[str, Any], places: list[str] | None
) -> None:
    found = table.faults(kind, settings, is_open)
    assert found
    assert all(what for _, what in found)
    if places is not None:
        assert sorted(place for place, _ in found) == sorted(places)
    else:
        assert len(found) == 2
    assert failed(table.perform(work(kind, settings))).code.startswith("flow.")


GOOD = [
    ("command", {"command": ["python", "-V"], "environment": {"A": {"env": "B"}, "C": "d"}}),
    ("http", {"url": "${ inputs.url }", "method": "POST", "json": {"a": "${ inputs.a }"}, "most_bytes": "${ 1 }"}),
    ("http", {"url": "https://example.org", "method": "${ inputs.method }", "body": "a"}),
    ("model", {"url": "${ inputs.url }", "model": "m", "messages": "${ steps.a.value }"}),
    ("gate", {"gate": "smoke", "least": 0.95}),
    ("gate", {"gate": "${ inputs.gate }"}),
    ("approval", {}),
    ("action", {"action": "batch.land", "plan": "${ steps.plan.value.plan }"}),
    ("action", {"action": "issue.put", "key": "${ inputs.key }", "title": "A", "body": "${ steps.a.value }"}),
]


@pytest.mark.parametrize(("kind", "settings"), GOOD)
def test_what_holds_and_what_is_not_known_yet_has_no_fault(table: Table, kind: str, settings: dict[str, Any]) -> None:
    assert table.faults(kind, settings, is_open) == []


def test_every_kind_has_settings_that_can_be_wrong(table: Table) -> None:
    assert set(KINDS) == {kind for kind, _ in GOOD}


def test_secrets_are_hidden_wherever_they_stand() -> None:
    secrets = secrets_of(
        {"a": {"env": "ONE"}, "b": [{"c": {"env": "TWO"}}], "env": "THREE"}, {"ONE": "word", "TWO": "w"}
    )
    assert secrets == ["word"]
    value = {"text": "the word is word", "word": ["sword", 1, None, {"deep": "words"}]}
    assert hidden(Done(value), secrets) == Done(
        {"text": "the [redacted] is [redacted]", "[redacted]": ["s[redacted]", 1, None, {"deep": "[redacted]s"}]}
    )
    assert hidden(Failed("flow.x", "a word", "word"), secrets) == Failed("flow.x", "a [redacted]", "[redacted]")


def test_the_longer_of_two_secrets_is_hidden_whole() -> None:
    secrets = secrets_of({"a": {"env": "A"}, "b": {"env": "B"}}, {"A": "abcd", "B": "abcdefgh"})
    assert hidden(Done("x abcdefgh y abcd"), secrets) == Done("x [redacted] y [redacted]")


def test_a_place_that_is_no_repository_of_ours_is_refused(tmp_path: Path, table: Table) -> None:
    failure = failed(table.perform(work("command", {"command": ["true"], "tree": "no-such-branch"})))
    assert failure.code
    assert "no-such-branch" in failure.what + failure.why
