"""Where a user's keys and tokens usually lie. What an agent has no need of, it cannot carry anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_USUAL = (
    *(".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".password-store", ".mozilla"),
    *(".config", ".config/laneshift", ".config/gh", ".config/gcloud"),
    *(".netrc", ".git-credentials", ".pypirc", ".npmrc", ".vault-token"),
    ".local/share/keyrings",
)
_NAMED = ("LANESHIFT_KEYS", "XDG_CONFIG_HOME", "GNUPGHOME")


def users_secrets(home: Path, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Folders and files that are hidden from agents, where they are: below `home`, and where `environ` has them."""
    named = [Path(environ[name]) for name in _NAMED if environ.get(name, "").startswith("/")]
    return tuple(path for path in (*named, *(home / name for name in _USUAL)) if path.exists())
