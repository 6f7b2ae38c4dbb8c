"""The benchmark of flows runs both contestants, each in a fresh folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import flows


def test_both_contestants_say_what_a_step_costs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows, "FLOWS", 3)
    section = flows.flows(tmp_path, 1)
    assert [row[0] for row in section.table[1:]] == ["laneshift", "bare DBOS"]
    assert all(float(row[1].removesuffix(" ms")) > 0 for row in section.table[1:])
    assert [claim.text for claim in section.claims] == ["overhead of a step"]
