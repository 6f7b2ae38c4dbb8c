"""What git says after a push, as facts. It is a hint for a person: whether a push happened, the remote alone tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_SHOWN = 1200


@dataclass(frozen=True, slots=True)
class Pushed:
    """The end of one push. `refused` has a reason for each ref that was clearly refused, by its full name.

    Empty `refused` and not `ok`: nobody knows what the remote did. `said` is what git and the remote wrote.
    """

    ok: bool
    refused: Mapping[str, str] = field(default_factory=dict)
    said: str = ""


def parse(code: int, report: str, said: str) -> Pushed:
    """Read the standard output and standard error of `git push --porcelain`."""
    refused = {}
    for line in report.splitlines():
        flag, _, rest = line.partition("\t")
        refs, _, summary = rest.partition("\t")
        # Any other failure, such as "[remote failure]", leaves open what became of the ref.
        if flag == "!" and summary.startswith(("[rejected]", "[remote rejected]")):
            refused[refs.partition(":")[2]] = readable(summary.partition("] ")[2].strip("()"))
    return Pushed(code == 0 and not refused, refused, readable(said))


def readable(text: str) -> str:
    """The end of `text` without anything that a terminal would obey; one line break stays one."""
    lines = ("".join(c if c.isprintable() else " " for c in line).rstrip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)[-_SHOWN:]
