"""The differential run, on a small repository instead of a fetched project: it finds nothing, and it finds faults."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench.differential.choose import choose
from bench.differential.examine import examine
from bench.differential.probe import compile_all, lost, probe
from bench.differential.sample import Checkout, sample
from bench.differential.shrink import shrink
from corpus.project import clone
from laneshift.code.modules import Modules
from laneshift.code.moves import Move
from laneshift.repo.objects import File, Repository
from tests.repo.builders import git_cli

_FILES = {
    "shop/__init__.py": "from shop.cart import Cart\n",
    "shop/cart.py": "from . import money\nfrom .stock.items import Item\n\nclass Cart:\n    first = Item(money.ZERO)\n",
    "shop/money.py": "ZERO = 0\n",
    "shop/stock/__init__.py": "",
    "shop/stock/items.py": "import shop.money as cash\n\nclass Item:\n    def __init__(self, price=cash.ZERO): ...\n",
    "shop/stock/report.py": "from ..cart import Cart\nfrom shop import money\nTOTAL = money.ZERO, Cart\n",
    "shop/tools/__init__.py": "",
    "shop/tools/names.py": "import shop.stock.report\nALL = shop.stock.report.TOTAL\n",
    "README.md": "See `shop.money` in shop/money.py.\n",
}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("differential") / "source"
    for path, text in _FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    git_cli(folder, "init", "--quiet", "--initial-branch=main")
    git_cli(folder, "add", "--all")
    git_cli(folder, "commit", "--quiet", "--message", "base")
    return folder


def checkout(source: Path, tmp_path: Path) -> Checkout:
    folder, compiled = tmp_path / "checkout", tmp_path / "bytecode"
    clone(source, folder)
    alternates = folder / ".git" / "objects" / "info" / "alternates"
    alternates.write_text(f"{source / '.git' / 'objects'}\n", encoding="utf-8")
    compiled.mkdir()
    compile_all(Path(sys.executable), folder, compiled)
    names = {path: name for path, name in Modules.of(_FILES).by_path.items() if path.startswith("shop/")}
    return Checkout(folder, Path(sys.executable), compiled, "HEAD", names, ("",), None)


def test_the_same_seed_chooses_the_same_moves_and_another_seed_others() -> None:
    first = choose(list(_FILES), "shop", 1, 12)
    assert len(first) == len(set(first)) == 12
    assert first == choose(list(_FILES), "shop", 1, 12)
    assert first != choose(list(_FILES), "shop", 2, 12)


def test_chosen_moves_start_at_modules_and_end_at_free_paths() -> None:
    for seed in range(30):
        for move in choose(list(_FILES), "shop", seed, 10):
            assert move.src in _FILES or f"{move.src}/__init__.py" in _FILES
            assert move.src not in ("shop", "shop/__init__.py")
            assert move.dst not in _FILES
            assert not f"{move.dst}/".startswith(f"{move.src}/")


def test_nothing_to_move_gives_no_moves() -> None:
    assert choose(["README.md"], "shop", 1, 5) == []


def test_seeded_moves_hold_every_proof_and_import_as_before(source: Path, tmp_path: Path) -> None:
    place = checkout(source, tmp_path)
    moves = choose(list(_FILES), "shop", 3, 12)
    outcomes = [examine(source, "HEAD", move) for move in moves]
    done = [outcome for outcome in outcomes if not outcome.refused]
    assert len(done) >= 8
    assert [(outcome.move, outcome.surprises) for outcome in done if outcome.surprises] == []
    for number, outcome in enumerate(done[:4]):
        seen = sample(place, outcome, number)
        assert seen.imported >= 6
        assert seen.surprises == ()


def test_a_cycle_of_imports_that_the_move_tells_of_is_no_surprise(source: Path, tmp_path: Path) -> None:
    outcome = examine(source, "HEAD", Move("shop/cart.py", "fresh/cart.py"))
    seen = sample(checkout(source, tmp_path), outcome, 1)
    assert outcome.cycle
    assert seen.surprises == ()
    assert [each.split(":")[0] for each in seen.circular] == ["import fresh.cart"]
    silent = sample(checkout(source, tmp_path / "again"), replace(outcome, cycle=False), 1)
    assert len(silent.surprises) == 1


def test_a_tree_in_which_an_import_was_not_rewritten_is_a_surprise(source: Path, tmp_path: Path) -> None:
    """The fault: the tree after the move, with one importer put back as it was."""
    outcome = examine(source, "HEAD", Move("shop/money.py", "shop/tools/money.py"))
    repository = Repository.open(source)
    before, after = repository.tree("HEAD"), repository.tree(outcome.tree)
    broken = after.edit({"shop/stock/items.py": File(before.read("shop/stock/items.py"))})
    place = checkout(source, tmp_path)
    place.put(broken.oid)
    names = ["shop.stock.items", "shop.tools.money"]
    found = probe(place.python, place.folder, ("",), names, place.compiled)
    assert found["shop.stock.items"].startswith("ModuleNotFoundError")
    told = lost({"shop.stock.items": "ok", "shop.money": "ok"}, found, "shop.money", "shop.tools.money")
    assert any(each.startswith("import shop.stock.items: ModuleNotFoundError") for each in told)


def test_a_module_that_failed_before_or_was_renamed_is_not_lost() -> None:
    before = {"a.b": "ok", "a.c": "ImportError: no", "a.d": "ok"}
    after = {"x.b": "ok", "a.c": "ImportError: no"}
    assert lost(before, after, "a.b", "x.b") == ["import a.d: its process died"]


def test_a_process_that_dies_is_told_and_others_go_on(tmp_path: Path) -> None:
    (tmp_path / "dies.py").write_text("import os\nos._exit(3)\n")
    (tmp_path / "lives.py").write_text("print('noise')\n")
    (tmp_path / "fails.py").write_text("raise RuntimeError('no\\nway')\n")
    found = probe(Path(sys.executable), tmp_path, ("",), ["dies", "lives", "fails"], tmp_path)
    assert found == {"lives": "ok", "fails": "RuntimeError: no\nway"}


def test_what_does_not_show_a_surprise_is_not_shrunk(source: Path) -> None:
    tree = Repository.open(source).tree("HEAD")
    assert shrink(tree, Move("shop/money.py", "shop/tools/money.py"), "syntax: shop/cart.py: nothing", 2.0) is None
