"""Every gate catches the fault that is planted for it, and lets the sound change pass. Real trees, real processes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from laneshift import config
from laneshift.code.graph import ImportGraph
from laneshift.code.index import Index
from laneshift.gates.context import Change, Claims, Gate, Ports
from laneshift.gates.data import Data
from laneshift.gates.data_files import data_error
from laneshift.gates.imports import Imports
from laneshift.gates.sandbox import Limits
from laneshift.gates.self_report import SelfReport
from laneshift.gates.smoke import Smoke, judge
from laneshift.gates.verdict import Status, Verdict, exempt
from laneshift.lanes.contracts.standing import verdicts
from laneshift.lanes.crossings import Ground, standing
from laneshift.lanes.kept import atlas_of
from laneshift.lanes.model import Lanes
from laneshift.repo.objects import File, Repository
from laneshift.repo.pool import Pool
from laneshift.steps.runner.sandbox import IsolatedSandbox
from tests.gates.described import TESTS
from tests.monorepo import CONFIG, monorepo

TEXT = """refactor(core): change labs.stays

Problem:
- It is not as it should be

Solution:
- Change it

Impact:
- Nothing else
"""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return monorepo(
        tmp_path / "repo", {"data/good.json": "{}", "data/broken.json": "{", "labs/old.py": "import labs.gone\n"}
    )


@pytest.fixture
def judge_change(repository: Repository) -> Callable[[Gate, Mapping[str, str | None]], Verdict]:
    """Give a gate a change of files, described truthfully."""
    index = Index.open(repository)
    settings = config.load(lambda path: CONFIG.encode() if path == config.FILE else None)
    lanes = Lanes.of(settings.lanes)
    sandbox = IsolatedSandbox(Pool(repository, 1), TESTS)
    ports = Ports(
        sandbox,
        lambda tree: ImportGraph.of(tree, index).unresolved,
        lambda tree, selection, limits: sandbox.suite(tree.oid, selection, limits),
        lambda tree, near: standing(Ground(atlas_of(tree, index), lanes)),
        lambda tree, near, options: verdicts(tree, index, options, (), lambda: atlas_of(tree, index)),
    )

    def run(gate: Gate, files: Mapping[str, str | None], **differently: object) -> Verdict:
        before = repository.tree("HEAD")
        changes = {path: None if text is None else File(text.encode()) for path, text in files.items()}
        change = Change(
            before=before,
            after=before.edit(changes),
            paths={},
            modules={"labs.stays": "labs.stays"},
            importers={"core.app": "core.app"},
            roots=("",),
            smoke=("tests/test_smoke.py",),
            smoke_before=("tests/test_smoke.py",),
            smoke_pass_rate=0.9,
            claims=Claims(frozenset(files), 3, TEXT, frozenset({"core"})),
            limits=Limits(60),
            settings=settings,
            lanes=lanes,
        )
        described = replace(change, **differently)  # type: ignore[arg-type]
        reason = gate.applies(described)
        return gate.check(described, ports) if reason is None else exempt(gate.id, reason)

    return run


SOUND = {"labs/stays.py": "def answer():\n    return 6 * 7\n", "data/good.json": '{"a": 1}'}


@pytest.mark.parametrize("gate", [Imports(), Data(), Smoke(), SelfReport()], ids=lambda gate: gate.id)
def test_a_sound_change_passes_every_gate(gate: Gate, judge_change: Callable[..., Verdict]) -> None:
    verdict = judge_change(gate, SOUND)
    assert verdict.status is Status.PASSED, verdict
    assert verdict.denominator > 0


FAULTS: list[tuple[str, Gate, dict[str, str | None], str]] = [
    ("a file that does not parse", Imports(), {"labs/stays.py": "def answer(:\n"}, "does not compile"),
    ("a file that parses and does not compile", Imports(), {"labs/stays.py": "return 42\n"}, "does not compile"),
    ("an import of a module that is gone", Imports(), {"core/new.py": "import labs.nowhere\n"}, "no longer exists"),
    ("a module that no longer imports", Imports(), {"labs/stays.py": "1 / 0\n"}, "labs.stays no longer imports"),
    ("an importer that no longer imports", Imports(), {"labs/report.py": "x = 1\n"}, "core.app no longer imports"),
    ("broken JSON", Data(), {"data/good.json": "{,}"}, "data/good.json"),
    ("broken YAML", Data(), {"data/a.yaml": "a: [1\n"}, "data/a.yaml"),
    ("broken TOML", Data(), {"data/a.toml": "a = \n"}, "data/a.toml"),
    ("a ragged table", Data(), {"data/a.tsv": "a\tb\nc\n"}, "data/a.tsv"),
    ("a notebook without cells", Data(), {"data/a.ipynb": "{}"}, "data/a.ipynb"),
    ("a smoke test that turns red", Smoke(), {"labs/stays.py": "def answer():\n    return 41\n"}, "fewer than 90%"),
]


@pytest.mark.parametrize(("gate", "files", "says"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_a_seeded_fault_is_caught(
    gate: Gate, files: dict[str, str | None], says: str, judge_change: Callable[..., Verdict]
) -> None:
    verdict = judge_change(gate, files)
    assert verdict.status is Status.FAILED
    assert says in " ".join((verdict.reason, *verdict.details))


def test_smoke_tests_that_cannot_be_collected_are_an_error(judge_change: Callable[..., Verdict]) -> None:
    assert judge_change(Smoke(), {"tests/test_smoke.py": "import nowhere\n"}).status is Status.ERRORED


def test_a_smoke_suite_without_tests_is_an_error(judge_change: Callable[..., Verdict]) -> None:
    verdict = judge_change(Smoke(), {"tests/test_smoke.py": "x = 1\n"})
    assert verdict.status is Status.ERRORED
    assert "no test was found in tests/test_smoke.py" in verdict.reason


def test_smoke_below_the_base_fails_even_above_the_floor() -> None:
    assert judge("smoke", before=(100, 100), after=(95, 100), floor=0.9).status is Status.FAILED
    assert judge("smoke", before=(95, 100), after=(95, 100), floor=0.9).status is Status.PASSED


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        (Claims(frozenset({"labs/stays.py"}), 3, TEXT, frozenset({"core"})), "without saying so"),
        (Claims(frozenset({*SOUND, "core/app.py"}), 3, TEXT, frozenset({"core"})), "which is unchanged"),
        (Claims(frozenset(SOUND), 0, TEXT, frozenset({"core"})), "no test has passed"),
        (Claims(frozenset(SOUND), 3, "wip", frozenset({"core"})), "commit text"),
        (Claims(frozenset(SOUND), 3, TEXT, frozenset({"serve"})), "commit text"),
    ],
)
def test_a_false_claim_is_caught(claims: Claims, says: str, judge_change: Callable[..., Verdict]) -> None:
    verdict = judge_change(SelfReport(), SOUND, claims=claims)
    assert verdict.status is Status.FAILED
    assert says in " ".join(verdict.details)


def test_old_faults_are_not_blamed_on_the_change(judge_change: Callable[..., Verdict]) -> None:
    harmless = {"data/broken.json": "{ ", "labs/old.py": "import labs.gone  # still\n"}
    assert judge_change(Data(), harmless).status is Status.PASSED
    assert judge_change(Imports(), harmless).status is Status.PASSED


def test_a_module_that_is_verified_as_it_stands_has_to_import(judge_change: Callable[..., Verdict]) -> None:
    asked = {"labs.old": "labs.old", "labs.stays": "labs.stays"}
    verdict = judge_change(Imports(), {}, modules=asked, importers={})
    assert (verdict.status, verdict.numerator, verdict.denominator) == (Status.FAILED, 1, 2)
    assert verdict.details[0].startswith("labs.old does not import")
    assert judge_change(Imports(), {}, modules={"labs.stays": "labs.stays"}, importers={}).status is Status.PASSED


def test_data_does_not_apply_where_no_data_changed(judge_change: Callable[..., Verdict]) -> None:
    assert judge_change(Data(), {"labs/stays.py": "x = 1\n"}).status is Status.NOT_APPLICABLE


def test_imports_that_checked_nothing_are_an_error(judge_change: Callable[..., Verdict]) -> None:
    assert judge_change(Imports(), {}, modules={}, importers={}).status is Status.ERRORED


def test_a_pass_over_nothing_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="something that was checked"):
        Verdict("any", Status.PASSED, 0, 0)


def test_yaml_with_unknown_tags_is_yaml() -> None:
    assert data_error("a.yml", b"Bucket: !Ref Thing\n---\nsecond: document\n") == ""
