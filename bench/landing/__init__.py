"""Landing beside mergetrain and bash with git, on generated repositories. `python -m bench.landing`."""

from __future__ import annotations
