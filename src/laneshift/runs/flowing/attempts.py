"""The steps of the engine for a whole attempt of a run: how it is opened, what is taken back, how it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial

from laneshift.errors import Bug, LaneshiftError
from laneshift.flows.machine import Done
from laneshift.flows.model import SUB_FLOW, Flow, from_json
from laneshift.runs.flowing import keys
from laneshift.runs.flowing.packing import Json, packed, unpacked
from laneshift.runs.flowing.records import definition
from laneshift.runs.flowing.settling import Told
from laneshift.runs.flowing.state import Run, StepAt, flow_run, run_before
from laneshift.runs.workshop import Workshop


class Attempts:
    """Every method takes and gives JSON, and may be asked again: what it records, it records once."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop
        # A thousand runs of one flow read its definition once.
        self._definition: Callable[[str], Json] = lru_cache(maxsize=256)(partial(definition, shop.store))

    def flow(self, run: Run) -> Flow:
        """The definition that a run pins. Raises as the store does when it is gone or not what its digest says."""
        return from_json(self._definition(run.digest))

    def opened(self, given: Mapping[str, Json]) -> Told:
        """What an attempt begins with: {run, attempt, until} is asked, the definition, inputs and results given."""
        id_, attempt = given["run"], given["attempt"]
        asked = self._shop.journal.get(keys.of(id_, "asked"))
        if asked is None:
            raise Bug("flow.not-asked", f"nobody asked for {id_}")
        began = self._shop.journal.append(keys.of(id_, attempt, "began"), keys.BEGAN, {"run": id_, "attempt": attempt})
        definition = self._definition(dict(asked.facts["definitions"])[asked.facts["flow"]])
        timeout = definition.get("timeout_seconds")
        ends = [given["until"], None if timeout is None else began.at + int(timeout * 1000)]
        return {
            "definition": definition,
            "inputs": unpacked(asked.facts["inputs"]),
            "kept": self._kept(id_, attempt) if attempt > 1 else {},
            "until": min((end for end in ends if end is not None), default=None),
        }

    def stopping(self, given: Mapping[str, Json]) -> Told:
        """Record that an attempt did not end well: {end, back}. Gives what is to be taken back, the last done first."""
        end = given["end"]
        facts = {"state": end["state"], "code": end["code"], "what": end["what"], "step": end["step"]}
        return self._undo(given, "stopping", facts, back=given["back"])

    def taking_back(self, given: Mapping[str, Json]) -> Told:
        """As `stopping`, for a sub-flow that had ended well."""
        return self._undo(given, "taking-back", {"state": "undone", "code": "", "what": "", "step": ""}, back=True)

    def ended(self, given: Mapping[str, Json]) -> Told:
        """Record how an attempt ended: {end}."""
        end = given["end"]
        facts = {name: end.get(name, "") for name in ("state", "code", "what", "step")}
        facts |= {"run": given["run"], "attempt": given["attempt"]}
        try:
            value = packed(end.get("value"))
        except LaneshiftError as error:
            value = {"too_large": error.what}
        key = keys.of(given["run"], given["attempt"], "ended")
        told = self._shop.journal.append(key, keys.ENDED, facts).facts
        return {"state": told["state"], "code": told["code"], "what": told["what"], "value": unpacked(value)}

    def _undo(self, given: Mapping[str, Json], name: str, facts: Mapping[str, Json], *, back: bool) -> Told:
        run = flow_run(self._shop.journal, given["run"])
        steps = self._to_undo(run) if back else []
        kind = keys.STOPPING if name == "stopping" else f"flow.{name}"
        named = [[step.name, step.index] for step in steps]
        told = {"run": run.id, "attempt": given["attempt"], **facts, "undo": named}
        record = self._shop.journal.append(keys.of(run.id, given["attempt"], name), kind, told)
        # Asked again in the midst of taking back, the results are those that there were before it.
        run = run_before(self._shop.journal, run.id, record.seq)
        undo = [self._undo_told(run, name_, index) for name_, index in record.facts["undo"]]
        return {"undo": undo, "results": _results(run, [step for step, index in run.steps if index is None])}

    def _undo_told(self, run: Run, name: str, index: int | None) -> Told:
        told: Told = {"step": name, "index": index}
        if self.flow(run).step(name).kind == SUB_FLOW:
            child = flow_run(self._shop.journal, keys.below(run.id, name, index))
            key = f"{child.id}#{child.attempt}/back"
            told["child"] = {"run": child.id, "attempt": child.attempt, "line": [], "until": None, "key": key}
        return told

    def _to_undo(self, run: Run) -> list[StepAt]:
        """What was done and is not taken back, of all attempts, as far as there is a way back."""
        flow = self.flow(run)
        done = [each for each in run.steps.values() if isinstance(each.state, Done) and self._has_way(flow, run, each)]
        return sorted(done, key=lambda each: each.seq, reverse=True)

    def _has_way(self, flow: Flow, run: Run, each: StepAt) -> bool:
        step = flow.step(each.name)
        if step.each and each.index is None:
            return False
        if step.compensate is not None:
            return True
        if step.kind != SUB_FLOW:
            return False
        child = flow_run(self._shop.journal, keys.below(run.id, each.name, each.index))
        return bool(self._to_undo(child))

    def _kept(self, id_: str, attempt: int) -> dict[str, Told]:
        retried = self._shop.journal.get(keys.of(id_, "retry", attempt))
        if retried is None:
            return {}
        return _results(run_before(self._shop.journal, id_, retried.seq), retried.facts["kept"])


def _results(run: Run, names: list[str]) -> dict[str, Told]:
    return {name: _result(run.step(name)) for name in names}


def _result(step: StepAt) -> Told:
    value = step.state.value if isinstance(step.state, Done) else None
    return {"state": step.state.name, "value": value, "code": step.code, "what": step.what}
