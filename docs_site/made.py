"""The names of the pages that are made when the site is built. Loads nothing."""

from __future__ import annotations

GENERATED = ("errors.md", "reference/commands.md", "reference/settings.md", "reference/rest.md")
"""Pages below docs that are in no commit."""
