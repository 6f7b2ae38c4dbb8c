"""Every way in which an import rule is evaded, each planted and each found, beside an innocent twin that is not."""

from __future__ import annotations

import pytest

from laneshift import config
from laneshift.code.index import Index
from laneshift.lanes.coverage import coverage
from laneshift.lanes.crossings import Ground
from laneshift.lanes.model import Lanes
from laneshift.lanes.shims import shims
from laneshift.repo.objects import Repository
from tests.lanes.ground import LANES, atlas_of, repository, stands, told, tree_with

PLACE = "core/x.py"
EVASIONS = {
    "plain": ("static", "import labs.a\n"),
    "from": ("static", "from labs.a import X\n"),
    "alias": ("static", "import labs.a as harmless\n"),
    "parenthesised": ("static", "from labs.a import (\n    X,\n)\n"),
    "star": ("static", "from labs.a import *\n"),
    "conditional": ("static", "import os\nif os.environ.get('LABS'):\n    import labs.a\n"),
    "else": ("static", "import typing as t\nif t.TYPE_CHECKING:\n    pass\nelse:\n    import labs.a\n"),
    "nested function": ("static", "def f():\n    def g():\n        import labs.a\n    return g\n"),
    "class body": ("static", "class C:\n    from labs.a import X\n"),
    "except": ("static", "try:\n    import json\nexcept ImportError:\n    import labs.a\n"),
    "lambda": ("dynamic", "f = lambda: __import__('labs.a')\n"),
    "missing submodule": ("static", "try:\n    import labs.a.nothing\nexcept ImportError:\n    pass\n"),
    "far missing submodule": ("static", "try:\n    import labs.a.no.thing.at_all\nexcept ImportError:\n    pass\n"),
    "type checking": (
        "type-checking",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from labs.a import X\n",
    ),
    "typing attribute": ("type-checking", "import typing as t\nif t.TYPE_CHECKING:\n    import labs.a\n"),
    "load_module": ("dynamic", "import imp\nimp.load_module('labs.a', *imp.find_module('a', ['labs']))\n"),
    "import_module": ("dynamic", "import importlib\nimportlib.import_module('labs.a')\n"),
    "importlib alias": ("dynamic", "import importlib as i\ni.import_module('labs.a')\n"),
    "function alias": ("dynamic", "from importlib import import_module as load\nload('labs.a')\n"),
    "assigned alias": ("dynamic", "import importlib\nload = importlib.import_module\nload('labs.a')\n"),
    "alias of an alias": (
        "dynamic",
        "from importlib import import_module\na = import_module\nb = a\nb(name='labs.a')\n",
    ),
    "getattr": ("dynamic", "import importlib\ngetattr(importlib, 'import_module')('labs.a')\n"),
    "partial": ("dynamic", "from functools import partial\nload = partial(__import__)\nload('labs.a')\n"),
    "glued literal": ("dynamic", "__import__('labs' + '.' + 'a')\n"),
    "constant": ("dynamic", "NAME = 'labs.a'\n__import__(NAME)\n"),
    "f-string": ("dynamic", "P = 'labs'\n__import__(f'{P}.a')\n"),
    "__import__": ("dynamic", "__import__('labs.a')\n"),
    "builtins": ("dynamic", "import builtins\nbuiltins.__import__('labs.a')\n"),
    "relative import_module": ("dynamic", "import importlib\nimportlib.import_module('.a', 'labs')\n"),
    "runpy": ("dynamic", "import runpy\nrunpy.run_module('labs.a')\n"),
    "resolve_name": ("dynamic", "import pkgutil\npkgutil.resolve_name('labs.a:X')\n"),
    "builtins by item": ("dynamic", "__builtins__['__import__']('labs.a')\n"),
    "text that is run": ("dynamic", "exec('import labs.a')\n"),
    "glued text that is run": ("dynamic", "T = 'from labs '\nexec(T + 'import a')\n"),
    "text that is worked out": ("dynamic", "x = eval('__import__(\"labs.a\")')\n"),
    "run by another name": ("dynamic", "run = exec\nrun('import labs.a')\n"),
    "run with a blank": ("dynamic", "exec ('import labs.a', {})\n"),
    "run by builtins": ("dynamic", "import builtins\nbuiltins.exec('import labs.a')\n"),
    "module that somebody loaded": ("dynamic", "import sys\nm = sys.modules['labs.a']\n"),
    "module asked for": ("dynamic", "from sys import modules\nm = modules.get('labs.a')\n"),
    "path that is run": ("dynamic", "import runpy\nrunpy.run_path('labs/a.py')\n"),
    "path that is loaded": (
        "dynamic",
        "from importlib.util import spec_from_file_location as spec\nspec('x', './labs/a.py')\n",
    ),
    "loader of a path": (
        "dynamic",
        "from importlib.machinery import SourceFileLoader\nSourceFileLoader('x', path='labs/a.py')\n",
    ),
    "import_string": (
        "dynamic",
        "from django.utils.module_loading import import_string\nimport_string('labs.a.X')\n",
    ),
    "find_spec": ("dynamic", "import importlib.util\nimportlib.util.find_spec('labs.a').loader.load_module()\n"),
    "module taken by another name of sys": ("dynamic", "import sys as s\nm = s.modules['labs.a']\n"),
    "module asked for by another name of sys": ("dynamic", "import os, sys as s\nm = s.modules.get('labs.a')\n"),
    "sys by assignment": ("dynamic", "import sys\nsystem = sys\n\n\ndef f():\n    return system.modules['labs.a']\n"),
    "modules by another name": ("dynamic", "from sys import (\n    modules as m,\n)\nm['labs.a']\n"),
    "modules by assignment": ("dynamic", "import sys\nloaded = sys.modules\n\n\ndef f():\n    loaded['labs.a']\n"),
    "modules by getattr": ("dynamic", "import sys\ngetattr(sys, 'modules')['labs.a']\n"),
    "sys of another module": ("dynamic", "import os\nos.sys.modules['labs.a']\n"),
    "importorskip": ("dynamic", "import pytest\na = pytest.importorskip('labs.a')\n"),
    "importorskip alone": ("dynamic", "from pytest import importorskip as need\nneed(modname='labs.a')\n"),
    "lazy load": ("dynamic", "import lazy_loader as lazy\na = lazy.load('labs.a')\n"),
    "lazy attach": ("dynamic", "from lazy_loader import attach\nattach('labs', submodules={'a'})\n"),
    "lazy attributes": ("dynamic", "import lazy_loader\nx = lazy_loader.attach('labs', None, {'a': ['X']})\n"),
    "map": ("dynamic", "from importlib import import_module\nfound = list(map(import_module, ['labs.a']))\n"),
    "map over lines": ("dynamic", "import importlib\n\nlist(map(\n    importlib.import_module,\n    ('labs.a',)))\n"),
    "submit": ("dynamic", "from importlib import import_module\npool.submit(import_module, 'labs.a')\n"),
    "thread": ("dynamic", "Thread(target=__import__, args=('labs.a',)).start()\n"),
    "partial at once": ("dynamic", "from functools import partial\npartial(__import__, 'labs.a')()\n"),
    "exec given away": ("dynamic", "apply(exec, 'import labs.a')\n"),
    "load_source": ("dynamic", "import imp\nimp.load_source('x', 'labs/a.py')\n"),
    "load_source alone": ("dynamic", "from imp import load_source as load\nload('x', 'labs/a.py')\n"),
    "unparsable": ("static", "import labs.a\nprint 'two'\n"),
    "unparsable, by call": ("dynamic", "print 'two'\n__import__('labs.a')\n"),
    "one line": ("static", "x = 1; import labs.a\n"),
    "continued line": ("static", "from labs \\\n    import a\n"),
}


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return repository(tmp_path_factory.mktemp("evasions") / "repo")


