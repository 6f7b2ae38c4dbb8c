"""Facts of a file that this Python cannot parse, read token by token without a grammar.

Strings and comments are set aside, lines are joined inside brackets and after a backslash, and statements are split at
line ends and semicolons. What is plainly an import or a definition is taken; the rest is left alone, and the result
says that there may be more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from laneshift.code.facts.records import Facts, Import, Links, Problem, Symbol

_TOKEN = re.compile(
    r"(?P<skip>[ \t\f]+|\\\n|\#[^\n]*)"
    r"|(?P<opener>[A-Za-z]{0,2}(?P<quote>\"{3}|'{3}|\"|'))"
    r"|(?P<line>\n)|(?P<name>[^\W\d]\w*)|(?P<dots>\.+)|(?P<other>.)",
    re.DOTALL,
)
_END = {
    '"""': re.compile(r'(?:[^"\\]|\\.|"(?!""))*+"""', re.DOTALL),
    "'''": re.compile(r"(?:[^'\\]|\\.|'(?!''))*+'''", re.DOTALL),
    '"': re.compile(r'(?:[^"\\\n]|\\.)*+"', re.DOTALL),
    "'": re.compile(r"(?:[^'\\\n]|\\.)*+'", re.DOTALL),
}
_RESTART = re.compile(r"(?:import|from|def|class)\b")
_OPENING, _CLOSING = "([{", ")]}"
_TESTS = re.compile(rb"(?m)^\s*(?:async\s+)?def test|^def test")


class _Token(NamedTuple):
    text: str
    line: int
    column: int


def scan(data: bytes, problem: Problem, lines: int) -> Facts:
    """The facts that can be had without a grammar. Accepts any bytes."""
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    imports: list[Import] = []
    symbols: list[Symbol] = []
    for statement in _statements(text):
        imports.extend(_imports(statement))
        symbols.extend(_definition(statement))
    bound = {symbol.name for symbol in symbols}
    return Facts(
        links=Links(tuple(imports), frozenset(bound), True),
        problem=problem,
        symbols=tuple({symbol.name: symbol for symbol in reversed(symbols)}.values())[::-1],
        lines=lines,
        tests=len(_TESTS.findall(data)),
    )


def _statements(text: str) -> Iterator[list[_Token]]:
    """Logical lines as token lists; a colon outside brackets ends one too, for `try: import x`."""
    statement: list[_Token] = []
    depth = 0
    for kind, token in _tokens(text):
        if kind == "other":
            depth = max(0, depth + (token.text in _OPENING) - (token.text in _CLOSING))
        elif kind == "restart":
            depth = 0
        if depth == 0 and (kind in {"line", "restart"} or token.text in {";", ":"}):
            yield statement
            statement = []
        elif kind in {"name", "dots", "other", "string"}:
            statement.append(token)
    yield statement


def _tokens(text: str) -> Iterator[tuple[str, _Token]]:
    """Kinds and tokens, strings as `""`. A line end before a column-0 `import` or `def` is a `restart`: whatever
    bracket is open there was never closed. A quote without an end is tried once, so that the pass stays linear."""
    at, line, start = 0, 1, 0
    unclosed: dict[str, int] = {}
    while (match := _TOKEN.match(text, at)) is not None:
        kind, shown, end = str(match.lastgroup), match.group(), match.end()
        if kind == "opener":
            quote = match["quote"]
            closing = None if at < unclosed.get(quote, 0) else _END[quote].match(text, end)
            if closing is None:
                after = text.find("\n", at) if len(quote) == 1 else -1
                unclosed[quote] = len(text) if after < 0 else after
                kind = "other"
            else:
                kind, shown, end = "string", '""', closing.end()
        elif kind == "line" and _RESTART.match(text, end):
            kind = "restart"
        yield kind, _Token(shown, line, at - start)
        breaks = text.count("\n", at, end)
        if breaks:
            line += breaks
            start = text.rindex("\n", at, end) + 1
        at = end


def _imports(statement: list[_Token]) -> Iterator[Import]:
    words = [token.text for token in statement]
    if words[:1] == ["import"]:
        for part in _split(words[1:]):
            module, alias = _aliased(part)
            if module:
                yield _found(module, 0, None, alias, statement[0])
    elif words[:1] == ["from"] and "import" in words:
        middle = words.index("import")
        level = sum(len(word) for word in words[1:2] if set(word) == {"."})
        origin = "".join(words[2 if level else 1 : middle])
        taken = [word for word in words[middle + 1 :] if word not in {"(", ")"}]
        names = tuple(pair for pair in map(_aliased, _split(taken)) if pair[0])
        if names and (level or origin) and _is_dotted(origin or "x"):
            yield _found(origin, level, names, "", statement[0])


def _found(module: str, level: int, names: tuple[tuple[str, str], ...] | None, alias: str, at: _Token) -> Import:
    return Import(module, level, names, alias, at.line, "runtime", False, False)


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


def _definition(statement: list[_Token]) -> Iterator[Symbol]:
    if not statement or statement[0].column:
        return
    words = [token.text for token in statement]
    line = statement[0].line
    if words[:2] == ["async", "def"] and len(words) > 2:
        yield Symbol(words[2], "async-function", line, "", (), ())
    elif words[0] in {"def", "class"} and len(words) > 1 and words[1].isidentifier():
        yield Symbol(words[1], "class" if words[0] == "class" else "function", line, "", (), ())
    elif len(words) > 2 and words[0].isidentifier() and words[1] == "=" and words[2] != "=":
        yield Symbol(words[0], "variable", line, "", (), ())
