"""Random plans for the canary: strata of any size, some of them critical, and a share; and the script from docs/."""

from __future__ import annotations

import importlib.util
from decimal import Decimal
from pathlib import Path
from types import ModuleType

from hypothesis import strategies as st

from laneshift.rollout.canary import Candidate

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "canary.py"

SIZES = st.integers(1, 1000).map(lambda thousandths: Decimal(thousandths) / 1000)


def plan_of(strata: list[tuple[int, int]]) -> list[Candidate]:
    """A plan with strata of these many items, of which so many are critical. Strata are dealt out in turn."""
    found = [
        (at, Candidate(f"pkg{name}.module_{at}", f"lane/{name}", at < critical))
        for name, (count, critical) in enumerate(strata)
        for at in range(count)
    ]
    return [candidate for _, candidate in sorted(found, key=lambda pair: pair[0])]


def _strata(data: bytes) -> list[tuple[int, int]]:
    """One stratum for each byte, half of them small and a quarter critical; bytes are quick to draw and to shrink."""
    return [(1 + byte % (4 if byte & 32 else 16), byte >> 6 == 3) for byte in data]


PLANS = st.binary(min_size=1, max_size=9).map(lambda data: plan_of(_strata(data)))


def script() -> ModuleType:
    """`docs/canary.py` as a module, for many plans in one process."""
    spec = importlib.util.spec_from_file_location("canary_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def as_items(candidates: list[Candidate]) -> list[dict[str, object]]:
    """The candidates as a plan file has them."""
    return [{"id": one.key, "status": "ready", "stratum": one.stratum, "critical": one.critical} for one in candidates]
