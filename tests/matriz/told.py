"""A trace in which everything became of some step that can."""

from __future__ import annotations

from dataclasses import replace

from laneshift.matriz.trace import Ended, Record, Trace


def record(step: str, *parents: str, node: str = "", ended: Ended = Ended.DONE, **more: object) -> Record:
    done = ended is Ended.DONE
    made = Record(
        id=f"{step}/{node or step}",
        step=step,
        node=node or step,
        kind="thought",
        stage="processing",
        inputs="" if ended in (Ended.UNFED, Ended.NOT_NEEDED) else "sha256:0",
        outputs={} if done else None,
        confidence=0.5 if done else None,
        reasons=("because",) if done else (),
        parents=parents,
        ended=ended,
        why="" if done else f"{step} <was> this",
        duration=0.0123,
    )
    return replace(made, **more)  # type: ignore[arg-type]


TRACE = Trace(
    id="0123456789abcdef",
    trace_id="0" * 31 + "1",
    parent="",
    sampled=True,
    graph="answer",
    asked="sha256:0",
    at=0.0,
    seed=0,
    answer="tell",
    ended=Ended.DONE,
    partial=True,
    why=(),
    records=(
        record("parse"),
        record("look", "parse/parse", ended=Ended.CUT),
        record("look", "parse/parse", node="quick", instead=True),
        record("weigh", "parse/parse", ended=Ended.UNFED),
        record("sum", "parse/parse", ended=Ended.NOT_NEEDED),
        record("tell", "look/quick", "weigh/weigh"),
    ),
)
