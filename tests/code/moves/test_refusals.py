"""Moves that cannot be done are refused under a stable code, before anything is computed."""

from __future__ import annotations

import pytest

from laneshift.code.moves import Move, move
from laneshift.errors import Refused
from laneshift.repo.objects import MODE_SYMLINK, File
from tests.code.moves.forms import SKELETON
from tests.code.moves.repos import contents, tree_of

_FILES = {
    **SKELETON,
    "Mixed/One.py": "",
    "my-tool.py": "",
    "data/q.txt": "q",
    "p.py": "",
    "p/__init__.py": "",
    "z/Q.py": "",
}

REFUSED = [
    ("a/b/none.py", "x/y/none.py", "moves.source-missing"),
    ("a/none", "x/none", "moves.source-missing"),
    ("a/b/c.py", "a/b/d.py", "moves.destination-exists"),
    ("a/b/c.py", "p.py", "moves.destination-exists"),
    ("a/b/c.py", "x/y.py", "moves.destination-exists"),
    ("a/b", "x/y", "moves.destination-exists"),
    ("a/b", "p", "moves.destination-exists"),
    ("a/b", "a/b/inner", "moves.into-itself"),
    ("a/b", "a", "moves.overlap"),
    ("a/b/c.py", "a/b/c.py", "moves.same-path"),
    ("a/b/__init__.py", "x/q/__init__.py", "moves.package-file"),
    ("a/b/c.py", "x/q/__init__.py", "moves.package-file"),
    ("a/b/c.py", "x/not-a-name.py", "moves.destination-not-a-module"),
    ("a/b/c.py", "x/class.py", "moves.destination-not-a-module"),
    ("a/b/c.py", "x/1st/c.py", "moves.destination-not-a-module"),
    ("a/b/c.py", "x/y/c.txt", "moves.kind-differs"),
    ("a/b/c.py", "x/y/c", "moves.kind-differs"),
    ("a/b", "x/b.py", "moves.kind-differs"),
    ("my-tool.py", "tool.py", "moves.source-not-a-module"),
    ("data/q.txt", "data/q.py", "moves.source-not-a-module"),
    ("data", "other", "moves.source-not-a-package"),
    ("p.py", "q.py", "moves.source-shadowed"),
    ("a/b/c.py", "mixed/c.py", "moves.case-collision"),
    ("a/b/c.py", "z/q.py", "moves.case-collision"),
    ("../a.py", "b.py", "moves.bad-path"),
    ("a/b/c.py", "../c.py", "moves.bad-path"),
    ("a/b/c.py", "/c.py", "moves.bad-path"),
    ("a/b/c.py", "x//c.py", "moves.bad-path"),
    ("a/b/c.py", "x/\n/c.py", "moves.bad-path"),
    ("a/b/c.py", "x/\0.py", "moves.bad-path"),
    ("a/b/c.py", ".git/c.py", "moves.bad-path"),
    ("a/b/c.py", "x/.GIT/c.py", "moves.bad-path"),
    ("", "x.py", "moves.bad-path"),
]


@pytest.mark.parametrize(
    ("src", "cure"),
    [
        ("c.py", "write a/b/c.py: paths start at the root of the repository"),
        ("b/c.py", "write a/b/c.py: paths start at the root of the repository"),
        ("a.b.c", "write a/b/c.py: paths start at the root of the repository"),
        ("a/b/c", "write a/b/c.py: paths start at the root of the repository"),
        ("a.b", "write a/b: paths start at the root of the repository"),
        ("b", "write a/b: paths start at the root of the repository"),
        ("nowhere.py", ""),
        ("__init__.py", "move the folder of the package"),
        ("./a/b/c.py", "write a/b/c.py"),
        ("a//b/./c.py", "write a/b/c.py"),
        ("/a/b/c.py", "write it from the root of the repository on, such as a/b/c.py"),
        ("a/../.git/c.py", "write it from the root of the repository on, such as a/b/c.py"),
    ],
)
def test_the_refusal_of_a_source_says_what_to_write(src: str, cure: str) -> None:
    with pytest.raises(Refused) as raised:
        move(tree_of(_FILES), Move(src, "x/z.py"))
    assert raised.value.cure == cure


@pytest.mark.parametrize(("src", "dst", "code"), REFUSED)
def test_is_refused(src: str, dst: str, code: str) -> None:
    with pytest.raises(Refused) as raised:
        move(tree_of(_FILES), Move(src, dst))
    assert raised.value.code == code
    assert raised.value.exit_code == 2


