"""Taking turns at `ast`.

Until Python 3.13 `ast` counts its depth for the whole process, and threads that change places in the middle of two
parses get a SystemError. Filters of warnings belong to the process as well: two threads that save and restore them
could leave them silenced for good. Parsing holds the interpreter anyway, so taking turns loses nothing.
"""

from __future__ import annotations

from threading import RLock

PARSING = RLock()
"""Held by whoever makes a syntax tree or silences warnings; one thread may take it several times."""
LARGEST_PARSED = 4 * 1024 * 1024
"""The most bytes of a file that anybody makes a syntax tree of: it may take some hundred times their memory."""
