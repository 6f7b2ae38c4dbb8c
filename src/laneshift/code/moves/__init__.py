"""Move a module or a package, and rewrite everything that names it, as one pure function over git trees.

    >>> tree = example_tree({
    ...     "labs/__init__.py": b"",
    ...     "labs/rank.py": b"def top(): return 1\\n",
    ...     "core/__init__.py": b"",
    ...     "app.py": b"from labs import rank\\nprint(rank.top())\\n",
    ...     "README.md": b"See `labs.rank` in labs/rank.py.\\n",
    ... })
    >>> result = move(tree, Move("labs/rank.py", "core/rank.py"))
    >>> result.tree.read("app.py").decode().splitlines()
    ['from core import rank', 'print(rank.top())']
    >>> result.tree.read("README.md").decode()
    'See `core.rank` in core/rank.py.\\n'
    >>> [edit.form for edit in result.edits]
    ['file-path', 'text', 'from-import']
    >>> move(result.tree, result.intent.inverse()).tree == tree
    True
    >>> from laneshift.code.moves.proof import prove
    >>> prove(tree, result).holds
    True
    >>> import datetime
    >>> from laneshift.code.moves.shim import shim
    >>> "core.rank" in shim(result, datetime.date(2027, 1, 31)).tree.read("labs/rank.py").decode()
    True

Nothing is guessed: what is computed at run time comes back as a `Notice`. `proof` and `shim` are loaded by whoever
needs them, since most moves do not.
"""

from laneshift.code.moves.engine import move
from laneshift.code.moves.intent import Move
from laneshift.code.moves.records import Edit, Notice
from laneshift.code.moves.result import MoveResult
from laneshift.code.moves.scan import Mentions

__all__ = ["Edit", "Mentions", "Move", "MoveResult", "Notice", "move"]
