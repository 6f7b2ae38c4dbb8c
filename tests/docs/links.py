"""What the links of Markdown pages name: files of the repository, and headings in them. Pure but for reading files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

from docs_site.made import GENERATED

_FENCE = re.compile(r"^ {0,3}(```|~~~).*?^ {0,3}\1[^\n]*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(`+)[^`].*?\1")
_INLINE = re.compile(r"\]\(\s*(<[^<>\n]*>|[^\s()]+)[^()\n]*\)")
_REFERENCE = re.compile(r"^ {0,3}\[[^\]\n]+\]:\s*(\S+)", re.MULTILINE)
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)
_ANCHOR = re.compile(r"<a\s[^>]*(?:id|name)=[\"']([^\"']+)")
_NAMED = re.compile(r"(?<![\w/.])(docs/[\w/-]+\.md)\b")
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def pages(root: Path) -> list[Path]:
    """The pages for people: README, ARCHITECTURE, CHANGELOG and all of docs."""
    return [root / "README.md", root / "ARCHITECTURE.md", root / "CHANGELOG.md", *sorted((root / "docs").rglob("*.md"))]


def faults(root: Path, found: Iterable[Path]) -> Iterator[str]:
    """A line for each link of the pages that names no file below `root`, or no heading.

    Of pages that are not below docs, also for each page of docs that they only name.
    """
    for page in found:
        text = _FENCE.sub("", page.read_text(encoding="utf-8"))
        where = page.relative_to(root).as_posix()
        for link in links(text):
            why = _fault(root, page, link)
            if why:
                yield f"{where}: {link}: {why}"
        # Pages below docs speak of files of other repositories that may be called so too.
        for name in _NAMED.findall(_INLINE.sub("", text)) if page.parent == root else ():
            if not (root / name).exists():
                yield f"{where}: {name}: no such file"


def links(text: str) -> list[str]:
    """Where the links of a page lead, without its code."""
    plain = _CODE.sub("", text)
    return [link.strip("<>") for link in (*_INLINE.findall(plain), *_REFERENCE.findall(plain))]


def anchors(text: str) -> set[str]:
    """What can stand behind `#`: headings as GitHub names them, a second one of a name with `-1`, and named anchors."""
    plain = _FENCE.sub("", text)
    seen: Counter[str] = Counter()
    made = set(_ANCHOR.findall(plain))
    for heading in _HEADING.findall(plain):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        name = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        made.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return made


def _fault(root: Path, page: Path, link: str) -> str:
    if _ELSEWHERE.match(link) or link.startswith("//"):
        return ""
    path, _, anchor = unquote(link).partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.is_relative_to(root.resolve()):
        return "it leads out of the repository"
    if target.relative_to(root.resolve()).as_posix() in {f"docs/{page}" for page in GENERATED}:
        # They are made when the site is built, which looks at their anchors too.
        return ""
    if not target.exists():
        return "no such file"
    if anchor and target.suffix == ".md" and anchor not in anchors(target.read_text(encoding="utf-8")):
        return "no such heading"
    return ""
