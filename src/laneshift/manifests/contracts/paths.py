"""Where contracts lie. Apart from what reads them, since that takes far longer to load than their names."""

from __future__ import annotations

SUFFIX = ".contract.json"


def path_of(folder: str, module: str) -> str:
    """Where the contract of a module lies."""
    return f"{folder}/{module}{SUFFIX}"
