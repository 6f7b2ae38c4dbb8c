"""One module and two packages of Django, moved by everyone in turn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bench import contestants
from bench.contestants import Case
from bench.measure import Summary, interleave
from bench.place import passing_folder
from bench.section import Claim, Section, at_least, at_most
from corpus.environment import PEERS, environment
from corpus.project import project
from corpus.sdist import DJANGO

ROPE_ROUNDS = 1
"""How often rope runs unless somebody has the time for more: it takes about a minute each time."""

_WHY_CONTRIB = (
    "Issue 3 tells of a package that takes rope 1.9 times and ast-grep 2.1 times as long as the module. Of Django's "
    "packages this one comes nearest (1.7 and 1.8 times the processor); 2,799 files move, most of them translations."
)


def module(cache: Path, rounds: int, rope_rounds: int = ROPE_ROUNDS) -> Section:
    """`django/utils/functional.py` to `django/core`. Rope runs `rope_rounds` times, and no more than `rounds`."""
    return _section("module", "django/utils/functional.py", "django/core/functional.py", cache, rounds, rope_rounds)


def package(cache: Path, rounds: int, rope_rounds: int = ROPE_ROUNDS) -> Section:
    """`django/utils/translation` to `django/core`. Rope runs as for `module`."""
    return _section("package", "django/utils/translation", "django/core/translation", cache, rounds, rope_rounds)


def contrib(cache: Path, rounds: int, rope_rounds: int = ROPE_ROUNDS) -> Section:
    """`django/contrib` to `django/core`: of Django's packages the one that takes rope and ast-grep most nearly twice as
    long as the module does. Rope runs as for `module`."""
    found = _section("contrib", "django/contrib", "django/core/contrib", cache, rounds, rope_rounds)
    return replace(found, notes=[*found.notes, _WHY_CONTRIB])


def _section(name: str, src: str, dst: str, cache: Path, rounds: int, rope_rounds: int) -> Section:
    case = Case(f"django-{name}", project(DJANGO, cache), src, dst)
    peers = environment("peers", PEERS, cache)
    with passing_folder(cache) as scratch:
        rows = interleave(
            [
                contestants.ours(case, scratch, warm=False),
                contestants.ours(case, scratch, warm=True),
                contestants.ast_grep(case, scratch, peers),
                contestants.floor(case),
                contestants.rope(case, scratch, peers / "python", rope_rounds),
            ],
            rounds,
        )
    notes = [
        f"rope ran {len(rows[-1].samples)} time(s), at about a minute each; the others {rounds} times, in turn.",
        "ast-grep rewrites import statements alone: no strings, no attribute chains, no other files.",
        "The floor lists the tree, reads every blob and parses the Python files that mention the name.",
        "Working copies lie in memory where the system has such a place: rounds that are taken back slow down a disk.",
    ]
    return Section(name, f"Django 5.2: `{src}` to `{dst}`", rows, claims(rows), notes)


def claims(rows: list[Summary]) -> list[Claim]:
    """The goals for a single move."""
    cold, warm, grep, floor, rope = rows
    return [
        at_most("cold against ast-grep behind ripgrep", cold.seconds / grep.seconds, 1.5, "times"),
        at_least("cold against rope", rope.seconds / cold.seconds, 45, "times faster"),
        at_most("warm against ast-grep behind ripgrep", warm.seconds / grep.seconds, 1, "times"),
        at_least("warm against rope", rope.seconds / warm.seconds, 150, "times faster"),
        at_most("warm against the floor", warm.seconds / floor.seconds, 2, "times"),
        at_most("peak memory", max(cold.megabytes, warm.megabytes), 200, "MB"),
    ]
