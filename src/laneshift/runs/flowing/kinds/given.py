"""Settings of a step as typed records: every fault at once, and secrets named instead of told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from laneshift.config.values import STRICT
from laneshift.errors import Fault, Refused
from laneshift.runs.flowing.kinds.site import Site

Json = Any
T = TypeVar("T", bound=BaseModel)
_KINDS = {dict: "a table", list: "a list", bool: "true or false", int: "a number", float: "a number"}
ENV_NAME = r"^[A-Za-z_][A-Za-z0-9_]{0,127}$"


class Secret(BaseModel):
    """A value that no definition, record or page holds: the name of the environment variable that does."""

    model_config = STRICT
    env: Annotated[str, Field(pattern=ENV_NAME)]


Value = str | Secret
"""A text, or a secret by the name of its variable."""


def told(value: Value, site: Site) -> str:
    """The text itself. Raises `Refused` (`flow.secret-missing`)."""
    return site.secret(value.env) if isinstance(value, Secret) else value


def given(model: type[T], settings: Mapping[str, Json]) -> T:
    """The settings as a record. Raises `Refused` (`flow.settings`) with every fault."""
    try:
        return model.model_validate(dict(settings))
    except ValidationError as error:
        found = [Fault("flow.settings", place, what) for place, what in _faults(error)]
        raise Refused("flow.settings", "the settings of this step do not hold", faults=found) from error


def faults_of(
    model: type[BaseModel], settings: Mapping[str, Json], open_: Callable[[Json], bool]
) -> list[tuple[str, str]]:
    """Faults by place, but for those of values that an expression will give."""
    try:
        model.model_validate(dict(settings))
    except ValidationError as error:
        undecided = any(map(open_, settings.values()))
        return [
            (place, what)
            for place, what in _faults(error)
            # What holds between several values cannot be judged while one of them is open.
            if not _is_open(settings, place, open_) and (place or not undecided)
        ]
    return []


def _faults(error: ValidationError) -> Iterator[tuple[str, str]]:
    found: dict[str, str] = {}
    for each in error.errors(include_url=False, include_context=False):
        # A union tells of each member that did not fit, by a name of its own in the place.
        place = ".".join(str(part) for part in each["loc"] if not _is_member(part))
        what = each["msg"]
        if each["type"] == "string_type":
            what = f"{what}, and is {_KINDS.get(type(each['input']), 'none')}"
        found.setdefault(place, what)
    for place, what in found.items():
        if not place or not any(other.startswith(f"{place}.") for other in found):
            yield place, what


def _is_member(part: int | str) -> bool:
    return isinstance(part, str) and (part in ("str", "int", "float", "bool", "Secret") or "[" in part)


def _is_open(settings: Mapping[str, Json], place: str, open_: Callable[[Json], bool]) -> bool:
    value: Json = settings
    for part in filter(None, place.split(".")):
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return False
        if open_(value):
            return True
    return False
