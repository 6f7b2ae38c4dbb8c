"""The test that is committed with a move: what the module offered before, it offers at its new path.

The text is a pure function of the tree before the move, so that a landed tree can be derived again from its intent.
It cannot pass before the move, because it reads the new path, and it needs nothing but pytest and the repository.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from laneshift.code.describe import describe

_TEMPLATE = '''"""Characterization of {title}, written by laneshift when it moved here.

Public names and call parameters are those recorded before the move. Change them here when they change on purpose.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[{depth}]
ROOTS = [{roots}]
MODULES = {{
{modules}}}
PUBLIC = {{
{public}}}
IMPORTERS = [
{importers}]

IMPORT_ALL = """
import importlib, os, sys
own, broken = set(sys.argv[2].split("/")), []
sys.path[:0] = sys.argv[3:]
sys.stdout = sys.stderr = open(os.devnull, "w")
for name in filter(None, sys.argv[1].split("/")):
    try:
        importlib.import_module(name)
    except ImportError as error:
        if (error.name or "").partition(".")[0] in own:
            broken.append(name + ": " + str(error))
    except BaseException:
        continue
sys.stdout = sys.__stdout__
print(ascii(broken))
"""


{describe}

def broken_imports(names):
    """The modules that a fresh interpreter cannot import because a name of this repository is missing."""
    own = sorted({{name.partition(".")[0] for name in [*MODULES, *IMPORTERS]}})
    arguments = ["/".join(names), "/".join(own), *(str(REPOSITORY / root) for root in ROOTS)]
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return ast.literal_eval(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("module", MODULES)
def test_public_names_and_parameters_are_those_before_the_move(module):
    assert describe((REPOSITORY / MODULES[module]).read_bytes()) == PUBLIC[module]


def test_it_imports_in_a_fresh_interpreter():
    assert broken_imports([*MODULES]) == []


def test_every_rewritten_importer_still_imports():
    assert broken_imports(IMPORTERS) == []
'''


_BLOCK = re.compile(
    r"^(?P<start>(?:MODULES|PUBLIC|IMPORTERS) = [\[{]\n)(?P<entries>(?: .*\n)*)(?P<end>[\]}]\n)",
    re.MULTILINE,
)
_ROOTS = re.compile(r"^ROOTS = \[.*\]\n", re.MULTILINE)
_ENTRY = re.compile(r' {4}"[^"]*": \{\n(?: {8}.*\n)* {4}\},\n| {4}".*\n')


@dataclass(frozen=True, slots=True)
class Subject:
    """What a characterization test is about: dotted names with new paths and old sources, and who imports them."""

    title: str
    modules: Mapping[str, tuple[str, bytes]]
    importers: Sequence[str]
    roots: Sequence[str]


def test_path(folder: str, module: str) -> str:
    """Where the test of `module` stands: one file per module, with a name that cannot clash with another's."""
    readable = re.sub(r"\W", "_", module.replace("_", "__").replace(".", "_"))
    return f"{folder.strip('/')}/test_{readable}.py"


def render(subject: Subject, path: str) -> bytes:
    """The text of the test that will stand at `path`. Modules that this Python cannot parse are only imported."""
    public = {name: _describe(source) for name, (_, source) in sorted(subject.modules.items())}
    known = {name: names for name, names in public.items() if names is not None}
    return _TEMPLATE.format(
        title=f"`{subject.title}`",
        depth=path.count("/"),
        roots=_quoted(subject.roots),
        modules="".join(f"    {json.dumps(name)}: {json.dumps(subject.modules[name][0])},\n" for name in known),
        public="".join(_public(name, names) for name, names in known.items()),
        importers="".join(f'    "{name}",\n' for name in sorted(subject.importers)),
        describe=_describer(),
    ).encode()


def in_order(data: bytes) -> bytes:
    """A rendered test with its entries in order again, after a later move renamed some of them.

    Moves then give the same bytes in whatever order they are applied. Any other file comes back as it is.
    """
    if not data.startswith(b'"""Characterization of '):
        return data
    text = data.decode("utf-8", "surrogateescape")
    return _BLOCK.sub(_ordered, text).encode("utf-8", "surrogateescape")


def differ_in_entries_alone(one: bytes, other: bytes) -> bool:
    """Whether two texts of a rendered test agree in all but their entries: nobody added anything around these."""
    return _frame(one) == _frame(other)


def _frame(data: bytes) -> str:
    text = data.decode("utf-8", "surrogateescape")
    bare = _BLOCK.sub(lambda block: block["start"] + block["end"] if _is_sound(block) else block[0], text)
    return _ROOTS.sub("", bare, count=1)


def _is_sound(block: re.Match[str]) -> bool:
    return "".join(_ENTRY.findall(block["entries"])) == block["entries"]


def _ordered(block: re.Match[str]) -> str:
    if not _is_sound(block):
        return block[0]
    return block["start"] + "".join(sorted(_ENTRY.findall(block["entries"]))) + block["end"]


@cache
def _describer() -> str:
    """The source of `describe`, which every test carries. Found once: it is looked for in the syntax tree of a file."""
    return inspect.getsource(describe)


def _describe(source: bytes) -> dict[str, list[str]] | None:
    try:
        return describe(source)
    except (SyntaxError, ValueError):
        return None


def _public(module: str, names: Mapping[str, Sequence[str]]) -> str:
    lines = "".join(f'        "{name}": [{_quoted(parameters)}],\n' for name, parameters in names.items())
    return f'    "{module}": {{\n{lines}    }},\n'


def _quoted(parameters: Sequence[str]) -> str:
    return ", ".join(json.dumps(parameter) for parameter in parameters)
