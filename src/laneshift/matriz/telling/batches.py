"""What became of batches and items: status, why one failed, which of them touch a file."""

from __future__ import annotations

from collections.abc import Sequence

from laneshift.matriz.knowledge import Batches, BatchTold, Failure, ItemTold
from laneshift.matriz.records import Findings, Rest, Statement
from laneshift.matriz.telling.lines import code, count, listed, place, said, unknown


def status(batches: Batches, name: str) -> Findings:
    """How far a batch is; all of them when none is named."""
    found = [each for each in batches.batches() if name in ("", each.batch, each.plan)]
    if not found:
        return unknown("There is no batch yet: nothing was planned here.")
    if name or len(found) == 1:
        return _one(batches, found[0])
    lines = [Statement(text=f"- {_line(each)}") for each in found]
    return listed(f"**{count(len(found), 'batch', 'batches')}:**", lines)


def failed(batches: Batches, items: Sequence[ItemTold]) -> Findings:
    """Why items did not go through, with the step, what it said and where; or that they did."""
    statements: list[Statement] = []
    for item in items:
        failure = batches.failure(item)
        statements += _why(failure) if failure is not None else [_fine(item)]
    return Findings(confidence=1.0, reasons=("the journal and the evidence say so",), statements=tuple(statements))


def touching(batches: Batches, path: str, batch: str) -> Findings:
    """The items that change a file."""
    found = batches.touching(path, batch)
    rests = [Rest(kind="file", path=path, text="asked about")]
    if not found:
        return said(f"**No item touches {code(path)}.**", rests)
    lines = [
        Statement(
            text=f"- {code(each.item.id)} of batch {code(each.item.batch)}, {each.item.state}: "
            f"{count(each.places, 'place')}",
            rests=(Rest(kind="item", path="", text=f"{each.item.plan} {each.item.id}"),),
        )
        for each in found
    ]
    return listed(f"**{count(len(found), 'item touches', 'items touch')} {code(path)}:**", lines)


def explained(failure: Failure) -> str:
    """A failure in one paragraph of plain text, for tables and pages."""
    place_in = f" at {failure.path}:{failure.line}" if failure.path else ""
    tests = f" First red: {failure.tests[0]}{place_in}." if failure.tests else ""
    error = f" It says: {failure.error}" if failure.error else ""
    after = f" after {', '.join(failure.done)} went well" if failure.done else ""
    where = f" at step {failure.step}" if failure.step else ""
    return f"It stopped{where}{after}: {failure.summary}.{tests}{error}"


def _why(failure: Failure) -> list[Statement]:
    item = failure.item
    rest = Rest(kind="item", path="", text=f"{item.plan} {item.id}")
    head = f"Item {code(item.id)} of batch {code(item.batch)} is **{item.state}**"
    step = f" at step **{failure.step}**" if failure.step else ""
    found = [Statement(text=f"{head}{step}: {failure.summary}", rests=(rest,))]
    found += [Statement(text=f"- red: {code(test)}", rests=(_test(test),)) for test in failure.tests[:10]]
    if failure.path:
        rested = Rest(kind="log", path=failure.path, line=failure.line or None, text=failure.error)
        found.append(Statement(text=f"- it failed at {place(failure.path, failure.line)}", rests=(rested,)))
    if failure.error:
        found.append(Statement(text=f"- it says: {code(failure.error)}"))
    if failure.done:
        found.append(Statement(text=f"- before that went well: {', '.join(failure.done)}"))
    if failure.log:
        how = f"laneshift inspect {item.plan} {item.id} --log {failure.step}"
        found.append(Statement(text=f"- evidence: log {code(failure.log[:19])}, {code(how)}"))
    return found


def _test(test: str) -> Rest:
    return Rest(kind="test", path=test.partition("::")[0], text=test)


def _fine(item: ItemTold) -> Statement:
    rest = Rest(kind="item", path="", text=f"{item.plan} {item.id}")
    return Statement(
        text=f"Item {code(item.id)} of batch {code(item.batch)} did not fail: it is **{item.state}**.", rests=(rest,)
    )


def _one(batches: Batches, told: BatchTold) -> Findings:
    want = [item for item in batches.items(told.plan) if item.needs_attention]
    lines = [
        Statement(
            text=f"- {code(item.id)}: {item.state}{f' at {item.step}' if item.step else ''}: {item.cause}",
            rests=(Rest(kind="item", path="", text=f"{item.plan} {item.id}"),),
        )
        for item in want
    ]
    return listed(_line(told), lines)


def _line(told: BatchTold) -> str:
    left = f", unfinished: {', '.join(told.unfinished)}" if told.unfinished else ""
    landed = "; it landed" if told.landed else ""
    return (
        f"Batch {code(told.batch)} (plan {code(told.plan)}): **{told.done} of {told.total} done**, "
        f"{told.running} running, {told.waiting} waiting, {told.attention} want attention{landed}{left}."
    )
