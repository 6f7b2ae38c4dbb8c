"""The batch: refused as it stands, then shipped without its bad lines."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from demo import batch
from demo.stage import Landed, Stage, Start

_FILE = "../tidy.tsv"


def refuse(stage: Stage, start: Start) -> None:
    """A batch with bad lines is refused as a whole, with every fault, and changes nothing."""
    with stage.act("Plan the batch: its bad lines are refused before anything changes"):
        text = stage.batch.read_text(encoding="utf-8")
        stage.say(f"  {len(batch.read(text))} lines; the comments in {batch.FILE.name} say why each stands there")
        done = stage.shell.show("laneshift", "plan", _FILE)
        stage.promises.equal("the plan is refused with exit status 2", done.code, 2)
        said = done.out + done.err
        for module, code in batch.REFUSED.items():
            place = f"tidy.tsv:{batch.line_of(text, module)}: "
            told = any(place in line and f"[{code}]" in line for line in said.splitlines())
            stage.promises.hold(f"line {batch.line_of(text, module)} is refused with {code}", told, said)
        stage.promises.equal("and nothing has changed", _place(stage), (start.commit, start.commit, ""))


def ship(stage: Stage, start: Start) -> Landed:
    """The rest is planned, run through nine steps, tested together, and landed by one ref update."""
    with stage.act("Ship the rest: nine steps for each item, one combined test, one ref update"):
        done = stage.shell.live("laneshift", "ship", _FILE, "--skip-refused")
        state = status(stage)
        landed = _landed(stage, state)
        stage.promises.equal("ship ends with exit status 1, since not every item passed", done.code, 1)
        _as_meant(stage, state, landed)
        stage.promises.equal(
            "the branch holds the landed commit, and the work tree follows",
            _place(stage),
            (landed.commit, landed.commit, ""),
        )
        base = stage.shell.line("git", "rev-parse", f"{landed.commit}~{len(landed.modules)}")
        stage.promises.equal("one commit an item, on top of the base", base, start.commit)
        left = stage.shell.line("git", "for-each-ref", "--format=%(refname:short)", "refs/heads").split()
        kept = sorted(["main", f"laneshift/{batch.NAME}/{batch.BREAKS}"])
        stage.promises.equal("only the quarantined item keeps its branch", sorted(left), kept)
    return landed


def status(stage: Stage) -> dict[str, Any]:
    """The batch's state as `laneshift status --json` tells it."""
    batches: list[dict[str, Any]] = json.loads(stage.shell.line("laneshift", "status", "--json"))["batches"]
    return next(found for found in batches if found["batch"] == batch.NAME)


def _landed(stage: Stage, state: dict[str, Any]) -> Landed:
    states = {item["id"]: item["state"] for item in state["items"]}
    record = state["landed"]
    stage.promises.hold("something has landed", record is not None, states)
    return Landed(state["plan"], record["tip"], record["tree"], tuple(record["items"]), states)


def _as_meant(stage: Stage, state: dict[str, Any], landed: Landed) -> None:
    modules = batch.read(stage.batch.read_text(encoding="utf-8"))
    stage.say("  why the rest did not land:")
    for item in state["items"]:
        if item["state"] != "landed":
            stage.say(f"    {item['state']:<12} {item['id']}: {item['cause'] or 'nothing was to be changed'}")
    counts = Counter(landed.states.values())
    told = ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))
    found = batch.surprises(batch.expected(modules), landed.states)
    stage.promises.hold(f"every item ended as it was meant to: {told}", not found, "; ".join(found))
    stage.promises.equal("the classes add up to the lines of the batch", sum(counts.values()), len(modules))
    enough = len(landed.modules) >= batch.LEAST_MOVES
    stage.promises.hold(f"{len(landed.modules)} modules and packages have moved", enough, landed.modules)
    cause = next(item["cause"] for item in state["items"] if item["id"] == batch.BREAKS)
    stage.promises.hold("the quarantined item names the test that turned red", "::" in cause, cause)


def _place(stage: Stage) -> tuple[str, str, str]:
    """The branch's commit, the commit checked out, and what git calls changed in the work tree."""
    shell = stage.shell
    head = shell.line("git", "rev-parse", "HEAD")
    return shell.line("git", "rev-parse", "main"), head, shell.line("git", "status", "--porcelain")
