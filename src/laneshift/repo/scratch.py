"""A repository for what must leave no trace: it sees every object of another one, and its own vanish at the end."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from laneshift.errors import Refused
from laneshift.repo.objects import Repository
from laneshift.repo.whereabouts import Whereabouts

_FOLDERS = ("objects/info", "objects/pack", "refs/heads")
_SETTINGS = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"


@contextmanager
def scratch(repository: Repository) -> Iterator[Repository]:
    """A bare repository without refs, in a temporary folder; ask it by object ids.

    It shares `state_dir`, so that an index knows there what it knows of `repository`. Raises `Refused`
    (`repo.unborrowable`) where the folder of the objects has a name that git cannot note, and `OSError` where there is
    no room.
    """
    objects = os.fsencode(repository.common_dir / "objects")
    if b"\n" in objects or objects.startswith((b'"', b"#")):
        what = "the folder of this repository has a name from which nothing can be borrowed"
        raise Refused("repo.unborrowable", what, cure="move the repository to a folder with a plainer name")
    with tempfile.TemporaryDirectory(prefix="laneshift-scratch-") as folder:
        root = Path(folder).resolve()
        for name in _FOLDERS:
            (root / name).mkdir(parents=True)
        (root / "objects/info/alternates").write_bytes(objects + b"\n")
        (root / "HEAD").write_text("ref: refs/heads/none\n")
        (root / "config").write_text(_SETTINGS)
        if (repository.common_dir / "shallow").is_file():
            shutil.copyfile(repository.common_dir / "shallow", root / "shallow")
        made = Repository(Whereabouts(root, root, None))
        made.state_dir = repository.state_dir
        yield made
