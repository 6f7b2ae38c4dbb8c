"""What is read of a module without running it is what Python says when it runs."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.code.describe import describe

names = st.sampled_from(["a", "b", "c", "d", "e", "f", "g"])


@st.composite
def signatures(draw: st.DrawFn, first: str = "") -> str:
    """A parameter list that Python accepts."""
    left = draw(st.lists(names, unique=True, max_size=7))
    cut = sorted(draw(st.tuples(st.integers(0, len(left)), st.integers(0, len(left)))))
    only, both, keyword = left[: cut[0]], left[cut[0] : cut[1]], left[cut[1] :]
    defaults = draw(st.integers(0, len(only) + len(both)))
    positional = [
        name + ("=0" if at >= len(only) + len(both) - defaults else "") for at, name in enumerate([*only, *both])
    ]
    parts = [first] if first else []
    parts += positional[: len(only)]
    parts += ["/"] if only else []
    parts += positional[len(only) :]
    star = draw(st.booleans())
    parts += ["*rest"] if star else ["*"] if keyword else []
    parts += [name + draw(st.sampled_from(["", "=None"])) for name in keyword]
    parts += ["**more"] if draw(st.booleans()) else []
    return ", ".join(parts)


@st.composite
def sources(draw: st.DrawFn) -> str:
    """A module of functions, classes and assignments, some of them private, some defined twice."""
    blocks = []
    for name in draw(st.lists(st.sampled_from(["one", "two", "Three", "_four", "five"]), max_size=6)):
        kind = draw(st.sampled_from(["def", "async def", "class", "class with init", "value", "typed value"]))
        if kind in ("def", "async def"):
            blocks.append(f"{kind} {name}({draw(signatures())}):\n    pass")
        elif kind == "class":
            blocks.append(f"class {name}:\n    x = 1")
        elif kind == "class with init":
            blocks.append(f"class {name}:\n    def __init__({draw(signatures(first='self'))}):\n        pass")
        else:
            blocks.append(f"{name} = 1" if kind == "value" else f"{name}: int = 1")
    return "\n\n\n".join(blocks) + "\n"


def spelt(call: Callable[..., Any]) -> list[str]:
    """The parameters of a call as `inspect` sees them, in the spelling of `describe`."""
    parameters = list(inspect.signature(call).parameters.values())
    found: list[str] = []
    kinds = [parameter.kind for parameter in parameters]
    for at, parameter in enumerate(parameters):
        default = "=" if parameter.default is not parameter.empty else ""
        if parameter.kind is parameter.VAR_POSITIONAL:
            found.append("*" + parameter.name)
        elif parameter.kind is parameter.VAR_KEYWORD:
            found.append("**" + parameter.name)
        else:
            if parameter.kind is parameter.KEYWORD_ONLY and not {*kinds[:at]} & {
                parameter.VAR_POSITIONAL,
                parameter.kind,
            }:
                found.append("*")
            found.append(parameter.name + default)
        if parameter.kind is parameter.POSITIONAL_ONLY and parameter.POSITIONAL_ONLY not in kinds[at + 1 :]:
            found.append("/")
    return found


@given(sources())
def test_it_says_what_inspect_says(source: str) -> None:
    module = types.ModuleType("m")
    exec(compile(source, "m", "exec"), module.__dict__)
    public = {name: value for name, value in vars(module).items() if not name.startswith("_")}
    assert describe(source.encode()) == {
        name: spelt(value) if callable(value) else [] for name, value in sorted(public.items())
    }


def test_a_source_that_does_not_parse_raises() -> None:
    with pytest.raises(SyntaxError):
        describe(b"def (:\n")
