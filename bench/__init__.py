"""What is measured, and what is compared on real code. `python -m bench`, `python -m bench.differential`."""

from __future__ import annotations
