"""Steps of kind `gate`: one check of a whole tree. A step fails unless its gate passes; none passes over nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from laneshift.errors import Refused
from laneshift.gates.verdict import Status
from laneshift.runs.flowing.effects import Done, Failed, Outcome, Work
from laneshift.runs.flowing.kinds.cutting import in_time
from laneshift.runs.flowing.kinds.given import given
from laneshift.runs.flowing.kinds.site import Site

Json = Any
_DETAILS = 50


class Gate(BaseModel):
    """The settings. `tree` is a revision; each gate has settings of its own besides."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)
    gate: Annotated[str, Field(min_length=1, max_length=60)]
    tree: str = ""


def perform(site: Site, work: Work) -> Outcome:
    """Judge; the value is the verdict as plain data, with the tree. Raises `Refused` for a gate that there is not,
    `Late` and `Stopped` when it has to end."""
    asked = given(Gate, work.settings)
    judge = site.judges.get(asked.gate)
    if judge is None:
        raise Refused("flow.gate-unknown", f"there is no gate {asked.gate!r} for trees", why=_names(site))
    tree = site.tree(asked.tree)
    found = in_time(work, lambda: judge(site, tree, dict(asked.model_extra or {})))
    told = {
        "gate": found.gate,
        "tree": tree.oid,
        "status": found.status.value,
        "good": found.numerator,
        "of": found.denominator,
        "reason": found.reason,
        "details": list(found.details[:_DETAILS]),
    }
    if found.status is not Status.PASSED:
        why = "; ".join(found.details[:_DETAILS])
        return Failed("flow.gate", f"gate {asked.gate}: {found.reason or found.status.value}", why)
    return Done(told)


def faults(site: Site, settings: Mapping[str, Json], open_: Callable[[Json], bool]) -> list[tuple[str, str]]:
    """A gate that there is not, beside what the record finds."""
    name = settings.get("gate")
    known = not isinstance(name, str) or open_(name) or name in site.judges
    return [] if known else [("gate", f"there is no such gate; {_names(site)}")]


def _names(site: Site) -> str:
    return f"there are {', '.join(sorted(site.judges))}"
