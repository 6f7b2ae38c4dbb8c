"""What one Python file says, as plain records: imports, names, signatures, effects at import, errors.

Facts depend on the bytes of the blob and on nothing else, neither its path nor its neighbours, so they are kept by
blob id. An encoded record is two lines of JSON: the links (what the import graph needs) and the outline (the rest),
so that a reader of one does not pay for the other.
"""

from __future__ import annotations

from typing import Any, Literal

from laneshift.code.links import Import, Links
from laneshift.repo.plain_records import NamedTuple

SymbolKind = Literal["function", "async-function", "class", "variable"]
ParameterKind = Literal["positional-only", "positional-or-keyword", "var-positional", "keyword-only", "var-keyword"]


class Parameter(NamedTuple):
    """One parameter of a signature."""

    name: str
    kind: ParameterKind
    has_default: bool


class Symbol(NamedTuple):
    """A name defined at the top of a module, or a member of such a class.

    `signature` is the parameter list in Python's notation with every default as `=...`, empty for what is not a
    function: equal signatures accept the same calls. `bases` and `members` (public methods and `__dunder__` ones) are
    for classes only.
    """

    name: str
    kind: SymbolKind
    line: int
    signature: str
    bases: tuple[str, ...]
    members: tuple[Symbol, ...]

    @property
    def is_public(self) -> bool:
        """Whether the name has no leading underscore."""
        return not self.name.startswith("_")

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The signature, parsed; empty for what is not a function."""
        return _parameters(self.signature)


class Effect(NamedTuple):
    """Something that happens when the module is imported: its line, its kind and the name that is called, if any."""

    line: int
    kind: Literal["call", "loop", "io", "with", "delete", "assert", "raise"]
    name: str


class Problem(NamedTuple):
    """Why this Python cannot run the file: the stage that refuses it, the line (0 when unknown) and the reason."""

    stage: Literal["parse", "compile"]
    line: int
    reason: str


class Facts(NamedTuple):
    """Everything that is kept about one Python file.

    With `unparsed` the file was read by a line scanner: imports and names are those that are plainly there, and
    signatures, members and effects are missing. Whether a file that parses also compiles is not among the facts:
    `refusal` and `Index.refusal` find that out. `lines` counts lines with code on them; `classes` and
    `functions` count definitions at every depth; `tests` counts test functions and test methods.
    """

    links: Links = Links()
    unparsed: Problem | None = None
    symbols: tuple[Symbol, ...] = ()
    exports: tuple[str, ...] | None = None
    effects: tuple[Effect, ...] = ()
    docstring: str | None = None
    lines: int = 0
    classes: int = 0
    functions: int = 0
    tests: int = 0

    @property
    def parses(self) -> bool:
        """Whether this Python can parse the file; it may still refuse to compile it."""
        return self.unparsed is None

    @property
    def imports(self) -> tuple[Import, ...]:
        """The imports of the file, in the order of their lines."""
        return self.links.imports

    @property
    def is_test(self) -> bool:
        """Whether the file holds tests of its own."""
        return self.tests > 0

    @property
    def public(self) -> tuple[Symbol, ...]:
        """The symbols that others may use: those in `__all__` where there is one, else those without an underscore."""
        if self.exports is None:
            return tuple(symbol for symbol in self.symbols if symbol.is_public)
        return tuple(symbol for symbol in self.symbols if symbol.name in self.exports)


def encode(facts: Facts) -> bytes:
    """The facts as two lines of ASCII JSON."""
    links = [facts.links.imports, sorted(facts.links.bound), int(facts.links.is_open)]
    outline = [
        facts.unparsed,
        facts.symbols,
        facts.exports,
        facts.effects,
        facts.docstring,
        facts.lines,
        facts.classes,
        facts.functions,
        facts.tests,
    ]
    return _dump(links) + b"\n" + _dump(outline)


def decode_links(record: bytes) -> Links:
    """The links of an encoded record; the outline is not looked at."""
    return _links(_load(record[: record.index(b"\n")]))


def decode_parses(record: bytes) -> bool:
    """What `Facts.parses` of an encoded record is; the rest is not looked at."""
    return record.startswith(b"[null,", record.index(b"\n") + 1)


def decode(record: bytes) -> Facts:
    """The facts of an encoded record: the inverse of `encode`."""
    first, _, second = record.partition(b"\n")
    unparsed, symbols, exports, effects, docstring, *counts = _load(second)
    return Facts(
        _links(_load(first)),
        None if unparsed is None else Problem(*unparsed),
        tuple(_symbol(row) for row in symbols),
        None if exports is None else tuple(exports),
        tuple(Effect(*row) for row in effects),
        docstring,
        *counts,
    )


def _load(text: bytes) -> Any:
    import json  # noqa: PLC0415 - who reads imports by words needs none, and it takes as long

    return json.loads(text)


def _dump(value: object) -> bytes:
    import json  # noqa: PLC0415 - as above

    return json.dumps(value, separators=(",", ":")).encode("ascii")


def _links(rows: Any) -> Links:
    imports, bound, is_open = rows
    for row in imports:
        if row[2] is not None:
            row[2] = tuple((name, alias) for name, alias in row[2])
    return Links(tuple(Import._make(row) for row in imports), frozenset(bound), bool(is_open))


def _symbol(row: Any) -> Symbol:
    name, kind, line, signature, bases, members = row
    return Symbol(name, kind, line, signature, tuple(bases), tuple(_symbol(member) for member in members))


def _parameters(signature: str) -> tuple[Parameter, ...]:
    found: list[Parameter] = []
    kind: ParameterKind = "positional-or-keyword"
    for part in signature.strip("()").split(", "):
        if part == "/":
            found = [before._replace(kind="positional-only") for before in found]
        elif part == "*":
            kind = "keyword-only"
        elif part.startswith("**"):
            found.append(Parameter(part[2:], "var-keyword", False))
        elif part.startswith("*"):
            found.append(Parameter(part[1:], "var-positional", False))
            kind = "keyword-only"
        elif part:
            name, default, _ = part.partition("=")
            found.append(Parameter(name, kind, bool(default)))
    return tuple(found)
