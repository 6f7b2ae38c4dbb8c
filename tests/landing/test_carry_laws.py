"""Laws of carrying on random repositories: the order of patch and moves does not matter, and nothing is made up."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from laneshift.code.intents import Intent, Rules
from laneshift.code.inverse import unapply
from laneshift.errors import Refused
from laneshift.landing.carry import Patch, backward, carry, forward
from laneshift.repo.merging import merge
from laneshift.repo.objects import Tree
from tests.code.moves.repos import contents, tree_of
from tests.code.moves.worlds import World, moves, worlds
from tests.landing.patches import patched, patches

RULES = Rules()


def intents(draw: st.DataObject, world: World) -> list[Intent]:
    """Moves of distinct modules, as a batch has them."""
    chosen = draw.draw(moves(world, 1, 3))
    assume(chosen)
    return [Intent(f"item{number}", move.src, move.dst) for number, move in enumerate(chosen)]


def landed(tree: Tree, several: Sequence[Intent]) -> Tree:
    for intent in several:
        tree = forward(RULES)(tree, intent).tree
    return tree


def landed_or_none(tree: Tree, several: Sequence[Intent]) -> Tree | None:
    try:
        return landed(tree, several)
    except Refused:
        return None


@given(st.data())
@settings(max_examples=25)
def test_a_patch_carried_is_the_patch_applied_first(data: st.DataObject) -> None:
    world = data.draw(worlds())
    several = intents(data, world)
    base = tree_of(world.files)
    result = patched(base, data.draw(patches(world, "ours")))
    found = carry(Patch(base, result), landed(base, several), several, forward(RULES))
    wanted = landed_or_none(result, several)
    if wanted is None:
        event("the moves are impossible after the patch")
        deleted = any(intent.src not in result for intent in several)
        assert deleted or not found.clean
        return
    assert found.clean
    assert contents(found.tree) == contents(wanted)


@given(st.data())
@settings(max_examples=30)
def test_on_a_tip_with_work_of_others_it_is_the_same_or_says_so(data: st.DataObject) -> None:
    world = data.draw(worlds())
    several = intents(data, world)
    base = tree_of(world.files)
    result = patched(base, data.draw(patches(world, "ours")))
    others = patched(base, data.draw(patches(world, "theirs")))
    tip = landed_or_none(others, several)
    assume(tip is not None)
    found = carry(Patch(base, result), tip, several, forward(RULES))
    before = merge(base, others, result)
    if not before.clean:
        event("they disagree before the moves")
        assert not found.clean
        return
    wanted = landed_or_none(before.tree, several)
    event(f"clean: {found.clean}")
    if wanted is not None and found.clean:
        assert contents(found.tree) == contents(wanted)


@given(st.data())
@settings(max_examples=25)
def test_taking_an_intent_back_is_its_inverse(data: st.DataObject) -> None:
    world = data.draw(worlds())
    several = intents(data, world)
    base = tree_of(world.files)
    tree = landed(base, several)
    for intent in reversed(several):
        tree = unapply(tree, intent, RULES).tree
    assert contents(tree) == contents(base)


@given(st.data())
@settings(max_examples=20)
def test_others_keep_their_work_when_the_moves_go_back(data: st.DataObject) -> None:
    world = data.draw(worlds())
    several = intents(data, world)
    base = tree_of(world.files)
    tip = landed_or_none(patched(base, data.draw(patches(world, "theirs"))), several)
    assume(tip is not None)
    there = landed(base, several)
    found = carry(Patch(there, tip), base, several[::-1], backward(RULES))
    if found.clean:
        assert contents(landed(found.tree, several)) == contents(tip)
