"""What a caller has becomes what a node takes, by declared mappings; what does not fit is told and never guessed. Pure.

A caller asks with a text, a list of messages as OpenAI's clients send, a dictionary, or the output of a node. Texts
and messages become one record, with the fields `asked`, `earlier` and `system`. From there on everything is JSON, so
what a node is given is a copy, has a digest, and is held strictly against its model: `"3"` is no number.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from laneshift.errors import Fault, Refused
from laneshift.matriz.graph import ASKED, From

Asked = str | BaseModel | Mapping[str, Any] | Sequence[Mapping[str, Any]]
"""A text, an output, a dictionary, or messages with `role` and `content`."""

_ROLES = ("system", "developer", "user", "assistant", "tool", "function")
_DIRECTING = ("system", "developer")
_SHORT = 60
_PREFIX = "Input should be "


class MissingStepError(Exception):
    """A step that is needed gave nothing. `step` is its name."""

    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.step = step


@dataclass(frozen=True, slots=True)
class Fed:
    """What a node is given: the input, and the digest of its JSON."""

    given: BaseModel
    digest: str


def record_of(asked: Asked) -> dict[str, Any]:
    """What was asked as one record of JSON.

    Raises `Refused` (`matriz.bad-question`) with every fault of what is none of the four.
    """
    value: object = asked
    if isinstance(value, str):
        return {"asked": value, "earlier": [], "system": ""}
    if isinstance(value, BaseModel):
        return dict(value.model_dump(mode="json"))
    if isinstance(value, Mapping):
        return _plain(dict(value))
    if isinstance(value, list | tuple):
        return _of_messages(value)
    raise _bad([Fault("matriz.bad-question", "question", f"expected a text, messages or a record, got {_got(value)}")])


def feed(
    takes: type[BaseModel],
    fields: Mapping[str, From],
    asked: Mapping[str, Any],
    outputs: Mapping[str, Mapping[str, Any]],
    step: str,
) -> Fed:
    """The input of `step`, each field from where it is declared to come from; `outputs` are JSON, by step.

    Raises `MissingStepError` for a step that gave nothing, `Refused` (`matriz.mismatch`) with a fault for every field
    that does not fit: it names the field, what is expected there, and what came.
    """
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, source in fields.items():
        found = asked if source.step == ASKED else outputs.get(source.step)
        if found is None:
            if source.optional:
                continue
            raise MissingStepError(source.step)
        try:
            values[name] = _at(found, source.path)
        except LookupError:
            if not source.optional:
                whence = f"{source.step or 'the question'}.{source.path}"
                faults.append(_fault(f"{step}.{name}", whence, f"nothing, only {_names(found)}"))
    if faults:
        raise _mismatch(step, faults)
    return _fed(takes, values, step)


def adapt(takes: type[BaseModel], asked: Asked, step: str = "") -> BaseModel:
    """What was asked as the input of one node, field by field of the same name. Raises as `record_of` and `feed`."""
    return _fed(takes, record_of(asked), step or takes.__name__).given


def digest_of(value: Any) -> str:
    """The digest of a value of JSON. Raises `ValueError` or `TypeError` for any other."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _fed(takes: type[BaseModel], values: Mapping[str, Any], step: str) -> Fed:
    try:
        text = json.dumps(values, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise _mismatch(step, [_fault(step, "JSON", str(error))]) from error
    try:
        given = takes.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise _mismatch(step, [_told(step, found) for found in error.errors(include_url=False)]) from error
    return Fed(given, f"sha256:{hashlib.sha256(text.encode()).hexdigest()}")


def _told(step: str, found: ErrorDetails) -> Fault:
    where = ".".join(str(part) for part in (step, *found["loc"]))
    if found["type"] == "missing":
        return _fault(where, "a value", "nothing")
    if found["type"] == "extra_forbidden":
        return _fault(where, "no such field", _got(found["input"]))
    return _fault(where, found["msg"].removeprefix(_PREFIX), _got(found["input"]))


def _fault(where: str, expected: str, got: str) -> Fault:
    return Fault("matriz.mismatch", where, f"expected {expected}, got {got}")


def _mismatch(step: str, faults: list[Fault]) -> Refused:
    return Refused("matriz.mismatch", f"{step} cannot take this: {faults[0].where}: {faults[0].what}", faults=faults)


def _bad(faults: list[Fault]) -> Refused:
    cure = 'ask with a text, or with messages such as {"role": "user", "content": "…"}'
    return Refused("matriz.bad-question", f"{faults[0].where}: {faults[0].what}", cure=cure, faults=faults)


def _at(found: Mapping[str, Any], path: str) -> Any:
    """Raises `LookupError` where there is nothing."""
    value: Any = found
    for name in path.split(".") if path else ():
        if not isinstance(value, Mapping):
            raise KeyError(name)
        value = value[name]
    return value


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    """A deep copy. Raises `Refused` (`matriz.bad-question`) for what JSON cannot say."""
    try:
        found: dict[str, Any] = json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise _bad([Fault("matriz.bad-question", "question", f"expected JSON, got {error}")]) from error
    return found


def _of_messages(messages: Sequence[Any]) -> dict[str, Any]:
    faults = [fault for at, message in enumerate(messages) for fault in _faults_of(at, message)]
    if faults:
        raise _bad(faults)
    told = [{"role": str(message["role"]), "content": _text(message.get("content"))} for message in messages]
    asking = [at for at, message in enumerate(told) if message["role"] == "user"]
    if not asking:
        raise _bad([Fault("matriz.bad-question", "messages", "expected a message of role user, got none")])
    return {
        "asked": told[asking[-1]]["content"],
        "earlier": [message for message in told[: asking[-1]] if message["role"] not in _DIRECTING],
        "system": "\n".join(message["content"] for message in told if message["role"] in _DIRECTING),
    }


def _faults_of(at: int, message: Any) -> Iterator[Fault]:
    where = f"messages.{at}"
    if not isinstance(message, Mapping):
        yield Fault("matriz.bad-question", where, f"expected a message, got {_got(message)}")
        return
    role, content = message.get("role"), message.get("content")
    if role not in _ROLES:
        yield Fault("matriz.bad-question", f"{where}.role", f"expected one of {', '.join(_ROLES)}, got {_got(role)}")
    if isinstance(content, str) or (content is None and role == "assistant"):
        return
    if not isinstance(content, list | tuple):
        yield Fault("matriz.bad-question", f"{where}.content", f"expected a text or parts, got {_got(content)}")
        return
    for number, part in enumerate(content):
        if not (isinstance(part, Mapping) and isinstance(part.get("text"), str)):
            what = f"expected a part of text, got {_got(part)}"
            yield Fault("matriz.bad-question", f"{where}.content.{number}", what)


def _text(content: Any) -> str:
    if content is None or isinstance(content, str):
        return content or ""
    return "\n".join(part["text"] for part in content)


def _names(found: Mapping[str, Any]) -> str:
    return ", ".join(sorted(found)) or "no fields"


def _got(value: Any) -> str:
    """A value, in a few words."""
    if value is None:
        return "null"
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= _SHORT else text[: _SHORT - 1] + '…'}"
