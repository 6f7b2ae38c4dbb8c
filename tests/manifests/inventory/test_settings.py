"""The settings of the inventory are strict, and docs/inventory.md tells their defaults."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from laneshift.config import Inventory, load
from laneshift.errors import Refused

PAGE = (Path(__file__).resolve().parents[3] / "docs/inventory.md").read_text("utf-8")


def of(text: str) -> Inventory:
    return load({"laneshift.toml": text.encode()}.get).inventory


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[inventory.score]\nbeauty = 3\n", "beauty"),
        ("[inventory.score]\nsize = -1\n", "score.size"),
        ("[inventory.score]\nsize = 1.5\n", "score.size"),
        ("[inventory.score]\narchived = 1.1\n", "score.archived"),
        ("[inventory.complexity]\nmedium = 60\n", "above `medium`"),
        ("[inventory.effort]\nbase = inf\n", "effort.base"),
        ("[inventory.effort]\nbase = nan\n", "effort.base"),
        ("[inventory.effort]\nbase = -1\n", "effort.base"),
        ("[inventory]\nleast_score = 101\n", "least_score"),
        (
            "[inventory.score]\nsize=0\nclasses=0\nfunctions=0\ndocstrings=0\ntests=0\nimporters=0\nresolved=0\nage=0\n",
            "all weights are 0",
        ),
    ],
)
def test_a_bad_setting_is_refused_by_name(text: str, told: str) -> None:
    with pytest.raises(Refused) as refused:
        of(text)
    assert told in str(refused.value.faults[0])


def test_the_page_tells_every_weight() -> None:
    table = {name: int(weight) for name, weight in re.findall(r"^\| `(\w+)` \| (\d+) \|", PAGE, re.MULTILINE)}
    weights = of("").score.model_dump()
    assert float(weights.pop("archived")) == 0.5
    assert "(0.5) of its score" in PAGE
    assert table == weights
    assert sum(table.values()) == 100


def test_the_page_tells_every_point_and_hour() -> None:
    flat = " ".join(PAGE.replace("\N{MULTIPLICATION SIGN}", "x").split())
    points, hours = of("").complexity, of("").effort
    told = (
        f"{points.importer} for each importer, {points.unresolved} for each unresolved import",
        f"{points.relative} for each relative import, {points.untested} when no test imports it",
        f"{points.hundred_lines} for each full hundred lines, {points.effects} when importing it does work",
        f"{points.open} when not all its names can be known",
        f"From {points.medium} (`medium`) the complexity is medium, from {points.high} (`high`) high.",
        f"{hours.base} + {hours.hundred_lines} x lines / 100 + {hours.importer} x importers",
        f"{hours.unresolved} x unresolved + {hours.relative} x relative",
        f"{hours.untested} without tests + {hours.effects} when importing it does work",
    )
    assert [text for text in told if text not in flat] == []
