"""A manager with a key, and what every refusal to open looks like."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.evidence.encryption.aead import Algorithm, has_gcm_siv
from laneshift.evidence.encryption.key_folder import KeyFolder
from laneshift.evidence.encryption.manager import CannotOpen, EncryptionManager

ALGORITHMS: tuple[Algorithm, ...] = (*(("aes-256-gcm-siv",) if has_gcm_siv() else ()), "chacha20-poly1305")
CONTEXT = {"name": "forge-token", "owner": "team-a"}
SECRET = b"correct horse battery staple"


def manager(tmp_path: Path, algorithm: Algorithm = "chacha20-poly1305") -> EncryptionManager:
    """A manager whose folder has one key."""
    made = EncryptionManager(KeyFolder(tmp_path / "keys"), algorithm)
    made.rotate()
    return made


def refusal(of: EncryptionManager, sealed: bytes, context: dict[str, str] | None = None) -> tuple[object, ...]:
    """All that a caller can see of a secret that does not open."""
    with pytest.raises(CannotOpen) as caught:
        of.open(sealed, CONTEXT if context is None else context)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    return type(error), error.args, str(sorted(error.as_dict().items()))


SAME = (
    CannotOpen,
    ("this secret cannot be opened",),
    str(
        sorted(
            {
                "code": "encryption.cannot-open",
                "what": "this secret cannot be opened",
                "where": "",
                "why": "",
                "cure": "",
                "faults": [],
                "exit_code": 1,
            }.items()
        )
    ),
)
"""The one refusal."""
