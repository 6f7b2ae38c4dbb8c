"""Facts of a file that this Python cannot parse, read without a grammar.

Strings and comments are taken out first and lines that go on are joined. In what is left, imports and definitions are
looked for where a statement can begin, with a count of open brackets between one place and the next. What is plainly
an import or a definition is taken; the rest is left alone, and the result says that there may be more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from laneshift.code.facts.blanked import JOINED, blanked
from laneshift.code.facts.records import Facts, Problem, Symbol
from laneshift.code.links import Import, Links

_BLANK = rf"[ \t\f{JOINED}]"
_INDENTS = " \t\f" + JOINED
_NAME = r"[^\W\d]\w*"
_RESTART = r"(?:import|from|def|class)\b"
_PLACES = re.compile(
    rf"[\n;:](?:(?<=\n)(?:(?P<async>async{_BLANK}+)?(?P<word>def|class){_BLANK}+(?P<defined>{_NAME})"
    rf"|(?P<variable>{_NAME}){_BLANK}*=(?!=)(?={_BLANK}*[^\s{JOINED};]))"
    rf"|{_BLANK}*+(?P<import>(?:import|from)\b))"
)
# Up to the end of the line; behind a bracket up to where it closes, but never past a line that plainly starts anew.
_REST = re.compile(rf"[^\n;(]*(?:\((?>(?:[^()\n]|\n(?!{_RESTART}))*))?")
_WORD = re.compile(r"\w+|\.+|\S")
_TESTS = re.compile(rb"(?m)^\s*(?:async\s+)?def test|^def test")
_BRACKETS = tuple(zip("([{", ")]}", strict=True))


def scan(data: bytes, problem: Problem, lines: int) -> Facts:
    """The facts that can be had without a grammar. Accepts any bytes."""
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    imports: list[Import] = []
    symbols: dict[str, Symbol] = {}
    bare = blanked(f"\n{text}")
    for place, line in _places(bare):
        if place["import"]:
            rest = _REST.match(bare, place.start("import"))
            imports.extend(_imports(_WORD.findall(rest.group()) if rest else [], line))
        else:
            symbol = _definition(place, line)
            symbols.setdefault(symbol.name, symbol)
    return Facts(
        links=Links(tuple(imports), frozenset(symbols), True),
        unparsed=problem,
        symbols=tuple(symbols.values()),
        lines=lines,
        tests=len(_TESTS.findall(data)),
    )


def _places(bare: str) -> Iterator[tuple[re.Match[str], int]]:
    """Where imports and definitions begin, with their lines. Inside brackets nothing does, except where a line at
    column 0 starts with a word that no bracket can hold: there the bracket was never closed."""
    at, depth, line, counted = 0, 0, 0, 0
    for place in _PLACES.finditer(bare):
        start = place.start() + 1
        for opening, closing in _BRACKETS:
            depth += bare.count(opening, at, start) - bare.count(closing, at, start)
        at = start
        fresh = bare[start - 1] == "\n" and not place["variable"] and bare[start] not in _INDENTS
        depth = 0 if fresh else max(0, depth)
        if depth == 0:
            first = place.start("import") if place["import"] else start
            line += bare.count("\n", counted, first) + bare.count(JOINED, counted, first)
            counted = first
            yield place, line


def _definition(place: re.Match[str], line: int) -> Symbol:
    if place["variable"]:
        return Symbol(place["variable"], "variable", line, "", (), ())
    if place["word"] == "class":
        return Symbol(place["defined"], "class", line, "", (), ())
    return Symbol(place["defined"], "async-function" if place["async"] else "function", line, "", (), ())


def _imports(words: list[str], line: int) -> Iterator[Import]:
    if words[:1] == ["import"]:
        for part in _split(words[1:]):
            module, alias = _aliased(part)
            if module:
                yield _found(module, 0, None, alias, line)
    elif words[:1] == ["from"] and "import" in words:
        middle = words.index("import")
        level = sum(len(word) for word in words[1:2] if set(word) == {"."})
        origin = "".join(words[2 if level else 1 : middle])
        taken = [word for word in words[middle + 1 :] if word not in {"(", ")"}]
        names = tuple(pair for pair in map(_aliased, _split(taken)) if pair[0])
        if names and (level or origin) and _is_dotted(origin or "x"):
            yield _found(origin, level, names, "", line)


def _found(module: str, level: int, names: tuple[tuple[str, str], ...] | None, alias: str, line: int) -> Import:
    return Import(module, level, names, alias, line, "runtime", False, False)


def _split(words: list[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for word in words:
        if word == ",":
            yield part
            part = []
        else:
            part.append(word)
    yield part


def _aliased(part: list[str]) -> tuple[str, str]:
    """The dotted name and the alias of `a.b as c`; an empty name when the words are no such thing."""
    words, alias = (part[:-2], part[-1]) if len(part) > 2 and part[-2] == "as" else (part, "")
    name = "".join(words)
    return (name, alias) if name == "*" or _is_dotted(name) else ("", "")


def _is_dotted(name: str) -> bool:
    return all(part.isidentifier() for part in name.split("."))
