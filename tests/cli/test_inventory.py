"""`laneshift plan --inventory` and `--from-manifest` from outside: words, documents, files and exit codes."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jsonschema
import pytest

from laneshift.cli import plan_inventory
from laneshift.manifests.inventory.form import schema
from tests.cli.one_process import here
from tests.monorepo import CONFIG, monorepo
from tests.repo.builders import commit_files
from tests.toy import Done, laneshift, work_files

NAME = "integration_manifest.json"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    path = tmp_path / "repo"
    monorepo(path, {"laneshift.toml": f"{CONFIG}\n[inventory]\nleast_score = 0\n"})
    return path


def plans(path: Path) -> list[str]:
    return sorted(each.name for each in (path / ".git/laneshift/plans").glob("*"))


def ran(path: Path, *words: str) -> Done:
    """A command in this very process, which ends before it starts an engine."""
    return here([*words, "-C", str(path)])


def test_from_a_lane_to_a_plan(repo: Path) -> None:
    shown = laneshift(repo, "plan", "--inventory", "labs")
    assert shown.code == 0
    assert "5 modules of lane labs to promote: 5 low, 0 medium, 0 high complexity" in shown.out
    assert "7.75 hours of work in all" in shown.out
    assert shown.out.endswith(f"next: laneshift plan --inventory labs --out {NAME}\n")
    assert NAME not in work_files(repo), "nothing is written unless a file is named"
    assert shown.out.index("labs.shapes") < shown.out.index("labs.plugin"), "the best score first"

    written = laneshift(repo, "plan", "--inventory", "labs", "--out", NAME)
    assert f"wrote {NAME}" in written.out
    data = (repo / NAME).read_bytes()
    jsonschema.Draft202012Validator(schema()).validate(json.loads(data))
    again = laneshift(repo, "plan", "--inventory", "labs", "--out", NAME, "--json")
    assert again.code == 0
    assert (repo / NAME).read_bytes() == data
    told = again.data
    assert {key: told[key] for key in json.loads(data)} == json.loads(data)
    assert (told["written"], told["left_out"][0]["path"]) == (NAME, "labs/__init__.py")
    assert told["next"] == f"laneshift plan --from-manifest {NAME} --complexity low"

    planned = laneshift(repo, "plan", "--from-manifest", NAME, "--complexity", "low", "--lane", "core", "--limit", "3")
    assert planned.code == 0
    assert "3 of 5 modules of the manifest; 2 beyond the limit" in planned.out
    assert "next: laneshift run integration_manifest-core-low-" in planned.out
    assert len([name for name in plans(repo) if name.endswith(".json")]) == 1


def test_what_json_prints_can_be_planned_from(repo: Path) -> None:
    shown = ran(repo, "plan", "--inventory", "labs", "--json")
    (repo / "all.json").write_text(shown.out, "utf-8")
    planned = ran(repo, "plan", "--from-manifest", str(repo / "all.json"), "--json")
    assert planned.code == 0
    assert planned.data["manifest"] == {
        "modules": 5,
        "taken": 5,
        "left_out": {"complexity": 0, "lane": 0, "limit": 0},
    }
    assert sum(planned.data["counts"].values()) == 5


def test_a_manifest_that_changes_after_the_plan_is_drift(repo: Path) -> None:
    ran(repo, "plan", "--inventory", "labs", "--out", str(repo / NAME))
    asked = ["--complexity", "low", "--lane", "core", "--limit", "1"]
    plan = ran(repo, "plan", "--from-manifest", str(repo / NAME), *asked, "--json").data["plan"]
    (repo / NAME).write_bytes((repo / NAME).read_bytes() + b"\n")
    stopped = laneshift(repo, "run", plan, "--json")
    assert stopped.code == 2
    assert stopped.data["error"]["code"] == "pins.drift"
    again = f"laneshift plan --complexity low --lane core --limit 1 --from-manifest {NAME}"
    assert stopped.data["error"]["cure"] == f"{again}; or put back what the plan was made with"
    assert ran(repo, *again.split()[1:-1], str(repo / NAME)).code == 0, "the cure can be followed"
    (repo / ".git/laneshift/laneshift.lock").unlink()
    commit_files(repo, {"laneshift.toml": (repo / "laneshift.toml").read_text("utf-8") + "\n"})
    lost = laneshift(repo, "run", plan, "--json").data["error"]
    assert f"laneshift plan {NAME} (or --from-manifest {NAME}, of an inventory)" in lost["cure"]


def test_a_hostile_manifest_is_refused_and_nothing_is_written(repo: Path) -> None:
    told = ran(repo, "plan", "--inventory", "labs", "--json").data
    told["modules"][0]["target_location"] = "../../etc/cron.d/x.py"
    told["modules"][1]["module"] = "labs.\u001b[31mregistry"
    told["modules"][2]["loc"] = 10**40
    text = json.dumps(told).replace('"score": 15.0', '"score": NaN, "score": 15.0')
    (repo / NAME).write_text(text, "utf-8")
    before = work_files(repo)
    refused = ran(repo, "plan", "--from-manifest", str(repo / NAME), "--json")
    assert refused.code == 2
    codes = {fault["code"] for fault in refused.data["error"]["faults"]}
    assert codes == {"batch.path-parent", "batch.bad-module", "inventory.bad-number", "inventory.twice"} | (
        codes & {"batch.module-mismatch", "inventory.bad-form"}
    )
    assert (work_files(repo), plans(repo)) == (before, [])
    assert "\x1b" not in ran(repo, "plan", "--from-manifest", str(repo / NAME)).err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), "usage.no-batch"),
        (("batch.tsv", "--inventory", "labs"), "usage.no-batch"),
        (("--inventory", "labs", "--limit", "3"), "usage.no-such-option"),
        (("--inventory", "labs", "--lock", "x"), "usage.no-such-option"),
        (("--from-manifest", NAME, "--out", "x"), "usage.no-such-option"),
        (("batch.tsv", "--complexity", "low"), "usage.no-such-option"),
        (("batch.tsv", "--lane", "core"), "usage.no-such-option"),
        (("--inventory", "nowhere"), "lanes.unknown"),
        (("--inventory", "core"), "inventory.nothing-above"),
        (("--inventory", "labs", "--lane", "labs"), "inventory.not-above"),
        (("--from-manifest", "missing.json"), "batch.unreadable"),
    ],
)
def test_what_does_not_go_together_is_exit_2(repo: Path, words: tuple[str, ...], code: str) -> None:
    done = ran(repo, "plan", *words, "--json")
    assert (done.code, done.data["error"]["code"]) == (2, code)


def test_an_inventory_that_cannot_be_written_is_exit_1(repo: Path) -> None:
    done = ran(repo, "plan", "--inventory", "labs", "--out", str(repo / "labs"), "--json")
    assert (done.code, done.data["error"]["code"]) == (1, "inventory.not-writable")
    assert not [name for name in work_files(repo) if "unfinished" in name]


def test_two_that_write_one_inventory_at_once_both_do(tmp_path: Path) -> None:
    out, start = tmp_path / "inventory.json", threading.Barrier(2, timeout=120)

    def write(letter: bytes) -> None:
        start.wait()
        for number in range(100):
            plan_inventory._write(out, letter * (20_000 + number))

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(write, (b"a", b"b")))
    assert out.read_bytes() in (b"a" * 20_099, b"b" * 20_099)
    assert list(tmp_path.iterdir()) == [out]


def test_a_lane_with_nothing_to_promote_says_so(repo: Path) -> None:
    config = (repo / "laneshift.toml").read_text("utf-8")
    commit_files(repo, {"laneshift.toml": config.replace("least_score = 0", "least_score = 100")})
    shown = ran(repo, "plan", "--inventory", "labs")
    assert shown.code == 0
    assert "0 modules of lane labs to promote" in shown.out
    assert "left out: 5 (scores less than 100)" in shown.out
    assert shown.out.endswith("next: laneshift lanes check\n")
