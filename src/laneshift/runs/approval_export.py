"""Approvals as files, to be checked without laneshift: each envelope, and the keys that it was checked with."""

from __future__ import annotations

from pathlib import Path

from laneshift.errors import Refused
from laneshift.runs.approval_journal import GIVEN, of_plan
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop

_PARTS = {"envelope": "json", "signers": "signers", "revoked": "revoked", "passkeys": "passkeys"}


def export(shop: Workshop, plan: Plan, folder: Path) -> list[str]:
    """Write `1.json`, `1.signers` and `1.revoked` and so on into `folder`; the names, in the order of the approvals.

    Raises `Refused` (`approval.file`) for files that cannot be written or are there, `CheckFailed` for what is lost.
    """
    written = []
    for number, record in enumerate(of_plan(shop, plan, GIVEN), 1):
        for part, ending in _PARTS.items():
            if record.facts.get(part):
                data = shop.store.get(str(record.facts[part]))
                _write(folder / f"{number}.{ending}", data)
                written.append(f"{number}.{ending}")
    return written


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)
    except OSError as error:
        what = "an approval cannot be written to this file"
        raise Refused("approval.file", what, where=str(path), why=str(error)) from error