def test_a_link_and_a_destination_below_a_file_are_refused() -> None:
    tree = tree_of(SKELETON).edit({"link.py": File(b"a/b/c.py", MODE_SYMLINK)})
    with pytest.raises(Refused) as raised:
        move(tree, Move("link.py", "x/link.py"))
    assert raised.value.code == "moves.source-not-a-file"
    with pytest.raises(Refused) as raised:
        move(tree, Move("a/b/d.py", "a/b/c.py/d.py"))
    assert raised.value.code in {"moves.destination-not-a-module", "moves.destination-exists"}


def test_a_rename_in_case_alone_is_allowed() -> None:
    tree = tree_of({**_FILES, "app.py": "from Mixed.One import q\nfrom Mixed import One\n"})
    result = move(tree, Move("Mixed/One.py", "Mixed/one.py"))
    assert result.tree.read("app.py") == b"from Mixed.one import q\nfrom Mixed import one as One\n"
    assert "Mixed/One.py" not in result.tree
    assert move(result.tree, result.intent.inverse()).tree == tree


def test_a_package_renamed_in_case_alone() -> None:
    tree = tree_of({**_FILES, "app.py": "import Mixed.One\nMixed.One.q\n"})
    result = move(tree, Move("Mixed", "mixed"))
    assert result.tree.read("app.py") == b"import mixed.One\nmixed.One.q\n"
    assert move(result.tree, result.intent.inverse()).tree == tree


def test_markers_are_made_where_packages_have_them_and_go_again() -> None:
    tree = tree_of(SKELETON)
    result = move(tree, Move("a/b/c.py", "x/new/deep/c.py"))
    assert result.markers == ("x/new/__init__.py", "x/new/deep/__init__.py")
    returned = move(result.tree, result.intent.inverse())
    assert returned.unmarked == ("x/new/deep/__init__.py", "x/new/__init__.py")
    assert returned.tree == tree


def test_namespace_packages_stay_without_markers() -> None:
    tree = tree_of({"n/one/m.py": "", "n/two/k.py": "from n.one import m\n", "app.py": "import n.one.m\n"})
    result = move(tree, Move("n/one/m.py", "n/three/m.py"))
    assert result.markers == ()
    assert contents(result.tree) == {
        "n/three/m.py": "",
        "n/two/k.py": "from n.three import m\n",
        "app.py": "import n.three.m\n",
    }
    assert move(result.tree, result.intent.inverse()).tree == tree


def test_a_namespace_that_imports_reveal_is_not_a_source_root() -> None:
    files = {"acme/shop/__init__.py": "", "acme/shop/m.py": "", "acme/desk/__init__.py": ""}
    spaced = tree_of({**files, "app.py": "from acme.shop import m\n"})
    assert move(spaced, Move("acme/shop/m.py", "acme/desk/m.py")).tree.read("app.py") == b"from acme.desk import m\n"
    rooted = tree_of({**files, "acme/app.py": "from shop import m\n"})
    assert move(rooted, Move("acme/shop/m.py", "acme/desk/m.py")).tree.read("acme/app.py") == b"from desk import m\n"


def test_configured_roots_win() -> None:
    tree = tree_of({"back/end/m.py": "", "back/end/k.py": "", "back/app.py": "from end import m\nimport back.end.m\n"})
    result = move(tree, Move("back/end/m.py", "back/other/m.py"), roots=["back"])
    assert result.tree.read("back/app.py") == b"from other import m\nimport back.other.m\n"
    assert (result.old_name, result.new_name) == ("end.m", "other.m")


def test_stubs_go_along() -> None:
    tree = tree_of({**SKELETON, "a/b/c.pyi": "from . import d\n", "a/b/c.pxd": "cdef int q\n"})
    result = move(tree, Move("a/b/c.py", "x/y/c.py"))
    assert result.relocations == {"a/b/c.py": "x/y/c.py", "a/b/c.pyi": "x/y/c.pyi", "a/b/c.pxd": "x/y/c.pxd"}
    assert result.tree.read("x/y/c.pyi") == b"from  a.b import d\n"


def test_the_three_trees_grow_step_by_step() -> None:
    tree = tree_of({**SKELETON, "app.py": "import a.b.c\n", "q.toml": "q = 'a.b.c'\n"})
    result = move(tree, Move("a/b/c.py", "x/y/c.py"))
    relocated, referenced = contents(result.relocated()), contents(result.referenced())
    assert "a/b/c.py" not in relocated
    assert (relocated["app.py"], relocated["q.toml"]) == ("import a.b.c\n", "q = 'a.b.c'\n")
    assert (referenced["app.py"], referenced["q.toml"]) == ("import x.y.c\n", "q = 'a.b.c'\n")
    assert contents(result.tree)["q.toml"] == "q = 'x.y.c'\n"


