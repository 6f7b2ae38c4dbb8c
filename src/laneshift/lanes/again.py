"""What an earlier check has said, word for word, kept by the commits that it was about and the day.

Reading it back takes next to nothing: standard modules that Python has loaded anyway, and a digest. So the records
here are plain classes: what makes others would be loaded for them alone, and takes longer than all the rest.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time

import laneshift
from laneshift.repo.plain_head import git_dir_above, is_full_id, plain_head

_FORMAT = 2
_KEPT = 8
_LARGEST = 64 << 20
_PREFIX = "said-"


class Question:
    """What `laneshift lanes check` is asked; empty texts where an option was not given."""

    __slots__ = ("as_json", "base", "directory", "tree", "verbose")

    def __init__(
        self, tree: str = "", base: str = "", directory: str = ".", *, as_json: bool = False, verbose: bool = False
    ) -> None:
        self.tree = tree
        self.base = base
        self.directory = directory
        self.as_json = as_json
        self.verbose = verbose

    def parts(self) -> tuple[str, str, str, bool, bool]:
        """What is asked, in one tuple."""
        return self.tree, self.base, self.directory, self.as_json, self.verbose


class Said:
    """The exit code of a check, and what it wrote to stdout."""

    __slots__ = ("code", "text")

    def __init__(self, code: int, text: str) -> None:
        self.code = code
        self.text = text


def place_of(question: Question) -> str | None:
    """The file that the answer to a question is kept in; None where what it is about can change under its name.

    Rules, contracts and known violations are all read from the trees that are named, and from that of HEAD.
    """
    git_dir = git_dir_above(question.directory)
    head = None if git_dir is None else plain_head(git_dir)
    if head is None or not question.tree:
        return None
    ids = [head if rev in ("HEAD", "@") else rev for rev in (question.tree, question.base or "HEAD")]
    if not all(map(is_full_id, ids)):
        return None
    day = time.strftime("%Y-%m-%d", time.gmtime())
    maker = laneshift.__version__, sys.implementation.cache_tag, _FORMAT
    asked = *ids, bool(question.base), question.as_json, question.verbose
    key = hashlib.sha256(repr((maker, head, asked, day)).encode()).hexdigest()
    return f"{git_dir}/laneshift/lanes/{_PREFIX}{key}"


def load(place: str) -> Said | None:
    """What is kept there; None when there is nothing, or it is damaged."""
    try:
        if os.stat(place).st_size > _LARGEST:
            return None
        with open(place, "rb", buffering=0) as file:
            digest, _, body = file.read().partition(b"\n")
    except OSError:
        return None
    if hashlib.sha256(body).hexdigest().encode() != digest:
        return None
    code, _, text = body.partition(b"\n")
    return Said(int(code), text.decode("utf-8", "surrogatepass"))


def keep(place: str, said: Said) -> None:
    """Write an answer down, and drop the oldest. A folder that cannot be written costs nothing but time later."""
    body = b"%d\n" % said.code + said.text.encode("utf-8", "surrogatepass")
    folder = os.path.dirname(place)
    unfinished = f"{folder}/.unfinished-{os.getpid()}-{os.urandom(8).hex()}"
    try:
        os.makedirs(folder, exist_ok=True)
        with open(unfinished, "xb") as file:
            file.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        os.replace(unfinished, place)
        kept = [each for each in os.scandir(folder) if each.name.startswith(_PREFIX)]
        for old in sorted(kept, key=lambda each: each.stat().st_mtime)[:-_KEPT]:
            os.unlink(old)
    except OSError:
        return
