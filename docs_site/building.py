"""Build the site from a program, as `mkdocs build` does it: strictly."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mkdocs.commands.build import build
from mkdocs.config import load_config

CONFIG = Path(__file__).resolve().parents[1] / "mkdocs.yml"


def build_site(folder: Path, changes: Mapping[str, Any] | None = None) -> None:
    """Write the site into a folder. `changes` are settings of MkDocs that take the place of those in its file.

    Raises `mkdocs.exceptions.Abort` for a link, an anchor or a page of the navigation that leads nowhere.
    """
    build(load_config(str(CONFIG), site_dir=str(folder), **dict(changes or {})))
