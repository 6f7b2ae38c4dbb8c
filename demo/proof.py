"""What landed, looked at with git and pytest alone, in a clean clone."""

from __future__ import annotations

from demo import batch
from demo.outcomes import Comparison, Moved, compare
from demo.record import passed_in_landing
from demo.stage import PROJECT, Landed, Stage, Start
from demo.suite import run_below

_RECENT = 8


def history(stage: Stage, start: Start, landed: Landed) -> None:
    """A clone is sound, and the history of every moved file goes back to before the move."""
    moves = _moves(stage, landed)
    with stage.act("Look at what landed, in a clean clone"):
        stage.shell.show("git", "clone", "--quiet", "--no-local", ".", "../clone")
        clone = stage.clone
        stage.say("$ cd ../clone", "bold")
        clone.show("git", "log", "--oneline", f"--max-count={_RECENT}")
        stage.say(f"  … {len(landed.modules)} commits in all above the base, {start.commit[:9]}")
        checked = clone.show("git", "fsck", "--full", "--strict")
        stage.promises.equal("git fsck finds nothing wrong", checked.code, 0)
        shown = batch.read(stage.batch.read_text(encoding="utf-8"))[batch.FOLLOWED]
        clone.show("git", "log", "--oneline", "--follow", "--", shown.dst)
        lost = [path for path in _arrived(stage, moves) if start.commit not in _followed(stage, path)]
        claim = f"git log --follow reaches the base for each of {len(_arrived(stage, moves))} moved files"
        stage.promises.hold(claim, not lost, lost)
        gone = [move.src for move in moves if stage.clone.line("git", "ls-files", "--", move.src)]
        stage.promises.hold("nothing is left at the old paths", not gone, gone)
        _unnamed(stage, landed)


def same_tests(stage: Stage, start: Start, landed: Landed, *, whole: bool) -> Comparison:
    """The tests that passed before pass on the landed tree, apart from the paths that were renamed.

    The landing ran the whole suite on exactly this tree and kept every outcome. Tests that have moved (or all of
    them, where `whole` is asked for) run once more without laneshift, and must agree with what was kept.
    """
    moves = _moves(stage, landed)
    with stage.act("Compare the project's own tests, before and after"):
        there = stage.clone.line("git", "rev-parse", "HEAD^{tree}")
        stage.promises.equal("the clone holds the tree that was tested", there, landed.tree)
        kept = passed_in_landing(stage.shell.folder, landed.tree)
        found = compare(start.passing, kept, moves)
        stage.promises.hold(str(found), not found.lost)
        strange = [name for name in found.new if not name.startswith(f"{PROJECT}/tests/moves/")]
        stage.promises.hold("every new id is of a test that records a move", bool(found.new) and not strange, strange)
        places = [PROJECT] if whole else [move.dst for move in moves if not move.dst.endswith(".py")]
        stage.say("$ cd ../clone", "bold")
        again = run_below(stage.clone, places)
        odd = sorted(again ^ frozenset(name for name in kept if _below(name, places)))
        stage.promises.hold(
            f"run without laneshift, the same {len(again)} ids pass in {' '.join(places)}", not odd, odd
        )
    return found


def _below(name: str, places: list[str]) -> bool:
    return any(name.startswith(f"{place}/") for place in places)


def _moves(stage: Stage, landed: Landed) -> list[Moved]:
    known = batch.read(stage.batch.read_text(encoding="utf-8"))
    return [known[module] for module in landed.modules]


def _arrived(stage: Stage, moves: list[Moved]) -> list[str]:
    """Every file with content that stands at a destination."""
    listed = stage.clone.line("git", "ls-files", "--", *(move.dst for move in moves)).splitlines()
    return [path for path in listed if (stage.clone.folder / path).stat().st_size]


def _followed(stage: Stage, path: str) -> list[str]:
    return stage.clone.line("git", "log", "--follow", "--format=%H", "--", path).splitlines()


def _unnamed(stage: Stage, landed: Landed) -> None:
    words = [word for module in landed.modules for word in ("-e", module.replace(".", r"\."))]
    found = stage.clone.ask("git", "grep", "-wn", *words)
    stage.promises.equal("no file names a moved module by its old name", found.out, "")
