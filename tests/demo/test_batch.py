"""The demo's batch file, held against a listing of the project's files that was recorded once."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from demo import batch
from laneshift import config
from laneshift.code.modules import Modules
from laneshift.lanes.model import Lanes
from laneshift.repo.objects import Repository
from laneshift.runs.batch import parse
from laneshift.runs.classify import Classified, classify
from tests.repo.builders import repo_at

LISTING = Path(__file__).with_name("listing.txt").read_text("utf-8").splitlines()
SETTINGS = Path(batch.FILE).with_name("settings") / "laneshift.toml"
TEXT = batch.FILE.read_text("utf-8")


@pytest.fixture(scope="module")
def classified(tmp_path_factory: pytest.TempPathFactory) -> Classified:
    """Every line of the batch against a tree with the recorded paths."""
    repository: Repository = repo_at(tmp_path_factory.mktemp("listing") / "repo", dict.fromkeys(LISTING, "\n"))
    tree = repository.tree("HEAD")
    settings = config.load(lambda path: SETTINGS.read_bytes() if path == config.FILE else None)
    modules = Modules.of(tree.entries, settings.source_roots)
    read = parse(f"{batch.NAME}.tsv", batch.FILE.read_bytes())
    return classify(read, tree, modules, Lanes.of(settings.lanes), lambda src, dst: False)


def test_at_least_24_real_moves_and_one_of_each_other_kind_are_ready(classified: Classified) -> None:
    ready = {item.id for item in classified.of("ready")}
    assert len(ready - {batch.BREAKS}) >= batch.LEAST_MOVES
    assert batch.BREAKS in ready
    assert [item.id for item in classified.of("verify-only")] == [batch.VERIFIED]
    assert {item.id for item in classified.of("refused")} == set(batch.REFUSED)


def test_each_bad_line_has_the_fault_that_the_demo_promises(classified: Classified) -> None:
    found = {(fault.where, fault.code) for fault in classified.faults}
    wanted = {(f"tidy.tsv:{batch.line_of(TEXT, module)}", code) for module, code in batch.REFUSED.items()}
    assert found == wanted


def test_the_demo_reads_the_same_lines_as_laneshift(classified: Classified) -> None:
    mine = {(module, move.src, move.dst) for module, move in batch.read(TEXT).items()}
    assert mine == {(item.line.module, item.line.src, item.line.dst) for item in classified.items}


def test_moves_cross_packages(classified: Classified) -> None:
    for item in classified.of("ready"):
        assert Path(item.line.src).parent != Path(item.line.dst).parent, item.id


def test_a_comment_stands_before_every_group_of_lines() -> None:
    lines = [line for line in TEXT.splitlines() if line]
    assert lines[0].startswith("#")
    for module in (batch.BREAKS, batch.VERIFIED, *batch.REFUSED):
        at = next(n for n, line in enumerate(lines) if line.startswith(f"{module}\t"))
        assert lines[at - 1].startswith("#"), module


def test_surprises_name_what_ended_otherwise() -> None:
    wanted = batch.expected(batch.read(TEXT))
    assert batch.surprises(wanted, wanted) == []
    odd = {**wanted, batch.BREAKS: "landed", "extra": "landed"}
    del odd[batch.FOLLOWED]
    assert batch.surprises(wanted, odd) == [
        "extra is landed, not expected",
        f"{batch.BREAKS} is landed, not quarantined",
        f"{batch.FOLLOWED} is gone, not landed",
    ]


def test_the_settings_name_tests_that_exist() -> None:
    tests = tomllib.loads(SETTINGS.read_text("utf-8"))["tests"]
    named = [*tests["always"], *tests["smoke"]]
    assert named
    assert set(named) <= set(LISTING)
