"""Laws of taking items back: with nobody else there it is the base, and with others their work is all still there."""

from __future__ import annotations

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from laneshift.code.intents import Intent, Rules
from laneshift.errors import Refused
from laneshift.landing.carry import Patch, carry, forward
from laneshift.landing.unwind import Unwound, unwind
from laneshift.repo.objects import Tree
from tests.code.moves.repos import contents, tree_of
from tests.code.moves.worlds import worlds
from tests.landing.patches import patched, patches
from tests.landing.test_carry import FILES, RANK, TEXT, changed, moved
from tests.landing.test_carry_laws import RULES, intents, landed


def unwound(base: Tree, several: list[Intent], back: set[str], tip: Tree) -> Unwound | Refused:
    """The outcome, also when it is a refusal."""
    try:
        return unwind(base, several, back, tip, RULES)
    except Refused as refusal:
        return refusal


@given(st.data())
@settings(max_examples=40)
def test_any_of_the_items_go_back_and_leave_what_the_others_make(data: st.DataObject) -> None:
    world = data.draw(worlds())
    several = intents(data, world)
    back = {intent.item for intent in several if data.draw(st.booleans())}
    base = tree_of(world.files)
    found = unwind(base, several, back, landed(base, several), RULES)
    assert found.tree == found.wanted
    assert contents(found.tree) == contents(landed(base, [each for each in several if each.item not in back]))


@given(st.data())
@settings(max_examples=80)
def test_with_work_of_others_landing_again_gives_what_was_there(data: st.DataObject) -> None:
    world = data.draw(worlds())
    several = intents(data, world)
    back = {intent.item for intent in several if data.draw(st.booleans())} or {several[0].item}
    base = tree_of(world.files)
    patch = Patch(base, patched(base, data.draw(patches(world, "theirs"))))
    theirs = carry(patch, landed(base, several), several, forward(RULES))
    assume(theirs.clean)
    found = unwound(base, several, back, theirs.tree)
    if isinstance(found, Refused):
        event(f"refused: {found.faults[0].code}")
        assert found.code == "rollback.not-clean"
        return
    event("taken back")
    assert contents(landed(found.tree, [each for each in several if each.item in back])) == contents(theirs.tree)


def test_items_that_the_others_rest_on_do_not_go_alone() -> None:
    again = Intent("again", "core/rank.py", "core/order.py")
    base = tree_of(FILES)
    with pytest.raises(Refused) as refused:
        unwind(base, (RANK, again), {"rank"}, moved(base, (RANK, again)), RULES)
    assert [fault.code for fault in refused.value.faults] == ["rollback.depends"]


def test_every_file_in_the_way_is_named() -> None:
    base = tree_of(FILES)
    tip = changed(moved(base), {"labs/rank.py": "TAKEN = 1\n", "labs/text.py": "TAKEN = 2\n"})
    with pytest.raises(Refused) as refused:
        unwind(base, (RANK, TEXT), {"rank", "text"}, tip, Rules())
    assert {fault.where for fault in refused.value.faults} == {"labs/rank.py", "labs/text.py"}


def test_a_name_that_was_there_before_comes_back_as_it_was() -> None:
    base = changed(tree_of(FILES), {"notes.md": "`core.rank` will come\n"})
    tip = changed(moved(base), {"mine.txt": "1\n"})
    found = unwind(base, (RANK, TEXT), {"rank", "text"}, tip, RULES)
    assert contents(found.tree) == {**contents(base), "mine.txt": "1\n"}


def test_a_later_change_where_the_way_back_is_not_certain_is_a_disagreement() -> None:
    base = changed(tree_of(FILES), {"notes.md": "`core.rank` will come\n"})
    tip = changed(moved(base), {"notes.md": "`core.rank` is here\n"})
    with pytest.raises(Refused) as refused:
        unwind(base, (RANK, TEXT), {"rank", "text"}, tip, RULES)
    assert [(fault.code, fault.where) for fault in refused.value.faults] == [("rollback.disagrees", "notes.md")]
