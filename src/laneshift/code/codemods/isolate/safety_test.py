"""The import-safety test of one isolated file: red while the file imports the lane, green once it does not. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

_TEXT = '''"""Import safety of `{module}`, written by laneshift when it was isolated from `{lane}`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[{depth}]
ROOTS = [{roots}]
MODULE = "{module}"
LANE = "{lane}"
NAMES = [{names}]

PROBE = """
import builtins, importlib, json, sys, types
roots, module, lane, names, absent = json.loads(sys.argv[1])
sys.path[:0] = roots
real, asked = builtins.__import__, []
def below(name):
    return name == lane or name.startswith(lane + ".")
class Stub(types.ModuleType):
    __path__ = []
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return ("stub", self.__name__, name)
def guarded(name, scope=None, local=None, fromlist=(), level=0):
    own = scope or {{}}
    start = "." * level + name
    full = importlib.util.resolve_name(start, own.get("__package__") or "") if level else name
    wanted = [part for part in (full, *(full + "." + each for each in fromlist or ())) if below(part)]
    if own.get("__name__") == module and wanted:
        asked.append(wanted[0])
        if absent:
            raise ModuleNotFoundError("No module named " + repr(wanted[0]), name=wanted[0])
        for part in wanted:
            while below(part):
                sys.modules.setdefault(part, Stub(part))
                part = part.rpartition(".")[0]
    return real(name, scope, local, fromlist, level)
import importlib.util
builtins.__import__ = guarded
loaded = importlib.import_module(module)
told = {{"asked": list(asked), "errors": {{}}}}
for name in names:
    try:
        getattr(loaded, name)
        told["errors"][name] = ""
    except ImportError as error:
        told["errors"][name] = "missing " + str(error.name)
    except Exception as error:
        told["errors"][name] = type(error).__name__
sys.stdout.write("\\\\n" + json.dumps(told))
"""


def probed(absent):
    """What a fresh interpreter tells that imports the module, without the lane or with a stub of it."""
    roots = [str(REPOSITORY / root) for root in ROOTS]
    words = json.dumps([roots, MODULE, LANE, NAMES, absent])
    command = [sys.executable, "-c", PROBE, words]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_it_imports_while_the_lane_is_absent():
    assert probed(absent=True)["asked"] == []


def test_it_asks_a_stub_of_the_lane_for_nothing_when_it_is_imported():
    assert probed(absent=False)["asked"] == []
'''

_LAZY = """

def test_a_missing_lane_is_told_as_a_missing_import():
    for name, told in probed(absent=True)["errors"].items():
        assert told.startswith(f"missing {LANE}"), (name, told)


def test_a_stub_of_the_lane_is_found_through_the_module():
    assert set(probed(absent=False)["errors"].values()) == {""}
"""


def test_path(folder: str, module: str) -> str:
    """Where the test of `module` stands: one file for each, with a name that cannot clash with another's."""
    readable = re.sub(r"\W", "_", module.replace("_", "__").replace(".", "_"))
    return f"{folder.strip('/')}/test_isolated_{readable}.py"


def render(path: str, module: str, lane: str, names: Sequence[str], roots: Sequence[str]) -> bytes:
    """The text of the test. `names` are those that the module offers through its `__getattr__`; empty for none."""
    quoted = ", ".join(json.dumps(name) for name in names)
    places = ", ".join(json.dumps(root) for root in roots)
    text = _TEXT.format(depth=path.count("/"), roots=places, module=module, lane=lane, names=quoted)
    return (text + (_LAZY if names else "")).encode()
