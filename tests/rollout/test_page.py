"""What docs/rollout.md and docs/settings.md say is what the rules do."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import BaseModel

from laneshift.config import Approval, Ceilings, Exceptions, Pins, Rollout, load
from laneshift.rollout.approval import Policy
from laneshift.rollout.bound import upper_bound
from laneshift.rollout.canary import quotas
from laneshift.rollout.pins import FIELDS
from laneshift.rollout.stages import stages
from tests.rollout.plans import plan_of

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "rollout.md").read_text("utf-8")
BLOCK = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def test_the_settings_of_the_example_are_settings() -> None:
    assert BLOCK is not None
    settings = load({"laneshift.toml": BLOCK[1].encode()}.get)
    assert Policy.of(settings).two_person
    assert list(settings.exceptions.force_promote) == ["labs/experiments/ranking.py"]


def test_the_numbers_of_the_example_are_those_of_the_rules() -> None:
    plan = plan_of([(106, 0), (36, 0), (2, 2)])
    found = quotas(plan, Decimal("0.10"))
    rows = re.findall(r"^ *\| `(?:core|serve|billing)/\w+` \| (\d+) \|.*\| (\d+) \|$", PAGE, re.MULTILINE)
    assert [(int(items), int(seats)) for items, seats in rows] == [(106, 10), (36, 3), (2, 1)]
    assert list(found.values()) == [10, 3, 1]
    turns = [len(stage) for stage in stages(plan, [Decimal("0.10"), Decimal("0.25"), Decimal(1)])]
    assert "{}, {} and {} items".format(*turns) in PAGE
    assert f"{100 * upper_bound(0, sum(found.values())):.1f} %" in PAGE


def test_every_pin_is_explained() -> None:
    assert all(f"`{name}`" in PAGE for name in FIELDS)


@pytest.mark.parametrize("section", [Rollout, Approval, Ceilings, Exceptions, Pins])
def test_every_setting_has_a_row(section: type[BaseModel]) -> None:
    table = (DOCS / "settings.md").read_text("utf-8")
    name = section.__name__.lower()
    assert [key for key in section.model_fields if f"`{name}.{key}" not in table] == []
