"""`/v1/models`: what there is to ask."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from laneshift.server.answerers.errors import unknown_model
from laneshift.server.answers import answer
from laneshift.server.auth.principal import Principal
from laneshift.server.guard import Guard, parts_of
from laneshift.server.listing import UNCHANGED

router = APIRouter(tags=["models"])


class ModelTold(BaseModel):
    """A model. `created` is when this server started, in unix seconds."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str


class ModelsTold(BaseModel):
    """All of them, by name."""

    object: Literal["list"] = "list"
    data: list[ModelTold]


@router.get("/models", response_model=ModelsTold, responses=UNCHANGED, summary="The models")
def models(request: Request, _: Annotated[Principal, Depends(Guard("models.list"))]) -> Response:
    """Those that answer, and those that embed."""
    shelf = parts_of(request).models
    found = [ModelTold(id=name, created=shelf.made, owned_by=owner) for name, owner in shelf.owners().items()]
    return answer(request, ModelsTold(data=found).model_dump())


@router.get("/models/{model:path}", response_model=ModelTold, responses=UNCHANGED, summary="One model")
def model(request: Request, _: Annotated[Principal, Depends(Guard("models.list"))], model: str) -> Response:
    """One model by its name, which may have slashes in it."""
    shelf = parts_of(request).models
    owners = shelf.owners()
    if model not in owners:
        raise unknown_model(model, owners)
    return answer(request, ModelTold(id=model, created=shelf.made, owned_by=owners[model]).model_dump())
