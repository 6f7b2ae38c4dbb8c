"""The benchmark of flows runs all contestants, each in a fresh folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import flows


def test_all_contestants_say_what_a_step_costs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows, "FLOWS", 3)
    section = flows.flows(tmp_path, 1)
    assert [row[0] for row in section.table[1:]] == ["laneshift", "the engine of our own, no flows", "bare DBOS"]
    assert all(float(cell.removesuffix(" ms")) > 0 for row in section.table[1:] for cell in row[1:])
    assert [claim.goal for claim in section.claims] == ["at most 15 ms"] * 2
