"""Commit messages in the T4 form: one place that writes them, reads them and checks them.

`type(scope): imperative subject`, then Problem, Solution and Impact as bullet lists, then trailers. A `Message` is
canonical from the moment it exists: every text in it is one visible line, so that no value can forge a trailer or a
section, and `parse(message.render()) == message`.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from laneshift.errors import Fault, Refused

TYPES = (
    "feat",
    "fix",
    "docs",
    "style",
    "refactor",
    "perf",
    "test",
    "build",
    "ci",
    "chore",
    "revert",
    "security",
)
SECTIONS = ("Problem", "Solution", "Impact")
FIRST_LINE = 72
"""Characters that the first line may have."""

_WIDTH = 80
_MAX_SCOPE = 40
_LONGEST_SUBJECT = 1000
_DIGEST_TRAILERS = frozenset({"laneshift-intent", "laneshift-evidence"})
_HEADER = re.compile(r"(?P<type>[a-z]+)\((?P<scope>[^()\s]+)\): (?P<subject>\S.*)\Z")
_TRAILER = re.compile(r"(?P<key>[A-Za-z0-9][A-Za-z0-9-]*): (?P<value>\S.*)\Z")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}\Z")
_PERSON = re.compile(r"[^<>]+ <[^<>\s]+@[^<>\s]+>\Z")
_CUT = "…"
_WORD = re.compile(r"[a-z]+")
_VERBS = frozenset(
    _WORD.findall(
        "add allow apply avoid bump change check clean convert correct create delete disable document drop enable "
        "ensure export extract fix handle implement improve include integrate introduce land lift make merge migrate "
        "move prevent promote refactor remove rename replace restore return revert rewrite run simplify split start "
        "stop support test turn update upgrade use write"
    )
)
_IRREGULAR = frozenset(_WORD.findall("made ran wrote written rewrote rewritten"))


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
    read = _read(text)
    header = _HEADER.match(read.first_line)
    if read.faults or header is None:
        faults = read.faults or [Fault("message.first-line", "message:1", "not `type(scope): subject`")]
        raise Refused("message.malformed", "this is no T4 message", where="message", faults=faults)
    problem, solution, impact = (tuple(read.sections[name]) for name in SECTIONS)
    return Message(header["type"], header["scope"], header["subject"], problem, solution, impact, tuple(read.trailers))


def check(text: str, scopes: Collection[str]) -> list[Fault]:
    """Everything that is wrong with a commit message; empty when nothing is.

    `scopes` are the lanes and the scopes of the configuration. Give the text as git stores it, without comment lines.
    """
    read = _read(text)
    return [*_character_faults(text), *_header_faults(read.first_line, scopes), *read.faults, *_value_faults(read)]


@dataclass(slots=True)
class _Reading:
    """What the lines of a message say, and where its form is broken."""

    first_line: str
    sections: dict[str, list[str]] = field(default_factory=dict)
    trailers: list[tuple[str, str]] = field(default_factory=list)
    trailer_lines: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def complain(self, code: str, line: int, what: str) -> None:
        self.faults.append(Fault(f"message.{code}", f"message:{line}", what))


def _read(text: str) -> _Reading:
    lines = [line.removesuffix("\r") for line in text.rstrip("\n").split("\n")]
    read = _Reading(lines[0])
    if len(lines) > 1 and lines[1]:
        read.complain("no-blank-line", 2, "the second line is not empty")
    current = ""
    for number, line in enumerate(lines[1:], start=2):
        current = _read_line(read, number, line, current)
    for heading in SECTIONS:
        if heading not in read.sections:
            read.complain("section-missing", 1, f"no `{heading}:` section")
        elif not read.sections[heading]:
            read.complain("section-empty", 1, f"`{heading}:` has no bullet")
    if [name for name in read.sections if name in SECTIONS] != [name for name in SECTIONS if name in read.sections]:
        read.complain("section-order", 1, f"the sections are not in the order {', '.join(SECTIONS)}")
    return read


def _read_line(read: _Reading, number: int, line: str, current: str) -> str:
    """Take one line in; the answer is the section that the next line belongs to, empty after a blank line."""
    heading = line.removesuffix(":")
    trailer = _TRAILER.match(line)
    if not line:
        return ""
    if heading != line and heading in SECTIONS:
        if heading in read.sections:
            read.complain("section-twice", number, f"a second `{heading}:` section")
        if read.trailers:
            read.complain("section-order", number, f"`{heading}:` stands below the trailers")
        read.sections.setdefault(heading, [])
        return heading
    if current and line.startswith("- ") and line[2:].strip():
        read.sections[current].append(line[2:])
    elif current and line.startswith("  ") and line.strip() and read.sections[current]:
        read.sections[current][-1] += f" {line.strip()}"
    elif current:
        read.complain("not-a-bullet", number, f"a line of `{current}:` is no bullet (`- ` and text)")
    elif trailer:
        read.trailers.append((trailer["key"], trailer["value"]))
        read.trailer_lines.append(number)
    else:
        read.complain("stray-line", number, "a line that is no section, bullet or trailer (`Key: value`)")
    return current


def _character_faults(text: str) -> Iterator[Fault]:
    for number, line in enumerate(text.split("\n"), start=1):
        if any(character != "\t" and not _is_shown(character) for character in line.removesuffix("\r")):
            yield Fault("message.hidden-character", f"message:{number}", "the line has characters that cannot be seen")


def _header_faults(line: str, scopes: Collection[str]) -> Iterator[Fault]:
    where = "message:1"
    if len(line) > FIRST_LINE:
        yield Fault("message.too-long", where, f"the first line has {len(line)} characters, {FIRST_LINE} is the limit")
    header = _HEADER.match(line)
    if header is None:
        yield Fault("message.first-line", where, "not `type(scope): subject`")
        return
    if header["type"] not in TYPES:
        yield Fault("message.type", where, f"type {header['type']!r} is unknown", f"one of {', '.join(TYPES)}")
    if header["scope"] not in scopes:
        cure = f"one of {', '.join(sorted(scopes)[:30])}"
        yield Fault("message.scope", where, f"scope {header['scope']!r} is unknown", cure)
    subject = header["subject"]
    if subject.rstrip().endswith("."):
        yield Fault("message.full-stop", where, "the subject ends with a full stop")
    if subject.split()[0].lower().rstrip(",:;") in _NOT_IMPERATIVE:
        cure = "say what the commit does: `add`, `move`, `fix`"
        yield Fault("message.not-imperative", where, f"{subject.split()[0]!r} is not imperative", cure)


def _value_faults(read: _Reading) -> Iterator[Fault]:
    for number, (key, value) in zip(read.trailer_lines, read.trailers, strict=True):
        if key.lower() in _DIGEST_TRAILERS and not _DIGEST.match(value):
            yield Fault("message.trailer-digest", f"message:{number}", f"{key} is not `sha256:` and 64 digits")
        if key.lower() == "co-authored-by" and not _PERSON.match(value):
            yield Fault("message.trailer-person", f"message:{number}", f"{key} is not `Name <address>`")


def _forms(verb: str) -> Iterator[str]:
    """The forms of a verb that say what was or is being done."""
    stem = verb[:-1] if verb.endswith("e") else verb
    ied = verb[:-1] + "i" if verb.endswith("y") else ""
    yield from (f"{verb}s", f"{verb}es", f"{stem}ed", f"{stem}ing", f"{stem}{stem[-1]}ed", f"{stem}{stem[-1]}ing")
    if ied:
        yield from (f"{ied}es", f"{ied}ed")


_NOT_IMPERATIVE = (frozenset(form for verb in _VERBS for form in _forms(verb)) | _IRREGULAR) - frozenset(_VERBS)


def _one_line(text: str) -> str:
    """`text` as one line of visible characters with single spaces."""
    return " ".join("".join(character if _is_shown(character) else " " for character in text).split())


def _is_shown(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


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
