"""Only files that the pack hands out: by git's objects, so that a rename is a deletion here and an addition there."""

from __future__ import annotations

from collections.abc import Iterator

from laneshift.agents.submitting.ground import Ground, Touch
from laneshift.agents.submitting.objecting import objection
from laneshift.agents.submitting.submission import Objection
from laneshift.code.safe_patch.scripts import disguise
from laneshift.runs.paths import collision_key, complaints, folders_above

NAME = "ownership"


def check(ground: Ground) -> Iterator[Objection]:
    """Paths of others, paths that cannot be read, and paths that some file systems take for one."""
    writes = ground.pack.writes
    moved = {each.before.oid: each.path for each in ground.touches if each.before and each.after is None}
    for touch in ground.touches:
        if touch.path not in writes:
            yield _foreign(touch, moved)
        yield from _hidden(touch)
    yield from _collisions(ground)


def _foreign(touch: Touch, moved: dict[str, str]) -> Objection:
    cure = "take it back, or ask for a pack that owns it"
    line = 1 if touch.old is not None or touch.new is not None else 0
    if touch.before is None:
        source = moved.get(touch.after.oid, "") if touch.after else ""
        what = (
            f"the file is new (it was {source}), and not the pack's"
            if source
            else "the file is new, and not the pack's"
        )
        return objection("adds-unowned", touch.path, what, cure, line, _first(touch.new))
    if touch.after is None:
        return objection(
            "deletes-unowned", touch.path, "the file is gone, and was not the pack's", cure, line, _first(touch.old)
        )
    number, text = _changed(touch)
    return objection("edits-unowned", touch.path, "the file is not the pack's", cure, number, text)


def _first(text: str | None) -> str:
    return (text or "").partition("\n")[0]


def _changed(touch: Touch) -> tuple[int, str]:
    """Number and text of the first line that is another one; 0 where there are no lines."""
    if touch.old is None or touch.new is None:
        return 0, ""
    old, new = touch.old.split("\n"), touch.new.split("\n")
    at = next(
        (at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), min(len(old), len(new))
    )
    return at + 1, new[at] if at < len(new) else old[at] if at < len(old) else ""


def _hidden(touch: Touch) -> Iterator[Objection]:
    wrong = [each.what for each in complaints(touch.path)]
    wrong += [why for part in touch.path.split("/") if (why := disguise(part))]
    if wrong and touch.after is not None:
        yield objection(
            "path-hidden", touch.path, f"the path is not what it looks like: {wrong[0]}", "give it a plain name"
        )


def _collisions(ground: Ground) -> Iterator[Objection]:
    """New paths, and folders above them, that differ from others only where some file systems do not look."""
    new = {touch.path for touch in ground.touches if touch.before is None and touch.after is not None}
    if not new:
        return
    spelled: dict[str, set[str]] = {}
    tips = [step.after for step in ground.steps]
    for path in {path for tip in tips for path in tip.entries}:
        for place in (*folders_above(path), path):
            spelled.setdefault(collision_key(place), set()).add(place)
    for path in sorted(new):
        for place in (*folders_above(path), path):
            others = sorted(spelled[collision_key(place)] - {place})
            if others:
                what = f"some systems take the path for {others[0]}"
                yield objection("path-collision", path, what, "choose a path that differs by more than case")
                break
