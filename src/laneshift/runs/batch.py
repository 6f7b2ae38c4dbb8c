"""Batch files: what their text says and everything that is wrong with it. Pure; no tree is looked at here.

The plain form is TSV, `module<TAB>src<TAB>dst`, one item a line; `.toml` and `.json` files hold richer items. Reading
never stops at the first fault: every item becomes a `Line`, and each says all that is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath

from laneshift.errors import Fault
from laneshift.runs import paths
from laneshift.runs.batch_line import Line, checked
from laneshift.runs.batch_rich import read_json, read_toml

MAX_BYTES = 16 * 1024 * 1024
MAX_ITEMS = 100_000
STANDARD_INPUT = "stdin"
"""What a batch file is called that was `-`."""
FROM_MANIFEST = "--from-manifest"
"""The option that takes a file for a manifest and not for a batch."""

_BOM = b"\xef\xbb\xbf"
_COMMENTS = 1000
"""So many lines are looked at for the first that says something."""
_FIELDS = "module<TAB>src<TAB>dst"
_STEM = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}\Z")
_SPLIT = "split the batch into several files"


@dataclass(frozen=True, slots=True)
class ParsedBatch:
    """A batch file as read: its name for branches and reports, its items, and all faults, those of lines included."""

    name: str
    file: str
    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]


def parse(name: str, data: bytes) -> ParsedBatch:
    """Read the batch file called `name` (a path or a file name; its ending chooses the form, or what it
    begins with where it has none).

    Never raises for anything that `data` may hold: what is wrong is listed in `faults`.
    """
    file = paths.visible(name)
    path = PurePosixPath(name)
    of_name = tuple(name_faults(file, path.stem))
    lines, faults = _read(file, path.suffix.lower(), data)
    if len(lines) > MAX_ITEMS:
        what = f"the file has more than {MAX_ITEMS} items"
        lines, faults = (), (Fault("batch.too-many-items", file, what, _SPLIT),)
    elif not lines and not faults:
        faults = (Fault("batch.empty", file, "the file has no items", f"write one item a line: {_FIELDS}"),)
    line_faults = (fault for line in lines for fault in line.faults)
    return ParsedBatch(paths.visible(path.stem), file, lines, (*of_name, *faults, *line_faults))


def _read(file: str, suffix: str, data: bytes) -> tuple[tuple[Line, ...], tuple[Fault, ...]]:
    if len(data) > MAX_BYTES:
        what = f"the file has {len(data)} bytes, {MAX_BYTES} is the limit"
        return (), (Fault("batch.file-too-large", file, what, _SPLIT),)
    body = data.removeprefix(_BOM)
    suffix = suffix or _form(body)
    if suffix == ".toml":
        return read_toml(file, body)
    if suffix == ".json":
        return read_json(file, body)
    return tuple(islice(_read_tsv(file, body), MAX_ITEMS + 1)), ()


def _form(data: bytes) -> str:
    """The ending that a file without one would have, as standard input: no line of TSV begins with a bracket."""
    first = next((line for line in data.split(b"\n", _COMMENTS) if line.strip() and not line.startswith(b"#")), b"")
    return {b"{": ".json", b"[": ".toml"}.get(first.lstrip()[:1], "")


def name_faults(file: str, stem: str) -> Iterator[Fault]:
    """Why a batch of `file` cannot be called `stem`, which becomes part of branch names: `laneshift/<batch>/<item>`."""
    if not _STEM.match(stem) or ".." in stem or stem.endswith((".", ".lock")):
        cure = "use letters, digits, `.`, `_` and `-`, starting with a letter, a digit or `_`; 100 characters at most"
        yield Fault("batch.bad-name", file, f"'{paths.visible(stem)}' cannot name a batch", cure)


def _read_tsv(file: str, data: bytes) -> Iterator[Line]:
    """Only a line feed ends a line: the other characters that Unicode breaks lines at are faults, not line ends."""
    for number, raw in enumerate(data.split(b"\n"), start=1):
        line = raw.removesuffix(b"\r")
        if line.strip(b" \t") and not line.startswith(b"#"):
            yield _tsv_line(number, f"{file}:{number}", line)


def _tsv_line(number: int, where: str, raw: bytes) -> Line:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        what = f"byte {error.start + 1} of the line is not UTF-8"
        return Line(number, where, faults=(Fault("batch.not-utf8", where, what, "save the file as UTF-8"),))
    fields = text.split("\t")
    if len(fields) != 3:
        what = f"{len(fields)} field(s) where 3 are expected"
        cure = f"write {_FIELDS}, with single tabs"
        return Line(number, where, faults=(Fault("batch.field-count", where, what, cure), *_hidden_faults(where, text)))
    module, src, dst = fields
    return checked(Line(number, where, module, src, dst))


def _hidden_faults(where: str, text: str) -> Iterator[Fault]:
    """A line that cannot be split into fields is still searched for what nobody can see."""
    if paths.visible(text) != text.replace("\t", paths.visible("\t")):
        yield Fault("batch.text-hidden", where, "the line contains characters that cannot be seen")
