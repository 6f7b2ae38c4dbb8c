"""Commit messages in the T4 form: one place that writes them, reads them and checks them.

`type(scope): imperative subject`, then Problem, Solution and Impact as bullet lists, then trailers. A `Message` is
canonical from the moment it exists: every text in it is one visible line, so that no value can forge a trailer or a
section, and `parse(message.render()) == message`.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from laneshift.errors import Fault, Refused
from laneshift.repo.message_check import check
from laneshift.repo.message_form import FIRST_LINE, HEADER, SECTIONS, TYPES, all_shown, is_shown, read

__all__ = ["FIRST_LINE", "SECTIONS", "TYPES", "Message", "check", "parse"]

_WIDTH = 80
_MAX_SCOPE = 40
_LONGEST_SUBJECT = 1000
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Message:
    """A commit message. Bullets and values are texts of one line; `trailers` are pairs in the order they are written.

    The subject is shortened until the first line has at most 72 characters; long dotted names lose their head.
    """

    type: str
    scope: str
    subject: str
    problem: tuple[str, ...]
    solution: tuple[str, ...]
    impact: tuple[str, ...]
    trailers: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Make every field canonical."""
        kind = re.sub(r"[^a-z]", "", self.type.lower())
        scope = re.sub(r"[^\w./+-]", "-", self.scope)[:_MAX_SCOPE]
        room = FIRST_LINE - len(f"{kind}({scope}): ")
        values = {
            "type": kind,
            "scope": scope,
            "subject": _shorten(_one_line(self.subject).rstrip(". "), room),
            "problem": _bullets(self.problem),
            "solution": _bullets(self.solution),
            "impact": _bullets(self.impact),
            "trailers": tuple(_trailers(self.trailers)),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def first_line(self) -> str:
        """Type, scope and subject."""
        return f"{self.type}({self.scope}): {self.subject}"

    def render(self) -> str:
        """The whole text, with one line feed at its end. Equal messages give equal bytes."""
        parts = [self.first_line]
        for heading, bullets in zip(SECTIONS, (self.problem, self.solution, self.impact), strict=True):
            parts.append("\n".join([f"{heading}:", *map(_wrap, bullets)]))
        if self.trailers:
            parts.append("\n".join(f"{key}: {value}" for key, value in self.trailers))
        return "\n\n".join(parts) + "\n"

    def trailer(self, key: str) -> str | None:
        """The first value of a trailer, or None. Case does not matter, as for git."""
        return next((value for name, value in self.trailers if name.lower() == key.lower()), None)


def parse(text: str) -> Message:
    """Read a T4 message back. Raises `Refused` (`message.malformed`) with every fault of its form."""
    found = read(text)
    header = HEADER.match(found.first_line)
    if found.faults or header is None:
        faults = found.faults or [Fault("message.first-line", "message:1", "not `type(scope): subject`")]
        raise Refused("message.malformed", "this is no T4 message", where="message", faults=faults)
    problem, solution, impact = (tuple(found.sections[name]) for name in SECTIONS)
    return Message(header["type"], header["scope"], header["subject"], problem, solution, impact, tuple(found.trailers))


def _one_line(text: str) -> str:
    """`text` as one line of visible characters with single spaces."""
    visible = text if all_shown(text) else "".join(each if is_shown(each) else " " for each in text)
    return " ".join(visible.split())


def _bullets(texts: Iterable[str]) -> tuple[str, ...]:
    """A leading colon goes: git would take `- : text` for a trailer called `-`."""
    cleaned = (_one_line(text).lstrip(": ") for text in texts)
    return tuple(text for text in cleaned if text)


def _trailers(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for key, value in pairs:
        name = re.sub(r"[^A-Za-z0-9-]", "-", key).strip("-")
        text = _one_line(value)
        if name and text:
            yield name, text


def _wrap(bullet: str) -> str:
    return textwrap.fill(
        bullet,
        _WIDTH,
        initial_indent="- ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )


def _shorten(subject: str, room: int) -> str:
    """Drop the heads of dotted names and paths, then of snake_case names, the longest first; at last the middle."""
    words = _cut_middle(subject, _LONGEST_SUBJECT).split(" ")
    for separators in (r"[./]+(?!pyi?\Z)", r"(?:[./]+(?!pyi?\Z)|_+)"):
        while len(" ".join(words)) > room:
            shorter = {at: _without_head(word, separators) for at, word in enumerate(words)}
            cuttable = [at for at, word in shorter.items() if len(word) < len(words[at])]
            if not cuttable:
                break
            longest = max(cuttable, key=lambda at: len(words[at]))
            words[longest] = shorter[longest]
    return _cut_middle(" ".join(words), room)


def _cut_middle(text: str, room: int) -> str:
    if len(text) <= room:
        return text
    tail = (room - 1) * 2 // 3
    return f"{text[: room - 1 - tail].rstrip()}{_CUT}{text[len(text) - tail :].lstrip()}"


def _without_head(word: str, separators: str) -> str:
    """`word` without its first component, with a mark in its place; `word` itself when it has only one."""
    head, *rest = re.split(separators, word.removeprefix(_CUT), maxsplit=1)
    return f"{_CUT}{rest[0]}" if head and rest and rest[0] else word
