"""What a verification looked at and found."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Verification:
    """What was looked at and what was found. No finding over nothing looked at is not a success."""

    records: int
    evidence_files: int
    trees: int
    findings: tuple[str, ...] = field(default=())
    approvers: tuple[str, ...] = field(default=())
    """Whose approvals of the landings were checked again."""
    seals: int = 0
    """How many seals of the journal were held against it."""
    signed: int = 0
    """How many records, from the first, a seal signed by a key of the repository covers."""
    unclaimed: tuple[str, ...] = ()
    """Landings of another version, which computed nothing here."""
    replayed: bool = True
    """Whether landings were to be computed again."""
    attestations: int = 0
    """How many attestations of the landings held."""
