"""Which command runs a suite: the configured one, and for pytest what lets us follow it."""

from __future__ import annotations

import configparser
import os
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath

from laneshift.errors import Refused

PLUGIN = "laneshift_pytest_plugin"
TRACER = "laneshift_pytest_tracer"
SHARD = "laneshift_pytest_shard"
REWRITING = "laneshift_pytest_rewriting"
"""The names under which the plugin and what helps it are importable in the project's interpreter."""

_ARGUMENT_BYTES = 512 * 1024
_OWN_CONFIG = ("-c", "--config-file")


def is_pytest(command: Sequence[str]) -> bool:
    """Whether `command` is `[python, options..., -m, pytest, ...]` or `[pytest, ...]`."""
    if not command:
        return False
    name = PurePosixPath(command[0]).name
    if name in {"pytest", "py.test"}:
        return True
    return name.startswith("python") and "-m" in command and command[command.index("-m") + 1 :][:1] == ["pytest"]


def refuse_malformed(words: Sequence[str], where: str) -> None:
    """Raise `Refused` for words that no process can be started with."""
    if not words or not words[0]:
        raise Refused("runner.no-command", "there is no command to run", where=where)
    for word in words:
        if "\0" in word:
            raise Refused("runner.bad-word", f"{word!r} holds NUL", where=where)


def selected(names: Sequence[str]) -> tuple[str, ...]:
    """Ids of tests, files or folders in the form the plugin tells them, each once.

    Raises `Refused` for one whose path is not a plain path inside the repository.
    """
    return tuple(dict.fromkeys(_normal(name) for name in names))


def _normal(name: str) -> str:
    path, separator, inner = name.partition("::")
    plain = PurePosixPath(path)
    if not plain.parts or path.startswith(("/", "-", "@")) or ".." in plain.parts or set("\0\n") & set(path):
        raise Refused(
            "runner.bad-selection",
            f"{name!r} is not the id of a test in this repository",
            where="selection",
            why="an id starts with a relative path inside the repository",
        )
    return f"{plain}{separator}{inner}"


def pytest_command(command: Sequence[str], files: Sequence[str], checkout: Path, scratch: Path) -> tuple[str, ...]:
    """The whole command for a session over `files`; none means what the project's own configuration says.

    The project's `addopts` stay. Every test runs (`--maxfail=0`), collection errors do not hide the rest, the cache
    is private (switching it off would break `--ff` and `cache_dir` in a project's own options), and configuration is
    never looked for above the checkout. Very many files go into an arguments file, which pytest reads from 8.2 on.
    """
    words = [*command, "-p", PLUGIN, "--continue-on-collection-errors", "--maxfail=0"]
    words += ["-o", f"cache_dir={scratch / 'pytest_cache'}"]
    if not any(word.startswith(_OWN_CONFIG) for word in command[1:]):
        words += _configuration(command, checkout, scratch)
    if sum(len(os.fsencode(file)) + 1 for file in files) > _ARGUMENT_BYTES:
        listed = scratch / "arguments"
        listed.write_text("".join(f"{file}\n" for file in files), "utf-8", "surrogateescape")
        return (*words, f"@{listed}")
    return (*words, *files)


def _configuration(command: Sequence[str], checkout: Path, scratch: Path) -> list[str]:
    named = [checkout / word.partition("::")[0] for word in command[1:] if not word.startswith("-")]
    places = [path if path.is_dir() else path.parent for path in named if path.exists()]
    folder = Path(os.path.commonpath(places)) if places else checkout
    while True:
        found = next((folder / name for name, holds in _CONFIG_FILES if holds(folder / name)), None)
        if found is not None:
            return ["-c", str(found)]
        if folder in {checkout, folder.parent}:
            break
        folder = folder.parent
    empty = scratch / "pytest.ini"
    empty.write_text("[pytest]\n", "ascii")
    root = [] if any(word.startswith("--rootdir") for word in command) else ["--rootdir", str(checkout)]
    # A configuration file elsewhere would let pytest load the conftest files of every folder above the checkout.
    return ["-c", str(empty), *root, "--confcutdir", str(checkout)]


def _has_table(path: Path) -> bool:
    try:
        tool = tomllib.loads(path.read_text("utf-8")).get("tool", {})
    except (OSError, ValueError):
        # A broken file is pytest's to complain about, so it must see it.
        return path.is_file()
    return isinstance(tool, dict) and "pytest" in tool


def _has_section(name: str) -> Callable[[Path], bool]:
    def holds(path: Path) -> bool:
        parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
        try:
            parser.read_string(path.read_text("utf-8"))
        except (OSError, ValueError, configparser.Error):
            return False
        return parser.has_section(name)

    return holds


_CONFIG_FILES: tuple[tuple[str, Callable[[Path], bool]], ...] = (
    ("pytest.toml", Path.is_file),
    (".pytest.toml", Path.is_file),
    ("pytest.ini", Path.is_file),
    (".pytest.ini", Path.is_file),
    ("pyproject.toml", _has_table),
    ("tox.ini", _has_section("pytest")),
    ("setup.cfg", _has_section("tool:pytest")),
)
