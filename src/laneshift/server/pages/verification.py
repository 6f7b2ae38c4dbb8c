"""Whether the journal holds, for whoever looks: its chain and its seals, read again whenever something was recorded."""

from __future__ import annotations

from typing import Any

from laneshift.runs.sealing import checked
from laneshift.server.parts import Parts


def verified(parts: Parts) -> dict[str, Any]:
    """Findings, and how many seals there are and records that a signed one covers. Raises as the journal does.

    The landings are not computed again here: that takes long, and `laneshift verify` does it.
    """
    journal = parts.shop.journal
    tip = journal.tip()
    key = ("journal", tip.digest if tip is not None else "")
    known = parts.computed.get(key)
    if known is None:
        known = _read(parts)
        parts.computed.put(key, known)
    return known


def _read(parts: Parts) -> dict[str, Any]:
    shop = parts.shop
    findings = [str(finding) for finding in shop.journal.check()]
    if findings:
        return {"findings": findings, "seals": 0, "signed": 0}
    sealed = checked(shop.repository, shop.journal.records(), shop.journal.checkpoint().origin, shop.keys)
    return {"findings": list(sealed.findings), "seals": sealed.seals, "signed": sealed.signed}
