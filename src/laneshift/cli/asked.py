"""What a `laneshift move` is asked to do, and the plainest way to ask it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from laneshift.repo.plain_records import NamedTuple


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


def with_switches(switches: Collection[str], src: str, dst: str) -> Asked:
    """What these switches ask for."""
    return Asked(
        src,
        dst,
        dry_run="--dry-run" in switches,
        explain="--explain" in switches,
        prove="--prove" in switches,
        shim="--shim" in switches,
        as_json="--json" in switches,
        verbose=any(word in switches for word in ("-v", "--verbose")),
    )
