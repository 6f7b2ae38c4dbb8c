"""Intents as `code.intents.apply` carries them out, and the one that it cannot: to regenerate manifests.

What a manifest says follows from the whole tree, so the intent holds no text: it is worked out on whatever tree it is
applied to. In a train that is the combined tree, once for each module, after everything that was applied before it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from laneshift.code import intents, inverse
from laneshift.code.changed import Changed
from laneshift.code.codemods.fixpoint import written
from laneshift.code.codemods.records import REGENERATE, Codemod
from laneshift.code.intents import Applied, Intent, Rules
from laneshift.code.inverse import Unapplied
from laneshift.code.moves import Mentions, MoveResult
from laneshift.code.moves.records import Edit
from laneshift.errors import Fault, Refused
from laneshift.manifests.document import NotReadableError, read
from laneshift.manifests.fields import Key
from laneshift.manifests.following import follow
from laneshift.manifests.merging import Fields
from laneshift.repo.objects import Tree

STARS = "stars"
"""The parameter that holds the stars to promote the modules to, as a JSON list: the primary one first."""


def apply(tree: Tree, intent: Intent, rules: Rules, mentions: Mentions | None = None) -> Applied:
    """Apply any intent. Pure: the same tree, intent and rules give the same tree ids.

    Raises `Refused` as `code.intents.apply` does, and (`manifest.*`) where a manifest cannot be regenerated: it is not
    readable, is refused to its module, or would lose its owner, its tier or its contracts.
    """
    if intent.fix is not None:
        return intents.mended(apply(tree, intent.unfixed, rules, mentions), intent.fix)
    if intent.codemod is None:
        return _followed(intents.apply(tree, intent, rules, mentions), rules)
    if intent.codemod.name != REGENERATE:
        return intents.apply(tree, intent, rules, mentions)
    files = _regenerated(tree, intent.codemod)
    after = written(tree, files)
    edits = tuple(_edit(tree, path, data) for path, data in files.items())
    result = Changed(tree, after, edits, {}, (), other=files)
    return Applied(result, after, after)


def unapply(tree: Tree, intent: Intent, rules: Rules, mentions: Mentions | None = None) -> Unapplied:
    """Take an intent back as `code.inverse.unapply` does; manifests follow the modules back."""
    undone = inverse.unapply(tree, intent, rules, mentions)
    if not isinstance(undone.result, MoveResult):
        return undone
    result = follow(undone.result)
    if result is undone.result:
        return undone
    return Unapplied(result, undone.test_path, result.tree.edit(intents.in_order_again(result, rules)))


def _followed(applied: Applied, rules: Rules) -> Applied:
    """A move with the manifests of what it moved."""
    before = applied.result
    result = follow(before) if isinstance(before, MoveResult) else before
    if result is before or not isinstance(result, MoveResult):
        return applied
    tree = result.tree.edit({**intents.in_order_again(result, rules), **applied.tests})
    return Applied(result, result.tree, tree, applied.tests)


def promotion(stars: Iterable[str]) -> dict[str, str]:
    """The parameters of a regeneration that also promotes the modules to these stars."""
    names = list(stars)
    return {STARS: json.dumps(names, ensure_ascii=False)} if names else {}


def _regenerated(tree: Tree, codemod: Codemod) -> dict[str, bytes]:
    from laneshift.manifests.generating import chosen_units, regenerated
    from laneshift.manifests.world import world_of

    world = world_of(tree)
    more = _promoted(dict(codemod.parameters))
    files: dict[str, bytes] = {}
    faults = []
    for unit in chosen_units(world, codemod.paths):
        try:
            data = regenerated(world, tree, unit, more)
        except NotReadableError as error:
            faults.append(Fault("manifest.not-kept", unit.manifest, str(error), "mend the file by hand"))
            continue
        if data is not None:
            files[unit.manifest] = data
    if faults:
        first = faults[0]
        what = f"{first.where}: {first.what}"
        raise Refused("manifest.not-kept", what, where=first.where, cure=first.cure, faults=faults)
    return files


def _promoted(parameters: dict[str, str]) -> Fields:
    """The fields that a promotion sets. Raises `Refused` for parameters that no regeneration has."""
    unknown = sorted(parameters.keys() - {STARS})
    stars = _stars(parameters.get(STARS, "[]"))
    if unknown or stars is None:
        what = f"no regeneration has {', '.join(unknown) or 'such stars'}"
        raise Refused("manifest.bad-parameters", what, cure="`stars` is a JSON list of names, the primary one first")
    fields: dict[Key, object] = {}
    if stars:
        fields["constellation_alignment", "primary_star"] = stars[0]
    if len(stars) > 1:
        fields["constellation_alignment", "secondary_stars"] = stars[1:]
    return fields


def _stars(text: str) -> list[str] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    right = isinstance(found, list) and all(isinstance(name, str) and name and name.isprintable() for name in found)
    return list(dict.fromkeys(found)) if right else None


def _edit(tree: Tree, path: str, data: bytes) -> Edit:
    if path not in tree:
        return Edit(path, 1, "manifest", "", "made")
    old, new = read(tree.read(path)), read(data)
    changed = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    return Edit(path, 1, "manifest", "", ", ".join(changed))
