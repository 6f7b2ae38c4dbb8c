"""What MkDocs calls while it builds: pages from the code come in, and links that leave the site become plain text."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

from docs_site import pages

ROOT = Path(__file__).resolve().parents[1]
_LINK = re.compile(r"(?<!!)\[([^\]\n]*)\]\(([^()\s#:]+)(#[^()\s]*)?\)")


def on_config(config: Any) -> Any:
    """Have folders of the navigation stand for their pages, leave out pages of the root that are not there, and put
    pages that nobody has given a place below the guides: a page is never lost because of two changes at a time.
    """
    docs = Path(config.docs_dir)
    config.nav = _expanded(config.nav, docs)
    written = {file.relative_to(docs).as_posix() for file in docs.rglob("*.md")}
    unplaced = sorted(written - set(_paths(config.nav)))
    guides = next(each["Guides"] for each in config.nav if "Guides" in each)
    guides += [{"Further": unplaced}] if unplaced else []
    return config


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


def _expanded(entry: Any, docs: Path) -> Any:
    if isinstance(entry, list):
        return [_expanded(each, docs) for each in entry if not _absent(each)]
    if isinstance(entry, dict):
        return {title: _expanded(each, docs) for title, each in entry.items()}
    if entry.endswith("/"):
        return sorted(file.relative_to(docs).as_posix() for file in (docs / entry).glob("*.md"))
    return entry


def _paths(entry: Any) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    for each in entry.values() if isinstance(entry, dict) else entry if isinstance(entry, list) else ():
        yield from _paths(each)


def _absent(entry: Any) -> bool:
    paths = entry.values() if isinstance(entry, dict) else [entry]
    gone = {place for path, place in pages.AT_THE_ROOT.items() if not (ROOT / path).is_file()}
    return any(isinstance(path, str) and path in gone for path in paths)
