"""What became of a contract: kept, broken by these chains, invalid, or not checked. Never passed without checking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["kept", "broken", "invalid", "not-checked"]


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One import of a chain: two modules, and the lines (from 1) of the first where it imports the second."""

    importer: str
    imported: str
    lines: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As import-linter shows it, with what is special about the import."""
        lines = ", ".join(f"l.{line}" for line in self.lines)
        special = "".join(f", {kind}" for kind in self.kinds if kind != "runtime")
        return f"{self.importer} -> {self.imported} ({lines}{special})"


@dataclass(frozen=True, slots=True, order=True)
class Breach:
    """One way in which a contract is broken: what may not be, and the chain of imports that shows it."""

    what: str
    chain: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """One contract. `reason` tells why it is invalid or not checked; `warnings` what matched nothing.

    `unseen` are breaches that only show when imports count that import-linter cannot read: dynamic ones of a literal
    name, and those of files in folders without `__init__.py`.
    """

    name: str
    kind: str
    status: Status
    breaches: tuple[Breach, ...] = ()
    unseen: tuple[Breach, ...] = ()
    reason: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing breaks the contract, for sure."""
        return self.status == "kept" and not self.unseen
