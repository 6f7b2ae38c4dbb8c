"""The form of a T4 commit message, line by line: what its lines say, and where they break the form. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from laneshift.errors import Fault

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

HEADER = re.compile(r"(?P<type>[a-z]+)\((?P<scope>[^()\s]+)\): (?P<subject>\S.*)\Z")
_TRAILER = re.compile(r"(?P<key>[A-Za-z0-9][A-Za-z0-9-]*): (?P<value>\S.*)\Z")


@dataclass(slots=True)
class Reading:
    """What the lines of a message say, and where its form is broken. Numbers of lines start at 1."""

    first_line: str
    sections: dict[str, list[str]] = field(default_factory=dict)
    headings: dict[str, int] = field(default_factory=dict)
    trailers: list[tuple[str, str]] = field(default_factory=list)
    trailer_lines: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def complain(self, code: str, line: int, what: str) -> None:
        """Note a fault of the form."""
        self.faults.append(fault(code, line, what))


def fault(code: str, line: int, what: str, cure: str = "") -> Fault:
    """A fault of a message at one of its lines."""
    return Fault(f"message.{code}", f"message:{line}", what, cure)


def read(text: str) -> Reading:
    """Take a message apart; faults are in the order of the lines, those of what is missing last."""
    lines = [line.removesuffix("\r") for line in text.rstrip("\n").split("\n")]
    found = Reading(lines[0])
    if len(lines) > 1 and lines[1]:
        found.complain("no-blank-line", 2, "the second line is not empty")
    current = ""
    for number, line in enumerate(lines[1:], start=2):
        current = _read_line(found, number, line, current)
    for heading in SECTIONS:
        if heading not in found.sections:
            found.complain("section-missing", 1, f"no `{heading}:` section")
        elif not found.sections[heading]:
            found.complain("section-empty", found.headings[heading], f"`{heading}:` has no bullet")
    if [name for name in found.sections if name in SECTIONS] != [name for name in SECTIONS if name in found.sections]:
        found.complain("section-order", 1, f"the sections are not in the order {', '.join(SECTIONS)}")
    return found


def _read_line(found: Reading, number: int, line: str, current: str) -> str:
    """Take one line in; the answer is the section that the next line belongs to, empty after a blank line."""
    heading = line.removesuffix(":")
    if not line:
        return ""
    if heading != line and heading in SECTIONS:
        _open_section(found, number, heading)
        return heading
    if current and line.startswith("- ") and line[2:].strip():
        found.sections[current].append(line[2:])
    elif current and line.startswith("  ") and line.strip() and found.sections[current]:
        found.sections[current][-1] += f" {line.strip()}"
    elif current:
        found.complain("not-a-bullet", number, f"a line of `{current}:` is no bullet (`- ` and text)")
    else:
        _read_trailer(found, number, line)
    return current


def _open_section(found: Reading, number: int, heading: str) -> None:
    if heading in found.sections:
        found.complain("section-twice", number, f"a second `{heading}:` section")
    if found.trailers:
        found.complain("section-order", number, f"`{heading}:` stands below the trailers")
    found.sections.setdefault(heading, [])
    found.headings.setdefault(heading, number)


def _read_trailer(found: Reading, number: int, line: str) -> None:
    trailer = _TRAILER.match(line)
    if trailer is None:
        found.complain("stray-line", number, "a line that is no section, bullet or trailer (`Key: value`)")
        return
    if found.trailer_lines and found.trailer_lines[-1] != number - 1:
        # git reads the last paragraph alone, so what stands above a blank line would be no trailer to it.
        found.complain("trailers-apart", number, "the trailers are not one paragraph")
    found.trailers.append((trailer["key"], trailer["value"]))
    found.trailer_lines.append(number)


def is_shown(character: str) -> bool:
    """Whether a character can be seen, or is a blank."""
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def all_shown(text: str) -> bool:
    """Whether every character of a text can be seen, or is a blank."""
    return text.isprintable() or all(map(is_shown, text))  # what is printable is less than what is shown
