"""What MkDocs calls while it builds: pages from the code come in, and links that leave the site become plain text."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

from docs_site import pages

ROOT = Path(__file__).resolve().parents[1]
_LINK = re.compile(r"(?<!!)\[([^\]\n]*)\]\(([^()\s#:]+)(#[^()\s]*)?\)")


def on_files(files: Files, config: Any) -> Files:
    """Add what is made from the code, and the pages that stand at the root of the repository."""
    for path, text in {**pages.generated(), **pages.from_the_root(ROOT)}.items():
        files.append(File.generated(config, path, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:  # noqa: ARG001 - MkDocs names them
    """The page, where a link to a file that is no page is its words and the file's name in the repository."""
    here = posixpath.dirname(page.file.src_uri)

    def plainer(found: re.Match[str]) -> str:
        words, target, anchor = found[1], found[2], found[3] or ""
        path = posixpath.normpath(posixpath.join("docs", here, target))
        inside = path.removeprefix("docs/")
        if path in pages.AT_THE_ROOT:
            return f"[{words}]({posixpath.relpath(pages.AT_THE_ROOT[path], here or '.')}{anchor})"
        if files.get_file_from_path(inside) or not (ROOT / path).exists():
            return found[0]
        return words if words.strip("`") in path else f"{words} (`{path}`)"

    return _LINK.sub(plainer, markdown)