@pytest.mark.parametrize("name", EVASIONS)
def test_an_evasion_is_found_and_told_by_its_kind(repo: Repository, name: str) -> None:
    kind, text = EVASIONS[name]
    base = repo.tree("HEAD")
    assert told(tree_with(base, {PLACE: text})) == {(kind, PLACE, "labs/a.py")}
    assert told(tree_with(base, {PLACE: text.replace("labs", "core")})) == set()


@pytest.mark.parametrize("text", ["from ..labs import a\n", "from ..labs.a import X\n", "from .. import labs\n"])
def test_a_relative_import_leaves_its_lane_as_any_other_does(repo: Repository, text: str) -> None:
    lanes = Lanes.of({name: config.Lane(paths=[f"pkg/{name}/**"], may_import=[]) for name in ("core", "labs")})
    files = {f"pkg/{name}": "" for name in ("__init__.py", "core/__init__.py", "labs/__init__.py", "labs/a.py")}
    tree = tree_with(repo.tree("HEAD"), {**files, "pkg/core/x.py": text})
    assert {(kind, importer) for kind, importer, _ in told(tree, lanes)} == {("static", "pkg/core/x.py")}
    assert told(tree_with(tree, {"pkg/core/x.py": text.replace("..labs", ".").replace("..", ".")}), lanes) == set()


