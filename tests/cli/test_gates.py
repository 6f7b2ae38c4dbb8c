"""`laneshift gates` as people call it: what is listed, what is signed, and everything that is refused unsigned."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from pathlib import Path

import pytest

from laneshift.config import BUILT_IN
from tests.cli.one_process import here
from tests.gates.test_waivers import ANN, EVE
from tests.repo.builders import commit_files, git_cli, repo_at
from tests.ssh_keys import make_key, public
from tests.toy import Done, laneshift, planned

SETTINGS = f"""
[approval]
people = ["{ANN}"]
required = false
signers = "signers"
[gates.licence]
run = "reuse lint"
paths = ["**/*.py"]
"""
REASON = 'the vendor\'s "own" library logs it \\ nothing else'


def day(days: int) -> str:
    return (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=days)).isoformat()


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    for name in ("ann", "eve"):
        make_key(tmp_path, name)
    signers = f"{ANN} {public(tmp_path / 'ann')}\n{EVE} {public(tmp_path / 'eve')}\n"
    files = {"laneshift.toml": SETTINGS, "signers": signers, "labs/a.py": "A = 1\n", "core/b.py": "B = 1\n"}
    path = tmp_path / "repo"
    repo_at(path, files)
    git_cli(path, "config", "user.email", ANN)
    git_cli(path, "config", "user.name", "Ann")
    return path


def waive(path: Path, *more: str, gate: str = "logs", reason: str = REASON, until: str = "", key: str = "ann") -> Done:
    words = ["gates", "waive", gate, "--until", until or day(30), "--reason", reason, "--key", str(path.parent / key)]
    return here([*words, *more, "-C", str(path), "--json"])


def test_it_lists_every_gate_with_where_it_comes_from(mine: Path) -> None:
    rows = {row["gate"]: row for row in here(["gates", "list", "-C", str(mine), "--json"]).data["gates"]}
    assert set(rows) == {*BUILT_IN, "licence"}
    assert (rows["logs"]["from"], rows["licence"]["from"]) == ("built in", "settings")
    shown = here(["gates", "list", "-C", str(mine)]).out
    assert "reuse lint" in shown
    assert shown.rstrip().endswith("next: laneshift doctor --gates")


def test_what_is_signed_is_in_force_and_is_told_by_waivers_and_plan(mine: Path) -> None:
    done = waive(mine, "--item", "labs.*", "--path", "labs/**", "--path", "core/**")
    assert done.code == 0, done.err
    file = done.data["file"]
    assert done.data["next"].startswith(f"git add {file} && git commit -m 'security(")
    told = tomllib.loads((mine / file).read_text())
    assert (told["reason"], told["by"], told["items"]) == (REASON, ANN, ["labs.*"])
    [row] = here(["gates", "waivers", "-C", str(mine), "--json"]).data["waivers"]
    assert (row["state"], row["days_left"], row["paths"]) == ("in force", 30, ["labs/**", "core/**"])
    again = waive(mine, "--item", "labs.*", "--path", "labs/**", "--path", "core/**")
    assert (again.code, again.data["error"]["code"]) == (2, "waivers.exists")

    commit_files(mine, {"batch.tsv": "labs.a\tlabs/a.py\tcore/a.py\n"})
    assert planned(mine, (mine / "batch.tsv").read_text()).counts()["ready"] == 1
    plan = here(["plan", "-C", str(mine), str(mine / "batch.tsv"), "--json"])
    assert [each["state"] for each in plan.data["waivers"]] == ["in force"]
    assert "waiver in force" in here(["plan", "-C", str(mine), str(mine / "batch.tsv")]).out


def test_a_person_sees_what_they_sign(mine: Path) -> None:
    words = ["--until", day(1), "--reason", "told to", "--path", "labs/**", "--key", str(mine.parent / "ann")]
    done = laneshift(mine, "gates", "waive", "lanes", *words)
    assert done.code == 0, done.err
    for told in ("failures of gate lanes", "items   all", "paths   labs/**", "reason  told to", f"person  {ANN}"):
        assert told in done.err
    assert "signed and written: .laneshift/waivers/lanes-" in done.out


@pytest.mark.parametrize(
    ("how", "code", "says"),
    [
        ({"reason": " "}, "waivers.bad", "`reason` is no text"),
        ({"reason": "a\x1b[2Jb"}, "waivers.bad", "cannot be seen"),
        ({"until": "soon"}, "waivers.bad", "is no date"),
        ({"until": 367}, "waivers.bad", "more than 366 days"),
        ({"until": -1}, "waivers.bad", "it expired"),
        ({"gate": "taste"}, "waivers.bad", "there is no gate 'taste'"),
        ({"key": "eve"}, "waivers.not-accepted", "is not one of ann@acme.example"),
        ({"key": "nobody"}, "approval.no-key", "no SSH key"),
    ],
)
def test_what_would_not_count_is_not_written(mine: Path, how: dict[str, str | int], code: str, says: str) -> None:
    # A day is told from today, and not from the day on which tests were collected.
    told = {name: day(value) if isinstance(value, int) else value for name, value in how.items()}
    done = waive(mine, "--item", "labs.*", **told)
    error = done.data["error"]
    assert (done.code, error["code"]) == (2, code)
    assert says in f"{error['what']} {error['why']}"
    assert not (mine / ".laneshift").exists()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ([], "neither items nor paths"),
        (["--item", "../x"], "glob '../x'"),
        (["--item", "labs.*", "--as", EVE], "not among approval.people"),
    ],
)
def test_who_and_what_for_have_to_be_told(mine: Path, more: list[str], says: str) -> None:
    done = waive(mine, *more)
    assert (done.code, done.data["error"]["code"]) == (2, "waivers.bad")
    assert says in done.data["error"]["why"]


@pytest.mark.parametrize("left_out", ["--until", "--reason"])
def test_no_reason_or_no_last_day_is_a_wrong_call(mine: Path, left_out: str) -> None:
    given = {"--until": day(3), "--reason": "so", "--item": "labs.*"}
    words = [word for name, value in given.items() if name != left_out for word in (name, value)]
    done = laneshift(mine, "gates", "waive", "logs", *words, "--key", str(mine.parent / "ann"))
    assert done.code == 2
    assert left_out in done.err
    assert not (mine / ".laneshift").exists()


def test_without_signers_nothing_is_signed(mine: Path) -> None:
    (mine / "laneshift.toml").write_text(SETTINGS.replace('signers = "signers"\n', ""))
    done = waive(mine, "--item", "labs.*")
    assert (done.code, done.data["error"]["code"]) == (2, "waivers.no-signers")


def test_one_that_was_edited_after_signing_is_refused_and_fails_the_listing(mine: Path) -> None:
    path = mine / waive(mine, "--item", "labs.*").data["file"]
    path.write_text(path.read_text().replace('"labs.*"', '"**"'))
    listed = here(["gates", "waivers", "-C", str(mine), "--json"])
    assert listed.code == 1
    [row] = listed.data["waivers"]
    assert row["state"] == "refused"
    assert "changed after it was signed" in row["why"]
    assert json.dumps(row["file"]) in listed.out
    assert "refused: the signature is not over" in here(["gates", "waivers", "-C", str(mine)]).out
