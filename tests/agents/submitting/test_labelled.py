"""Every labelled submission: bad ones are refused by their code and line, good ones are accepted."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from laneshift.agents.submitting.ground import Ground
from laneshift.agents.submitting.judging import Looked, look
from laneshift.agents.submitting.table import CHECKS
from tests.agents.submitting import bad_contents, bad_places, good
from tests.agents.submitting.labelled import CASES, Case
from tests.agents.submitting.shop import WHO, Shop

_PARTS = (bad_places, bad_contents, good)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop.at(tmp_path_factory.mktemp("labelled") / "shop")


def _looked(shop: Shop, case: Case) -> Looked:
    commit = case.make(shop)
    return shop.looked(commit, case.pack, case.report, replace(WHO, kind=case.agent))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_becomes_of_it(shop: Shop, case: Case) -> None:
    found = _looked(shop, case)
    if case.good:
        assert found == Looked(())
        return
    if case.unchecked:
        assert found.unchecked
        return
    assert not found.unchecked
    told = {(each.code, each.path, each.line) for each in found.objections}
    assert case.code in {code for code, _, _ in told}, told
    wanted = [each for each in told if each[0] == case.code and each[1] == (case.path or each[1])]
    assert wanted, told
    assert not case.line or case.line in {line for _, _, line in wanted}, told
    assert all(each.what and each.cure for each in found.objections)


def test_there_are_enough_of_every_kind() -> None:
    assert _PARTS
    assert len({case.name for case in CASES}) == len(CASES) >= 100
    kinds = Counter(case.kind for case in CASES if not case.good)
    assert sum(kinds.values()) >= 60
    assert sum(case.good for case in CASES) >= 40
    named = {
        *("stray edit", "rename out of scope", "delete", "symlink", "submodule", "mode bit", ".gitattributes", "hook"),
        *("CI file", "policy file", "huge binary", "secret", "prompt injection in a comment", "a test weakened"),
        *("an assertion removed", "a false self-report"),
    }
    assert named <= set(kinds)


_FAULTS = {
    "shape": "foreign-author",
    "ownership": "stray-edit",
    "kinds": "mode-bit",
    "protected": "attributes",
    "setup": "checks-pytest",
    "sizes": "text-huge",
    "secrets": "secret-token",
    "injection": "order-note",
    "tests": "assert-removed",
    "filter": "check-silenced",
    "self-report": "report-hides-a-file",
}
"""The seeded fault of each check."""


@pytest.mark.parametrize("name", CHECKS)
def test_each_check_catches_what_no_other_does(shop: Shop, name: str) -> None:
    case = next(case for case in CASES if case.name == _FAULTS[name])
    ground = shop.ground(case.make(shop), case.pack, case.report)
    assert isinstance(ground, Ground)
    others = {known: check for known, check in CHECKS.items() if known != name}
    assert case.code in {each.code for each in look(ground, {name: CHECKS[name]}).objections}
    assert case.code not in {each.code for each in look(ground, others).objections}


def test_a_check_that_breaks_accepts_nothing(shop: Shop) -> None:
    ground = shop.ground(shop.commit({"core/table.py": "ROWS = 1\n"}))
    assert isinstance(ground, Ground)

    def broken(_: Ground) -> None:
        raise RuntimeError("a hostile file")

    found = look(ground, {"broken": broken})  # type: ignore[dict-item]
    assert found.unchecked == ("broken: RuntimeError",)


def test_no_objection_shows_a_secret(shop: Shop) -> None:
    for case in CASES:
        if case.code == "submit.secret":
            shown = repr(_looked(shop, case))
            assert not any(part in shown for part in ("a1B2c3D4", "k6QaiQmcTm", "tPw9x", "x9Y8z7W6", "ABCD2345"))


def test_paths_of_this_machine_are_not_told(shop: Shop, tmp_path: Path) -> None:
    assert all(str(tmp_path.parent) not in repr(_looked(shop, case)) for case in CASES[::20])