def test_a_symlinked_package_and_a_symlinked_file_are_what_they_stand_for(repo: Repository) -> None:
    links = {"core/extra": "../labs", "core/one.py": "../labs/a.py", "serve/deep": "../core/extra"}
    tree = tree_with(repo.tree("HEAD"), {"core/x.py": "from core.extra import a\n"}, links)
    assert told(tree) == {
        ("link", "core/extra/__init__.py", "labs/__init__.py"),
        ("link", "core/extra/a.py", "labs/a.py"),
        ("link", "core/one.py", "labs/a.py"),
        ("link", "serve/deep/__init__.py", "labs/__init__.py"),
        ("link", "serve/deep/a.py", "labs/a.py"),
    }


def test_a_link_from_outside_all_lanes_is_a_way_into_one(repo: Repository) -> None:
    tree = tree_with(repo.tree("HEAD"), {"core/x.py": "import tools.lab.a\n"}, {"tools/lab": "../labs"})
    (found,) = stands(tree).found
    assert [str(hop) for hop in found.chain] == [
        "core/x.py:1 -> tools/lab/a.py",
        "tools/lab/a.py:0 -> labs/a.py (link)",
    ]


def test_links_in_circles_end_and_links_out_of_the_tree_are_named(repo: Repository) -> None:
    links = {
        "core/me": ".",
        "core/up": "..",
        "core/out": "../../elsewhere",
        "core/etc": "/etc",
        "core/gone.py": "no.py",
    }
    tree = tree_with(repo.tree("HEAD"), {}, links)
    atlas = atlas_of(tree)
    told_of = coverage(atlas, Index.open(tree.repository))
    assert set(told_of.unchecked) == {"core/out", "core/etc", "core/gone.py"}
    assert told_of.python == told_of.checked + 3
    assert atlas.linked.files["core/up/labs/a.py"] == "labs/a.py"


def test_a_namespace_package_needs_no_init(repo: Repository) -> None:
    base = repo.tree("HEAD")
    files = {"labs/__init__.py": None, "core/__init__.py": None, "core/sub/x.py": "import labs.a\n"}
    assert told(tree_with(base, files)) == {("static", "core/sub/x.py", "labs/a.py")}


def test_a_package_below_a_folder_that_is_none_has_two_names(repo: Repository) -> None:
    files = {"tools/lab/__init__.py": "import labs.a\n", "core/x.py": "import tools.lab\n", "core/y.py": "import lab\n"}
    found = {(kind, importer) for kind, importer, _ in told(tree_with(repo.tree("HEAD"), files))}
    assert found == {("static", "core/x.py"), ("static", "core/y.py")}


def test_a_file_in_a_folder_without_init_inside_a_package_counts(repo: Repository) -> None:
    tree = tree_with(repo.tree("HEAD"), {"core/data/x.py": "import labs.a\n"})
    assert told(tree) == {("static", "core/data/x.py", "labs/a.py")}


def test_a_shim_is_found_and_so_is_the_way_through_it(repo: Repository) -> None:
    files = {
        "tools/__init__.py": "",
        "tools/pass_on.py": '"""Harmless."""\nfrom labs.a import X\n__all__ = ["X"]\n',
        "tools/works.py": "from labs.a import X\n\ndef f():\n    return X\n\ndef g():\n    return f\n",
        "tools/unused.py": "from labs.a import X\n",
        "core/x.py": "from tools.pass_on import X\nimport tools.works\n",
    }
    tree = tree_with(repo.tree("HEAD"), files)
    found = shims(Ground(atlas_of(tree), LANES), Index.open(tree.repository))
    assert [(shim.path, shim.lane, shim.to_lanes) for shim in found] == [("tools/pass_on.py", "", ("labs",))]
    assert told(tree) == {("static", "core/x.py", "labs/a.py")}


def test_what_cannot_be_known_is_told_and_never_silent(repo: Repository) -> None:
    text = "import importlib\n\ndef f(name):\n    return importlib.import_module(name)\n\n\nf('labs.a')\n"
    tree = tree_with(repo.tree("HEAD"), {"core/x.py": text, "core/bad.py": "def f(:\n  if x: import json\n"})
    found = coverage(atlas_of(tree), Index.open(tree.repository))
    assert dict(found.blind) == {"core/x.py": (4,)}
    assert list(found.scanned) == ["core/bad.py"]
    assert "line 1" in found.scanned["core/bad.py"]
    assert (found.checked, found.python) == (6, 6)


@pytest.mark.parametrize(
    "text",
    [
        "import sys\nsys.modules['labs.a'] = None\n",
        "import sys\ndel sys.modules['labs.a']\n",
        "model.eval('labs.a')\n",
        "modules = {}\nmodules['labs.a']\n",
        "import sys\nsys.modules['labs.a'] = modules.append('labs.a')\n",
        "import sys as s\ns.modules['labs.a'] = None\nother.modules['labs.a']\n",
        "from attr import load\nload('labs.a')\nattach('labs', ['a'])\n",
        "x = \"map(import_module, ['labs.a'])\"\n",
    ],
)
def test_what_takes_nothing_is_no_import(repo: Repository, text: str) -> None:
    assert told(tree_with(repo.tree("HEAD"), {PLACE: text})) == set()


