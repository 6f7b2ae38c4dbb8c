"""What git is asked before a command has loaded what it needs: both take as long, and there is most often a second
processor."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from laneshift.repo.listing_beside import Listing
from laneshift.repo.plain_head import plain_head
from laneshift.repo.status import Looking, place_above


class Early(NamedTuple):
    """What the work tree holds, and what the last commit does where somebody will want to know that."""

    looking: Looking
    listing: Listing | None = None


@contextmanager
def asked_early(directory: Path, rev: str = "", *, unless: str | None = None) -> Iterator[Early | None]:
    """Ask git about the work tree; None where only the library can say which repository that is, and where a revision
    is looked at.

    With `unless` it is also asked what the last commit holds, but where the state of this repository has a file of that
    name: then most likely nobody will look.
    """
    place = None if rev else place_above(directory, os.geteuid())
    if place is None:
        yield None
        return
    with ExitStack() as beside:
        looking = beside.enter_context(Looking(place, each=True))
        wanted = unless is not None and not (place.git_dir / "laneshift" / unless).exists()
        commit = plain_head(str(place.git_dir)) if wanted else None
        yield Early(looking, None if commit is None else beside.enter_context(Listing(place, commit)))
