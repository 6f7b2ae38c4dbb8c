"""Names of what manifests keep in the state of a repository."""

from __future__ import annotations

KEPT_CHECK = "manifests/checked.json"
"""What the last check of a whole tree found."""