@pytest.mark.parametrize("text", ["import imp\nimp.load_module(name, f, p, d)\n", "x = loader.load_module(name)\n"])
def test_a_module_whose_name_cannot_be_known_is_listed(repo: Repository, text: str) -> None:
    assert atlas_of(tree_with(repo.tree("HEAD"), {PLACE: text})).blind == {PLACE: (text.count("\n"),)}


@pytest.mark.parametrize("text", ["exec(open('labs/a.py').read())\n", "run = exec\nrun(input())\n", "exec('import')\n"])
def test_a_text_that_cannot_be_known_is_listed(repo: Repository, text: str) -> None:
    assert atlas_of(tree_with(repo.tree("HEAD"), {PLACE: text})).blind[PLACE]


@pytest.mark.parametrize(
    "text",
    [
        "found = map(import_module, NAMES)\n",
        "def f():\n    return import_module\n",
        "HOW = {'by name': importlib.import_module}\n",
        "def f(load=__import__):\n    load('labs.a')\n",
        "load = __import__ if OLD else other\n",
        "pool.map(names, import_module)\n",
        "import lazy_loader\nx = lazy_loader.attach_stub(__name__, __file__)\n",
        "import lazy_loader as lazy\nx = lazy.attach(__name__, NAMES)\n",
        "from lazy_loader import load\nload(name)\n",
        "import imp\nimp.load_source('x', where)\n",
    ],
)
def test_a_function_that_is_given_away_is_told_where_what_it_imports_is_unknown(repo: Repository, text: str) -> None:
    assert atlas_of(tree_with(repo.tree("HEAD"), {PLACE: text})).blind[PLACE]


@pytest.mark.parametrize("text", ["load = partial(__import__)\n", "x = import_module\n", "import_module.y()\n"])
def test_a_function_that_has_another_name_is_not_given_away(repo: Repository, text: str) -> None:
    assert not atlas_of(tree_with(repo.tree("HEAD"), {PLACE: text})).blind


BENDS = {
    "insert": "import sys\nsys.path.insert(0, 'labs')\n",
    "in a function": "import sys\n\n\ndef f():\n    pass\n\n\ndef g():\n    sys.path += ['labs']\n",
    "by another name": "import sys as s\ns.path.append('labs')\n",
    "of a name": "from sys import path as p\n\n\ndef f():\n    p.append('labs')\n",
    "by assignment": "import sys\np = sys.path\np.insert(0, 'labs')\n",
    "a part": "import sys\nsys.path[:0] = ['labs']\n",
    "less": "import sys\ndel sys.path[0]\n",
    "set": "import sys\nsetattr(sys, 'path', ['labs'])\n",
    "set by a test": "def test(monkeypatch):\n    monkeypatch.setattr('sys.path', ['labs'])\n",
    "before all others": "def test(monkeypatch):\n    monkeypatch.syspath_prepend('labs')\n",
    "by getattr": "import sys\ngetattr(sys, 'path').append('labs')\n",
    "a finder": "import sys\nsys.meta_path.insert(0, Finder())\n",
    "a hook": "import sys\nsys.path_hooks.append(hook)\n",
    "of a package": "__path__ = ['labs']\n",
    "of a package, more": "from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n",
    "of a package, append": "__path__.append('labs')\n",
    "a folder of sites": "import site\nsite.addsitedir('labs')\n",
    "a folder of sites, by its name": "from site import addsitedir\n\n\ndef f():\n    addsitedir('labs')\n",
    "a folder of sites, by another name": "from site import addsitedir as add\nadd('labs')\n",
    "of another package": "import core\ncore.__path__.append('labs')\n",
}


@pytest.mark.parametrize("name", BENDS)
def test_a_bent_path_is_told(repo: Repository, name: str) -> None:
    """By its line, which is the last one of each text."""
    text = BENDS[name]
    found = coverage(atlas_of(tree_with(repo.tree("HEAD"), {PLACE: text})), Index.open(repo))
    assert dict(found.bent) == {PLACE: (text.count("\n"),)}
    assert not found.blind


@pytest.mark.parametrize(
    "text",
    [
        "import sys\nprint(sys.path, sys.path[0], sys.path.index('x'))\n",
        "import os\nfor one in __path__:\n    os.path.join(one)\n",
        "self.path.append('labs')\nsystem.path = 1\n",
        "import sys\n'sys.path.append(1)'  # sys.path.append(2)\n",
    ],
)
def test_a_path_that_is_read_is_not_bent(repo: Repository, text: str) -> None:
    assert not atlas_of(tree_with(repo.tree("HEAD"), {PLACE: text})).bent
