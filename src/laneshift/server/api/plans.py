"""Plans: what would happen, and making one from a batch file."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from laneshift.errors import Refused
from laneshift.repo.commits import Identity, is_ancestor
from laneshift.repo.refs import read
from laneshift.runs.plan import Plan
from laneshift.runs.planning import Order, Planned, make_plan, target_ref
from laneshift.runs.workshop import Workshop
from laneshift.server.answers import answer
from laneshift.server.auth.principal import LOCAL, Principal
from laneshift.server.cursors import page, paged, position_in
from laneshift.server.guard import Guard, PlanGuard, parts_of
from laneshift.server.listing import SIZE, UNCHANGED, After, Limit
from laneshift.server.problems import FaultModel

router = APIRouter(tags=["plans"])
_LIST = "plans"
_WAIT_SECONDS = 20.0
_REV = r"^[A-Za-z0-9_][A-Za-z0-9_./-]{0,199}$"


class PlanTold(BaseModel):
    """A plan without its items. `when` is in unix seconds; `pins` are digests of what must not drift."""

    id: str
    batch: str
    file: str
    digest: str
    base: str
    base_tree: str
    target: str
    author: str
    when: int
    tool: str
    pins: dict[str, str]
    counts: dict[str, int]


class Plans(BaseModel):
    """One page."""

    items: list[PlanTold]
    next: str | None


class PlanAsked(BaseModel):
    """A batch to plan. `content` is its file, `name` what the file is called: it names the batch and its form."""

    model_config = ConfigDict(extra="forbid", strict=True)
    name: str = Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$", examples=["core.tsv"])
    content: str = Field(max_length=8 * 2**20)
    base: str = Field(default="", pattern=rf"^$|{_REV}", description="A revision on the target; by default its tip.")
    target: str = Field(default="", pattern=rf"^$|{_REV}", description="The branch to land on; by default as set.")
    skip_refused: bool = False


class PlanMade(BaseModel):
    """The plan, the faults of items that were left out, and the items that a canary would take."""

    plan: PlanTold
    faults: list[FaultModel]
    shared_files: int
    canary: list[str]


@router.get("/plans", response_model=Plans, responses=UNCHANGED, summary="Plans")
def plans(
    request: Request,
    _: Annotated[Principal, Depends(Guard("plan.read"))],
    batch: str = "",
    cursor: After = "",
    limit: Limit = SIZE,
) -> Response:
    """The newest plan of each batch; with `batch`, every plan of that one."""
    shelf = parts_of(request).plans
    after = position_in(cursor, _LIST, str)
    found = shelf.of_batch(batch) if batch else shelf.newest()
    left = sorted((plan for plan in found if after is None or plan.id > after), key=lambda plan: plan.id)
    taken, then = page(left, _LIST, limit, lambda plan: plan.id)
    return answer(request, paged([plan_told(plan) for plan in taken], then))


@router.get("/plans/{plan}", response_model=PlanTold, responses=UNCHANGED, summary="One plan")
def plan_of(request: Request, found: Annotated[Plan, Depends(PlanGuard("plan.read"))]) -> Response:
    """The plan with this id, or the newest of this batch."""
    return answer(request, plan_told(found))


@router.post("/plans", response_model=PlanMade, status_code=201, summary="Plan a batch")
def make(
    request: Request, principal: Annotated[Principal, Depends(Guard("plan.create"))], asked: PlanAsked
) -> Response:
    """Resolve a batch against the tip of its target, as `laneshift plan` does. Nothing but the plan is written.

    Whoever asks is its author, so that where two persons are needed they cannot be the second.
    """
    parts = parts_of(request)
    if not parts.turn.acquire(timeout=_WAIT_SECONDS):
        raise Refused("serve.busy", "other batches are being planned", cure="try again in a moment")
    try:
        made = make_plan(parts.shop, _order(parts.shop, principal, asked))
    finally:
        parts.turn.release()
    where = {"Location": f"/api/v1/plans/{made.plan.id}"}
    return JSONResponse(_made(made), 201, where)


def plan_told(plan: Plan) -> dict[str, Any]:
    """A plan without its items, as plain data."""
    return {
        "id": plan.id,
        "batch": plan.batch,
        "file": plan.batch_file,
        "digest": plan.digest,
        "base": plan.base,
        "base_tree": plan.base_tree,
        "target": plan.target.removeprefix("refs/heads/"),
        "author": plan.author_email,
        "when": plan.when,
        "tool": plan.tool,
        "pins": plan.pins,
        "counts": plan.counts(),
    }


def _order(shop: Workshop, principal: Principal, asked: PlanAsked) -> Order:
    """The order, on a base that is on its target: a plan goes by the settings of its base, approvals included."""
    repository = shop.repository
    target = target_ref(repository, asked.target or shop.settings(repository.tree("HEAD")).target)
    tip = read(repository, target)
    base = repository.commit_id(asked.base or target)
    if tip is None or not (base == tip or is_ancestor(repository, base, tip)):
        what = f"{asked.base} is not on {target.removeprefix('refs/heads/')}"
        raise Refused("plan.foreign-base", what, cure="give a base that the target holds, or none")
    author = None if principal.via == LOCAL else Identity(principal.name, principal.name)
    short = target.removeprefix("refs/heads/")
    return Order(asked.name, asked.content.encode(), base, short, asked.skip_refused, author=author)


def _made(made: Planned) -> dict[str, Any]:
    return {
        "plan": plan_told(made.plan),
        "faults": [fault._asdict() for fault in made.faults],
        "shared_files": made.shared_files,
        "canary": list(made.canary),
    }
