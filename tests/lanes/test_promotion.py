"""Criteria for promotion: each passes when it should, fails when it should, and never passes without having looked."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from laneshift import config
from laneshift.code.index import Index
from laneshift.errors import CheckFailed, Refused
from laneshift.lanes.crossings import Ground
from laneshift.lanes.manifest_text import Manifest
from laneshift.lanes.model import Lanes
from laneshift.lanes.promotion import Candidate, Counted, Linted, criteria, next_lane
from laneshift.repo.objects import Repository
from laneshift.runs.lane_promotion import read_coverage
from tests.lanes.ground import atlas_of, repository, tree_with

LANES = Lanes.of(
    {
        "labs": config.Lane(paths=["labs/**"], level="experimental"),
        "core": config.Lane(
            paths=["core/**"],
            may_import=[],
            lint=["ruff", "check"],
            thresholds=config.project.Thresholds(coverage=0.8, p95_ms=200.0),
        ),
        "serve": config.Lane(paths=["serve/**"], level="production", may_import=["core"]),
    }
)
FILES = {
    "labs/pay.py": '"""Takes money."""\nimport core\n',
    "tests/test_pay.py": "from tests.help import pay\n\ndef test_pay():\n    assert pay\n",
    "tests/help.py": "from labs import pay\n",
}
MANIFEST = Manifest("labs.pay", "labs", "team pay", "Takes money.", 150.0)
WHOLE = {"labs/pay.py": Counted(10, 8)}


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return repository(tmp_path_factory.mktemp("promotion") / "repo", FILES)


def candidate(repo: Repository, files: dict[str, str | bytes | None] | None = None, lane: str = "core") -> Candidate:
    """The module `labs.pay`, ready in every way unless `files` says otherwise."""
    tree = tree_with(repo.tree("HEAD"), files or {})
    wanted = LANES.get(lane)
    assert wanted is not None
    ground = Ground(atlas_of(tree), LANES)
    facts = Index.open(repo).facts(tree)
    return Candidate(("labs/pay.py",), wanted, ground, facts, MANIFEST, WHOLE, Linted(True, "ruff check ended with 0"))


def statuses(each: Candidate) -> dict[str, str]:
    return {criterion.name: criterion.status for criterion in criteria(each)}


def test_a_module_that_has_everything_may_enter(repo: Repository) -> None:
    assert set(statuses(candidate(repo)).values()) == {"passed"}
    assert not any(criterion.blocks for criterion in criteria(candidate(repo)))


@pytest.mark.parametrize(
    ("name", "change", "status"),
    [
        ("coverage", {"measured": None}, "errored"),
        ("coverage", {"measured": {}}, "errored"),
        ("coverage", {"measured": {"labs/pay.py": Counted(10, 7)}}, "failed"),
        ("coverage", {"measured": {"labs/pay.py": Counted(0, 0)}}, "not_applicable"),
        ("lint", {"linted": None}, "errored"),
        ("lint", {"linted": Linted(False, "1 error")}, "failed"),
        ("owner", {"manifest": None}, "failed"),
        ("owner", {"manifest": replace(MANIFEST, owner="")}, "failed"),
        ("performance", {"manifest": replace(MANIFEST, p95_ms=200.0)}, "passed"),
        ("performance", {"manifest": replace(MANIFEST, p95_ms=200.5)}, "failed"),
        ("performance", {"manifest": replace(MANIFEST, p95_ms=None)}, "failed"),
    ],
)
def test_what_is_missing_is_never_a_pass(repo: Repository, name: str, change: dict[str, object], status: str) -> None:
    found = statuses(replace(candidate(repo), **change))
    assert found[name] == status
    assert all(found[other] == "passed" for other in found if other not in (name, "performance", "owner"))


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("imports", {"labs/pay.py": '"""Pay."""\nimport labs.a\n'}),
        ("imports", {"labs/pay.py": '"""Pay."""\nimport tools\n', "tools.py": "import serve\n"}),
        ("tests", {"tests/help.py": "pay = 1\n"}),
        ("tests", {"tests/test_pay.py": "from tests.help import pay\n"}),
        ("docs", {"labs/pay.py": "import core\n"}),
    ],
)
def test_what_the_tree_lacks_fails(repo: Repository, name: str, files: dict[str, str | bytes | None]) -> None:
    assert [other for other, status in statuses(candidate(repo, files)).items() if status != "passed"] == [name]


def test_those_who_import_it_must_be_allowed_to_afterwards(repo: Repository) -> None:
    found = statuses(candidate(repo, {"core/uses.py": "import labs.pay\n"}, lane="serve"))
    assert found["imports"] == "failed"
    assert statuses(candidate(repo, lane="serve")) | {} == {
        "imports": "passed",
        "tests": "passed",
        "coverage": "not_applicable",
        "lint": "not_applicable",
        "owner": "passed",
        "docs": "passed",
        "performance": "not_applicable",
    }


def test_the_next_lane_is_the_one_of_the_next_level() -> None:
    labs, core, serve = (LANES.get(name) for name in ("labs", "core", "serve"))
    assert labs is not None
    assert core is not None
    assert serve is not None
    assert next_lane(LANES, labs) is core
    assert next_lane(LANES, core) is serve
    assert next_lane(LANES, labs, "serve") is serve
    for lane, wanted in ((serve, ""), (labs, "nowhere")):
        with pytest.raises(Refused):
            next_lane(LANES, lane, wanted)
    two = Lanes.of({name: config.Lane(paths=[f"{name}/**"], level=level) for name, level in (
        ("labs", "experimental"), ("core", "integration"), ("matriz", "integration"))})  # fmt: skip
    with pytest.raises(Refused, match="core, matriz"):
        next_lane(two, two.lanes[0])


def test_a_module_without_files_is_refused(repo: Repository) -> None:
    with pytest.raises(Refused):
        criteria(replace(candidate(repo), files=()))


def test_a_coverage_file_is_read_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "coverage.json"
    summary = {"num_statements": 10, "covered_lines": 8}
    path.write_text(json.dumps({"files": {"labs/pay.py": {"summary": summary}}}))
    assert read_coverage(path) == WHOLE
    bad = [
        "",
        "[]",
        "{}",
        '{"files": {"a": {}}}',
        '{"files": {"a": {"summary": {"num_statements": 1, "covered_lines": 2}}}}',
    ]
    for text in bad:
        path.write_text(text)
        with pytest.raises(CheckFailed) as caught:
            read_coverage(path)
        assert caught.value.code == "lanes.bad-coverage"
    with pytest.raises(CheckFailed):
        read_coverage(tmp_path / "nowhere.json")
