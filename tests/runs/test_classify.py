"""Every refusal against a real tree: one entry for each, with all codes of all lines, so that no check can go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from laneshift import config
from laneshift.code.modules import Modules
from laneshift.lanes.model import Lanes, top_folders
from laneshift.repo.objects import MODE_SUBMODULE, MODE_SYMLINK, Entry, File, Tree
from laneshift.runs.batch import parse
from laneshift.runs.classify import STATUSES, Classified, classify
from tests.repo.builders import repo_at

DRAWING = """
labs/__init__.py labs/a.py labs/b.py labs/c.pyi labs/c.py labs/notes.txt labs/Case.py labs/class.py
labs/p/__init__.py labs/p/q.py labs/p/r.py labs/data/x.txt labs/stub.py labs/stub.pyi labs/Caps/only.py
labs/Two/x.py labs/Two/y.py labs/odd.py/x.py labs/vendor/__init__.py labs/Typed/only.py labs/Typed/only.pyi
core/__init__.py core/done.py core/c.pyi core/pkg/__init__.py core/pkg/m.py core/alone.py core/table/x.csv
core/ns/m.py MATRIZ/node.py docs/index.md deep/src/lib/__init__.py deep/src/lib/m.py setup.py
core/pi/x.csv labs/both.py labs/both/x.py core/links/notes.txt
"""
FILES = {path: f"# {path}\n" for path in DRAWING.split()}

# Lines of a batch as (module, src, dst), and for each line the codes of its faults.
REFUSED: dict[str, list[tuple[str, str, str, list[str]]]] = {
    "src missing": [("labs.zz", "labs/zz.py", "core/zz.py", ["src-missing"])],
    "src spelt in another case": [("labs.A", "labs/A.py", "core/a.py", ["src-missing"])],
    "src below a file": [("labs.a.x", "labs/a.py/x.py", "core/x.py", ["src-missing", "module-mismatch"])],
    "dst outside any lane": [("labs.a", "labs/a.py", "other/a.py", ["outside-lanes"])],
    "dst in a folder without code": [("labs.a", "labs/a.py", "docs/a.py", ["outside-lanes"])],
    "verify-only outside any lane": [("docs", "docs", "docs", ["src-not-python", "outside-lanes"])],
    "same src twice": [
        ("labs.a", "labs/a.py", "core/a.py", ["duplicate-source", "duplicate-module"]),
        ("labs.a", "labs//a.py", "core/a2.py", ["duplicate-source", "duplicate-module"]),
    ],
    "same src three times": [
        ("labs.a", "labs/a.py", "core/a.py", ["duplicate-source"]),
        ("b", "labs/a.py", "core/a2.py", ["module-mismatch", "duplicate-source"]),
        ("c", "labs/a.py", "core/a3.py", ["module-mismatch", "duplicate-source"]),
    ],
    "same dst twice": [
        ("labs.a", "labs/a.py", "core/x.py", ["duplicate-destination"]),
        ("labs.b", "labs/b.py", "core/x.py", ["duplicate-destination"]),
    ],
    "same module twice": [
        ("labs.a", "labs/a.py", "core/x.py", ["duplicate-module"]),
        ("labs.a", "labs/b.py", "core/y.py", ["module-mismatch", "duplicate-module"]),
    ],
    "dst exists": [("labs.a", "labs/a.py", "core/done.py", ["dst-exists"])],
    "dst is a folder with data": [("labs.p", "labs/p", "core/table", ["dst-exists"])],
    "dst is a package": [("labs.p", "labs/p", "core/pkg", ["dst-exists"])],
    "a stub stands at dst": [("labs.a", "labs/a.py", "core/c.py", ["dst-exists"])],
    "a chain": [
        ("labs.a", "labs/a.py", "core/done.py", ["dst-exists"]),
        ("core.done", "core/done.py", "core/later.py", []),
    ],
    "case of a file": [("labs.a", "labs/a.py", "core/DONE.py", ["case-collision"])],
    "case of a folder": [("labs.a", "labs/a.py", "matriz/a.py", ["outside-lanes", "case-collision"])],
    "case of a folder inside": [("labs.a", "labs/a.py", "core/PKG/a.py", ["case-collision"])],
    "case of a folder that stays": [("labs.Two.x", "labs/Two/x.py", "labs/two/x.py", ["case-collision"])],
    "case of a stub": [("labs.stub", "labs/stub.py", "core/C.py", ["case-collision"])],
    "case between two dsts": [
        ("labs.a", "labs/a.py", "core/x.py", ["case-collision"]),
        ("labs.b", "labs/b.py", "core/X.py", ["case-collision"]),
    ],
    "case between two new folders": [
        ("labs.a", "labs/a.py", "core/new/x.py", ["case-collision"]),
        ("labs.b", "labs/b.py", "core/New/y.py", ["case-collision"]),
    ],
    "case between composed and decomposed": [
        ("labs.a", "labs/a.py", "core/\u00e9.py", ["case-collision"]),
        ("labs.b", "labs/b.py", "core/e\u0301.py", ["case-collision"]),
    ],
    "another item keeps the old case alive": [
        ("labs.Caps.only", "labs/Caps/only.py", "labs/caps/only.py", ["case-collision"]),
        ("labs.a", "labs/a.py", "labs/Caps/a.py", []),
    ],
    "dst below a file": [
        ("labs.a", "labs/a.py", "core/done.py/a.py", ["dst-not-importable", "dst-below-file"]),
    ],
    "dst below itself": [
        ("labs.a", "labs/a.py", "labs/a.py/b.py", ["dst-inside-src", "dst-not-importable", "dst-below-file"])
    ],
    "dst below a symlink": [("labs.a", "labs/a.py", "core/link/a.py", ["dst-below-file"])],
    "dst below a submodule": [("labs.a", "labs/a.py", "core/sub/a.py", ["dst-below-file"])],
    "module of something else": [("labs.b", "labs/a.py", "core/a.py", ["module-mismatch"])],
    "module named after dst": [("core.a", "labs/a.py", "core/a.py", ["module-mismatch"])],
    "module in another case": [("Labs.a", "labs/a.py", "core/a.py", ["module-mismatch"])],
    "a folder where a file is claimed": [("labs.odd", "labs/odd.py", "core/odd.py", ["src-is-folder"])],
    "a folder to a file": [("labs.p", "labs/p", "core/p.py", ["kind-mismatch"])],
    "a file to a folder": [("labs.a", "labs/a.py", "core/a", ["kind-mismatch"])],
    "src is a symlink": [("core.alias", "core/alias.py", "core/b.py", ["src-symlink"])],
    "src is a symlinked folder": [("core.link", "core/link", "core/b", ["src-symlink"])],
    "verify-only symlink": [("core.alias", "core/alias.py", "core/alias.py", ["src-symlink"])],
    "src is a submodule": [("core.sub", "core/sub", "core/b", ["src-submodule"])],
    "src holds a submodule": [("labs.vendor", "labs/vendor", "core/vendor", ["src-submodule"])],
    "src is no Python": [("labs.notes", "labs/notes.txt", "core/notes", ["module-mismatch", "src-not-python"])],
    "src folder without Python": [("labs.data", "labs/data", "core/data", ["src-not-python"])],
    "src is a package's marker": [("labs.p", "labs/p/__init__.py", "core/p.py", ["package-marker"])],
    "dst is a package's marker": [("labs.a", "labs/a.py", "core/new/__init__.py", ["package-marker"])],
    "dst is a marker at the root": [("labs.a", "labs/a.py", "__init__.py", ["package-marker"])],
    "src folder with nothing but symlinks": [("core.links", "core/links", "labs/links", ["src-not-python"])],
    "dst cannot be imported": [("labs.a", "labs/a.py", "core/new-name.py", ["dst-not-importable"])],
    "dst is a keyword": [("labs.a", "labs/a.py", "core/class.py", ["dst-not-importable"])],
    "dst has spaces": [("labs.a", "labs/a.py", "core/ a.py", ["dst-not-importable"])],
    "dst inside src": [("labs.p", "labs/p", "labs/p/deeper", ["dst-inside-src"])],
    "src inside another src": [
        ("labs.p", "labs/p", "core/p", ["overlap"]),
        ("labs.p.q", "labs/p/q.py", "core/q.py", ["overlap"]),
    ],
    "dst inside another src": [
        ("labs.p", "labs/p", "core/p", ["overlap"]),
        ("labs.a", "labs/a.py", "labs/p/a.py", ["overlap"]),
    ],
    "dst inside another dst": [
        ("labs.p", "labs/p", "core/p", ["overlap"]),
        ("labs.a", "labs/a.py", "core/p/a.py", ["overlap"]),
    ],
    "module beside a package": [("labs.a", "labs/a.py", "core/pkg.py", ["dst-shadowed"])],
    "module beside a namespace package": [("labs.a", "labs/a.py", "core/ns.py", ["dst-shadowed"])],
    "package beside a module": [("labs.p", "labs/p", "core/alone", ["dst-shadowed"])],
    "new folder beside a module": [("labs.a", "labs/a.py", "core/alone/a.py", ["dst-shadowed"])],
    "module and package of two items": [
        ("labs.a", "labs/a.py", "core/x.py", ["dst-shadowed"]),
        ("labs.b", "labs/b.py", "core/x/b.py", ["dst-shadowed"]),
    ],
    "module and whole package of two items": [
        ("labs.a", "labs/a.py", "core/x.py", ["dst-shadowed"]),
        ("labs.p", "labs/p", "core/x", ["dst-shadowed"]),
    ],
    "gone without a trace": [("labs.gone", "labs/gone.py", "core/done.py", ["not-renamed"])],
    "faults of the text and of the tree": [
        ("1", "labs/zz.py", "other/zz.py", ["bad-module", "outside-lanes", "src-missing"])
    ],
}

READY: dict[str, list[tuple[str, str, str]]] = {
    "a module": [("labs.a", "labs/a.py", "core/a.py")],
    "a module with its stub": [("labs.stub", "labs/stub.py", "core/stub.py")],
    "a package": [("labs.p", "labs/p", "core/p")],
    "a package inside a package": [("labs.p", "labs/p", "core/pkg/p")],
    "a namespace package": [("core.ns", "core/ns", "labs/ns")],
    "out of a package": [("labs.p.q", "labs/p/q.py", "labs/q.py")],
    "into a new package": [("labs.a", "labs/a.py", "core/x/y/a.py")],
    "into a package of its own name": [("labs.a", "labs/a.py", "labs/a/b.py")],
    "beside a folder with data": [("labs.a", "labs/a.py", "core/table.py")],
    "to the name of a folder that empties": [("core.ns.m", "core/ns/m.py", "core/ns.py")],
    "where a module and a package share a name already": [("labs.a", "labs/a.py", "labs/both/a.py")],
    "to the root": [("labs.a", "labs/a.py", "a.py")],
    "from the root": [("setup", "setup.py", "core/setup.py")],
    "case-only": [("labs.Case", "labs/Case.py", "labs/case.py")],
    "case-only package": [("labs.Two", "labs/Two", "labs/two")],
    "case-only of a folder that empties": [("labs.Caps.only", "labs/Caps/only.py", "labs/caps/only.py")],
    "case-only of a folder that empties with a stub": [("labs.Typed.only", "labs/Typed/only.py", "labs/typed/only.py")],
    "within a folder in capitals": [("MATRIZ.node", "MATRIZ/node.py", "MATRIZ/nodes/node.py")],
    "named below its source root": [("lib.m", "deep/src/lib/m.py", "deep/src/lib/n.py")],
    "named from the root": [("deep.src.lib.m", "deep/src/lib/m.py", "deep/src/lib/n.py")],
    "two into one new folder": [("labs.a", "labs/a.py", "core/x/a.py"), ("labs.b", "labs/b.py", "core/x/b.py")],
    "similar names": [("labs.a", "labs/a.py", "core/x.py"), ("labs.b", "labs/b.py", "core/x2/b.py")],
    "beside an untouched package": [("core.pkg", "core/pkg", "core/pkg"), ("labs.a", "labs/a.py", "core/pkg/a.py")],
}

Judge = Callable[..., Classified]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    repository = repo_at(tmp_path_factory.mktemp("classify") / "repo", FILES)
    plain = repository.tree("HEAD")
    commit = Entry(MODE_SUBMODULE, repository.commit_id("HEAD"))
    return plain.edit(
        {
            "core/link": File(b"pkg", MODE_SYMLINK),
            "core/alias.py": File(b"done.py", MODE_SYMLINK),
            "core/links/x.py": File(b"../done.py", MODE_SYMLINK),
            "core/sub": commit,
            "labs/vendor/sub": commit,
        }
    )


@pytest.fixture(scope="module")
def judge(tree: Tree) -> Judge:
    modules = Modules.of(tree.entries)
    lanes = Lanes.of({}, top_folders(tree.entries))

    def run(*lines: tuple[str, str, str], renamed: bool = False) -> Classified:
        data = "\n".join("\t".join(fields) for fields in lines).encode()
        return classify(parse("core.tsv", data), tree, modules, lanes, lambda src, dst: renamed)

    return run


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("backwards", [False, True])
def test_each_refusal_is_found_for_each_line(judge: Judge, case: str, backwards: bool) -> None:
    rows = REFUSED[case][::-1] if backwards else REFUSED[case]
    found = judge(*(row[:3] for row in rows))
    by_place: dict[str, list[str]] = {f"core.tsv:{number}": [] for number in range(1, len(rows) + 1)}
    for fault in found.faults:
        by_place[fault.where].append(fault.code.removeprefix("batch."))
    assert [sorted(codes) for codes in by_place.values()] == [sorted(row[3]) for row in rows]
    assert [item.status == "refused" for item in found.items] == [bool(row[3]) for row in rows]
    assert all(bool(item.reason) == (item.status == "refused") for item in found.items)


@pytest.mark.parametrize("case", READY)
def test_what_is_right_is_not_refused(judge: Judge, case: str) -> None:
    found = judge(*READY[case])
    assert found.faults == ()
    wanted = ["verify-only" if src == dst else "ready" for _, src, dst in READY[case]]
    assert [item.status for item in found.items] == wanted
    assert [item.id for item in found.items] == [module for module, _, _ in READY[case]]


def test_a_source_that_is_its_destination_is_verify_only(judge: Judge) -> None:
    found = judge(("core.done", "core/done.py", "./core//done.py"), ("labs.p", "labs/p/", "labs/p"))
    assert [(item.status, item.lane) for item in found.items] == [("verify-only", "core"), ("verify-only", "labs")]
    assert found.faults == ()


def test_a_rename_that_history_shows_is_already_done(judge: Judge) -> None:
    gone, package = ("labs.gone", "labs/gone.py", "core/done.py"), ("labs.old", "labs/old", "core/pkg")
    inside = ("core.pkg.m", "core/pkg/m.py", "core/pkg/n.py")
    found = judge(gone, package, inside, renamed=True)
    assert [item.status for item in found.items] == ["already-done", "already-done", "ready"]
    assert found.faults == ()


def test_a_rename_with_other_faults_is_refused(judge: Judge) -> None:
    found = judge(("labs.other", "labs/gone.py", "core/done.py"), renamed=True)
    assert [fault.code for fault in found.faults] == ["batch.module-mismatch"]
    assert found.counts == {"ready": 0, "verify-only": 0, "already-done": 0, "refused": 1}


def test_history_is_asked_only_where_it_can_answer(tree: Tree) -> None:
    asked: list[tuple[str, str]] = []
    batch = parse(
        "core.tsv",
        b"labs.a\tlabs/a.py\tcore/a.py\nlabs.zz\tlabs/zz.py\tcore/zz.py\ncore\tcore\tcore\n"
        b"labs.gone\tlabs/gone.py\tcore/done.py\nx\tlabs/gone2.py\tcore/alone.py\n"
        b"1\tlabs/gone3.py\tcore/ns/m.py\n",
    )
    lanes = Lanes.of({}, top_folders(tree.entries))
    classify(batch, tree, Modules.of(tree.entries), lanes, lambda src, dst: not asked.append((src, dst)))
    assert asked == [("labs/gone.py", "core/done.py")]


def test_faults_name_the_other_line_and_the_cure(judge: Judge) -> None:
    found = judge(
        ("labs.a", "labs/a.py", "core/x.py"), ("labs.b", "labs/b.py", "core/x.py"), ("labs.A", "labs/A.py", "core/q.py")
    )
    texts = [str(fault) for fault in found.faults]
    assert "core.tsv:1: dst 'core/x.py' is also that of core.tsv:2 [batch.duplicate-destination]" in texts
    assert "core.tsv:2: dst 'core/x.py' is also that of core.tsv:1 [batch.duplicate-destination]" in texts
    assert "core.tsv:3: src 'labs/A.py' is not in the tree (the tree has 'labs/a.py') [batch.src-missing]" in texts


@pytest.mark.parametrize(
    ("line", "cure"),
    [
        (("labs.alone", "labs/alone", "core/alone2"), ""),
        (("labs.a", "labs/a", "core/a2"), "the tree has 'labs/a.py'"),
        (("labs.p", "labs/p.py", "core/p.py"), "the tree has 'labs/p'"),
        (("labs.CASE", "labs/CASE.py", "core/q.py"), "the tree has 'labs/Case.py'"),
        (("m", "deep/src/lib/m.py", "core/m.py"), "write lib.m"),
        (("labs.a_b", "labs/a-b.py", "core/m.py"), "a part of the path is no identifier, so no import can name it"),
    ],
)
def test_the_cure_says_what_may_have_been_meant(judge: Judge, line: tuple[str, str, str], cure: str) -> None:
    assert cure in [fault.cure for fault in judge(line).faults]


def test_the_lane_of_a_package_is_that_of_its_files(tree: Tree) -> None:
    settings = {"code": config.Lane(paths=["core/**"]), "files": config.Lane(paths=["*/*.py"])}
    batch = parse("core.tsv", b"core\tcore\tcore\nlabs.p\tlabs/p\tMATRIZ\nlabs.a\tlabs/a.py\tdeep/a.py\n")
    found = classify(batch, tree, Modules.of(tree.entries), Lanes.of(settings), lambda src, dst: False)
    assert [item.lane for item in found.items] == ["code", "files", "files"]


def test_every_line_is_one_item_whatever_is_wrong_with_it(judge: Judge) -> None:
    rows = [row[:3] for rows in REFUSED.values() for row in rows] + [row for rows in READY.values() for row in rows]
    found = judge(*rows, ("\x00", "..", "/"), ("", "x", ""))
    assert [item.line.number for item in found.items] == list(range(1, len(rows) + 3))
    assert sum(found.counts.values()) == len(rows) + 2
    assert sum(len(found.of(status)) for status in STATUSES) == len(rows) + 2
    assert len({item.id for item in found.items}) == len(rows) + 2


def test_ids_are_safe_in_branch_names(judge: Judge) -> None:
    long = ".".join(["part"] * 60)
    found = judge(
        (long, f"{long.replace('.', '/')}.py", "core/a.py"),
        ("labs.lock", "labs/lock.py", "core/lock.py"),
        ("labs.A", "labs/A.py", "core/b.py"),
        ("labs.a", "labs/a.py", "core/c.py"),
        ("not a module", "labs/b.py", "core/d.py"),
        ("labs.b", "labs/b.py", "core/e.py"),
        ("labs.b", "labs/b.py", "core/f.py"),
    )
    ids = [item.id for item in found.items]
    assert len(ids[0].encode()) < 200
    assert ids[0].startswith("part.part")
    assert ids[1].startswith("labs.lock-")
    assert len({name.lower() for name in ids}) == len(ids)
    assert ids[4:] == ["line-5", "line-6", "line-7"]


def test_two_items_of_one_line_of_json_have_two_ids(tree: Tree) -> None:
    batch = parse("core.json", b'{"items": [1, 2]}')
    found = classify(batch, tree, Modules.of(tree.entries), Lanes.of({}), lambda src, dst: False)
    assert [item.id for item in found.items] == ["line-1-1", "line-1-2"]


def test_what_the_batch_says_about_an_item_is_kept(tree: Tree) -> None:
    text = b'[[items]]\nmodule="labs.a"\nsrc="labs/a.py"\ndst="core/a.py"\n'
    text += b'owner="Ada"\nrisk="high"\ntask="T-1"\nexceptions=["x"]'
    lanes = Lanes.of({}, top_folders(tree.entries))
    found = classify(parse("core.toml", text), tree, Modules.of(tree.entries), lanes, lambda src, dst: False)
    item, said = found.items[0], found.items[0].line
    assert (item.status, said.owner, said.risk, said.task, said.exceptions) == ("ready", "Ada", "high", "T-1", ("x",))


def test_a_tree_without_files_refuses_everything(tree: Tree) -> None:
    empty = tree.repository.empty_tree()
    found = classify(parse("core.tsv", b"a\ta.py\tb.py"), empty, Modules.of(()), Lanes.of({}), lambda src, dst: True)
    assert [item.status for item in found.items] == ["refused"]


def test_configured_roots_decide_what_can_be_imported(tmp_path: Path) -> None:
    tree = repo_at(tmp_path, {"src/pkg/a.py": "", "tools/x.py": ""}).tree("HEAD")
    modules = Modules.of(tree.entries, ["src"])
    batch = parse("core.tsv", b"pkg.a\tsrc/pkg/a.py\ttools/a.py\nsrc.pkg.a\tsrc/pkg/a.py\tsrc/pkg/b.py")
    found = classify(batch, tree, modules, Lanes.of({}, top_folders(tree.entries)), lambda src, dst: False)
    codes = [(fault.where, fault.code) for fault in found.faults if not fault.code.startswith("batch.duplicate")]
    assert codes == [("core.tsv:1", "batch.dst-not-importable")]
