"""What ruff finds in a tree, counted by rule: the real ruff, run in the sandbox with the project's own settings."""

from __future__ import annotations

import importlib.metadata
import json
import re
from dataclasses import dataclass
from typing import Any

from laneshift.errors import CheckFailed, Refused, install
from laneshift.gates.sandbox import Limits, RunResult, Sandbox
from laneshift.repo.objects import File, Tree
from laneshift.reports.health.model import Section, count, judged

COMMAND = (
    *("python", "-m", "ruff", "check", "--no-cache", "--exit-zero"),
    *("--statistics", "--output-format", "json", "--verbose"),
    *("--extend-exclude", "pyproject.toml,ruff.toml,.ruff.toml", "."),
)
"""Verbose, because it prints nothing at all about files without a finding, and nothing is no proof of a look; without
settings, which it counts among the files that it looked at where there is no Python."""
_CONFIGURATIONS = (".ruff.toml", "ruff.toml")
_CHECKED = re.compile(r"\bChecked ([0-9]{1,9}) files? in\b")
_LAST = 300


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that does not hold: ruff's code (empty for syntax errors), its name, how often, how often ruff mends it"""

    code: str
    name: str
    count: int
    fixable: int


def version() -> str:
    """The version of ruff that would run. Raises `Refused` (`health.no-ruff`) where it is not installed."""
    try:
        return importlib.metadata.version("ruff")
    except importlib.metadata.PackageNotFoundError as error:
        raise Refused("health.no-ruff", "ruff is not installed", cure=install("health")) from error


@dataclass(frozen=True, slots=True)
class Linted:
    """How many files ruff looked at, and the rules that they break."""

    files: int
    rules: tuple[Rule, ...]


def look(tree: Tree, sandbox: Sandbox, limits: Limits) -> Linted:
    """What ruff says of the tree. Raises `Refused` as `version` does, and `CheckFailed` as `read` does."""
    version()
    return read(sandbox.run(_closed(tree).oid, COMMAND, limits))


def read(ran: RunResult) -> Linted:
    """What a run of `COMMAND` says. Raises `CheckFailed` (`health.ruff`) where it ended badly or looked at nothing."""
    if ran.timed_out or ran.exit_code != 0:
        end = "took too long" if ran.timed_out else f"ended with {ran.exit_code}"
        raise CheckFailed("health.ruff", f"ruff {end}", why=ran.output.strip()[-_LAST:])
    checked = [int(found[1]) for found in _CHECKED.finditer(ran.output)]
    if not checked or not checked[-1]:
        raise CheckFailed("health.ruff", "ruff looked at no file", why=ran.output.strip()[-_LAST:])
    lines = ran.output.split("\n")
    begin = max((at for at, line in enumerate(lines) if line == "["), default=None)
    try:
        told = [] if begin is None else json.JSONDecoder().raw_decode("\n".join(lines[begin:]))[0]
        return Linted(checked[-1], tuple(_rule(each) for each in told))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        why = f"{type(error).__name__}: {error}"
        raise CheckFailed("health.ruff", "what ruff says cannot be read", why=why) from error


def section(linted: Linted, most: int | str) -> Section:
    """The section of the report: findings, and how many rules they break in how many files."""
    found = linted.rules
    ordered = sorted(found, key=lambda each: (-each.count, each.code, each.name))
    figures = [
        count("findings", "findings", sum(each.count for each in found), most),
        count("fixable", "that ruff can mend", sum(each.fixable for each in found), better="either"),
        count("rules", "rules that are broken", len(found)),
        count("files", "files that ruff looked at", linted.files, better="either"),
    ]
    notes = [f"{each.code or 'syntax'} {each.name}: {each.count}" for each in ordered]
    return judged("ruff", figures, notes, [(each.code or each.name, each.count) for each in ordered])


def _rule(value: Any) -> Rule:
    code, name, found, fixable = (value[key] for key in ("code", "name", "count", "fixable_count"))
    if not isinstance(name, str) or not all(type(each) is int and each >= 0 for each in (found, fixable)):
        raise TypeError(f"{value!r} is no rule")
    return Rule("" if code is None else str(code), name, found, fixable)


def _closed(tree: Tree) -> Tree:
    """The tree with settings at its root: without any, ruff would go on looking above the checkout."""
    for path in (*_CONFIGURATIONS, "pyproject.toml"):
        entry = tree.entry(path)
        if entry is not None and (path != "pyproject.toml" or (entry.is_regular and b"tool.ruff" in tree.read(path))):
            return tree
    return tree.edit({_CONFIGURATIONS[0]: File(b"")})
