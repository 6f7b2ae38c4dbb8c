"""What a `laneshift move` is asked to do, and the plainest way to ask it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Asked(NamedTuple):
    """The arguments and options of the command, as given. `expires` is an ISO date, or empty."""

    src: str
    dst: str
    dry_run: bool = False
    explain: bool = False
    prove: bool = False
    shim: bool = False
    expires: str = ""
    directory: Path = Path()
    as_json: bool = False
    verbose: bool = False

    def again(self) -> str:
        """The words of a command that does what was asked, whether or not this one does it."""
        words = ["laneshift", "move", self.src, self.dst]
        words += (word for word, is_given in (("--prove", self.prove), ("--shim", self.shim)) if is_given)
        words += ["--expires", self.expires] if self.expires else []
        return " ".join(word if _PLAIN.issuperset(word) and word else _quoted(word) for word in words)


def _quoted(word: str) -> str:
    import shlex

    return shlex.quote(word)


_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./")
_SWITCHES = frozenset({"--dry-run", "--explain", "--prove", "--shim", "--json", "--verbose", "-v"})


def plainly_asked(words: Sequence[str]) -> Asked | None:
    """A move that is two paths and switches. None for anything else: the description of all commands judges that.

    Loading that description takes longer than a tenth of a move.
    """
    switches = {word for word in words[1:] if word.startswith("-")}
    paths = [word for word in words[1:] if not word.startswith("-")]
    if words[:1] != ["move"] or len(paths) != 2 or not switches <= _SWITCHES:
        return None
    return Asked(
        paths[0],
        paths[1],
        dry_run="--dry-run" in switches,
        explain="--explain" in switches,
        prove="--prove" in switches,
        shim="--shim" in switches,
        as_json="--json" in switches,
        verbose=not switches.isdisjoint({"-v", "--verbose"}),
    )
