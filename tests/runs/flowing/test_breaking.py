"""A run whose workflow breaks is not left open for ever."""

from __future__ import annotations

from pathlib import Path

from laneshift.flows.model import Flow, Step
from laneshift.runs.flowing import records
from laneshift.runs.flowing.state import flow_run
from tests.runs.flowing.workbench import working


def test_a_run_whose_workflow_breaks_ends_and_can_be_tried_again(tmp_path: Path) -> None:
    built = Flow("breaks", (Step("a", "note"), Step("b", "note")))
    with working(tmp_path / "repo", begin=False) as own:
        run = own.ask(built)
        name = flow_run(own.shop.journal, run).digest.removeprefix("sha256:")
        evidence = own.shop.repository.state_dir / "evidence" / name[:2] / name[2:]
        whole = evidence.read_bytes()
        evidence.unlink()
        own.begin()
        assert (own.ended(run).state.name, own.ended(run).code) == ("failed", "flow.crashed")
        evidence.write_bytes(whole)
        records.retry(own.shop, built, run, "bob@example.org")
        assert own.ended(run, 2).state.name == "done"
