"""Review tells what makes a move risky; what was not looked at yet is never taken for fine."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.runs.item_steps import ItemSteps
from laneshift.steps.review import review
from laneshift.steps.work import Author, Outcome, Work
from tests.toy import planned, shop_at, toy

MODULE = "labs.stray\tlabs/stray.py\tcore/stray.py\n"
REASON = "this Python cannot compile all of it"


def _reviewed(path: Path, source: str, *, warm: bool) -> Outcome:
    toy(path, {"labs/stray.py": source})
    plan, shop = planned(path, MODULE), shop_at(path)
    base = shop.repository.tree(plan.base)
    if warm:
        shop.index.refresh(base)
    (item,) = plan.items
    author = Author("a", "a@localhost", 0)
    work = Work(plan.batch, plan.base, base, base, item.intent, item.intent_digest, False, item.lane, "", author)
    return review(work, ItemSteps(shop, plan).parts)


@pytest.mark.parametrize("warm", [False, True])
@pytest.mark.parametrize(("source", "told"), [("VALUE = 1\n", False), ("VALUE = 1\nreturn VALUE\n", True)])
def test_a_module_that_parses_and_does_not_compile_is_told(tmp_path: Path, source: str, told: bool, warm: bool) -> None:
    outcome = _reviewed(tmp_path / "repo", source, warm=warm)
    assert (REASON in str(outcome.facts["finding"])) == told


def test_there_is_one_figure(tmp_path: Path) -> None:
    worse = _reviewed(tmp_path / "worse", "VALUE = 1\nreturn VALUE\n", warm=False).facts
    assert worse["score"] == 100 - worse["risk_percent"] < 10
    assert worse["risk"] == "high"
    assert f"{worse['risk_percent']}%" in worse["finding"]


def test_review_shows_the_risk_with_its_factors(tmp_path: Path) -> None:
    calm = _reviewed(tmp_path / "calm", "VALUE = 1\n", warm=False)
    worse = _reviewed(tmp_path / "worse", "from . import shapes\nprint(shapes)\nfrom labs.gone import X\n", warm=False)
    assert worse.facts["risk_percent"] > calm.facts["risk_percent"]
    told = " ".join(worse.facts["risk_factors"])
    assert all(name in told for name in ("ties: 1", "effects at import: 1", "loose imports: 1", "distance: 2"))
    assert "effects at import" not in " ".join(calm.facts["risk_factors"])
    assert f"risk {worse.facts['risk_percent'] / 100:.2f}"[:7] in worse.summary
