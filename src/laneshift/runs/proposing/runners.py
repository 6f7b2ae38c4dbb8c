"""What tox, nox and make run for the tests of a project, as far as their files say it plainly. Pure."""

from __future__ import annotations

import ast
import configparser
import re
import shlex
import tomllib
import warnings
from collections.abc import Iterable, Mapping

from laneshift.code.parsing import PARSING


def lines_run(texts: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    """Name of the file, folder it runs in, and line of every command for tests."""
    if "tox.ini" in texts:
        parser = _ini(texts["tox.ini"])
        for section in (each for each in parser.sections() if re.fullmatch(r"testenv(:(py|test|unit).*)?", each)):
            folder = (parser.get(section, "changedir", fallback=None) or "").replace("{toxinidir}", "").strip("/")
            commands = parser.get(section, "commands", fallback=None) or ""
            yield from (("tox.ini", folder, line.strip()) for line in commands.splitlines())
    for words in _sessions(texts.get("noxfile.py", "")):
        yield "noxfile.py", "", shlex.join(words)
    found = targets(texts.get("Makefile", ""))
    for target in ("test", "tests", "check", "unittest", "unit"):
        yield from (("Makefile", "", line) for line in found.get(target, ()))


def _ini(text: str) -> configparser.RawConfigParser:
    """The sections of the text; none where it is not of that form. What stands above the first belongs to none."""
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    start = re.search(r"^\[", text, re.MULTILINE)
    try:
        parser.read_string(text[start.start() :] if start else "")
    except configparser.Error:
        return configparser.RawConfigParser()
    return parser


def _sessions(text: str) -> list[list[str]]:
    """The literal words of each `session.run` in a file of nox; sessions about tests first."""
    try:
        with PARSING, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    functions.sort(key=lambda node: "test" not in node.name)
    calls = [node for function in functions for node in ast.walk(function) if isinstance(node, ast.Call)]
    runs = [node for node in calls if isinstance(node.func, ast.Attribute) and node.func.attr == "run"]
    return [[a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)] for node in runs]


def testpaths(name: str, text: str) -> list[str]:
    """Where pytest is told to look, by the file `name` with this text; nothing where that cannot be read."""
    if name.endswith(".toml"):
        try:
            pytest = tomllib.loads(text).get("tool", {}).get("pytest", {})
            said = pytest.get("ini_options", pytest).get("testpaths", [])
        except (tomllib.TOMLDecodeError, AttributeError):
            return []
        return said.split() if isinstance(said, str) else [path for path in said if isinstance(path, str)]
    found = _ini(text)
    sections = [section for section in ("pytest", "tool:pytest") if found.has_option(section, "testpaths")]
    return [path for section in sections for path in (found.get(section, "testpaths") or "").split()]


def targets(text: str) -> dict[str, list[str]]:
    """The recipe of each plain target of a Makefile."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.splitlines():
        head = re.match(r"([A-Za-z0-9_-]+)\s*::?(?!=)", line)
        if line.startswith("\t"):
            current.append(line.strip().lstrip("@-"))
        elif head:
            current = found.setdefault(head[1], [])
    return found
