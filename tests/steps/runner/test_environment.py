"""The environment of a run is an allow-list; the configuration can add to it, not take over what is private."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.errors import Refused
from laneshift.steps.runner.environment import environment, paths_named

PRIVATE = ("HOME", "TMPDIR", "TMP", "TEMP", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "PYTHONPYCACHEPREFIX", "LANESHIFT_RUN")


def build(
    parent: dict[str, str], configured: dict[str, str], cache: Path | None = Path("/pool/0/cache")
) -> dict[str, str]:
    """The environment of a run in made-up folders."""
    return environment(
        parent,
        configured,
        python="/venv/bin/python",
        checkout=Path("/pool/0/tree"),
        cache_dir=cache,
        scratch=Path("/scratch/x"),
        python_path=[Path("/pool/0/tree/src"), Path("/pool/0/tree")],
        marker="m",
    )


def test_what_a_run_gets() -> None:
    found = build({"PATH": "/bin", "LANG": "de_DE.UTF-8", "HOME": "/root", "AWS_SECRET": "s"}, {"DEBUG": "1"})
    assert found["PATH"] == "/venv/bin:/bin"
    assert found["LANG"] == "de_DE.UTF-8"
    assert found["DEBUG"] == "1"
    assert found["HOME"] == "/scratch/x/home"
    assert found["PYTHONPATH"] == "/pool/0/tree/src:/pool/0/tree"
    assert found["PYTHONHASHSEED"] == "0"
    assert found["PYTHONPYCACHEPREFIX"] == "/pool/0/cache"
    assert found["GIT_CEILING_DIRECTORIES"] == "/pool/0"
    assert "AWS_SECRET" not in found


@given(st.dictionaries(st.text(min_size=1, max_size=12), st.text(max_size=12), max_size=20))
def test_no_other_variable_of_the_parent_passes(parent: dict[str, str]) -> None:
    allowed = {"PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ"}
    bare = build({name: value for name, value in parent.items() if name in allowed}, {})
    assert build(parent, {}) == bare


@pytest.mark.parametrize("name", PRIVATE)
def test_what_is_private_cannot_be_configured(name: str) -> None:
    assert build({}, {name: "/elsewhere"})[name] == build({}, {})[name]


def test_without_a_cache_no_bytecode_is_written() -> None:
    found = build({}, {"PYTHONPYCACHEPREFIX": "/mine", "PYTHONDONTWRITEBYTECODE": ""}, None)
    assert (found["PYTHONPYCACHEPREFIX"], found["PYTHONDONTWRITEBYTECODE"]) == ("", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in build({}, {})


@pytest.mark.parametrize(("name", "value"), [("", "x"), ("A=B", "x"), ("A\0", "x"), ("A", "x\0y")])
def test_malformed_variables_are_refused(name: str, value: str) -> None:
    with pytest.raises(Refused, match="cannot be set"):
        build({}, {name: value})


def test_paths_that_must_stay_visible() -> None:
    env = build({"PATH": "/usr/bin:/tmp/tools"}, {"DATABASE": "/run/db/socket", "WORD": "a/b"})
    named = {str(path) for path in paths_named("/tmp/an-env/bin/python", env)}
    assert {"/tmp/an-env", "/tmp/tools", "/run/db/socket", "/pool/0/cache"} <= named
    assert not any(path.startswith("/scratch/x/") for path in named)
    assert "a/b" not in named
