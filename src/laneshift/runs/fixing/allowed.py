"""Which files of an item may be mended: those that the item itself writes, and of them only code. Pure."""

from __future__ import annotations

from laneshift.code.codemods.fix import may_be_mended
from laneshift.code.intents import Applied, Rules
from laneshift.repo.differences import differences
from laneshift.repo.objects import Tree


def editable(base: Tree, applied: Applied, rules: Rules) -> tuple[str, ...]:
    """The files of the item's result that a fixer may edit, sorted.

    Tests are not among them, those that laneshift made least of all: they judge the fix.
    """
    made = rules.characterization_dir.strip("/") + "/"
    written = (path for path, (_, after) in differences(base, applied.tree).items() if after and after.is_regular)
    own = (path for path in written if path not in applied.tests and not path.startswith(made))
    return tuple(sorted(path for path in own if may_be_mended(path)))
