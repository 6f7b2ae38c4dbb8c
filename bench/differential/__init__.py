"""Seeded random moves on real projects: does everything that held before a move hold after it?"""

from __future__ import annotations
