"""Values that journals are tried with: JSON without floats, and journals of a given length."""

from __future__ import annotations

import io
from pathlib import Path

from hypothesis import strategies as st

from laneshift.evidence.checkpoint import Checkpoint
from laneshift.evidence.journal import Journal

texts = st.text(st.characters(codec="utf-8"), max_size=12)
integers = st.integers(-(2**53 - 1), 2**53 - 1)
json_values = st.recursive(
    st.none() | st.booleans() | integers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def filled(path: Path, size: int) -> Journal:
    """A journal of `size` records with keys `item/1`, `item/2`, … and facts that differ."""
    journal = Journal.open(path, actor="tester")
    for number in range(1, size + 1):
        facts = {"inputs": f"sha256:{number:064x}", "verdicts": [{"gate": "imports", "passed": number}], "ä": None}
        journal.append(f"item/{number}", "step.done", facts, at=1_700_000_000_000 + number)
    return journal


def exported(journal: Journal) -> tuple[bytes, Checkpoint]:
    """The journal as JSONL, and the checkpoint that goes with it."""
    file = io.BytesIO()
    checkpoint = journal.export(file)
    return file.getvalue(), checkpoint
