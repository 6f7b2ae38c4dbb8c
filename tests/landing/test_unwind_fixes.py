"""A mended item is taken back from under what others did since, their edits of the mended file too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from laneshift.code.codemods.fix import fix_of
from laneshift.code.intents import Intent, Rules
from laneshift.errors import Refused
from laneshift.landing.unwind import unwind
from laneshift.manifests.applying import apply
from laneshift.repo.objects import File, Tree
from tests.repo.builders import repo_at

BODY = "".join(f"\n\ndef f{number}():\n    return {number}\n" for number in range(10))
OLD = f"HOME = 'labs'\n{BODY}"
RULES = Rules()


@pytest.fixture
def landed(tmp_path: Path) -> tuple[Tree, Intent, Tree]:
    """The base, the mended move, and what it made."""
    files = {"labs/__init__.py": "", "labs/a.py": OLD, "core/__init__.py": "", "core/b.py": "import labs.a\n"}
    base = repo_at(tmp_path / "repo", files).tree("HEAD")
    move = Intent("labs.a", "labs/a.py", "core/a.py")
    mended = OLD.replace("'labs'", "'core'").encode()
    fix = fix_of(base.repository, apply(base, move, RULES).tree, {"core/a.py": mended}, "claude-code", "")
    intent = replace(move, fix=fix)
    return base, intent, apply(base, intent, RULES).tree


def test_nobody_else_did_anything(landed: tuple[Tree, Intent, Tree]) -> None:
    base, intent, tip = landed
    assert unwind(base, [intent], {"labs.a"}, tip, RULES).tree == base


def test_what_others_edited_in_the_mended_file_stays(landed: tuple[Tree, Intent, Tree]) -> None:
    base, intent, tip = landed
    tip = tip.edit({"core/a.py": File(tip.read("core/a.py").replace(b"return 8", b"return 80"))})
    back = unwind(base, [intent], {"labs.a"}, tip, RULES)
    assert back.tree.read("labs/a.py").decode() == OLD.replace("return 8", "return 80")
    assert back.others == ("core/a.py",)


def test_what_others_edited_on_the_mended_line_is_for_a_person(landed: tuple[Tree, Intent, Tree]) -> None:
    base, intent, tip = landed
    tip = tip.edit({"core/a.py": File(tip.read("core/a.py").replace(b"'core'", b"'elsewhere'"))})
    with pytest.raises(Refused) as refused:
        unwind(base, [intent], {"labs.a"}, tip, RULES)
    assert refused.value.code == "rollback.not-clean"


def test_another_item_may_write_the_mended_file_in_either_order_and_each_goes_back_alone(tmp_path: Path) -> None:
    """`labs.b` moves and rewrites the import at the top of the file whose end was mended after `labs.a` moved."""
    text = f"import labs.b\n{BODY}"
    files = {"labs/__init__.py": "", "core/__init__.py": "", "labs/b.py": "B = 1\n", "labs/a.py": text}
    base = repo_at(tmp_path / "repo", files).tree("HEAD")
    move, other = Intent("labs.a", "labs/a.py", "core/a.py"), Intent("labs.b", "labs/b.py", "core/b.py")
    mended = text.replace("return 9", "return 90").encode()
    fix = fix_of(base.repository, apply(base, move, RULES).tree, {"core/a.py": mended}, "claude-code", "")
    intent = replace(move, fix=fix)
    for order in ([intent, other], [other, intent]):
        tip = base
        for each in order:
            tip = apply(tip, each, RULES).tree
        assert tip.read("core/a.py").decode() == text.replace("labs.b", "core.b").replace("return 9", "return 90")
        left = unwind(base, order, {"labs.a"}, tip, RULES).tree
        assert left.read("labs/a.py").decode() == text.replace("labs.b", "core.b")
        assert unwind(base, order, {"labs.b"}, tip, RULES).tree.read("core/a.py") == mended
        noted = tip.edit({"core/a.py": File(tip.read("core/a.py").replace(b"return 4", b"return 40"))})
        back = unwind(base, order, {"labs.a", "labs.b"}, noted, RULES).tree
        assert back.read("labs/a.py").decode() == text.replace("return 4", "return 40")