def test_an_index_of_words_gives_the_same_tree() -> None:
    tree = tree_of({**SKELETON, "app.py": "import a.b.c\n", "q.py": "from a.b import d\n", "c.md": "a/b/c.py"})
    asked: list[str] = []

    def mentions(found: object, word: str) -> list[str]:
        asked.append(word)
        assert found == tree
        return [path for path in tree.entries if word.encode() in tree.read(path)]

    assert (
        move(tree, Move("a/b/c.py", "x/y/c.py"), mentions=mentions).tree
        == move(tree, Move("a/b/c.py", "x/y/c.py")).tree
    )
    assert asked == ["b", "c"]


def test_broken_files_are_listed() -> None:
    tree = tree_of(
        {**SKELETON, "one.py": "from a.b.c import f\nprint 1\n", "two.py": "import a.b.c\nprint 1\n", "k.py": "f(\n"}
    )
    assert move(tree, Move("a/b/c.py", "x/y/c.py")).conservative == ("one.py", "two.py")


def test_the_same_name_under_another_root_means_another_file() -> None:
    service = {"__init__.py": "", "m.py": "", "use.py": "from app import m\nimport app.m\n# app/m.py\n"}
    files = {f"{root}/app/{name}": text for root in ("one/src", "two/src") for name, text in service.items()}
    tree = tree_of({**files, "one/src/app/k/__init__.py": "", "README.md": "app/m.py\n"})
    result = move(tree, Move("one/src/app/m.py", "one/src/app/k/m.py"))
    assert result.tree.read("one/src/app/use.py") == b"from app.k import m\nimport app.k.m\n# app/m.py\n"
    assert result.tree.read("two/src/app/use.py") == service["use.py"].encode()
    assert result.tree.read("README.md") == b"app/m.py\n"
    assert move(result.tree, result.intent.inverse()).tree == tree


def test_a_file_name_alone_counts_only_where_it_is_unique() -> None:
    files = {"m.py": "", "n/__init__.py": "", "q.md": "run m.py and ./m.py\n", "lib/w.py": ""}
    moved = move(tree_of(files), Move("m.py", "n/m.py")).tree
    assert moved.read("q.md") == b"run n/m.py and ./n/m.py\n"
    ambiguous = move(tree_of({**files, "k/m.py": ""}), Move("m.py", "n/m.py")).tree
    assert ambiguous.read("q.md") == b"run m.py and ./n/m.py\n"


def test_a_path_below_a_root_becomes_one_below_the_other() -> None:
    tree = tree_of({"src/a/m.py": "", "src/a/__init__.py": "", "lib/b/__init__.py": "", "q.md": "a/m.py src/a/m.py\n"})
    result = move(tree, Move("src/a/m.py", "lib/b/m.py"))
    assert result.tree.read("q.md") == b"b/m.py lib/b/m.py\n"
    assert move(result.tree, result.intent.inverse()).tree == tree


def test_an_import_that_supported_a_top_package_goes_again() -> None:
    tree = tree_of({"p/__init__.py": "N = 1\n", "p/c.py": "", "x/__init__.py": "", "app.py": "import p.c\np.c, p.N\n"})
    result = move(tree, Move("p/c.py", "x/c.py"))
    assert result.tree.read("app.py") == b"import x.c\nimport  p\nx.c, p.N\n"
    assert move(result.tree, result.intent.inverse()).tree == tree


def test_a_move_into_another_source_root_and_back() -> None:
    files = {**SKELETON, "a/b/m.py": "from .c import f\nfrom . import d\n", "lib/w/__init__.py": ""}
    tree = tree_of(files)
    result = move(tree, Move("a/b/c.py", "lib/w/c.py"))
    assert result.tree.read("a/b/m.py") == b"from  w.c import f\nfrom . import d\n"
    assert move(result.tree, result.intent.inverse()).tree == tree


def test_a_file_that_does_not_name_the_package_is_changed_only_below_it() -> None:
    """`c` is a common word: only files that also name `b`, or lie below it, can mean the module."""
    files = {
        **SKELETON,
        "a/b/e.py": "from . import c\n",
        "a/b/deep/__init__.py": "",
        "a/b/deep/f.py": "from .. import c\n",
        "other/__init__.py": "",
        "other/c.py": "",
        "other/g.py": "from . import c\n",
        "h.py": "import a.b.c\n",
    }
    result = move(tree_of(files), Move("a/b/c.py", "x/y/c.py"))
    assert {edit.path for edit in result.edits} == {"a/b/e.py", "a/b/deep/f.py", "h.py"}
    assert result.tree.read("other/g.py") == b"from . import c\n"
