"""A Markdown document as the blocks in which audits state findings: headings, items, rows of tables, paragraphs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a level from 1 to 6."""

    level: int
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list, with the texts of what stands below it."""

    text: str
    more: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, with the head of its table."""

    head: tuple[str, ...]
    cells: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str
    line: int


Block = Heading | Item | Row | Text


def blocks(markdown: str) -> Iterator[Block]:
    """The blocks in their order; lines count from 1. What is fenced, quoted or HTML states no finding."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    at = 0
    while at < len(tokens):
        token, end = tokens[at], _end(tokens, at)
        if token.type == "heading_open":
            yield Heading(int(token.tag[1:]), tokens[at + 1].content, _line(token))
        elif token.type == "paragraph_open":
            yield Text(tokens[at + 1].content, _line(token))
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            yield from _items(tokens[at + 1 : end])
        elif token.type == "table_open":
            yield from _rows(tokens[at:end])
        at = end + 1


def _items(tokens: Sequence[Token]) -> Iterator[Item]:
    at = 0
    while at < len(tokens):
        end = _end(tokens, at)
        texts = [token.content for token in tokens[at:end] if token.type == "inline"]
        if texts:
            yield Item(texts[0], tuple(texts[1:]), _line(tokens[at]))
        at = end + 1


def _rows(tokens: Sequence[Token]) -> Iterator[Row]:
    head: tuple[str, ...] = ()
    cells: list[str] = []
    line = 0
    for token in tokens:
        if token.type == "tr_open":
            cells, line = [], _line(token)
        elif token.type == "inline":
            cells.append(token.content)
        elif token.type == "tr_close":
            if head:
                yield Row(head, tuple(cells), line)
            head = head or tuple(cells)


def _end(tokens: Sequence[Token], at: int) -> int:
    """The token that closes this one; itself where it opens nothing."""
    if tokens[at].nesting != 1:
        return at
    depth = 0
    for further in range(at, len(tokens)):
        depth += tokens[further].nesting
        if not depth:
            return further
    return len(tokens) - 1


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 0
