"""What a module offers: rules by example, and the same answers as griffe's on whole packages."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import griffe
import pytest

from laneshift.manifests.exports import Exports, Surface
from laneshift.manifests.world import World, world_of
from tests.repo.builders import repo_at

KINDS = {"class": "classes", "function": "functions", "attribute": "constants", "module": "modules"}


def world(path: Path, files: dict[str, str]) -> World:
    return world_of(repo_at(path, files).tree("HEAD"))


def told(surface: Surface) -> dict[str, set[str]]:
    return {sort: names for sort, names in surface.names.items() if names}


def offers(path: Path, files: dict[str, str], file: str = "a/__init__.py") -> dict[str, set[str]]:
    return told(world(path, files).exports.of_file(file))


def test_without_all_public_definitions_are_offered_and_imports_are_not(tmp_path: Path) -> None:
    text = "import os\nfrom a.b import F\n__version__ = '1'\nX = _Y = 1\ndef f(): ...\ndef _g(): ...\nclass C: ...\n"
    found = offers(tmp_path, {"a/__init__.py": text, "a/b.py": "class F: ...\n"})
    assert found == {"classes": {"C"}, "functions": {"f"}, "constants": {"X", "__version__"}}


def test_names_in_all_are_followed_to_where_they_are_defined(tmp_path: Path) -> None:
    files = {
        "a/__init__.py": "from .b import F as G, late\nfrom . import c\nfrom json import dumps\n"
        "__all__ = ['G', 'late', 'c', 'dumps', 'b']\n",
        "a/b.py": "from a.c import F\nfrom a.c import *\n",
        "a/c.py": "class F: ...\nasync def late(): ...\n",
    }
    found = offers(tmp_path, files)
    assert found == {"classes": {"G"}, "functions": {"late"}, "modules": {"b", "c"}, "others": {"dumps"}}


TWICE = """
def f(): ...
f = 1
g = 1
def g(): ...
class C: ...
def C(): ...
try:
    def h(a): ...
except ImportError:
    h = None
else:
    i = 1
    def i(): ...
if f:
    class j: ...
elif g:
    j = None
else:
    def k(): ...
k = None
try:
    class m: ...
except* ImportError:
    def m(): ...
"""


def test_of_a_name_defined_twice_the_last_counts_but_not_what_stands_in_for_it(tmp_path: Path) -> None:
    found = offers(tmp_path, {"a/__init__.py": TWICE})
    assert found == {"classes": {"j"}, "functions": {"g", "C", "h", "i", "m"}, "constants": {"f", "k"}}
    top = griffe.visit("a", filepath=tmp_path / "a" / "__init__.py", code=TWICE)
    assert {(sort, name) for sort, names in found.items() for name in names} == set(griffes(top, set()))


def test_stars_bring_what_their_module_lists(tmp_path: Path) -> None:
    files = {
        "a/__init__.py": "from .b import *\nfrom .c import *\n",
        "a/b.py": "__all__ = ['one', '_two']\ndef one(): ...\ndef _two(): ...\ndef three(): ...\n",
        "a/c.py": "from a import *\nFOUR = 4\n",
    }
    assert offers(tmp_path, files) == {"functions": {"one"}, "constants": {"FOUR"}}


def test_an_all_put_together_from_others_is_read_and_one_computed_is_not_known(tmp_path: Path) -> None:
    files = {
        "a/__init__.py": "from . import b\nfrom .c import __all__ as more\nfrom .b import *\nfrom .c import *\n"
        "__all__ = ['own', *b.__all__] + more\n__all__ += ['x']\nown = x = 1\n",
        "a/b.py": "__all__ = ['B']\nclass B: ...\n",
        "a/c.py": "__all__ = ['c']\ndef c(): ...\n",
        "d/__init__.py": "NAMES = {}\n__all__ = list(NAMES)\n",
    }
    seen = world(tmp_path, files)
    assert told(seen.exports.of_file("a/__init__.py")) == {
        "classes": {"B"},
        "functions": {"c"},
        "constants": {"own", "x"},
    }
    assert not seen.exports.of_file("d/__init__.py").known


def test_a_package_that_offers_nothing_itself_offers_its_public_modules(tmp_path: Path) -> None:
    files = {"a/__init__.py": "", "a/b.py": "class F: ...\n__version__ = 1\n", "a/_c.py": "class G: ...\n"}
    seen = world(tmp_path, files)
    assert told(seen.exports.of_files(("a/__init__.py", "a/_c.py", "a/b.py"))) == {"classes": {"b.F"}}


def test_imports_in_a_circle_come_to_an_end(tmp_path: Path) -> None:
    files = {"a/__init__.py": "from .b import *\n__all__ = ['x']\n", "a/b.py": "from .c import *\n"}
    assert offers(tmp_path, {**files, "a/c.py": "from .b import *\nfrom a import x\n"}) == {"others": {"x"}}


# Names that griffe finds in bodies of `with` and `for` below `if __name__ == "__main__"`, which no import ever runs.
SCRIPTS = {
    "rich": {"box", "color", "live", "progress", "prompt", "table"},
}


@pytest.mark.parametrize("package", ["packaging", "yaml", "griffe", "rich"])
def test_exports_are_griffes_on_a_whole_package(tmp_path: Path, package: str) -> None:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    home = Path(spec.origin).parent
    found = {path: path.read_text("utf-8") for path in sorted(home.rglob("*.py"))}
    files = {f"{package}/{path.relative_to(home).as_posix()}": text for path, text in found.items()}
    exports = world(tmp_path, files).exports
    loader = griffe.GriffeLoader(search_paths=[str(tmp_path)])
    loader.load(package)
    loader.resolve_aliases(implicit=True, external=False)
    differing = compared(exports, loader.modules_collection[package])
    assert len(differing) > 5
    assert {name for name, same in differing.items() if not same} == {
        f"{package}.{module}" for module in SCRIPTS.get(package, ())
    }


def compared(exports: Exports, top: griffe.Module) -> dict[str, bool]:
    """Dotted name of each module to whether both say the same of it."""
    found = {}
    waiting = [top]
    while waiting:
        module = waiting.pop()
        below = {name: each for name, each in module.members.items() if not each.is_alias and each.is_module}
        waiting.extend(each for each in below.values() if isinstance(each, griffe.Module))
        path = exports.modules.by_name.get(module.path)
        if path is not None and str(module.filepath).endswith(".py"):
            own = {(sort, name) for sort, names in exports.of_file(path).names.items() for name in names - set(below)}
            found[module.path] = own == set(griffes(module, set(below)))
    return found


def griffes(module: griffe.Module, below: set[str]) -> list[tuple[str, str]]:
    found = []
    for name, member in module.members.items():
        if not member.is_public or name in below or name in ("__getattr__", "__dir__", "__all__"):
            continue
        try:
            target = member.final_target if isinstance(member, griffe.Alias) else member
        except (griffe.AliasResolutionError, griffe.CyclicAliasError):
            found.append(("others", name))
            continue
        found.append((KINDS[target.kind.value], name))
    return found
