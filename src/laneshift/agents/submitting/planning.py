"""Plans accepted submissions: one item each, whose intent is what the agent did. From there on it is a plan as others.

What was only suggested is never planned, and neither is the work of an agent that may no longer commit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from laneshift.agents.packs.kept import read
from laneshift.agents.registry import known
from laneshift.agents.submitting.records import Kept, find, item_of, last_of
from laneshift.agents.submitting.wording import source_in
from laneshift.code.codemods.records import Codemod
from laneshift.code.codemods.submitted import submitted
from laneshift.config import Settings
from laneshift.errors import Fault, Refused
from laneshift.evidence.canonical import canonical
from laneshift.repo.objects import Tree
from laneshift.runs.batch import ParsedBatch
from laneshift.runs.batch_line import Line, checked
from laneshift.runs.pinning import SUBMISSIONS
from laneshift.runs.planning import Order, Planned, lanes_of, make_plan
from laneshift.runs.workshop import Workshop


def plan_submissions(shop: Workshop, names: Sequence[str], order: Order) -> Planned:
    """The plan of these submissions, in this order. `order` says base and target; nothing else of it is asked.

    Raises `Refused`: `submissions.unknown`, `submissions.suggestion`, `submissions.too-early` where one begins with
    what another came to and the base has not, `agents.*` for an agent that may not commit by the settings of the base,
    and as `make_plan` does.
    """
    kept = [find(shop.journal, name) for name in dict.fromkeys(names)]
    for each in kept:
        if each.codemod is None:
            what = f"{each.id} is a suggestion of {each.agent}, and nothing of it ever lands"
            raise Refused("submissions.suggestion", what, cure="have an agent that may commit do the work")
    name = f"submission-{kept[0].id}" if len(kept) == 1 else f"submissions-{kept[0].id}-and-{len(kept) - 1}"
    data = canonical([[each.id, each.commit, each.codemod.as_json() if each.codemod else {}] for each in kept])

    def parsed(settings: Settings, tree: Tree) -> ParsedBatch:
        _refuse_early(shop, kept, tree)
        for each in kept:
            known(settings, each.agent, "committing")
        lines = tuple(_line(at, each, settings, tree) for at, each in enumerate(kept, 1))
        return ParsedBatch(name, name, lines, tuple(fault for line in lines for fault in line.faults))

    options = tuple(word for each in kept for word in (SUBMISSIONS, each.id))
    return make_plan(shop, replace(order, file=name, data=data, parsed=parsed, options=options))


def _refuse_early(shop: Workshop, kept: Sequence[Kept], tree: Tree) -> None:
    """Each item has to go through its steps on the base alone, so what its pack came after has to be there."""
    faults = [fault for each in kept for fault in _early(shop, each, tree)]
    if faults:
        what = f"{len(faults)} submission(s) begin where others ended, and the base does not have those"
        raise Refused("submissions.too-early", what, cure=faults[0].cure, faults=faults)


def _early(shop: Workshop, kept: Kept, tree: Tree) -> Iterator[Fault]:
    if kept.codemod is None or _applies(tree, kept.codemod) is not None:
        return
    names = read(shop, kept.plan, kept.pack).after
    befores = [found for name in names if (found := last_of(shop.journal, kept.plan, name)) is not None]
    missing = [each.id for each in befores if each.codemod is not None and _applies(tree, each.codemod)]
    if missing:
        cure = f"plan {' and '.join(missing)} and land it, then plan {kept.id}"
        yield Fault("submissions.too-early", kept.id, f"it begins where {' and '.join(missing)} ended", cure)


def _applies(tree: Tree, codemod: Codemod) -> bool | None:
    """Whether it would change the tree; None where the tree is not what it was made for."""
    try:
        return bool(submitted(tree, codemod).edits)
    except Refused as refusal:
        if refusal.code != "codemod.drifted":
            raise
        return None


def _line(number: int, kept: Kept, settings: Settings, tree: Tree) -> Line:
    """The item of one submission. Raises `Refused` for a record without a codemod, which was never accepted."""
    if kept.codemod is None:
        raise Refused("submissions.suggestion", f"{kept.id} is a suggestion")
    source = source_in(tree, kept.codemod.paths, lanes_of(settings, tree))
    module = item_of(kept.id)
    codemod = canonical(kept.codemod.as_json()).decode()
    return checked(
        Line(
            number,
            f"{SUBMISSIONS} {kept.id}",
            module,
            source,
            source,
            kind="codemod",
            owner=kept.agent,
            codemod=codemod,
        )
    )
