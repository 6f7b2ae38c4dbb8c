"""Plan files: what comes back is what was kept, and a file from elsewhere is read with suspicion."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.code.intents import Rules
from laneshift.errors import Refused
from laneshift.rollout.pins import FIELDS, of_text
from laneshift.runs.plan import Plan, PlannedItem
from laneshift.runs.plan_files import PlanFiles

STAGED: dict[str, Any] = {"stratum": "core/core", "stage": 1}
ITEMS = (
    PlannedItem("labs.a", 1, "labs.a", "labs/a.py", "core/a.py", "ready", lane="core", files=2, edits=3, **STAGED),
    PlannedItem("labs.b", 2, "labs.b", "labs/b.py", "labs/b.py", "verify-only", lane="labs", **STAGED),
    PlannedItem("line-3", 3, "", "../x", "/y", "refused", reason="no"),
)


def plan(**changes: Any) -> Plan:
    whole: dict[str, Any] = {
        "batch": "core",
        "batch_file": "core.tsv",
        "base": "1" * 40,
        "base_tree": "2" * 40,
        "target": "refs/heads/main",
        "author_name": "Ada",
        "author_email": "ada@example.org",
        "when": 1_700_000_000,
        "tool": "laneshift 0.1.0",
        "settings_digest": "sha256:" + "1" * 64,
        "rules": Rules(("src",), "tests/moves"),
        "pins": {
            **dict.fromkeys(FIELDS, "sha256:" + "0" * 64),
            "base": of_text("1" * 40),
            "tool": of_text("laneshift 0.1.0"),
        },
        "items": ITEMS,
    }
    return Plan(**{**whole, **changes})


def file_of(folder: Path, found: Plan) -> Path:
    """The plan as a file that somebody made, with the digest that belongs to it."""
    path = folder / "plan.json"
    path.write_text(json.dumps({"digest": found.digest, "plan": found.as_json()}))
    return path


def test_a_kept_plan_comes_back_by_every_name(tmp_path: Path) -> None:
    files = PlanFiles(tmp_path)
    files.save(plan())
    for name in ("core", plan().id, str(tmp_path / "plans" / f"{plan().id}.json")):
        assert files.load(name) == plan()


def test_the_newest_of_a_batch_is_the_last_one_kept(tmp_path: Path) -> None:
    files = PlanFiles(tmp_path)
    files.save(plan())
    files.save(plan(when=5))
    assert files.load("core").when == 5
    assert len(files.all()) == 2
    files.keep(plan())
    assert files.load("core").when == 5


def test_threads_that_save_one_plan_at_once_all_keep_it(tmp_path: Path) -> None:
    files, whole, start = PlanFiles(tmp_path), plan(), threading.Barrier(4, timeout=120)

    def save(_: int) -> list[Path]:
        start.wait()
        return [files.save(whole) for _ in range(50)]

    with ThreadPoolExecutor(4) as threads:
        saved = {path for paths in threads.map(save, range(4)) for path in paths}
    assert saved == {path for path in (tmp_path / "plans").iterdir() if path.suffix == ".json"}
    assert files.load("core") == whole
    assert len(list((tmp_path / "plans").iterdir())) == 2


def test_a_plan_of_an_older_schema_is_left_to_the_version_that_made_it(tmp_path: Path) -> None:
    files = PlanFiles(tmp_path)
    files.save(plan(when=5))
    files.save(plan(schema=1))
    assert files.all() == [plan(when=5)]
    with pytest.raises(Refused) as refused:
        files.load("core")
    assert (refused.value.code, refused.value.exit_code) == ("plan.schema", 2)
    (tmp_path / "plans/other.json").write_text("{}")
    with pytest.raises(Refused, match="not a plan"):
        files.all()


EDITS: dict[str, Callable[[dict[str, Any]], object]] = {
    "time": lambda stored: stored["plan"].update(when=1),
    "item": lambda stored: stored["plan"]["items"][0].update(dst="core/other.py"),
    "order": lambda stored: stored["plan"]["items"].reverse(),
    "digest": lambda stored: stored.update(digest="sha256:" + "f" * 64),
    "new-field": lambda stored: stored["plan"].update(extra=1),
    "new-item-field": lambda stored: stored["plan"]["items"][0].update(extra=1),
    "gone-field": lambda stored: stored["plan"].pop("base"),
    "type": lambda stored: stored["plan"].update(when="soon"),
    "truth-as-number": lambda stored: stored["plan"].update(when=True),
    "schema": lambda stored: stored["plan"].update(schema=99),
    "no-plan": lambda stored: stored.pop("plan"),
    "list": lambda stored: stored.update(plan=[]),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_plan_is_refused(tmp_path: Path, edit: str) -> None:
    path = PlanFiles(tmp_path).save(plan())
    stored = json.loads(path.read_text())
    EDITS[edit](stored)
    path.write_text(json.dumps(stored))
    with pytest.raises(Refused) as refused:
        PlanFiles(tmp_path).load("core")
    assert refused.value.code in ("plan.edited", "plan.unreadable", "plan.schema")


def other(item: int, **changes: Any) -> tuple[PlannedItem, ...]:
    return tuple(replace(found, **changes) if at == item else found for at, found in enumerate(ITEMS))


UNSOUND = {
    "batch-leaves-its-folder": plan(batch="../../outside"),
    "batch-is-an-option": plan(batch="-x"),
    "base": plan(base="HEAD"),
    "target-is-a-tag": plan(target="refs/tags/v1"),
    "target-is-no-ref": plan(target="refs/heads/a..b"),
    "author": plan(author_name="A\nB"),
    "time": plan(when=-1),
    "folder-of-tests": plan(rules=Rules((), "../outside")),
    "root": plan(rules=Rules(("/etc",), "tests/moves")),
    "source-leaves": plan(items=other(0, src="../labs/a.py")),
    "destination-in-git": plan(items=other(0, dst=".git/hooks/pre-commit")),
    "destination-not-plain": plan(items=other(0, dst="core//a.py")),
    "two-of-a-name": plan(items=other(0, id="labs.b")),
    "no-name": plan(items=other(0, id="")),
    "hidden-name": plan(items=other(0, id="labs\u202e.a")),
    "unknown-class": plan(items=other(0, status="approved")),
    "verify-only-that-moves": plan(items=other(1, dst="core/b.py")),
    "no-pins": plan(pins={}),
    "a-pin-more": plan(pins={**plan().pins, "extra": "sha256:" + "0" * 64}),
    "a-pin-that-is-no-digest": plan(pins={**plan().pins, "config": "../laneshift.toml"}),
    "pins-of-another-tool": plan(tool="laneshift 9"),
    "pins-of-another-base": plan(pins={**plan().pins, "base": of_text("3" * 40)}),
    "no-stage": plan(items=other(0, stage=0)),
    "a-stage-that-never-comes": plan(items=other(1, stage=22)),
    "no-stratum": plan(items=other(0, stratum="")),
    "a-star-that-hides": plan(items=other(0, stars=("Tr\u202eail",))),
}


@pytest.mark.parametrize("case", UNSOUND)
def test_a_plan_that_nobody_planned_is_refused_though_its_digest_is_right(tmp_path: Path, case: str) -> None:
    with pytest.raises(Refused) as refused:
        PlanFiles(tmp_path).load(str(file_of(tmp_path, UNSOUND[case])))
    assert refused.value.code == "plan.unsound"
    assert refused.value.faults


def test_a_sound_plan_from_elsewhere_is_read(tmp_path: Path) -> None:
    assert PlanFiles(tmp_path / "state").load(str(file_of(tmp_path, plan()))) == plan()


@given(st.one_of(st.binary(max_size=60), st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["plan", "digest", "items"]), inner),
    max_leaves=6,
).map(lambda value: json.dumps(value).encode())))  # fmt: skip
def test_no_file_crashes_the_reader(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_bytes(data)
    with pytest.raises(Refused):
        PlanFiles(path.parent / "no-state").load(str(path))


def test_the_digest_covers_every_field() -> None:
    changed = [
        plan(batch="x"), plan(batch_file="x"), plan(pins={}), plan(base="3" * 40), plan(base_tree="3" * 40),
        plan(target="refs/heads/x"), plan(author_name="x"), plan(author_email="x"), plan(when=1), plan(tool="x"),
        plan(settings_digest="x"), plan(rules=Rules()), plan(items=ITEMS[:2]), plan(schema=1),
    ]  # fmt: skip
    assert len({found.digest for found in [plan(), *changed]}) == len(plan().as_json()) + 1
