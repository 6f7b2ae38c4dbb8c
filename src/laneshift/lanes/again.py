"""What an earlier check has said, word for word, kept by what it was about and the day.

That is commits, or the work tree on top of one for as long as nothing in it was touched.

Reading it back takes next to nothing: standard modules that Python has loaded anyway, and a digest. So the records
here are plain classes: what makes others would be loaded for them alone, and takes longer than all the rest.
"""

from __future__ import annotations

import os
import sys
import time

import laneshift
from laneshift.lanes.sight import Sight
from laneshift.repo.plain_head import git_dir_above, is_full_id, plain_head

try:
    from _blake2 import blake2b  # what hashlib gives, which loads a library besides and takes longer than all the rest
except ImportError:
    from hashlib import blake2b

_FORMAT = 9
_KEPT = 8
_LARGEST = 64 << 20
_NAMED, _SEEN = "said-", "seen-"
ACCOUNT = "account-"
"""How files begin that the answer about an edited tree follows from."""


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
    """The exit code of a check, what it wrote to stdout, and what of a work tree it was about."""

    __slots__ = ("code", "sight", "text")

    def __init__(self, code: int, text: str, sight: Sight | None = None) -> None:
        self.code = code
        self.text = text
        self.sight = sight


def place_of(question: Question) -> str | None:
    """The file that the answer to a question is kept in; None where what it is about can change under its name.

    Rules, contracts and known violations are all read from the trees that are named, and from that of HEAD. A work
    tree is named by that; whether it is still the same one is for the kept answer to say.
    """
    git_dir = git_dir_above(question.directory)
    head = None if git_dir is None else plain_head(git_dir)
    if head is None:
        return None
    ids = [head if rev in ("HEAD", "@") else rev for rev in (question.tree or "HEAD", question.base or "HEAD")]
    if not all(map(is_full_id, ids)):
        return None
    day = today()
    maker = laneshift.__version__, sys.implementation.cache_tag, _FORMAT
    around = () if question.tree else (os.environ.get("HOME"), os.environ.get("XDG_CONFIG_HOME"))
    asked = *ids, bool(question.base), question.as_json, question.verbose, *around
    key = digest(repr((maker, head, asked, day)).encode("utf-8", "surrogateescape")).decode()
    return f"{git_dir}/laneshift/lanes/{_NAMED if question.tree else _SEEN}{key}"


def today() -> str:
    """The day that answers are about."""
    return time.strftime("%Y-%m-%d", time.gmtime())


def has_accounts(folder: str) -> bool:
    """Whether there may be what the answer about an edited tree follows from."""
    try:
        return any(name.startswith(ACCOUNT) for name in os.listdir(folder))
    except OSError:
        return False


def is_seen(place: str) -> bool:
    """Whether the answer there is about a work tree."""
    return place.rpartition("/")[2].startswith(_SEEN)


def load(place: str) -> Said | None:
    """What is kept there and still holds; None when there is nothing, or it is damaged."""
    parts = taken(place)
    if parts is None:
        return None
    code, text, *seen = parts
    sight = Sight(*seen) if is_seen(place) else None
    if sight is not None and not sight.holds(place.rsplit("/", 4)[0]):
        return None
    return Said(int(code), text.decode("utf-8", "surrogatepass"), sight)


def taken(place: str) -> list[bytes] | None:
    """The parts of a file that `put_parts` wrote; None when there is none, or it is damaged or too large."""
    try:
        if os.stat(place).st_size > _LARGEST:
            return None
        with open(place, "rb", buffering=0) as file:
            data = file.read()
    except OSError:
        return None
    # A copy of all would take longer than its digest.
    end = data.find(b"\n")
    view = memoryview(data)[end + 1 :]
    if end < 0 or digest(view) != data[:end]:
        return None
    at = data.find(b"\n", end + 1) - end
    parts = []
    for size in map(int, bytes(view[: at - 1]).split()):
        parts.append(bytes(view[at : at + size]))
        at += size
    return parts


def put_parts(place: str, parts: list[bytes]) -> None:
    """Write parts to a file, whole or not at all. Raises `OSError`."""
    put(place, b" ".join(map(b"%d".__mod__, map(len, parts))) + b"\n" + b"".join(parts))


def keep(place: str, said: Said) -> None:
    """Write an answer down, and drop the oldest. A folder that cannot be written costs nothing but time later.

    One about a work tree counts only with what was seen of that.
    """
    sight = said.sight
    if sight is None and is_seen(place):
        return
    parts = [b"%d" % said.code, said.text.encode("utf-8", "surrogatepass"), *(sight.parts() if sight else ())]
    try:
        put_parts(place, parts)
        kept = [each for each in os.scandir(os.path.dirname(place)) if each.name.startswith((_NAMED, _SEEN))]
        for old in sorted(kept, key=lambda each: each.stat().st_mtime)[:-_KEPT]:
            os.unlink(old)
    except OSError:
        return


def put(place: str, body: bytes) -> None:
    """Write `body` to a file behind its digest and a line end, whole or not at all. Raises `OSError`."""
    from laneshift.repo.unfinished import unfinished_in  # noqa: PLC0415 - most of the time nothing is written

    folder = os.path.dirname(place)
    os.makedirs(folder, exist_ok=True)
    unfinished = unfinished_in(folder)
    with open(unfinished, "xb") as file:
        file.write(digest(body) + b"\n" + body)
    os.replace(unfinished, place)


def digest(data: bytes | memoryview) -> bytes:
    """What tells whether bytes are whole and the same, in hexadecimal digits."""
    return blake2b(data, digest_size=32).hexdigest().encode()
