"""TOML read into a strict form, with every fault at once. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from laneshift.errors import Fault, Refused

_Form = TypeVar("_Form", bound=BaseModel)


def read(form: type[_Form], data: bytes, where: str, code: str, what: str) -> _Form:
    """The form that the bytes of a TOML file have. Raises `Refused` (`code`) with every fault; `what` the file is."""
    try:
        return form.model_validate(tomllib.loads(data.decode("utf-8")))
    except ValidationError as error:
        found = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        raise refused(found, where, code, what) from error
    except (ValueError, RecursionError) as error:
        raise refused([f"is not TOML: {error}"], where, code, what) from error


def refused(found: Iterable[str], where: str, code: str, what: str) -> Refused:
    """The refusal of a file for each of these reasons."""
    faults = [Fault(code, where, text) for text in found]
    return Refused(code, f"{len(faults)} fault(s) in the {what}", where=where, faults=faults)
