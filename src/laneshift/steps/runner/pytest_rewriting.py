"""Has each test module rewritten by one session of a run, and not by all that share its suite.

It runs in the project's interpreter beside the shard, with the standard library and pytest alone. Before pytest can
tell why an assertion fails it rewrites and compiles the whole module, which is most of what collecting costs. Sessions
of one run have the same tree, command and interpreter, so what one of them made serves the others. A session that needs
the first module of a folder makes its share of that folder first, so that all of them make different ones at once.
Whatever is not found, not whole or not understood is made by pytest itself, as ever.

What was made stands in a file without a name that all sessions inherit, and that only grows: head, code, head, code.
"""

from __future__ import annotations

import hashlib
import importlib
import marshal
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path
from struct import Struct
from types import CodeType
from typing import Any

import pytest

_HEAD = Struct("=32s32sI")
"""Which module it is, the digest of what follows, and how many bytes that is."""
_PYTEST = "_pytest.assertion.rewrite"
_REWRITE = "_rewrite_test"
_MOST = 1 << 28

Rewrite = Callable[[Path, Any], tuple[Any, CodeType]]


class Rewritten:
    """The modules of one run. `file` is the descriptor of what all sessions share, `inode` the file that it has to be;
    this session is `number` of `of`, and `root` is the root of its checkout."""

    def __init__(self, file: int, inode: int, number: int, of: int, root: str) -> None:
        self.file, self.inode, self.number, self.of, self.root = file, inode, number, of, root
        self.known: dict[bytes, bytes] = {}
        self.read = 0
        self.folders: set[Path] = set()

    def rewriting(self, rewrite: Rewrite) -> Rewrite:
        """What stands in for pytest's own `rewrite`: its answer, or the one that another session got."""

        def shared(path: Path, config: Any) -> tuple[Any, CodeType]:
            if path.parent not in self.folders and self.find(path) is None:
                self.folders.add(path.parent)
                self.ahead(path.parent, config, rewrite)
            return self.find(path) or self.make(path, config, rewrite)

        return shared

    def ahead(self, folder: Path, config: Any, rewrite: Rewrite) -> None:
        """Make this session's share of a folder of which the whole is collected."""
        if not any(place in (folder, *folder.parents) for place in _collected(config)):
            return
        patterns = config.getini("python_files")
        names = sorted(each.name for each in folder.glob("*.py") if any(fnmatch(each.name, one) for one in patterns))
        for name in names[self.number :: self.of]:
            # What goes wrong here goes wrong again where pytest imports the module, which then tells it.
            with suppress(Exception):
                if self.find(folder / name) is None:
                    self.make(folder / name, config, rewrite)

    def make(self, path: Path, config: Any, rewrite: Rewrite) -> tuple[Any, CodeType]:
        """Have it rewritten here, and tell the others."""
        key = self.key(path)
        seen, code = rewrite(path, config)
        # A file that changed meanwhile is not what the key says.
        if key is not None and key == self.key(path) and code.co_filename == str(path):
            body = marshal.dumps((seen if isinstance(seen, bytes) else None, code))
            self.write(_HEAD.pack(key, hashlib.sha256(body).digest(), len(body)) + body)
        return seen, code

    def find(self, path: Path) -> tuple[Any, CodeType] | None:
        """What another session made of just this module; None where there is nothing."""
        key = self.key(path)
        if key is None:
            return None
        if key not in self.known:
            self.known.update(self.unread())
        if key not in self.known:
            return None
        seen, code = marshal.loads(self.known[key])  # noqa: S302 - by a session that has imported the same modules
        # Some versions of pytest know a source by its digest, others by its file.
        return path.stat() if seen is None else seen, located(code, str(path))

    def key(self, path: Path) -> bytes | None:
        """Which module it is: its place in the tree, its bytes, and who rewrites; None where it cannot be shared."""
        place = os.path.relpath(path, self.root)
        try:
            if place.startswith(os.pardir) or os.fstat(self.file).st_ino != self.inode:
                return None
            source = path.read_bytes()
        except OSError:
            return None
        words = [place, pytest.__version__, sys.version, str(sys.flags.optimize), hashlib.sha256(source).hexdigest()]
        return hashlib.sha256("\0".join(words).encode("utf-8", "surrogateescape")).digest()

    def write(self, record: bytes) -> None:
        """Append it in one piece: the kernel keeps what several sessions append apart."""
        try:
            if os.fstat(self.file).st_size + len(record) < _MOST:
                os.write(self.file, record)
        except OSError:
            return

    def unread(self) -> Iterator[tuple[bytes, bytes]]:
        """Whole records that were appended since this was asked last; one that is not whole yet comes later."""
        end = min(os.fstat(self.file).st_size, _MOST)
        data = os.pread(self.file, end - self.read, self.read) if end > self.read else b""
        place = 0
        while place + _HEAD.size <= len(data):
            key, digest, length = _HEAD.unpack_from(data, place)
            body = data[place + _HEAD.size : place + _HEAD.size + length]
            if len(body) < length:
                break
            place += _HEAD.size + length
            if hashlib.sha256(body).digest() == digest:
                yield key, body
        self.read += place


def share(part: dict[str, Any], root: str) -> None:
    """Have this session share what it rewrites, where its pytest lets itself be followed."""
    try:
        pytests = importlib.import_module(_PYTEST)
        rewrite: Rewrite = getattr(pytests, _REWRITE)
    except (ImportError, AttributeError):
        return
    modules = Rewritten(part["rewritten"], part["inode"], part["number"], part["of"], root)
    setattr(pytests, _REWRITE, modules.rewriting(rewrite))


def located(code: CodeType, path: str) -> CodeType:
    """The same code as if it had been compiled from `path`, with all functions and classes in it."""
    inner = (located(each, path) if isinstance(each, CodeType) else each for each in code.co_consts)
    return code.replace(co_filename=path, co_consts=tuple(inner))


def _collected(config: Any) -> list[Path]:
    """The folders that the session was asked to collect."""
    named = [Path(str(config.invocation_params.dir), word.partition("::")[0]) for word in config.args]
    return [place for place in named if place.is_dir()]
