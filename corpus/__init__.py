"""Real projects to measure and test on: pinned sdists, fetched, verified and put into git repositories.

Nothing fetched is ever committed: everything lives in an ignored folder and is made again when it is missing.
"""

from __future__ import annotations
