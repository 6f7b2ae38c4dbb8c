"""What a move costs as the repository grows while the files that mention the module stay the same."""

from __future__ import annotations

from pathlib import Path

from bench import contestants
from bench.chart import chart
from bench.contestants import Case
from bench.measure import Summary, interleave
from bench.section import Claim, Section
from corpus.grown import grown
from corpus.project import run

_NAMES = ("no index", "warm index", "floor")
SIZES = (1_000, 3_000, 9_000, 27_000)
_MOVES = {
    "few": ("pygments/unistring.py", "pygments/styles/unistring.py"),
    "many": ("pygments/lexer.py", "pygments/styles/lexer.py"),
}


def growth(cache: Path, rounds: int) -> Section:
    """Two modules of Pygments, one rarely and one often mentioned, in 1,000 to 27,000 Python files."""
    rows: list[Summary] = []
    lines: dict[str, list[tuple[float, float]]] = {}
    table = [["Python files", "module", "files that mention it", *(f"{name}: wall, processor" for name in _NAMES)]]
    for size in SIZES:
        repository = grown(size, cache=cache)
        for kind, (src, dst) in _MOVES.items():
            case = Case(f"grown-{kind}", repository, src, dst)
            scratch = cache / "bench"
            found = interleave(
                [
                    contestants.ours(case, scratch, warm=False),
                    contestants.ours(case, scratch, warm=True),
                    contestants.floor(case),
                ],
                rounds,
            )
            mentioned = mentions(repository, case.old.rpartition(".")[2])
            rows += [Summary(f"{size} files, {kind} mentions: {each.name}", each.samples) for each in found]
            table.append([f"{size:,}", src, str(mentioned), *(f"{one.seconds:.2f}, {one.cpu:.2f} s" for one in found)])
            for each, name in zip(found, _NAMES, strict=True):
                lines.setdefault(f"{name}, {kind} mentions", []).append((size, each.cpu))
    drawn = chart("One move in a growing repository", "Python files", "seconds of processor time", lines)
    notes = ["The chart and the goal are about processor time, all processes together: other work disturbs it least."]
    return Section("growth", "Growth", rows, [_follows(lines)], notes, drawn, table)


def mentions(repository: Path, word: str) -> int:
    """How many files hold the word."""
    return len(run(repository, "grep", "--files-with-matches", "--fixed-strings", word).splitlines())


def _follows(lines: dict[str, list[tuple[float, float]]]) -> Claim:
    """Twenty-seven times as many files must cost far less than twenty-seven times as much with an index."""
    times = [line[-1][1] / line[0][1] for name, line in lines.items() if name.startswith("warm")]
    factor = SIZES[-1] / SIZES[0]
    return Claim(
        f"warm, {factor:.0f} times as many files",
        f"far less than {factor:.0f} times the time",
        " and ".join(f"{each:.1f}" for each in times) + " times the time",
        max(times) < factor / 3,
    )
