"""Where private keys are."""

from __future__ import annotations

import os

from laneshift.evidence.keys.vault import Vault, vault_of


def vault() -> Vault:
    """Where this user's private keys are."""
    return vault_of(os.environ)
