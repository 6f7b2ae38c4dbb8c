"""Patches against an old base arrive on the moved tree as if they had been applied before the moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from laneshift.code.intents import Intent, Rules
from laneshift.landing.carry import Patch, backward, carry, forward
from laneshift.repo.merging import Merged
from laneshift.repo.objects import File, Tree
from tests.code.moves.repos import contents, tree_of

FILES: dict[str, str] = {
    "labs/__init__.py": "",
    "labs/rank.py": "from labs import text\n\n\ndef top():\n    return text.join(['a', 'b'])\n\n\n"
    "def last():\n    return 0\n",
    "labs/text.py": "def join(parts):\n    return ' '.join(parts)\n",
    "core/__init__.py": "",
    "core/app.py": "from labs.rank import top\n\n\ndef run():\n    return top()\n\n\ndef stop():\n    return None\n",
}
RANK = Intent("rank", "labs/rank.py", "core/rank.py")
TEXT = Intent("text", "labs/text.py", "core/words/text.py")
RULES = Rules()
TEST = "tests/moves/test_core_rank.py"


def moved(tree: Tree, intents: Sequence[Intent] = (RANK, TEXT)) -> Tree:
    for intent in intents:
        tree = forward(RULES)(tree, intent).tree
    return tree


def carried(changes: Mapping[str, str | None], tip: Mapping[str, str | None] | None = None) -> Merged:
    """A patch with `changes` to the files, onto a tip on which both moves landed and then `tip` changed."""
    base = tree_of(FILES)
    return carry(Patch(base, changed(base, changes)), changed(moved(base), tip or {}), (RANK, TEXT), forward(RULES))


def changed(tree: Tree, changes: Mapping[str, str | None]) -> Tree:
    return tree.edit({path: None if text is None else File(text.encode()) for path, text in changes.items()})


def first(changes: Mapping[str, str | None]) -> Tree:
    """The same changes applied before the moves."""
    return moved(changed(tree_of(FILES), changes))


def test_a_change_to_a_moved_file_arrives_at_its_new_path() -> None:
    changes = {"labs/rank.py": FILES["labs/rank.py"].replace("return 0", "return text.join([])")}
    found = carried(changes)
    assert found.clean
    assert found.tree == first(changes)
    assert "text.join([])" in contents(found.tree)["core/rank.py"]


def test_a_new_import_of_the_old_name_is_rewritten() -> None:
    changes = {"core/app.py": "from labs import rank\n" + FILES["core/app.py"], "core/new.py": "import labs.rank\n"}
    found = carried(changes)
    assert found.clean
    assert found.tree == first(changes)
    assert contents(found.tree)["core/new.py"] == "import core.rank\n"


def test_a_new_public_name_is_in_the_characterization_test() -> None:
    found = carried({"labs/rank.py": FILES["labs/rank.py"] + "\n\ndef middle():\n    return 1\n"})
    assert found.clean
    assert '"middle": []' in contents(found.tree)[TEST]


def test_what_others_changed_meanwhile_survives() -> None:
    tip = {
        "core/app.py": "from core.rank import top\n\n\ndef run():\n    return top()\n\n\ndef stop():\n    return 7\n"
    }
    found = carried({"core/app.py": "from labs import text\n" + FILES["core/app.py"]}, tip)
    assert found.clean
    assert contents(found.tree)["core/app.py"] == "from core.words import text\n" + tip["core/app.py"]


def test_a_deleted_module_is_deleted_at_its_new_path() -> None:
    found = carried({"labs/rank.py": None, "core/app.py": "\n"})
    assert found.clean
    assert not {"core/rank.py", "labs/rank.py", TEST} & {*contents(found.tree)}


def test_a_module_that_was_deleted_here_and_changed_there_is_a_disagreement() -> None:
    found = carried({"labs/rank.py": None}, {"core/rank.py": "def top():\n    return 'theirs'\n"})
    assert [(each.path, each.why) for each in found.conflicts] == [("core/rank.py", "deleted-and-changed")]
    assert "theirs" in contents(found.tree)["core/rank.py"]


def test_a_module_that_the_patch_moved_elsewhere_is_a_disagreement() -> None:
    found = carried({"labs/rank.py": None, "labs/order.py": FILES["labs/rank.py"]})
    assert [(each.path, each.why) for each in found.conflicts] == [("core/rank.py", "also-moved to labs/order.py")]
    assert "core/rank.py" in contents(found.tree)


def test_a_file_where_a_module_goes_is_a_disagreement() -> None:
    found = carried({"core/rank.py": "mine = 1\n"})
    assert [(each.path, each.why) for each in found.conflicts] == [("core/rank.py", "both-added")]
    assert "mine" not in contents(found.tree)["core/rank.py"]


def test_a_file_where_the_characterization_test_goes_is_a_disagreement() -> None:
    found = carried({TEST: "def test_mine():\n    assert True\n"})
    assert [each.path for each in found.conflicts] == [TEST]


def test_a_package_where_a_module_goes_leaves_everything_to_a_person() -> None:
    found = carried({"core/rank/__init__.py": "", "core/app.py": "# mine\n"})
    assert {each.path for each in found.conflicts} == {"core/rank/__init__.py", "core/app.py"}
    assert found.tree == moved(tree_of(FILES))


def test_both_sides_at_one_line_disagree() -> None:
    tip = {"core/rank.py": FILES["labs/rank.py"].replace("labs", "core.words").replace("return 0", "return 1")}
    found = carried({"labs/rank.py": FILES["labs/rank.py"].replace("return 0", "return 2")}, tip)
    assert [(each.path, each.why) for each in found.conflicts] == [("core/rank.py", "both-changed")]
    assert contents(found.tree)["core/rank.py"] == tip["core/rank.py"]


def test_a_module_that_both_added_and_one_moved_is_a_disagreement() -> None:
    late = Intent("late", "labs/late.py", "core/late.py")
    base = tree_of(FILES)
    tip = moved(changed(base, {"labs/late.py": "one = 1\n"}), (late,))
    patch = Patch(base, changed(base, {"labs/late.py": "two = 2\n"}))
    found = carry(patch, tip, (late,), forward(RULES))
    assert "core/late.py" in [each.path for each in found.conflicts]
    assert found.tree.read("core/late.py") == b"one = 1\n"


def test_the_way_back_is_the_inverse_of_the_way_there() -> None:
    base = tree_of(FILES)
    there = moved(base)
    patch = Patch(there, changed(there, {"core/late.py": "from core.words import text\n"}))
    found = carry(patch, base, (TEXT, RANK), backward(RULES))
    assert found.clean
    assert contents(found.tree) == {**FILES, "core/late.py": "from labs import text\n"}
