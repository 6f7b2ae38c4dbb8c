"""What a generation of manifests comes to. Loads little, since an answer that is remembered should come at once."""

from __future__ import annotations

from dataclasses import dataclass

from laneshift.manifests.settled import settled
from laneshift.repo.objects import Repository, Tree


@dataclass(frozen=True, slots=True)
class Rejected:
    """A module or a manifest that is refused, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a generation comes to. `remembered` says that this very tree was looked at before and needed nothing."""

    written: tuple[str, ...]
    same: int
    failed: tuple[Rejected, ...]
    rejected: tuple[Rejected, ...]
    remembered: bool = False

    @property
    def modules(self) -> int:
        """Of how many modules the manifests were worked out."""
        return len(self.written) + self.same + len(self.failed)


def remembered(repository: Repository, tree: Tree) -> Told | None:
    """What is known of a tree whose manifests were all right when it was last looked at; None if it was not."""
    found = settled(repository, tree.oid)
    if found is None:
        return None
    rejected = found.get("rejected")
    pairs = rejected if isinstance(rejected, list) else []
    return Told((), int(str(found["same"])), (), tuple(Rejected(*map(str, pair)) for pair in pairs), remembered=True)
