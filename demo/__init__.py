"""The main job on a real project: `python -m demo` lands a batch, proves what it claims, and takes it back again.

Each act shows the commands as a person would type them. What an act promises is compared, not just printed, and a
promise that does not hold ends the demo with status 1.
"""

from __future__ import annotations
