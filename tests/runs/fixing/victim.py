"""A run with a fixer that dies by its own hand: `python -m tests.runs.fixing.victim REPOSITORY MOMENT KIND`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from laneshift.runs import working
from tests.chaos.victim import Deadly
from tests.runs.fixing.scene import ITEM
from tests.toy import shop_at


def main(path: Path, moment: str, kind: str) -> None:
    """Work until the record, and not a step further."""
    shop = shop_at(path)
    deadly: Any = Deadly(shop.journal, moment, kind)
    working.run(replace(shop, journal=deadly), shop.plans.load("batch"), 1, only=[ITEM], fixer="codex")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
