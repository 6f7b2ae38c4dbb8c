"""Settings about what tests have to run: percentages by module, and where the measured report is."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, field_validator

from laneshift.config.values import STRICT, Folder, Globs, exact_decimal

Percent = Annotated[Decimal, BeforeValidator(exact_decimal), Field(ge=0, le=100)]
"""Per cent from 0 to 100, exactly as written."""

_WHOLE = re.compile(r"[./\\]\*{1,2}$")
_SEPARATORS = re.compile(r"[./\\]+")


def module_parts(name: str) -> tuple[str, ...]:
    """The parts of a module however it is spelled: `a.b`, `a/b`, `./a/b/`, `a/b.py`, `a/b/__init__.py`, `a.b.*`.

    A folder whose name has a dot comes to two parts, in a setting and in a path alike. Empty for the root.
    """
    parts = [part for part in _SEPARATORS.split(_WHOLE.sub("", name).removesuffix(".py")) if part]
    return tuple(parts[:-1] if parts[-1:] == ["__init__"] else parts)


def _module(name: str) -> str:
    steps = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in steps or not name.isprintable() or "*" in _WHOLE.sub("", name):
        raise ValueError(f"{name!r} is not a module or a folder inside the repository")
    if not module_parts(name):
        raise ValueError(f"{name!r} names no module; for what no other name covers there is `coverage.default`")
    return name


Module = Annotated[str, Field(max_length=1000), AfterValidator(_module)]


class Coverage(BaseModel):
    """What `report coverage` asks for, in per cent of statements; `branches` in per cent of branches.

    Names of modules are prefixes, in any spelling, and the longest one wins. `default` is asked of files that no name
    covers, `floor` of every single file, `changed` of the statements that a change adds or edits. `report` is the file
    that was measured, `root` the folder that names in it are relative to, `hours` how old it may be (0: any age).
    `ratchet` is the file of the tree that remembers what was reached. `exclude` are globs of files that need no tests.
    """

    model_config = STRICT
    thresholds: dict[Module, Percent] = {}
    branches: dict[Module, Percent] = {}
    default: Percent | None = None
    floor: Percent = Decimal(0)
    changed: Percent = Decimal(80)
    exclude: Globs = []
    report: Folder = ""
    root: Folder = ""
    hours: int = Field(default=24, ge=0)
    ratchet: Annotated[Folder, Field(min_length=1)] = ".laneshift/coverage-ratchet.json"

    @field_validator("thresholds", "branches")
    @classmethod
    def _each_once(cls, named: dict[str, Decimal]) -> dict[str, Decimal]:
        """Two spellings of one module would leave it open which one counts."""
        seen: dict[tuple[str, ...], str] = {}
        for name in named:
            first = seen.setdefault(module_parts(name), name)
            if first != name:
                raise ValueError(f"{first!r} and {name!r} are the same module")
        return named
