"""The errors of the facade. `problems.respond` puts each error below `/v1` into OpenAI's envelope, these as well."""

from __future__ import annotations

from collections.abc import Iterable

from laneshift.errors import CheckFailed, Fault, Refused


def unknown_model(name: str, known: Iterable[str]) -> Refused:
    """404 for a model that is none, or cannot do what is asked; `known` are those that can."""
    what = f"the model {name!r} does not exist, or cannot do this"
    return Refused("model.unknown", what, where="model", cure=f"use one of: {', '.join(sorted(known)) or 'none'}")


def bad_value(param: str, what: str, cure: str = "") -> Refused:
    """400 for a value of the request that cannot be: `param` names it, such as `messages.0.role`."""
    return Refused("model.bad-value", what, where=param, cure=cure)


def bad_values(faults: Iterable[tuple[str, str]]) -> Refused:
    """400 for several values, each by its place and what is wrong; the first is told as the error."""
    found = [Fault("model.bad-value", where, what) for where, what in faults]
    return Refused("model.bad-value", f"{found[0].where}: {found[0].what}", where=found[0].where, faults=found)


def unsupported(param: str, what: str, cure: str = "") -> Refused:
    """400 for what OpenAI's API has and this model, or this server, does not."""
    return Refused("model.unsupported", what, where=param, cure=cure)


def too_slow(name: str, seconds: float) -> CheckFailed:
    """504 for a model that did not answer in its time."""
    return CheckFailed("model.too-slow", f"the model {name} did not answer within {seconds:g} s", cure="try again")


def no_answer(name: str, why: str) -> CheckFailed:
    """502 for a model whose answer is none."""
    return CheckFailed("model.no-answer", f"the model {name} gave no answer", why=why, cure="try again in a moment")


class Later(CheckFailed):
    """What may go well in `seconds`."""

    def __init__(self, code: str, what: str, seconds: int, *, why: str = "") -> None:
        super().__init__(code, what, why=why, cure=f"try again in {seconds} s")
        self.seconds = seconds
