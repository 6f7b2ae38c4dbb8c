"""A waiver as the file that people review: where it lies and what it says. Pure; `waivers.parse` is the way back."""

from __future__ import annotations

import hashlib
import json

from laneshift.gates.waivers import Waiver

_DIGITS = 8


def file_of(folder: str, waiver: Waiver) -> str:
    """The path of a waiver below `folder`: its gate, its last day, and a digest of what is signed."""
    digest = hashlib.sha256(waiver.signed).hexdigest()[:_DIGITS]
    return f"{folder}/{waiver.gate}-{waiver.until.isoformat()}-{digest}.toml"


def written(waiver: Waiver) -> bytes:
    """The TOML of a waiver. Texts are quoted as JSON, which is TOML for everything that a waiver may contain."""
    lines = [
        f"gate = {_quoted(waiver.gate)}",
        f"items = [{', '.join(map(_quoted, waiver.items))}]",
        f"paths = [{', '.join(map(_quoted, waiver.paths))}]",
        f"reason = {_quoted(waiver.reason)}",
        f"by = {_quoted(waiver.by)}",
        f"until = {waiver.until.isoformat()}",
        f'signature = """\n{waiver.signature}"""',
    ]
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogatepass")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
