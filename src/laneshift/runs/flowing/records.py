"""What is asked of runs of flows, written down: to start, to hear a signal, to end, to try again.

Nothing here opens an engine, so a server can do all of it; whoever has the engine reads it in the journal.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping

from laneshift.errors import Refused
from laneshift.evidence.port import StorePort
from laneshift.flows.judging import Wrong, input_faults, with_defaults
from laneshift.flows.machine import Stopped, Succeeded
from laneshift.flows.model import Flow, from_json
from laneshift.flows.order import above
from laneshift.flows.reading import refused
from laneshift.runs.flowing import keys
from laneshift.runs.flowing.packing import Json, packed
from laneshift.runs.flowing.state import Run, flow_run
from laneshift.runs.workshop import Workshop

_SIGNAL = re.compile(r"[a-z][a-z0-9_-]{0,63}")
"""As steps are called, and `again-` before it."""
_TAKEN_BACK = ("undoing", "undone", "not-undone")


def start(
    shop: Workshop,
    flows: Mapping[str, Flow],
    name: str,
    inputs: Mapping[str, Json],
    by: str,
    *,
    via: str = "",
    key: str = "",
    run: str = "",
    parent: str = "",
) -> Run:
    """Ask for a run of the flow `name`. `flows` has it and all its parts: the run pins them as they are now.

    With a `key`, whoever asks with the same key again gets the run that the first one asked for.
    Raises `Refused` with every fault of the inputs.
    """
    flow = flows[name]
    faults: list[Wrong] = input_faults(flow, inputs)
    if faults:
        raise refused(faults, name, lambda path: f"{name}: {path[-1]}")
    run = run or keys.new_run(name, key)
    facts = {
        "run": run,
        "flow": name,
        # No object of the journal has names that people chose: it takes what stands under `secret` for one.
        "definitions": [[each, shop.store.put(found.canonical())] for each, found in flows.items()],
        "inputs": packed(with_defaults(flow, inputs)),
        "by": by,
        "via": via,
        "key": key,
        "parent": parent,
    }
    shop.journal.append(keys.of(run, "asked"), keys.ASKED, facts, durable=True, actor=by)
    return flow_run(shop.journal, run)


def definition(store: StorePort, digest: str) -> Json:
    """What a run pins under this digest, as JSON. Raises as the store does when it is gone or not what that says."""
    return json.loads(store.get(digest))


def pinned(store: StorePort, digest: str) -> Flow:
    """The same as a flow."""
    return from_json(definition(store, digest))


def signal(shop: Workshop, run: str, name: str, value: Json, by: str, *, id_: str = "") -> Run:
    """Give a run a signal, also before any step waits for it. One with an id that was given before changes nothing.

    Raises `Refused`: `flow.ended` for a run that is over, `flow.bad-signal` for names that no step can wait for.
    """
    if not _SIGNAL.fullmatch(name) or len(id_) > 100 or not id_.isprintable():
        raise Refused("flow.bad-signal", "a signal has a name as steps have, and an id of at most 100 characters")
    found = flow_run(shop.journal, run)
    id_ = id_ or secrets.token_hex(8)
    _refuse_over(found, id_)
    facts = {"run": run, "id": id_, "name": name, "value": packed(value), "by": by}
    record = shop.journal.append(keys.of(run, "signal", id_), keys.SIGNALLED, facts, durable=True, actor=by)
    if record.facts["name"] != name or record.facts["value"] != facts["value"]:
        raise Refused("flow.signal-twice", f"another signal was given with the id {id_!r}", where=run)
    after = flow_run(shop.journal, run)
    _refuse_over(after, id_ if after.seq > record.seq else "")
    return after


def cancel(shop: Workshop, run: str, by: str) -> Run:
    """Ask a run to end: what waits ends at once, what is at work is asked to stop, what was done is taken back.

    Raises `Refused` (`flow.ended`) for one that is over.
    """
    found = flow_run(shop.journal, run)
    _refuse_over(found, "")
    key = keys.of(run, found.attempt, "cancel")
    shop.journal.append(key, keys.CANCEL, {"run": run, "by": by, "attempt": found.attempt}, durable=True, actor=by)
    return flow_run(shop.journal, run)


def retry(shop: Workshop, flow: Flow, run: str, by: str, *, from_step: str = "") -> Run:
    """Have a run that is over tried again. What is done is kept, but for `from_step` and all that comes after it.

    Raises `Refused`: `flow.not-over`, `flow.done` for one that ended well, `flow.unknown-step`, `flow.is-part` for the
    run of a sub-flow.
    """
    found = flow_run(shop.journal, run)
    if found.parent:
        raise Refused("flow.is-part", f"{run} is a part of {found.parent}", cure=f"laneshift flow retry {found.parent}")
    if not found.over:
        raise Refused("flow.not-over", f"{run} is {found.standing}", cure="wait for it, or cancel it")
    if isinstance(found.state, Succeeded):
        raise Refused("flow.done", f"{run} ended well", cure=f"laneshift flow run {found.flow}")
    facts = {
        "run": run,
        "attempt": found.attempt + 1,
        "from": from_step,
        "by": by,
        "kept": kept(flow, found, from_step),
    }
    key = keys.of(run, "retry", found.attempt + 1)
    shop.journal.append(key, keys.RETRIED, facts, durable=True, actor=by)
    return flow_run(shop.journal, run)


def kept(flow: Flow, run: Run, from_step: str = "") -> list[str]:
    """The steps whose results a new attempt keeps: those that are settled, and need nothing that is done again."""
    if from_step and from_step not in flow.needs():
        raise Refused("flow.unknown-step", f"{flow.name} has no step {from_step!r}", where=run.id)
    before, settled = above(flow.needs()), {"done", "skipped"}
    undone = {name for (name, _), step in run.steps.items() if step.state.name in _TAKEN_BACK}
    mild = {step.name for step in flow.steps if step.may_fail and run.step(step.name).state.name == "failed"}
    standing = {name for name in before if run.step(name).state.name in settled or name in mild}
    again = {name for name in before if name not in standing or name in undone or name == from_step}
    return [name for name in before if name not in again and not before[name] & again]


def _refuse_over(run: Run, but: str) -> None:
    """A signal that a run had before it ended may be told again; `but` is its id."""
    if run.over and not any(each.id == but for each in run.signals):
        how = run.state.name if isinstance(run.state, (Stopped, Succeeded)) else ""
        raise Refused("flow.ended", f"{run.id} has ended ({how})", where=run.id)
