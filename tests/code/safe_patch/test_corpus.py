"""The filter against labelled changes: no unsafe one passes, and harmless ones do."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.code.safe_patch import Limits, Verdict, judge
from laneshift.repo.objects import Tree
from tests.code.safe_patch.agents import SLY
from tests.code.safe_patch.everyday import EVERYDAY
from tests.code.safe_patch.ground import FILES, Case
from tests.code.safe_patch.harmless import HARMLESS
from tests.code.safe_patch.unsafe import UNSAFE
from tests.repo.builders import repo_at

ALL_UNSAFE = (*UNSAFE, *SLY)
ALL_HARMLESS = (*HARMLESS, *EVERYDAY)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return repo_at(Path(tmp_path_factory.mktemp("filter")), FILES).tree("HEAD")


def judged(base: Tree, case: Case) -> Verdict:
    limits = Limits(forbidden=case.forbidden, known=frozenset({"pytest"}))
    return judge(base, case.of(base), limits, lambda path: not path.startswith("serve/"))


@pytest.mark.parametrize(("check", "case"), ALL_UNSAFE, ids=[case.name for _, case in ALL_UNSAFE])
def test_every_unsafe_change_is_flagged_for_its_own_reason(base: Tree, check: str, case: Case) -> None:
    verdict = judged(base, case)
    assert not verdict.safe
    assert check in {finding.check for finding in verdict.findings}, verdict.findings


def test_harmless_changes_pass(base: Tree) -> None:
    verdicts = {case.name: judged(base, case) for case in ALL_HARMLESS}
    flagged = {name: verdict.findings for name, verdict in verdicts.items() if not verdict.safe}
    assert len(flagged) <= 0.05 * len(ALL_HARMLESS), flagged


def test_the_corpus_is_as_large_as_was_promised() -> None:
    names = [case.name for _, case in ALL_UNSAFE] + [case.name for case in ALL_HARMLESS]
    assert len(ALL_UNSAFE) >= 60
    assert len(ALL_HARMLESS) >= 25
    assert len(set(names)) >= len(names) - 2


def test_every_unsafe_change_stays_flagged_among_harmless_ones(base: Tree) -> None:
    extra = Case("", files={"shop/scores.py": "def rank(owner):\n    return len(owner)\n"})
    passed = [case.name for _, case in ALL_UNSAFE if _judged_with(base, case, extra).safe]
    assert passed == []


def _judged_with(base: Tree, case: Case, extra: Case) -> Verdict:
    return judge(base, extra.of(case.of(base)), Limits(forbidden=case.forbidden), lambda path: "serve/" not in path)


def test_no_change_at_all_is_never_safe(base: Tree) -> None:
    assert not judge(base, base, Limits(), lambda path: True).safe


def test_limits_count_over_the_whole_change(base: Tree) -> None:
    case = Case(
        "",
        (
            ("shop/account.py", '    logger.info("moved %s", moved)\n', ""),
            ("shop/account.py", '    note("close", fourth)\n', ""),
        ),
    )
    after = case.of(base)
    assert judge(base, after, Limits(deleted=2), lambda path: True).safe
    found = judge(base, after, Limits(deleted=1), lambda path: True).findings
    assert [finding.check for finding in found] == ["statements-deleted"]
