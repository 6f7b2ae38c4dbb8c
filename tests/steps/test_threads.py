"""Items of a run share one process: what their threads compute at the same time must not disturb each other."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from laneshift.runs.item_steps import ItemSteps
from laneshift.steps.work import Author, Work
from tests.toy import planned, shop_at, toy

NAMES = ("shapes", "report", "stays", "plugin")
BATCH = "".join(f"labs.{name}\tlabs/{name}.py\tcore/{name}.py\n" for name in NAMES)


@pytest.fixture
def switching() -> Iterator[None]:
    """Threads that change places whenever memory is collected, as finalizers written in Python make them do."""

    def collected(phase: str, info: dict[str, Any]) -> None:
        for _ in range(200):
            pass

    interval, threshold = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(20)
    gc.callbacks.append(collected)
    yield
    gc.callbacks.remove(collected)
    gc.set_threshold(*threshold)
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("switching")
def test_threads_that_parse_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    text = "def f(a, b):\n    return [a + b * (a - {'k': b}['k']) for _ in range(9) if a or (b and not a)]\n" * 60
    imports = "import labs\n" + "".join(f"import labs.{name}\nlabs.{name}\n" for name in NAMES)
    users = {f"core/user_{n}.py": f"{imports}{text}" for n in range(12)}
    path = toy(tmp_path / "repo", users)
    shop, plan = shop_at(path), planned(path, BATCH)
    parts, base = ItemSteps(shop, plan).parts, shop.repository.tree(plan.base)
    author = Author(plan.author_name, plan.author_email, plan.when)
    works = [
        Work(plan.batch, plan.base, base, base, item.intent, item.intent_digest, False, item.lane, "", author)
        for item in plan.items
    ]
    with ThreadPoolExecutor(len(works)) as pool:
        applied = list(pool.map(parts.applied, works))
    assert [len(one.result.edits) >= len(users) for one in applied] == [True] * len(works)
