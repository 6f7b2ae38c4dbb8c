"""The environment a run starts with: an allow-list, so that no secret of the parent reaches the project's code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from laneshift.errors import Refused
from laneshift.steps.runner.processes import MARKER

_PASSED_ON = ("LANG", "LC_ALL", "LC_CTYPE", "TZ")
_DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin"


def environment(
    parent: Mapping[str, str],
    configured: Mapping[str, str],
    *,
    python: str,
    checkout: Path,
    cache_dir: Path | None,
    scratch: Path,
    python_path: Sequence[Path],
    marker: str,
) -> dict[str, str]:
    """Every variable of a run. What is private to it (HOME, TMPDIR, XDG_*, bytecode, marker) cannot be configured.

    Without a `cache_dir` no bytecode is written, and only what stands beside its source is read.

    Raises `Refused` for a configured name or value that no process can be started with.
    """
    _refuse_malformed(configured)
    home, temporary = f"{scratch}/home", str(scratch / "tmp")
    return {
        "LANG": "C.UTF-8",
        **{name: parent[name] for name in _PASSED_ON if name in parent},
        "PATH": f"{Path(python).parent}:{parent.get('PATH', _DEFAULT_PATH)}",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": ":".join(str(path) for path in python_path),
        **configured,
        "GIT_CEILING_DIRECTORIES": str(checkout.parent),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "HOME": home,
        "PYTHONPYCACHEPREFIX": "" if cache_dir is None else str(cache_dir),
        **({"PYTHONDONTWRITEBYTECODE": "1"} if cache_dir is None else {}),
        "TEMP": temporary,
        "TMP": temporary,
        "TMPDIR": temporary,
        "XDG_CACHE_HOME": f"{home}/.cache",
        "XDG_CONFIG_HOME": f"{home}/.config",
        "XDG_DATA_HOME": f"{home}/.local/share",
        "XDG_RUNTIME_DIR": f"{scratch}/run",
        "XDG_STATE_HOME": f"{home}/.local/state",
        MARKER: marker,
    }


def paths_named(python: str, env: Mapping[str, str]) -> list[Path]:
    """The folders that the interpreter and the environment point to: what a run may need to find in its place."""
    private = {env[name].rpartition("/")[0] for name in ("HOME", "TMPDIR", "TEMP", "TMP") if name in env}
    above = tuple(f"{folder.rstrip('/')}/" for folder in private)
    named = {part for value in env.values() for part in value.split(":") if part.startswith("/") and len(part) > 1}
    return [*prefixes(python), *(Path(part) for part in sorted(named) if not f"{part}/".startswith(above))]


@lru_cache(maxsize=16)
def prefixes(python: str) -> tuple[Path, Path]:
    """Where an interpreter is installed, as it is named and as it is found: every run of it asks."""
    interpreter = Path(python)
    return interpreter.absolute().parent.parent, interpreter.resolve().parent.parent


def _refuse_malformed(configured: Mapping[str, str]) -> None:
    for name, value in configured.items():
        if not name or "=" in name or "\0" in name + value:
            raise Refused(
                "runner.bad-variable",
                f"{name!r} cannot be set for a process",
                where="tests.environment",
                why="a name is not empty and holds no `=`; neither part holds NUL",
            )
