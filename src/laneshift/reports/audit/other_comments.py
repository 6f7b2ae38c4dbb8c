"""Comments of other languages, by the rules of each: what begins one, and in which strings nothing does. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class Rules:
    """What begins a comment to the end of its line, the pairs around longer ones, and the quotes of strings."""

    line: tuple[str, ...] = ()
    block: tuple[tuple[str, str], ...] = ()
    quotes: str = ""


_C = Rules(("//",), (("/*", "*/"),), "\"'")
_SCRIPT = Rules(("//",), (("/*", "*/"),), "\"'`")
_HASH = Rules(("#",), (), "\"'")
_MARKUP = Rules((), (("<!--", "-->"),))
_SUFFIXES: Mapping[str, Rules] = {
    **dict.fromkeys((".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx"), _SCRIPT),
    **dict.fromkeys((".go", ".kt", ".scala", ".dart"), _SCRIPT),
    **dict.fromkeys((".c", ".h", ".cc", ".cpp", ".hpp", ".cs", ".java", ".swift", ".php", ".proto"), _C),
    # A quote in Rust may also begin a lifetime, which nothing ends.
    ".rs": Rules(("//",), (("/*", "*/"),), '"'),
    ".css": Rules((), (("/*", "*/"),), "\"'"),
    **dict.fromkeys((".scss", ".less"), _C),
    **dict.fromkeys((".sh", ".bash", ".zsh", ".rb", ".pl", ".r", ".toml", ".yaml", ".yml", ".tf", ".cmake"), _HASH),
    ".sql": Rules(("--",), (("/*", "*/"),), "\"'"),
    ".lua": Rules(("--",), (("--[[", "]]"),), "\"'"),
    ".hs": Rules(("--",), (("{-", "-}"),), '"'),
    **dict.fromkeys((".ini", ".cfg"), Rules((";", "#"), (), "")),
    **dict.fromkeys((".html", ".htm", ".xml", ".svg", ".vue"), _MARKUP),
    ".tex": Rules(("%",)),
}
_NAMES: Mapping[str, Rules] = {"Makefile": Rules(("#",)), "Dockerfile": Rules(("#",)), "Jenkinsfile": _SCRIPT}


def rules_of(path: str) -> Rules | None:
    """The rules for a file; None where none are known."""
    name = PurePosixPath(path)
    return _NAMES.get(name.name) or _SUFFIXES.get(name.suffix.lower())


def comments(text: str, rules: Rules) -> Iterator[tuple[int, str]]:
    """The line and the text of each line of each comment."""
    blocks = dict(rules.block)
    starts = sorted((*blocks, *rules.line, *rules.quotes), key=len, reverse=True)
    if not starts:
        return
    begin = re.compile("|".join(map(re.escape, starts)))
    at, line, seen = 0, 1, 0
    while found := begin.search(text, at):
        line += text.count("\n", seen, found.start())
        seen = found.start()
        start = found[0]
        if start in rules.quotes:
            at = _after_string(text, found.end(), start)
            continue
        if start == "#" and start in rules.line and seen and not text[seen - 1].isspace():
            at = found.end()
            continue
        stop = blocks.get(start, "\n")
        end = text.find(stop, found.end())
        end = len(text) if end < 0 else end
        for number, each in enumerate(text[found.end() : end].split("\n")):
            yield line + number, each.strip(" \t*/#-;%!\r")
        at = end + len(stop) - (stop == "\n")


def _after_string(text: str, at: int, quote: str) -> int:
    """Where a string ends: at its quote, or with its line unless it may hold several."""
    closing = re.compile(rf"\\.|{re.escape(quote)}" + ("" if quote == "`" else r"|\n"), re.DOTALL)
    while found := closing.search(text, at):
        at = found.end()
        if found[0] in (quote, "\n"):
            return at if found[0] == quote else found.start()
    return len(text)
