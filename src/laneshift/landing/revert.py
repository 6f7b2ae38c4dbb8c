"""The prepared revert: one commit that takes a whole train back, built and checked before the train lands."""

from __future__ import annotations

from collections.abc import Sequence

from laneshift.errors import Bug
from laneshift.landing.train import Train
from laneshift.repo.commits import Identity, write_commit
from laneshift.repo.message import Message
from laneshift.repo.objects import Repository


def prepare(repository: Repository, train: Train, batch: str, scope: str, author: Identity, when: int) -> str:
    """A commit on top of the train whose tree is the base's. Raises `Bug` when its tree is not that."""
    text = revert_text(batch, scope, [coupled.item for coupled in train.items], train.base, train.tip)
    oid = write_commit(repository, train.base_tree, [train.tip], text, author, when)
    found = repository.tree(oid).oid
    if found != train.base_tree:
        raise Bug("landing.revert-differs", f"the prepared revert has tree {found}, the base has {train.base_tree}")
    return oid


def revert_text(
    batch: str,
    scope: str,
    items: Sequence[str],
    base: str,
    tip: str,
    *,
    others: int = 0,
    staying: int = 0,
    same: bool = True,
) -> str:
    """The T4 text of the revert of what landed between the commits `base` and `tip`.

    `others` is how many paths others changed since, and `staying` how many items of the landing are not taken back: the
    revert keeps both. Where there is neither, `same` is whether it has the tree of `base`.
    """
    gone = f"{len(items)} item{'s' if len(items) > 1 else ''}"
    kept = [f"what others changed since ({others} path(s))"] if others else []
    kept += ["the items that stay"] if staying else []
    kept = kept or ([] if same else ["what landed in between"])
    inverse = f"Apply the inverse intents of {gone} to the tip, and keep {' and '.join(kept)}"
    of_these = "Every path and reference of what is taken back is what it was before"
    impact = of_these if staying else "Every path and reference is what it was before the batch"
    return Message(
        type="revert",
        scope=scope,
        subject=f"take back {gone} of batch {batch}" if staying else f"take back batch {batch}",
        problem=(f"Taking back {gone} of batch {batch} was asked for" if staying else f"Batch {batch} is wanted back",),
        solution=(inverse,) if kept else (f"Restore the tree of {base[:12]}", f"Take back {gone}"),
        impact=(f"{impact}; later changes name the old paths" if others else impact,),
        trailers=(
            ("Laneshift-Batch", batch),
            ("Laneshift-Reverts", base),
            ("Laneshift-Landing", tip),
            *(("Laneshift-Taken-Back", item) for item in items),
        ),
    ).render()
