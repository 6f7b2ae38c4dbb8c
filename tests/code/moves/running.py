"""Runs the files of forms in fresh processes and says what they bind: the meaning of a file, to compare across a move.

One interpreter is started for all of them and forks for each, which is as good as a new one and many times faster.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Meaning = Mapping[str, str]
"""What every name of a file is bound to, in words; under the name `!` the error that running it raised, if any."""

_PROGRAM = r'''
import importlib, inspect, json, os, re, runpy, signal, sys, types, warnings

class Anything:
    def __getattr__(self, name): return self
    def __call__(self, *args, **kwargs): return self
    def __iter__(self): return iter(())

ANY = Anything()

def told(value, names, deep=2):
    if value is ANY: return "anything"
    if isinstance(value, types.ModuleType): return "module " + names(value.__name__)
    if isinstance(value, type) or callable(value) and hasattr(value, "__qualname__"):
        where = names(str(value.__module__))
        called = "" if isinstance(value, type) or where == "builtins" or not deep else " gives " + call(value, names)
        return f"{value.__qualname__} of {where}{called}"
    if isinstance(value, (list, tuple, set)): return str([type(value).__name__, *[told(each, names) for each in value]])
    if isinstance(value, dict): return str({told(key, names): told(each, names) for key, each in value.items()})
    if isinstance(value, (str, bytes)): return names.text(str(value))
    return repr(value) if isinstance(value, (int, float, type(None))) else type(value).__name__

def call(function, names):
    try:
        parameters = inspect.signature(function).parameters.values()
        free = [each for each in parameters if each.default is each.empty and each.kind < each.VAR_POSITIONAL]
        return told(function(*[ANY for _ in free]), names, 0)
    except BaseException as error:
        return type(error).__name__

def meaning(path, main, names):
    try:
        if main:
            bound = runpy.run_path(path)
        else:
            bound = vars(importlib.import_module(path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")))
    except BaseException as error:
        return {"!": type(error).__name__}
    return {name: told(value, names) for name, value in list(bound.items()) if not name.startswith("__")}

out = os.dup(1)
null = os.open(os.devnull, os.O_RDWR)
for stream in (0, 1, 2):
    os.dup2(null, stream)
sys.dont_write_bytecode = True
class Names:
    """Tells names and texts as they are after the move."""

    def __init__(self, renames, last):
        self.renames = [(re.compile(rf"(?<![\w.]){re.escape(old)}(?!\w)"), new) for old, new in renames]
        self.last = re.compile(rf"(?<!\w){last}(?!\w)")

    def __call__(self, name):
        for old, new in self.renames:
            name, count = old.subn(new, name)
            if count: break
        return name

    def text(self, text):
        return "a text that may name the module" if self.last.search(text) else text

for folder, path, main, renames, last, first in json.load(open(sys.argv[1])):
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        warnings.simplefilter("ignore")
        os.chdir(folder)
        sys.path[:0] = [folder, *[os.path.join(folder, root) for root in ("src", "lib") if os.path.isdir(root)]]
        try:
            importlib.import_module(first) if first else None
        except BaseException:
            sys.stderr.write("nothing was there first")
        os.write(out, (json.dumps(meaning(path, main, Names(renames, last))) + chr(10)).encode())
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        os.write(out, (json.dumps({"!": "died"}) + chr(10)).encode())
'''


@dataclass(frozen=True, slots=True)
class Run:
    """One file to run. A script is run as one, any other file imported by its dotted name; `first` is a module that
    something else has imported by then, and `last` a word by which texts are known that may name the moved module."""

    folder: Path
    path: str
    script: bool
    renames: tuple[tuple[str, str], ...]
    last: str
    first: str = ""


def meanings(runs: Sequence[Run], folder: Path) -> list[Meaning]:
    """What the file of every run binds, told with the names of `renames`; `folder` is for notes."""
    listed = [[str(run.folder), run.path, run.script, run.renames, run.last, run.first] for run in runs]
    asked = folder / "runs.json"
    asked.write_text(json.dumps(listed), encoding="utf-8")
    command = [sys.executable, "-c", _PROGRAM, str(asked)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=600)
    return [json.loads(line) for line in done.stdout.splitlines()]
