"""Running gates on one change: cheapest first, several at once, remembered by their inputs, never without an end.

What a gate raises, or gives back that is no verdict of its own, is an error of that gate; a gate that does not end
within its time is one too, and its thread is left behind.
"""

from __future__ import annotations

import contextvars
import platform
import queue
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from laneshift import __version__
from laneshift.errors import of_machine
from laneshift.evidence.canonical import canonical, digest
from laneshift.gates.command import CommandGate
from laneshift.gates.context import Change, Gate, Ports
from laneshift.gates.verdict import Status, Verdict, errored, exempt

_SHOWN = 300
_MARGIN_SECONDS = 60.0
_SHORTEST_LOOK = 0.01


@dataclass(frozen=True)
class Memory:
    """Where verdicts are remembered, and where their evidence is kept. `get` and `put` know verdicts as plain data."""

    get: Callable[[str], Any]
    put: Callable[[str, Any], None]
    keep: Callable[[bytes], str]
    stops: Callable[[Exception], bool] = lambda error: of_machine(error) is not None
    """Whether an error says something of the machine and not of the change: it ends the run instead of one gate."""


def judged(gates: Sequence[Gate], change: Change, ports: Ports, memory: Memory) -> list[Verdict]:
    """One verdict a gate, in the order of `gates`. Raises only what `memory.stops` says of an error."""
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    ended: queue.SimpleQueue[tuple[int, Verdict | BaseException]] = queue.SimpleQueue()
    for number in range(len(gates)):
        waiting.put(number)
    began: dict[int, float] = {}
    found: dict[int, Verdict] = {}

    def work() -> None:
        while True:
            try:
                number = waiting.get_nowait()
            except queue.Empty:
                return
            began[number] = time.monotonic()
            try:
                ended.put((number, _one(gates[number], change, ports, memory)))
            except BaseException as error:  # noqa: BLE001 - it is raised again by the thread that asked
                ended.put((number, error))

    for _ in range(min(change.settings.gates.parallel, len(gates))):
        _start(work)
    while len(found) < len(gates):
        late = [at for at in began if at not in found and time.monotonic() - began[at] > limit(gates[at], change)]
        for at in late:
            found[at] = errored(gates[at].id, f"it did not end within {limit(gates[at], change):.0f} s")
            _start(work)  # takes the place of the thread that hangs
        try:
            number, result = ended.get(timeout=_next_look(gates, change, began, found))
        except queue.Empty:
            continue
        if isinstance(result, BaseException):
            raise result
        found.setdefault(number, result)
    return [found[number] for number in range(len(gates))]


def _next_look(gates: Sequence[Gate], change: Change, began: Mapping[int, float], found: Collection[int]) -> float:
    """Seconds until a gate can be late: one that runs, or one that begins now and has the least time of all."""
    now = time.monotonic()
    running = [at for at in list(began) if at not in found]
    left = [began[at] + limit(gates[at], change) - now for at in running]
    return max(min([*left, *(limit(gate, change) for gate in gates)]), _SHORTEST_LOOK)


def limit(gate: Gate, change: Change) -> float:
    """How many seconds a gate has, its waiting for a checkout included."""
    configured = change.settings.gates.seconds
    own = gate.seconds if isinstance(gate, CommandGate) else gate.runs * change.limits.seconds
    return configured or own + change.limits.seconds + _MARGIN_SECONDS


def inputs_digest(gate: Gate, change: Change) -> str:
    """What a verdict is remembered by: the gate, the versions that judge, and everything that the gate declares."""
    judge = {"laneshift": __version__, "python": platform.python_version(), "class": type(gate).__qualname__}
    return digest({"gate": gate.id, "module": type(gate).__module__, "by": judge, "inputs": gate.inputs(change)})


def _start(work: Callable[[], None]) -> None:
    # In the context of who asked, so that nobody's gates run on when nobody waits for them.
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(work,), name="laneshift-gate", daemon=True).start()


def _one(gate: Gate, change: Change, ports: Ports, memory: Memory) -> Verdict:
    began = time.monotonic()
    try:
        reason = gate.applies(change)
        if reason is not None:
            return exempt(gate.id, reason)
        inputs = inputs_digest(gate, change)
        known = _known(gate, memory.get(inputs))
        if known is not None:
            return known
        found = _genuine(gate, gate.check(change, ports))
    except Exception as error:
        if memory.stops(error):
            raise
        inputs, found = "", errored(gate.id, f"{type(error).__name__}: {error}"[:_SHOWN])
    return _recorded(gate, replace(found, inputs=inputs, milliseconds=_since(began)), memory)


def _genuine(gate: Gate, found: object) -> Verdict:
    """The verdict, made anew so that all that a verdict must not be is refused here. Raises `ValueError`."""
    if not isinstance(found, Verdict) or found.gate != gate.id or found.status is Status.WAIVED:
        raise ValueError(f"it gave {type(found).__name__} and no verdict of its own")
    return replace(found, waiver="", remembered=False)


def _known(gate: Gate, value: Any) -> Verdict | None:
    """A remembered verdict; one that cannot be read, or is another gate's, is asked for again."""
    if not isinstance(value, Mapping):
        return None
    try:
        return replace(_genuine(gate, Verdict.from_json(value)), remembered=True)
    except (ValueError, KeyError, TypeError):
        return None


def _recorded(gate: Gate, verdict: Verdict, memory: Memory) -> Verdict:
    told = {"gate": gate.id, "inputs": verdict.inputs, "details": list(verdict.details), "output": verdict.output}
    kept = replace(verdict, evidence=memory.keep(canonical({**told, "reason": verdict.reason})))
    lasting = (Status.PASSED,) if gate.runs_code else (Status.PASSED, Status.FAILED)
    if kept.inputs and kept.status in lasting:
        memory.put(kept.inputs, kept.as_json())
    return kept


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
