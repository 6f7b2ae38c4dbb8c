"""What a proof of a move found."""

from __future__ import annotations

from laneshift.repo.plain_records import NamedTuple


class Finding(NamedTuple):
    """One check: its stable name, whether it holds, how many things it checked, and what it found (`path: what`)."""

    name: str
    holds: bool
    checked: int
    details: tuple[str, ...] = ()


class Proof(NamedTuple):
    """The findings, by name: `syntax`, `import-graph`, `unresolved-imports`, `there-and-back`.

    `unparsed` lists the touched Python files that no check could read; they are reported, never counted.
    So are `derived`, the manifests and contracts that follow the move: they are made anew from the tree after it.
    """

    findings: tuple[Finding, ...]
    unparsed: tuple[str, ...]
    derived: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether every finding holds."""
        return all(finding.holds for finding in self.findings)
