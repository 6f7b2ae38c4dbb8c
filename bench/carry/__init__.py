"""Carried patches beside git's own merge and rebase, on real projects. `python -m bench.carry`."""

from __future__ import annotations
