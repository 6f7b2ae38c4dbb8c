"""Which pages are made when the site is built, and which come from outside of docs."""

from __future__ import annotations

import re
from pathlib import Path

from docs_site import commands, errors, rest, settings
from docs_site.made import GENERATED

AT_THE_ROOT = {
    "ARCHITECTURE.md": "explanation/architecture.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
}
"""Pages of the repository's root, and where the site has them."""


def generated() -> dict[str, str]:
    """Every page that is made from the code, by its path below docs."""
    made = (errors.page(), commands.page(), settings.page(), rest.page())
    return dict(zip(GENERATED, made, strict=True))


def from_the_root(root: Path) -> dict[str, str]:
    """Those pages of the root that are there, with their links as they are from the place in the site."""
    found = {path: root / path for path in AT_THE_ROOT if (root / path).is_file()}
    return {AT_THE_ROOT[path]: _relinked(file.read_text(encoding="utf-8"), path) for path, file in found.items()}


def _relinked(text: str, path: str) -> str:
    up = "../" * AT_THE_ROOT[path].count("/")

    def relinked(found: re.Match[str]) -> str:
        target = found[1]
        inside = target.removeprefix("docs/")
        return f"]({up}{inside if inside != target else '../' + target})"

    return re.sub(r"\]\((?![a-z]+:|#)([^()\s]+)\)", relinked, text)
